"""`grader grade --watch`: takes in what arrives, grades it at once, and gives feedback back by the way it came."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import logging
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.markup import escape

from grader.classroom.class_root import around
from grader.classroom.classroom import Classroom, LockedGradebook, Submission
from grader.classroom.inbox import EXCHANGE, Arrival, ExchangeInbox, FolderInbox, Inbox, Thing
from grader.classroom.store import content, find
from grader.commands.grade import warm_up
from grader.errors import CourseError, Passing, UsageError, passes
from grader.files import shown
from grader.grading import results
from grader.grading.attempts import Attempt, Ledger, Rule
from grader.grading.pipeline import Options, Row, grade_arriving, need_sandbox, note_failure
from grader.grading.waiting import Job, Queue
from grader.kernels import launch
from grader.report import live
from grader.report.answers import Answers

T = TypeVar("T")
LOOK = 2.0
"""Seconds between two looks; more where a look takes long, so that it costs at most a fiftieth of a core."""
LOOK_AGAIN = 0.5
"""The same while something is not whole yet."""
LINGER = 5.0
"""Seconds without a hand-in after which the gradebook and the class directory are let go."""
REST = 900.0
"""The same for the process with TensorFlow from which warm kernels come."""
SHARE = 10
"""The live pages are renewed so seldom that this takes at most one part of so many of the time."""
SHOWN = 3
"""So many assignments are on the live pages: those of the newest hand-ins."""
RETRY = 5.0
"""Seconds until what could not be done is tried again."""
_STYLES = {"graded": "green", "graded in part": "yellow", "handed in": "dim"}


def run(
    directory: Path | None,
    console: Console,
    *,
    sources: Sequence[str],
    per_day: int | None = None,
    counts: str | None = None,
    **asked: Any,
) -> None:
    """Watch a class until Ctrl-C.

    Args:
        directory: the class directory, or a folder in it; the working directory if None.
        console: gets a line for each event.
        sources: folders, or "exchange".
        per_day: so many attempts a day are graded; as the class's configuration says if None.
        counts: which attempt counts; as the class's configuration says if None.
        asked: fields of `grader.grading.pipeline.Options`.

    Raises:
        UsageError: a source cannot be watched, there is no such assignment, somebody watches the class already, or
            kernels cannot be sandboxed.
    """
    options = Options(**asked)
    need_sandbox(options)
    # What nbgrader's gradebook logs, a traceback, is told in a sentence here.
    logging.getLogger("tornado.application").setLevel(logging.CRITICAL)
    room = Classroom.open(around(directory), options.db_url)
    rule = Rule.of(room.config, per_day, counts)
    names, each = list(options.assignments) or None, rule.counts != "last"
    room.need(names)
    with room.watched():
        inboxes: list[Inbox] = [
            ExchangeInbox(room, names, each=each)
            if source == EXCHANGE
            else FolderInbox(room, Path(source).expanduser(), names, each=each)
            for source in dict.fromkeys(sources)
        ]
        watch = _Watch(room, options, rule, inboxes, console)
        asyncio.run(watch.until_ended())


def _delay(tries: int) -> float:
    """Seconds until something that failed for no known reason is tried again."""
    return 60.0 * 2.0 ** min(tries, 6)


class _Watch:
    """A class that is watched: what has arrived, what is in work, and what stands in the way."""

    def __init__(
        self, room: Classroom, options: Options, rule: Rule, inboxes: Sequence[Inbox], console: Console
    ) -> None:
        self._room, self._options, self._rule, self._console = room, options, rule, console
        self._inboxes = inboxes
        self._ledger = Ledger(room.root)
        self._answers = Answers(room, self._ledger, rule, {inbox.place for inbox in inboxes})
        self._queue = Queue(self._ledger, rule, self._hold)
        self._graded: asyncio.Queue[tuple[Job, Row | None]] = asyncio.Queue()
        self._with_kernels: dict[tuple[str, str], Job] = {}
        self._wake = asyncio.Event()
        self._again_at: dict[str, tuple[float, int]] = {}
        self._planned: list[str] = []
        self._problem = ""
        self._paused_until = 0.0
        self._anew = False
        self._last_work = time.monotonic()
        self._handed_in = self._answered = 0
        self._news: dict[str, None] = {}
        self._new = asyncio.Event()

    async def until_ended(self) -> None:
        """Watch until SIGINT or SIGTERM, then say what was done."""
        told = ", ".join("the exchange" if inbox.place == EXCHANGE else shown(inbox.place) for inbox in self._inboxes)
        bound = f" {self._rule.per_day} attempts a day;" if self._rule.per_day else ""
        self._say(f"Watching {told} for {self._room.name}:{bound} the {self._rule.counts} one counts. Ctrl-C ends it.")
        work = asyncio.gather(self._looking(), self._grading(), self._answering(), self._showing())
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, work.cancel)
        try:
            await work
        except asyncio.CancelledError:
            left = len(self._queue) + len(self._queue.in_work)
            waits = f" {left} wait: the same command goes on from there." if left else ""
            self._say(f"Ended: {self._handed_in} handed in, {self._answered} answered.{waits}")

    # What arrives.

    async def _go_on(self, left: Callable[[], Iterator[Job]]) -> None:
        """Take up what is left from before."""
        jobs = await self._patiently(lambda: list(left()))
        for job in jobs:
            self._put(job)
        if jobs:
            self._say(f"{len(jobs)} left from before.")

    def _unanswered(self) -> Iterator[Job]:
        """The attempts that an earlier watcher has not brought to their end."""
        for assignment, student, attempts in self._ledger.everyone():
            yield from (Job(assignment, student, attempt) for attempt in attempts if not attempt.answered)

    def _ungraded(self) -> Iterator[Job]:
        """What was collected otherwise, and not graded since."""
        for assignment in self._room.need(list(self._options.assignments) or None):
            notebooks = self._room.notebooks(assignment)
            for there in self._room.submissions(assignment):
                if self._is_new(there, notebooks):
                    attempt = Attempt(content(there.folder), there.folder.stat().st_mtime)
                    self._ledger.add(assignment, there.student, attempt)
                    yield Job(assignment, there.student, attempt)

    def _is_new(self, there: Submission, notebooks: Sequence[str]) -> bool:
        """Whether a submission is no attempt that is known, nor what was graded before the class was watched."""
        known = self._ledger.of(there.assignment, there.student)
        if known:
            digest = content(there.folder)
            return all(attempt.content != digest for attempt in known)
        placed = there.folder.stat().st_ctime
        for notebook in notebooks:
            path = results.path_of(self._room.root, there.assignment, there.student, notebook)
            if not path.is_file() or path.stat().st_mtime < placed:
                return True
        return False

    async def _looking(self) -> None:
        """Look for hand-ins, and take them in."""
        await self._go_on(self._unanswered)
        first = True
        while True:
            began = time.monotonic()
            waits = False
            for inbox in self._inboxes:
                things = await self._patiently(self._look, inbox)
                waits = waits or inbox.waits
                if (things or inbox.waits) and self._options.scheduler is None:
                    warm_up()
                while things:
                    things = await self._take(inbox, things)
            if first and not waits:  # not before: what was stored when a watcher was killed arrives once more
                await self._go_on(self._ungraded)
                first = False
            if not self._queue and not self._queue.in_work and time.monotonic() - self._last_work > REST:
                await asyncio.to_thread(launch.stop)
            cost = time.monotonic() - began
            await asyncio.sleep(LOOK_AGAIN if waits else max(LOOK, 50 * cost if not self._queue.in_work else LOOK))

    def _look(self, inbox: Inbox) -> list[Thing]:
        """What has arrived, without what could not be taken in a short while ago."""
        try:
            found = inbox.look()
        except OSError as problem:
            raise Passing(f"{inbox.place} cannot be read ({problem.strerror}).") from None
        return [thing for thing in found if self._again_at.get(thing.name, (0.0, 0))[0] < time.monotonic()]

    async def _take(self, inbox: Inbox, things: list[Thing]) -> list[Thing]:
        """Take in what has arrived; returns what is left of it."""
        try:
            arrivals, done = await self._patiently(inbox.take, things)
        except Exception as problem:
            if len(things) > 1:  # let each have its own fate
                for thing in things:
                    await self._take(inbox, [thing])
            else:
                self._failed(things[0].name, "", "not taken in", problem)
                _, tries = self._again_at.get(things[0].name, (0.0, 0))
                self._again_at[things[0].name] = time.monotonic() + _delay(tries), tries + 1
            return []
        for arrival in arrivals:
            await self._arrived(arrival, inbox)
        await self._patiently(inbox.done, done)
        return [thing for thing in things if thing not in done] if done else []

    async def _arrived(self, arrival: Arrival, inbox: Inbox) -> None:
        """Note an attempt, or say why something that arrived is none."""
        row = arrival.row
        if row.what in ("not placed", "kept", "superseded"):
            style = "red" if row.what == "not placed" else "yellow"
            self._event(row.student or row.source, row.assignment, row.what, row.note, style)
        if row.what not in ("collected", "replaced", "unchanged"):
            return
        there = Submission(row.assignment, row.student, self._room.folder("submitted", row.student, row.assignment))
        if row.what == "unchanged" and not self._is_new(there, self._room.notebooks(there.assignment)):
            return
        digest = await self._patiently(content, there.folder)
        attempt = Attempt(digest, arrival.came, inbox.place, arrival.way)
        await self._patiently(self._ledger.add, row.assignment, row.student, attempt)
        self._handed_in += 1
        self._event(row.student, row.assignment, "handed in", row.note)
        self._put(Job(row.assignment, row.student, attempt))

    def _put(self, job: Job) -> None:
        for old in self._queue.put(job):
            self._ledger.change(*old.key, old.attempt, state="replaced", answered=True)
            self._event(old.student, old.assignment, "replaced", "a newer one has come before it was graded")
        self._last_work = time.monotonic()
        self._wake.set()

    # Grading.

    async def _grading(self) -> None:
        """Grade in runs: one begins when something waits, and ends when nothing has come for a while."""
        while True:
            turn = self._queue.next_turn()
            if turn is None or turn > time.time():
                await self._woken(None if turn is None else turn - time.time())
                continue
            self._anew = False
            try:
                summary = await grade_arriving(self._room.root, self._options, self._following, self)
                for line in summary.planned:
                    if line not in self._planned:
                        self._say(line, "yellow")
                self._planned = summary.planned
            except Exception as problem:
                if not (passes(problem) or isinstance(problem, CourseError)):
                    raise
                self._trouble(problem)
                await asyncio.sleep(RETRY)
            finally:
                while self._with_kernels:
                    self._queue.give_back(self._with_kernels.popitem()[1])

    async def _following(self) -> Submission | None:
        """The next submission to be graded; None when nothing has come for a while."""
        while not self._anew:
            now = time.monotonic()
            job = self._queue.take(time.time()) if now >= self._paused_until else None
            if job is not None:
                self._last_work = now
                self._with_kernels[job.key] = job
                folder = await self._patiently(find, self._room.root, job.student, job.assignment, job.attempt.content)
                if folder is not None:
                    return Submission(job.assignment, job.student, folder)
                self._event(job.student, job.assignment, "gone", "what was handed in is not there any more", "red")
                self._ledger.change(*job.key, job.attempt, state="replaced", answered=True)
                del self._with_kernels[job.key]
                self._queue.end(job)
            elif self._queue.in_work or now < self._paused_until or now - self._last_work < LINGER:
                await self._woken(LOOK_AGAIN)
            else:
                break
        return None

    async def _woken(self, seconds: float | None) -> None:
        """Wait until something is put into the queue, or so long."""
        self._wake.clear()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)

    def begins(self, total: int) -> None:
        """A run that grades what arrives does not know how many there will be."""

    def starts(self, submission: Submission) -> None:
        """A submission is in work."""

    def ends(self, row: Row) -> None:
        """A submission is graded, or could not be: then its turn comes again."""
        job = self._with_kernels.pop((row.assignment, row.student))
        self._last_work = time.monotonic()
        if row.state != "not recorded":
            self._over()
            self._graded.put_nowait((job, row))
            return
        if row.passing:
            self._paused_until = time.monotonic() + RETRY
            self._anew = self._options.scheduler is not None  # another run connects to the cluster again
            self._trouble(Passing(row.notes[0]))
        else:
            job.again_at = time.time() + _delay(job.tries)
            job.tries += 1
            self._event(job.student, job.assignment, row.state, row.notes[0], "red")
        self._queue.give_back(job)

    # Answering.

    async def _answering(self) -> None:
        """Give feedback back for what has been graded."""
        while True:
            job, row = await self._graded.get()
            try:
                if row is None:
                    await self._patiently(self._answers.tell_to_wait, job)
                    self._event(job.student, job.assignment, "waits", "the day's attempts are used up", "yellow")
                else:
                    await self._patiently(self._answers.answer, job, row)
                    self._answered += 1
                    self._tell(job, row)
                    self._news = {job.assignment: None} | self._news
                    self._new.set()
            except Exception as problem:  # it is tried again when the next watcher begins
                self._failed(job.student, job.assignment, "not answered", problem)
            if row is not None:
                self._queue.end(job)
                if not self._queue.waits(*job.key):
                    again = await self._patiently(self._answers.settle, job)
                    if again is not None:
                        self._put(again)

    def _hold(self, job: Job) -> None:
        if not job.attempt.held:
            self._graded.put_nowait((job, None))

    # The class report.

    async def _showing(self) -> None:
        """Renew the live pages now and after hand-ins, the assignment of the newest first."""
        told = False
        self._new.set()
        while True:
            await self._new.wait()
            self._new.clear()
            began = time.monotonic()
            left = len(self._queue) + len(self._queue.in_work)
            try:
                page, other = await asyncio.to_thread(live.write, self._room, list(self._news)[:SHOWN], left)
            except Exception as problem:
                if not passes(problem):
                    self._failed("", "", "the live page is not renewed", problem)
            else:
                if not told:
                    self._say(f"Live: {shown(str(page))}; without names, for the projector: {other.name} beside it.")
                told = True
            await asyncio.sleep(max(LOOK, SHARE * (time.monotonic() - began)))

    # What is said.

    async def _patiently(self, call: Callable[..., T], *arguments: Any) -> T:
        """Do something in a thread; where a lock or a full disk stands in the way, say so, and wait until it goes."""
        waited = False
        while True:
            try:
                made = await asyncio.to_thread(call, *arguments)
            except Exception as problem:
                if not passes(problem):
                    raise
                self._trouble(problem)
                await asyncio.sleep(RETRY)
                waited = True
            else:
                if waited:
                    self._over()
                return made

    def _trouble(self, problem: BaseException) -> None:
        """Say what stands in the way, once."""
        if isinstance(problem, OSError):  # no other passes
            told = f"The disk is full ({problem.filename or problem.strerror}): make room."
        elif LockedGradebook.PROBLEM in str(problem) or "is locked" in str(problem):
            told = f"{LockedGradebook.PROBLEM}."
        else:
            told = str(problem)
        if told != self._problem:
            self._problem = told
            self._say(f"{told} Hand-ins wait, none is lost.", "bold yellow")

    def _over(self) -> None:
        if self._problem:
            self._problem = ""
            self._say("Going on.", "green")

    def _failed(self, student: str, assignment: str, what: str, problem: Exception) -> None:
        """Say what could not be done; where nobody can act on the reason, a log has the place in the program."""
        told = str(problem)
        if not isinstance(problem, CourseError | UsageError | OSError):
            with contextlib.suppress(OSError):
                note_failure(self._room.root, f"{assignment} {student}", problem)
            told = f"{type(problem).__name__}: {told[:300]}; grading/errors.log says where"
        self._event(student, assignment, what, told, "red")

    def _tell(self, job: Job, row: Row) -> None:
        if not job.attempt.place:
            self._event(job.student, job.assignment, "counts", f"{row.points:g} of {row.possible:g}", "green")
            return
        waited = f"  answered after {time.time() - job.attempt.came:.0f} s"
        notes = "".join(f"\n    {note}" for note in row.notes[:5])
        rest = f"{row.points:g} of {row.possible:g}{waited}{notes}"
        self._event(job.student, job.assignment, row.state, rest, _STYLES.get(row.state, "red"))

    def _event(self, student: str, assignment: str, what: str, rest: str = "", style: str | None = None) -> None:
        """One line: when, who, of what, what happened."""
        style = style or _STYLES.get(what, "yellow")
        names = "  ".join(escape(shown(name)) for name in (student, assignment) if name)
        lines = "\n".join(escape(shown(line)) for line in rest.split("\n"))
        when = f"{datetime.datetime.now():%H:%M:%S}"
        self._console.print(f"{when}  {names}  [{style}]{what}[/]  {lines}".rstrip(), soft_wrap=True, highlight=False)

    def _say(self, sentence: str, style: str | None = None) -> None:
        self._console.print(sentence, style=style, markup=False, soft_wrap=True, highlight=False)
