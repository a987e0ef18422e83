"""What a student is told of an official attempt, and which attempt's marks stand in the gradebook afterwards."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from grader.classroom.classroom import Classroom
from grader.classroom.inbox import EXCHANGE
from grader.classroom.store import content, find, put_back
from grader.grading import results
from grader.grading.attempts import GRADED, Attempt, Ledger, Rule, counting, used
from grader.grading.pipeline import Row
from grader.grading.waiting import Job, midnight
from grader.report import feedback, ways_back
from grader.report.marks import marks_of

NOTICES = Path("grading") / "notices"


@dataclass(frozen=True)
class Answers:
    """Gives feedback back in a class that is watched.

    Attributes:
        room: the class.
        ledger: its attempts.
        rule: how many there are, and which counts.
        places: where hand-ins arrive now; an attempt from elsewhere gets its page in the class directory alone.
    """

    room: Classroom
    ledger: Ledger
    rule: Rule
    places: Collection[str]

    def answer(self, job: Job, row: Row) -> None:
        """Write down what an attempt got, and give its feedback back."""
        if not job.attempt.graded:
            job.attempt = self._graded(job, row)
        if not row.already or job.attempt.place:
            remark = self._remark(job)
            remarks = {job.student: remark} if remark else {}
            pages = feedback.write(self.room, [job.assignment], students=[job.student], jobs=1, remarks=remarks)
            self._give(job, pages, Path(self.room.coursedir.feedback_directory))
        job.attempt = self.ledger.change(*job.key, job.attempt, answered=True)

    def tell_to_wait(self, job: Job) -> None:
        """Tell a student that the day's attempts are used up."""
        then, came = map(datetime.fromtimestamp, (midnight(time.time()), job.attempt.came))
        count = f"{self.rule.per_day} attempts" if self.rule.per_day > 1 else "one attempt"
        sentence = (
            f"You have used the {count} of today for {job.assignment}. What you handed in at {came:%H:%M} is kept, and "
            f"is graded on {then:%d %B %Y}; if you hand in again before that, the newest is graded."
        )
        folder = self.room.root / NOTICES
        pages = feedback.write_notice(self.room, job.student, job.assignment, sentence, folder)
        self._give(job, pages, folder)
        job.attempt = self.ledger.change(*job.key, job.attempt, held=True)

    def settle(self, job: Job) -> Job | None:
        """Put the attempt that counts into its place where another was graded last; returns what is to be recorded."""
        counted = counting(self.ledger.of(*job.key), self.rule.counts)
        place = self.room.folder("submitted", job.student, job.assignment)
        if self.rule.counts == "last" or counted is None or (place.is_dir() and content(place) == counted.content):
            return None
        folder = find(self.room.root, job.student, job.assignment, counted.content)
        if folder is None:
            return None
        # Noted first: whoever goes on after a crash grades it, and settles again.
        counted = self.ledger.change(*job.key, counted, place="", answered=False)
        put_back(self.room.root, job.student, job.assignment, folder)
        return Job(*job.key, counted)

    def _graded(self, job: Job, row: Row) -> Attempt:
        """Write down the marks."""
        notebooks = self.room.notebooks(job.assignment)
        found = [r for name in notebooks if (r := results.read(self.room.root, *job.key, name))]
        times = [datetime.fromisoformat(result.graded).timestamp() for result in found if result.graded]
        marks = marks_of(self.room, job.assignment, [job.student]).values()
        return self.ledger.change(
            *job.key,
            job.attempt,
            state=row.state,
            graded=max(times, default=time.time()),
            score=sum(mark.score for mark in marks),
            possible=sum(mark.possible for mark in marks),
            late=any(result.late is not None for result in found),
        )

    def _remark(self, job: Job) -> str:
        """What a student should know of an attempt besides its marks."""
        attempts = self.ledger.of(*job.key)
        told = []
        if self.rule.per_day and job.attempt.state in GRADED:
            day = datetime.fromtimestamp(job.attempt.graded).date()
            told.append(f"Attempt {used(attempts, day)} of {self.rule.per_day} on {day:%d %B %Y}.")
        counted = counting(attempts, self.rule.counts)
        if counted and counted.content != job.attempt.content:
            when = datetime.fromtimestamp(counted.came)
            marks = f"{counted.score:g} of {counted.possible:g} points"
            told.append(f"What counts is your hand-in of {when:%d %B %Y, %H:%M}: {marks}.")
        return " ".join(told)

    def _give(self, job: Job, pages: Sequence[Path], folder: Path) -> None:
        """Bring pages to where a hand-in came from."""
        if job.attempt.place == EXCHANGE:
            ways_back.to_exchange(self.room, job.student, job.assignment, folder)
        elif job.attempt.place in self.places:
            ways_back.to_folder(Path(job.attempt.place), job.attempt.way, pages)
