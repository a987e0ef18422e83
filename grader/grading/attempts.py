"""Official attempts: each hand-in that arrived, what came of it, whether one more may be graded today, which counts.

    grading/attempts/ASSIGNMENT/STUDENT.json

An attempt is written down when it arrives, when its marks are recorded, and when its answer has gone back, so that
whoever goes on after a crash knows what is left to do.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from traitlets import Enum, Int
from traitlets.config import Configurable

from grader.files import write_whole

Counts = Literal["last", "best", "last-before-due"]
COUNTS: tuple[Counts, ...] = ("last", "best", "last-before-due")
GRADED = ("graded", "graded in part")
"""States of an attempt that uses up one of the day's; what cannot be graded uses up none."""


class Attempts(Configurable):
    """How many attempts there are, and which counts; nbgrader_config.py sets both."""

    per_day = Int(0, min=0, config=True, help="Hand-ins of one assignment graded for a student on a day; 0: all.")
    counts = Enum(COUNTS, "last", config=True, help="Which attempt counts: last, best or last-before-due.")


@dataclass(frozen=True)
class Rule:
    """The bound on attempts a day, 0 for none, and which of them counts."""

    per_day: int = 0
    counts: Counts = "last"

    @classmethod
    def of(cls, config: Any, per_day: int | None = None, counts: str | None = None) -> Rule:
        """The rule of a class: what is given here, else what its configuration says."""
        told = Attempts(config=config)
        return cls(told.per_day if per_day is None else per_day, cast(Counts, counts or told.counts))


@dataclass(frozen=True)
class Attempt:
    """One hand-in.

    Attributes:
        content: digest of its files, by which `store.find` finds it.
        came: when it arrived, in seconds.
        place: where it arrived, and where its answer goes: a watched folder, or "exchange"; "" for none.
        way: the path that feedback gets in a watched folder, without its ending.
        state: "" until it is graded, then as in grader.grading.results; "replaced" if a newer one came before that.
        graded: when, in seconds.
        score, possible: after late penalty.
        late: whether it came after the due date.
        held: whether the student was told that it waits for another day.
        answered: whether its answer has gone back, or none is owed.
    """

    content: str
    came: float
    place: str = ""
    way: str = ""
    state: str = ""
    graded: float = 0.0
    score: float = 0.0
    possible: float = 0.0
    late: bool = False
    held: bool = False
    answered: bool = False


class Ledger:
    """The attempts of a class; several threads may use it."""

    def __init__(self, root: Path) -> None:
        self._folder = root / "grading" / "attempts"
        self._turn = threading.Lock()

    def of(self, assignment: str, student: str) -> list[Attempt]:
        """A student's attempts, in the order in which they came."""
        return self._read(self._path(assignment, student))

    def add(self, assignment: str, student: str, attempt: Attempt) -> None:
        """Write down one more."""
        with self._turn:
            self._write(assignment, student, [*self.of(assignment, student), attempt])

    def change(self, assignment: str, student: str, attempt: Attempt, **values: Any) -> Attempt:
        """Write down what is new of an attempt; returns it as it is now."""
        with self._turn:
            attempts = self.of(assignment, student)
            number = [(a.content, a.came) for a in attempts].index((attempt.content, attempt.came))
            attempts[number] = dataclasses.replace(attempts[number], **values)
            self._write(assignment, student, attempts)
        return attempts[number]

    def everyone(self) -> Iterator[tuple[str, str, list[Attempt]]]:
        """Assignment, student and attempts of all who have any."""
        for path in sorted(self._folder.glob("*/*.json")):
            yield path.parent.name, path.stem, self._read(path)

    def _path(self, assignment: str, student: str) -> Path:
        return self._folder / assignment / f"{student}.json"

    def _write(self, assignment: str, student: str, attempts: Sequence[Attempt]) -> None:
        made = json.dumps([dataclasses.asdict(attempt) for attempt in attempts], indent=1)
        write_whole(self._path(assignment, student), made.encode())

    @staticmethod
    def _read(path: Path) -> list[Attempt]:
        try:
            return [Attempt(**values) for values in json.loads(path.read_text(encoding="utf-8"))]
        except (OSError, ValueError, TypeError):
            return []


def counting(attempts: Sequence[Attempt], counts: Counts) -> Attempt | None:
    """The attempt that counts: the last one, or the first of the best, or the last that was not late if any was not."""
    done = [attempt for attempt in attempts if attempt.graded]
    if not done:
        return None
    if counts == "best":
        return max(done, key=lambda attempt: attempt.score)
    in_time = [attempt for attempt in done if not attempt.late]
    return in_time[-1] if counts == "last-before-due" and in_time else done[-1]


def used(attempts: Sequence[Attempt], day: datetime.date) -> int:
    """How many attempts were graded on a day, by this machine's clock."""
    graded = (datetime.datetime.fromtimestamp(a.graded).date() for a in attempts if a.state in GRADED)
    return sum(when == day for when in graded)
