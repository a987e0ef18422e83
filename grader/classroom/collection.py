"""What became of all that was collected, line by line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from grader.submissions.people import Person

What = Literal["collected", "replaced", "unchanged", "kept", "superseded", "left out", "not placed"]


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
    """All that a source held.

    Attributes:
        rows: one for each submission, for each file that was not placed or left out, and for each person without a
            notebook.
        added: students who are new in the class.
        absent: students of the class of whom nothing is there, neither in the source nor from before.
    """

    rows: list[Row] = field(default_factory=list)
    added: list[Person] = field(default_factory=list)
    absent: list[Person] = field(default_factory=list)

    def count(self, what: What) -> int:
        """How many rows have this outcome."""
        return sum(row.what == what for row in self.rows)
