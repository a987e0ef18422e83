"""What the gradebook says of an assignment, in a handful of statements however many students there are.

nbgrader's own objects ask the database again for each submission and each cell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nbgrader.api import Comment, Grade

from grader.classroom.classroom import Classroom
from grader.grading import rows
from grader.grading.rows import Parts, Written


@dataclass(frozen=True)
class Marks:
    """What the gradebook says of one notebook.

    Attributes:
        score, possible: after late penalty.
        penalty: for handing in late.
        cells: score, maximum and whether it was given by hand, by grade_id.
        comments: by grade_id.
        waiting: whether something is still to be marked by hand.
        number: by which formgrader knows it.
    """

    score: float
    possible: float
    penalty: float = 0.0
    cells: Mapping[str, tuple[float, float, bool]] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    waiting: bool = False
    number: str = ""


@dataclass(frozen=True)
class Submitted:
    """What the gradebook says of one submission.

    Attributes:
        when: it was handed in, in UTC.
        late: how many seconds after the due date.
        possible: the most points of the assignment.
        notebooks: by name.
    """

    student: str
    when: datetime | None
    late: float
    possible: float
    notebooks: dict[str, Marks] = field(default_factory=dict)


def marks_of(room: Classroom, assignment: str, students: Collection[str] = ()) -> dict[tuple[str, str], Marks]:
    """The marks of an assignment, by student and notebook; of these students only, if any are named."""
    with room.gradebook() as book:
        found = submitted(book, assignment, students)
    return {(one.student, name): marks for one in found for name, marks in one.notebooks.items()}


def submitted(book: Any, assignment: str, students: Collection[str] = ()) -> list[Submitted]:
    """All submissions of an assignment in a gradebook; of these students only, if any are named."""
    parts = rows.parts(book.db, assignment)
    if parts is None:
        return []
    handed_in = rows.submissions(book.db, parts, students or None)
    written = rows.notebooks(book.db, parts, handed_in if students else None)
    possible = sum(cell.most for cell in parts.cells.values())
    made = {
        one.number: Submitted(one.student, one.when, _late(one.when, parts.due, one.extension), possible)
        for one in handed_in
    }
    for one, marks in zip(written, _marks(book, parts, written, all_of_it=not students), strict=True):
        made[one.submission].notebooks[parts.notebooks[one.notebook]] = marks
    return list(made.values())


def _late(when: datetime | None, due: datetime | None, extension: timedelta | None) -> float:
    if when is None or due is None:
        return 0.0
    return max(0.0, (when - due - (extension or timedelta())).total_seconds())


def _marks(book: Any, parts: Parts, written: Sequence[Written], *, all_of_it: bool) -> Iterator[Marks]:
    """The marks of each of these notebooks, which may be all that were handed in."""
    which = None if all_of_it else written
    cells: dict[str, dict[str, tuple[float, float, bool]]] = {}
    waiting = set()
    columns = Grade.score, Grade.manual_score, Grade.needs_manual_grade
    for number, cell, score, manual, waits in book.db.execute(rows.of_cells(parts, Grade, *columns, written=which)):
        part = parts.cells[cell]
        cells.setdefault(number, {})[part.name] = float(score or 0), part.most, manual is not None
        if waits:
            waiting.add(number)
    comments: dict[str, dict[str, str]] = {}
    said = rows.of_cells(parts, Comment, Comment.comment, written=which).where(Comment.comment != "")
    for number, cell, comment in book.db.execute(said):
        comments.setdefault(number, {})[parts.cells[cell].name] = comment
    possible: dict[str, float] = defaultdict(float)
    for part in parts.cells.values():
        possible[part.notebook] += part.most
    for one in written:
        own = cells.get(one.number, {})
        yield Marks(
            sum(score for score, _, _ in own.values()) - one.penalty,
            possible[one.notebook],
            one.penalty,
            own,
            comments.get(one.number, {}),
            one.number in waiting,
            one.number,
        )
