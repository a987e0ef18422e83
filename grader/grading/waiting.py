"""The hand-ins that wait for their grade: in the order they came, one of a student at a time, so many a day."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from grader.grading.attempts import Attempt, Ledger, Rule, used

_number = itertools.count()


@dataclass
class Job:
    """One attempt that has no grade or no answer yet.

    Attributes:
        again_at: not before then, in seconds: after a failure, or when the day's attempts are used up.
        held: for that second reason.
        tries: how often it could not be graded.
        number: tells apart what came at the same time.
    """

    assignment: str
    student: str
    attempt: Attempt
    again_at: float = 0.0
    held: bool = False
    tries: int = 0
    number: int = field(default_factory=lambda: next(_number))

    @property
    def key(self) -> tuple[str, str]:
        """Whose it is, of what."""
        return self.assignment, self.student


class Queue:
    """What waits, and what is in work."""

    def __init__(self, ledger: Ledger, rule: Rule, on_hold: Callable[[Job], None]) -> None:
        """An empty queue; `on_hold` is told of each job that has to wait for another day, once a look."""
        self._ledger, self._rule, self._on_hold = ledger, rule, on_hold
        self._waiting: list[Job] = []
        self.in_work: dict[tuple[str, str], Job] = {}

    def __len__(self) -> int:
        """How many jobs wait."""
        return len(self._waiting)

    def waits(self, assignment: str, student: str) -> bool:
        """Whether something of a student waits, or is in work."""
        key = assignment, student
        return key in self.in_work or any(job.key == key for job in self._waiting)

    def put(self, job: Job) -> list[Job]:
        """Let a job wait; returns those that need not be graded any more because this newer one has come."""
        replaced = [
            old
            for old in self._waiting
            if old.key == job.key
            and old.attempt.came <= job.attempt.came
            and not old.attempt.graded
            and (self._rule.counts == "last" or old.held or old.attempt.held)
        ]
        self._waiting = [old for old in self._waiting if old not in replaced]
        self._waiting.append(job)
        self._waiting.sort(key=lambda one: (one.attempt.came, one.number))
        return replaced

    def take(self, now: float) -> Job | None:
        """The first job whose turn it is, which is in work from now on."""
        for job in self._waiting:
            if job.again_at > now or job.key in self.in_work:
                continue
            if not job.attempt.graded and self._used_up(job, now):
                job.again_at, job.held = midnight(now), True
                self._on_hold(job)
                continue
            self._waiting.remove(job)
            self.in_work[job.key] = job
            return job
        return None

    def give_back(self, job: Job) -> None:
        """A job that was in work waits again, in its old place."""
        self.in_work.pop(job.key, None)
        self.put(job)

    def end(self, job: Job) -> None:
        """A job is done."""
        self.in_work.pop(job.key, None)

    def next_turn(self) -> float | None:
        """When, in seconds, the next job may be taken; None if none waits."""
        return min((job.again_at for job in self._waiting), default=None)

    def _used_up(self, job: Job, now: float) -> bool:
        if not self._rule.per_day:
            return False
        today = datetime.datetime.fromtimestamp(now).date()
        return used(self._ledger.of(*job.key), today) >= self._rule.per_day


def midnight(now: float) -> float:
    """When the next day begins, by this machine's clock."""
    tomorrow = datetime.datetime.fromtimestamp(now).date() + datetime.timedelta(days=1)
    return datetime.datetime.combine(tomorrow, datetime.time()).timestamp()
