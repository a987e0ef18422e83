"""Grades the submissions of a class: read, assemble, execute N at once, judge, record one at a time.

    submitted/STUDENT/ASSIGNMENT/*.ipynb               what is read; nothing is ever written there
    autograded/STUDENT/ASSIGNMENT/*.ipynb              as nbgrader's autograde leaves it
    gradebook.db (or the database named in the config) as nbgrader's autograde leaves it
    grading/results/ASSIGNMENT/STUDENT/NOTEBOOK.json   verdicts, notes, timings: see grader.grading.results
    grading/cache/                                     executed notebooks by content: see grader.grading.cache
    grading/backups/                                   the gradebook as it was before each of the last runs
    grading/looked/                                    what submissions were found to be: see grader.grading.looked
    grading/seeds.json                                 the seed of each assignment
    grading/errors.log                                 tracebacks of what the grader itself could not do
    grading/lock                                       held by a running grading run

A submission is recorded in this order: its results are removed, the gradebook's transaction is committed, the
autograded folder is put in place, the results are written. Whatever the moment at which a run is ended, a submission
without results is graded again by the next run, from the cache, and recording twice gives what recording once gives.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime
import time
import traceback
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

import nbformat

from grader.classroom import plan, plug_ins
from grader.classroom.classroom import Classroom, Submission
from grader.errors import CourseError, UsageError, passes
from grader.grading import deadlines, gradebook, results, seeds
from grader.grading.again import Rules, late_rule
from grader.grading.autograde import Judge, Place, SandboxedExecute
from grader.grading.cache import Cache, digest_of
from grader.grading.execute import Executed
from grader.grading.executor import LocalKernels
from grader.grading.held_out import HeldOut, held_out, secret_of
from grader.grading.judge import Verdict
from grader.grading.looked import Looked, looks
from grader.grading.outputs import Limits
from grader.grading.prepare import Assignment, Piece, Prepared, prepare
from grader.grading.reference import Reference, examine
from grader.grading.results import Result
from grader.grading.submission import judge_notebook, not_gradable
from grader.kernels import sandbox
from grader.kernels.policy import Policy
from grader.submissions.sanitise import is_answer, is_graded, with_answers

T = TypeVar("T")
Next = Callable[[], Awaitable[Submission | None]]
"""Gives the next submission to be graded, or None where there are no more."""
AHEAD = 2
"""So many submissions more than kernels are in work, so that none waits while others are read and recorded."""
BACKUP = datetime.timedelta(days=1)
"""So often the gradebook is copied where submissions are graded as they arrive."""
FAILED = ("not gradable", "not recorded")
"""States that make a run's exit code 1."""


@dataclass(frozen=True)
class Options:
    """What a grading run is asked to do; the defaults grade all that is new with all cores.

    Attributes:
        assignments: names; all of which something was handed in if none.
        students: names; all if none.
        jobs: kernels at once on this machine; 0 for one more than there are cores.
        seed: for these assignments from now on; the kept one if None.
        force: execute and record again what has not changed.
        sandbox: False runs students' code with all the rights of this process.
        scheduler: address of a Dask scheduler, whose workers execute.
        db_url: the gradebook; the configured one if None.
    """

    assignments: tuple[str, ...] = ()
    students: tuple[str, ...] = ()
    jobs: int = 0
    seed: int | None = None
    force: bool = False
    sandbox: bool = True
    scheduler: str | None = None
    db_url: str | None = None


@dataclass(frozen=True)
class Row:
    """What became of one submission.

    Attributes:
        state: the worst of its notebooks' states, as in grader.grading.results.
        already: it had been graded before and has not changed.
        again: why it was recorded again although nothing else was handed in, in words.
        points, possible: automatic ones.
        seconds: of execution, on the clock; 0 if it came from the cache.
        cpu_seconds: of its kernels, None where unknown.
        recording: seconds that the gradebook and the files took.
        notes: for the instructor.
        evidence: as in grader.grading.results: False where the outputs of the student's own process alone decided.
        passing: not recorded for a reason that may be over when it is tried again.
    """

    assignment: str
    student: str
    state: str
    already: bool = False
    again: str = ""
    points: float = 0.0
    possible: float = 0.0
    seconds: float = 0.0
    cpu_seconds: float | None = None
    recording: float = 0.0
    notes: list[str] = field(default_factory=list)
    evidence: bool | None = None
    passing: bool = False


@dataclass
class Summary:
    """What a grading run has done.

    Attributes:
        rows: as the submissions were done.
        total: how many there were to look at.
        seconds: on the clock, from the first look at the gradebook.
        backup: the copy of the gradebook that was made before the first write; None if nothing was written.
        problems: why whole assignments could not be graded.
        planned: what the class's plan has changed in the gradebook, and what keeps it from working.
    """

    rows: list[Row] = field(default_factory=list)
    total: int = 0
    seconds: float = 0.0
    backup: str | None = None
    problems: list[str] = field(default_factory=list)
    planned: list[str] = field(default_factory=list)

    @property
    def failed(self) -> list[Row]:
        """The submissions that got no grade of their own."""
        return [row for row in self.rows if row.state in FAILED]


class Watcher(Protocol):
    """Is told how a run goes."""

    def begins(self, total: int) -> None:
        """So many submissions are looked at."""

    def starts(self, submission: Submission) -> None:
        """This submission is in work."""

    def ends(self, row: Row) -> None:
        """This submission is done."""


def grade_class(directory: Path, options: Options, watcher: Watcher | None = None) -> Summary:
    """Grade what a class has handed in.

    Args:
        directory: the class directory.
        options: what to grade, and how.
        watcher: is told how it goes.

    Raises:
        UsageError: what was asked for does not exist, another run is at work, or kernels cannot be sandboxed here.
        CourseError: the Dask cluster cannot be used.
        KeyboardInterrupt: after what was in work has been ended cleanly; `watcher` knows what was done.
    """
    need_sandbox(options)
    with _run(directory, options, watcher) as run:
        return asyncio.run(run.all())


async def grade_arriving(directory: Path, options: Options, arrivals: Next, watcher: Watcher) -> Summary:
    """Grade submissions in the order in which they arrive, until there are no more; each may lie in any folder.

    What was graded before and has not changed is told to `watcher` as `already`. The class directory is locked until
    the end. Of `options`, `assignments` and `students` have no meaning here.

    Raises:
        Held: another run is at work.
        CourseError: the gradebook cannot be opened, or the Dask cluster cannot be used.
    """
    with _run(directory, options, watcher) as run:
        return await run.arriving(arrivals)


def need_sandbox(options: Options) -> None:
    """Refuse to run students' code here where no kernel can be sandboxed.

    Raises:
        UsageError: that is so; the message says what to do.
    """
    problem = sandbox.available() if options.sandbox and not options.scheduler else None
    if problem:
        raise UsageError(f"{problem} Or pass --no-sandbox to run students' code with all your rights.")


def note_failure(root: Path, about: str, problem: Exception) -> None:
    """Write into a class directory's grading/errors.log where in the program something failed."""
    with open(root / "grading" / "errors.log", "a", encoding="utf-8") as file:
        file.write(f"{_now()} {about}\n{''.join(traceback.format_exception(problem))}\n")


@contextlib.contextmanager
def _run(directory: Path, options: Options, watcher: Watcher | None) -> Iterator[_Run]:
    """A run that holds the class directory's lock, and closes the gradebook at its end."""
    classroom = Classroom.open(directory, options.db_url)
    with classroom.locked(), ThreadPoolExecutor(1, "gradebook") as clerk:
        run = _Run(classroom, options, watcher, clerk)
        try:
            yield run
        finally:
            clerk.submit(run.close).result()


class _Run:
    """One grading run."""

    def __init__(
        self, classroom: Classroom, options: Options, watcher: Watcher | None, clerk: ThreadPoolExecutor
    ) -> None:
        self._classroom, self._options, self._watcher, self._clerk = classroom, options, watcher, clerk
        self._summary = Summary()
        self._cache = Cache(classroom.root / "grading" / "cache")
        execution = SandboxedExecute(config=classroom.config)
        self._policy = Policy.from_dict(execution.policy)
        self._limits = Limits(cell_seconds=execution.timeout, notebook_seconds=execution.notebook_timeout)
        self._sandbox = options.sandbox and execution.sandbox
        self._strict = Judge(config=classroom.config).strict
        self._plan = plan.of(classroom)
        self._book: gradebook.Book | None = None
        self._recorder: gradebook.Recorder | None = None
        self._assignments: dict[str, Assignment] = {}
        self._handed_in: dict[str, list[Submission]] = {}
        self._looks: dict[str, Looked] = {}
        self._finding = asyncio.Lock()

    async def all(self) -> Summary:
        """Grade everything."""
        started = time.monotonic()
        async with self._executor() as self._execute_somewhere:
            await self._by_clerk(self._find_assignments)
            found = [s for name in self._assignments for s in self._handed_in[name] if self._is_chosen(s)]
            self._check_students({submission.student for submission in found})
            self._summary.total = len(found)
            if self._watcher:
                self._watcher.begins(len(found))
            waiting = iter(found)

            async def following() -> Submission | None:
                return next(waiting, None)

            await self._work_through(following)
        self._cache.prune()
        self._summary.seconds = time.monotonic() - started
        return self._summary

    async def arriving(self, arrivals: Next) -> Summary:
        """Grade what arrives."""
        backup = gradebook.backed_up(self._classroom.root / "grading" / "backups", BACKUP)
        self._summary.backup = str(backup) if backup else None
        async with self._executor() as self._execute_somewhere:
            await self._by_clerk(self._open_book)
            await self._work_through(arrivals)
        self._cache.prune()
        return self._summary

    async def _work_through(self, following: Next) -> None:
        """Grade what `following` gives, several at once; nothing of it goes on afterwards."""
        workers = [asyncio.ensure_future(self._work(following)) for _ in range(self._execute_somewhere.slots + AHEAD)]
        try:
            await asyncio.gather(*workers)
        finally:
            tasks = [*workers, *(task for a in self._assignments.values() for task in a.references.values())]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for looked in self._looks.values():
                looked.keep()

    def close(self) -> None:
        """Close the gradebook; in the clerk's thread."""
        if self._book is not None:
            self._book.end()

    @contextlib.asynccontextmanager
    async def _executor(self) -> Any:
        if self._options.scheduler is None:
            yield LocalKernels(self._options.jobs)
        else:
            from grader.grading.cluster import connected

            async with connected(self._options.scheduler, sandbox=self._sandbox) as workers:
                yield workers

    async def _by_clerk(self, call: Callable[..., T], *arguments: Any) -> T:
        """Call something in the one thread that uses the gradebook."""
        return await asyncio.get_running_loop().run_in_executor(self._clerk, call, *arguments)

    def _open_book(self) -> gradebook.Book:
        course = self._classroom.coursedir
        with self._classroom.gradebook_turn:
            self._book = gradebook.Book.open(course.db_url, course.course_id)
            changed = deadlines.apply(self._book, self._plan) if self._plan else []
        self._recorder = gradebook.Recorder.of(self._classroom, self._book)
        if self._plan:
            self._summary.planned += changed
            self._summary.planned += plug_ins.late_warning(self._classroom.config, self._plan)
        return self._book

    def _find_assignments(self) -> None:
        known = self._open_book().assignments()
        for name in self._options.assignments:
            if name not in known:
                have = f"it has {', '.join(sorted(known))}" if known else "it has none"
                command = f"nbgrader generate_assignment {name}"
                if self._options.db_url:
                    command += f" --db={self._options.db_url}"
                raise UsageError(f"The gradebook has no assignment {name!r} ({have}): run '{command}'.")
            if not self._find_handed_in(name):
                empty = self._classroom.folder("submitted", "*", name)
                raise UsageError(f"Nothing was handed in for {name!r}: {empty} matches no folder.")
        chosen = self._options.assignments or tuple(n for n in sorted(known) if self._find_handed_in(n))
        if not chosen:
            raise UsageError("Nothing was handed in: run 'grader collect', or fill submitted/STUDENT/ASSIGNMENT.")
        for name in dict.fromkeys(chosen):
            try:
                self._assignments[name] = self._assignment(name, known[name])
            except CourseError as problem:
                self._summary.problems.append(f"{name}: {problem}")

    def _find_handed_in(self, name: str) -> list[Submission]:
        """What was handed in for an assignment, which `all` goes through."""
        self._handed_in[name] = self._classroom.submissions(name)
        return self._handed_in[name]

    def _is_chosen(self, submission: Submission) -> bool:
        return not self._options.students or submission.student in self._options.students

    async def _assignment_of(self, name: str) -> Assignment:
        """The assignment that a submission is of, as it is known in this run."""
        async with self._finding:
            if name not in self._assignments:
                self._assignments[name] = await self._by_clerk(self._look_up, name)
            return self._assignments[name]

    def _look_up(self, name: str) -> Assignment:
        assert self._book is not None
        notebooks = self._book.assignments().get(name)
        if notebooks is None:
            raise CourseError(f"The gradebook has no assignment {name!r}: run 'nbgrader generate_assignment {name}'.")
        return self._assignment(name, notebooks)

    def _assignment(self, name: str, notebooks: list[str]) -> Assignment:
        assert self._book is not None and self._recorder is not None
        root, course = self._classroom.root, self._classroom.coursedir
        if self._options.seed is not None:
            seeds.keep(root, name, self._options.seed)
        place = [Place(course, ".", name, notebook, course.db_url) for notebook in notebooks]
        return Assignment(
            name,
            seeds.seed_of(root, name),
            self._rules(name),
            {each.notebook: each.master() for each in place},
            self._recorder.own_files(name),
            *self._book.scores(name),
        )

    def _rules(self, name: str) -> Rules:
        """The rules of an assignment; of who has not been recorded yet, the plan alone knows the extension."""
        assert self._book is not None
        due, extensions = self._book.deadlines(name)
        said = ""
        if self._plan:
            planned = self._plan.of(name)
            extensions |= planned.extensions()
            said = repr((planned.late, str(self._plan.zone))) if planned.late else ""
        return Rules(self._limits, self._policy, late_rule(self._classroom.config, said), due, extensions)

    def _check_students(self, found: Collection[str]) -> None:
        for student in self._options.students:
            if student not in found:
                raise UsageError(f"{student!r} has handed in nothing that was asked for.")

    async def _work(self, following: Next) -> None:
        """Grade one submission after another until none is left."""
        while (submission := await following()) is not None:
            if self._watcher:
                self._watcher.starts(submission)
            try:
                row = await self._one(await self._assignment_of(submission.assignment), submission)
            except Exception as problem:
                row = self._failure(submission, problem)
            self._summary.rows.append(row)
            if self._watcher:
                self._watcher.ends(row)
            await asyncio.sleep(0)

    def _failure(self, submission: Submission, problem: Exception) -> Row:
        """The row of a submission that the grader itself could not deal with; the marks it has stay."""
        names = submission.assignment, submission.student
        if isinstance(problem, CourseError):
            return Row(*names, "not recorded", notes=[str(problem)], passing=passes(problem))
        reason = f"The grader failed ({type(problem).__name__}: {str(problem)[:300]}); grading/errors.log says where."
        result = Result(*names, "", "not recorded", notes=[reason])
        assignment = self._assignments.get(submission.assignment)
        with contextlib.suppress(OSError):
            note_failure(self._classroom.root, " ".join(names), problem)
            for notebook in assignment.notebooks if assignment else ():
                results.write(self._classroom.root, dataclasses.replace(result, notebook=notebook, graded=_now()))
        return Row(*names, "not recorded", notes=[reason], passing=passes(problem))

    async def _one(self, assignment: Assignment, submission: Submission) -> Row:
        seen, looked = looks(submission), self._looked(assignment)
        before = [results.read(self._classroom.root, *self._names(submission), name) for name in assignment.notebooks]
        content = looked.content(submission.student, seen)
        prepared = None
        if content is None:
            prepared = prepare(submission, assignment)
            content = prepared.content
            looked.note(submission.student, seen, content)
        same = [result for result in before if result is not None and result.content == content]
        seed = same[0].seed if same and same[0].seed and self._options.seed is None else assignment.seed
        known = self._known(assignment, submission, [result for result in same if result.seed == seed])
        again = next((reason for result in known or () if (reason := assignment.rules.changed(result))), "")
        if known is not None and not again and not self._options.force:
            return _row(submission, known, already=True)
        prepared = prepared or prepare(submission, assignment)
        prepared.seed = seed
        made = [await self._grade(prepared, piece) for piece in prepared.pieces]
        recording = await self._by_clerk(self._record, prepared, made)
        row = _row(submission, [result for result, _ in made], again=again, recording=recording)
        if any(before) and not same:
            row.notes.extend(_marks_kept(assignment.by_hand.get(submission.student, {})))
        return row

    @staticmethod
    def _names(submission: Submission) -> tuple[str, str]:
        return submission.assignment, submission.student

    def _looked(self, assignment: Assignment) -> Looked:
        """What is remembered of an assignment's submissions."""
        if assignment.name not in self._looks:
            masters = [[name, master, stubs] for name, (master, stubs) in assignment.notebooks.items()]
            made_of = digest_of(masters, files=assignment.own)
            self._looks[assignment.name] = Looked(self._classroom.root, assignment.name, made_of)
        return self._looks[assignment.name]

    def _known(self, assignment: Assignment, place: Submission, same: list[Result]) -> list[Result] | None:
        """The results of a submission that has not changed since it was graded, if the gradebook has its points."""
        found = []
        by_name = {result.notebook: result for result in same}
        for name in assignment.notebooks:
            result = by_name.get(name)
            scores = assignment.recorded.get((place.student, name))
            if result is None or scores is None:
                return None
            if any(scores.get(cell) != verdict.points for cell, verdict in result.verdicts.items()):
                return None
            autograded = self._classroom.folder("autograded", place.student, place.assignment)
            if result.state != "not handed in" and not (autograded / f"{name}.ipynb").is_file():
                return None
            found.append(result)
        return found

    async def _grade(self, prepared: Prepared, piece: Piece) -> tuple[Result, nbformat.NotebookNode | None]:
        """The result of one notebook, and the notebook that nbgrader is to record."""
        place, assignment = prepared.submission, prepared.assignment
        result = Result(
            place.assignment,
            place.student,
            piece.name,
            "not handed in",
            notes=piece.notes,
            missing=piece.missing,
            seed=prepared.seed,
            sandbox=self._sandbox,
            submitted=prepared.submitted,
            content=prepared.content,
            late=assignment.rules.lateness(place.student, prepared.submitted),
            limits=assignment.rules.limits_key,
        )
        master, stubs = assignment.notebooks[piece.name]
        if piece.refused is not None:
            graded = not_gradable(master, piece.refused, stubs)
            notes = [piece.refused, *piece.notes]
            graded.notebook.metadata["grader"] = {"not_gradable": piece.refused, "notes": notes}
            result = dataclasses.replace(result, state=graded.state, verdicts=graded.verdicts, notes=notes)
            return result, graded.notebook
        if piece.notebook is None:
            return dataclasses.replace(result, verdicts=_nothing(master)), None
        files = {path: data for path, data in prepared.files.items() if path != gradebook.TIMESTAMP}
        files |= self._held_out(master, prepared.seed).features
        reference_run = self._reference(
            assignment, piece.name, prepared.seed
        )  # before the first submission, for all wait for it
        await asyncio.sleep(0)
        executed, from_cache = await self._execute(piece.notebook, files, prepared.seed)
        reference = await asyncio.shield(reference_run)
        judged = deepcopy(executed.notebook)
        verdicts, found = judge_notebook(judged, reference, strict=self._strict)
        result = dataclasses.replace(
            result,
            state="graded in part" if executed.in_part else "graded",
            verdicts=verdicts,
            notes=[*piece.notes, *executed.notes, *found],
            versions=dict(self._execute_somewhere.versions),
            seconds=executed.seconds,
            cpu_seconds=executed.cpu_seconds,
            peak_memory=executed.peak_memory,
            kernels=executed.kernels,
            cell_seconds=executed.cell_seconds,
            from_cache=from_cache,
        )
        judged.metadata["grader"] = {
            "seed": result.seed,
            "state": result.state,
            "seconds": round(executed.seconds, 1),
            "notes": result.notes,
        }
        return result, judged

    def _reference(self, assignment: Assignment, notebook: str, seed: int) -> asyncio.Task[Reference]:
        """The reference run of a notebook, started when it is first wanted."""
        key = notebook, seed
        if key not in assignment.references:
            assignment.references[key] = asyncio.ensure_future(self._run_reference(assignment, *key))
        return assignment.references[key]

    async def _run_reference(self, assignment: Assignment, notebook: str, seed: int) -> Reference:
        master, _ = assignment.notebooks[notebook]
        rows = self._held_out(master, seed)
        executed, _ = await self._execute(with_answers(master, {}), assignment.own | rows.features | rows.truth, seed)
        return examine(executed, seed)

    def _held_out(self, master: nbformat.NotebookNode, seed: int) -> HeldOut:
        """The rows of a project that this run grades on; none of another notebook."""
        return held_out(master, seed, partial(secret_of, self._classroom.root))

    async def _execute(
        self, notebook: nbformat.NotebookNode, files: Mapping[str, bytes], seed: int
    ) -> tuple[Executed, bool]:
        """An execution, and whether it was kept in the cache."""
        options: dict[str, Any] = {"policy": self._policy, "sandbox": self._sandbox, "limits": self._limits}
        key = digest_of(
            _what_runs(notebook),
            seed,
            dict(self._execute_somewhere.versions),
            self._policy.as_dict(),
            self._sandbox,
            dataclasses.asdict(self._limits),
            files=files,
        )
        kept = None if self._options.force else self._cache.get(key)
        if kept is not None:
            made = deepcopy(notebook)  # points and pictures may be others
            for cell, before in zip(made.cells, kept.notebook.cells, strict=True):
                if cell.cell_type == "code":
                    cell.outputs, cell.execution_count = before.outputs, before.execution_count
            return dataclasses.replace(kept, notebook=made), True
        executed = await self._execute_somewhere(notebook, files, seed=seed, **options)
        self._cache.put(key, executed)
        return executed, False

    def _record(self, prepared: Prepared, made: list[tuple[Result, nbformat.NotebookNode | None]]) -> float:
        """Write one submission down, in the clerk's thread; see this module's docstring for the order.

        Returns:
            the seconds that it took, without the backup.
        """
        assert self._recorder is not None
        place, root = prepared.submission, self._classroom.root
        if self._summary.backup is None:
            backup = gradebook.back_up(self._classroom.coursedir.db_url, root / "grading" / "backups")
            self._summary.backup = str(backup)
        started = time.monotonic()
        results.remove(root, place.assignment, place.student)
        notebooks = {result.notebook: notebook for result, notebook in made if notebook is not None}
        extension = prepared.assignment.rules.extensions.get(place.student)
        with self._classroom.gradebook_turn:
            self._recorder.record(place, notebooks, prepared.files, extension)
        for result, _ in made:
            results.write(root, dataclasses.replace(result, graded=_now()))
        return time.monotonic() - started


def _what_runs(notebook: nbformat.NotebookNode) -> list[Any]:
    """What of a notebook decides how it runs: not the points, nor the checksums that change with them."""
    return [
        [cell.cell_type, cell.source, cell.metadata.get("tags", []), is_graded(cell), is_answer(cell)]
        for cell in notebook.cells
    ]


def _marks_kept(by_hand: Mapping[str, float]) -> list[str]:
    """What is to be said where a submission was replaced that had marks by hand."""
    marks = ", ".join(f"{cell!r} ({mark:g})" for cell, mark in sorted(by_hand.items()))
    return [f"Marks by hand are kept from the submission before: {marks}; look at them again."] if marks else []


def _nothing(master: nbformat.NotebookNode) -> dict[str, Verdict]:
    """The verdicts of a notebook that was not handed in."""
    cells = [cell.metadata.nbgrader for cell in master.cells if is_graded(cell)]
    reason = ("The notebook was not handed in.",)
    return {cell.grade_id: Verdict(0.0, float(cell.points), False, "not attempted", reason) for cell in cells}


_WORST = ("not recorded", "not gradable", "not handed in", "graded in part", "graded")


def _row(
    submission: Submission, made: list[Result], *, already: bool = False, again: str = "", recording: float = 0.0
) -> Row:
    ran = [result for result in made if not (already or result.from_cache)]
    known = [result.cpu_seconds for result in ran if result.cpu_seconds is not None]
    return Row(
        submission.assignment,
        submission.student,
        min((result.state for result in made), key=_WORST.index),
        already,
        again,
        sum(result.points for result in made),
        sum(result.possible for result in made),
        sum(result.seconds or 0.0 for result in ran),
        sum(known) if known else None,
        recording,
        list(dict.fromkeys(note for result in made for note in result.notes)),
        min((has for result in made if (has := result.evidence) is not None), default=None),
    )


def _now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
