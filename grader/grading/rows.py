"""The rows of one assignment in a gradebook, found by nbgrader's indexes, in so many statements for any class.

Grades and comments have an index by cell and none by notebook: a statement that goes from students to their grades
looks through those of the whole class and all its assignments.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    GradeCell,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import select


@dataclass(frozen=True)
class Cell:
    """A cell of a source notebook: its name, the notebook's id, and the most points, 0 where it is not graded."""

    name: str
    notebook: str
    most: float


@dataclass(frozen=True)
class Parts:
    """What an assignment is made of: its id, the due date in UTC, and by their ids notebooks' names and cells."""

    number: str
    due: datetime | None
    notebooks: Mapping[str, str]
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class HandedIn:
    """A submission, by the id of its row."""

    number: str
    student: str
    when: datetime | None
    extension: timedelta | None


@dataclass(frozen=True)
class Written:
    """A submitted notebook: its id, the submission's, the notebook's, and what it lost for being late."""

    number: str
    submission: str
    notebook: str
    penalty: float


def parts(session: Any, assignment: str) -> Parts | None:
    """What an assignment is made of; None where the gradebook does not have it."""
    found = session.execute(select(Assignment.id, Assignment.duedate).where(Assignment.name == assignment))
    number, due = found.one_or_none() or (None, None)
    if number is None:
        return None
    names = dict(session.execute(select(Notebook.id, Notebook.name).where(Notebook.assignment_id == number)).all())
    query = select(BaseCell.id, BaseCell.name, BaseCell.notebook_id).where(BaseCell.notebook_id.in_(names))
    cells = session.execute(query).all()
    most: dict[str, float] = {}
    for kind in (GradeCell.__table__, TaskCell.__table__):
        query = select(kind.c.id, kind.c.max_score).where(kind.c.id.in_([cell for cell, _, _ in cells]))
        most |= {cell: float(points or 0) for cell, points in session.execute(query)}
    made = {cell: Cell(name, notebook, most.get(cell, 0.0)) for cell, name, notebook in cells}
    return Parts(number, due, names, made)


def submissions(session: Any, of: Parts, students: Collection[str] | None = None) -> list[HandedIn]:
    """What was handed in; by these students only, if they are named."""
    row = SubmittedAssignment
    query = select(row.id, row.student_id, row.timestamp, row.extension).where(row.assignment_id == of.number)
    if students is not None:
        query = query.where(row.student_id.in_(list(students)))
    return [HandedIn(*found) for found in session.execute(query)]


def notebooks(session: Any, of: Parts, submitted: Collection[HandedIn] | None = None) -> list[Written]:
    """The notebooks that were handed in; of these submissions only, if they are given."""
    row = SubmittedNotebook
    query = select(row.id, row.assignment_id, row.notebook_id, row.late_submission_penalty)
    query = query.where(row.notebook_id.in_(of.notebooks))
    if submitted is not None:
        query = query.where(row.assignment_id.in_([one.number for one in submitted]))
    found = session.execute(query)
    return [Written(number, one, notebook, float(lost or 0)) for number, one, notebook, lost in found]


def of_cells(of: Parts, table: Any, *columns: Any, written: Collection[Written] | None = None) -> Any:
    """A query for columns of grades or comments; before them the ids of the submitted notebook and of the cell.

    Args:
        of: the assignment.
        table: nbgrader's Grade or Comment.
        columns: of it.
        written: of these notebooks only, if they are given.
    """
    query = select(table.notebook_id, table.cell_id, *columns).where(table.cell_id.in_(of.cells))
    return query if written is None else query.where(table.notebook_id.in_([one.number for one in written]))
