"""What became of all that was collected, line by line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from grader.submissions.handed_in import Person

What = Literal["collected", "replaced", "unchanged", "kept", "superseded", "not placed"]


@dataclass(frozen=True)
class Row:
    """What became of one file, or of one submission: `what` is the outcome and `note` says why."""

    what: What
    source: str
    student: str = ""
    assignment: str = ""
    note: str = ""


@dataclass
class Collection:
    """All that a source held: a row for each submission and for each file that was not placed; the new students."""

    rows: list[Row] = field(default_factory=list)
    added: list[Person] = field(default_factory=list)
    left_out: int = 0

    def count(self, what: What) -> int:
        """How many rows have this outcome."""
        return sum(row.what == what for row in self.rows)
