"""What the gradebook says of an assignment, in a handful of statements however many students there are.

nbgrader's own objects ask the database again for each submission and each cell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select

from grader.classroom.classroom import Classroom


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
    theirs = (SubmittedAssignment.student_id.in_(list(students)),) if students else ()
    due, possible = book.db.execute(
        select(Assignment.duedate, Assignment.max_score).where(Assignment.name == assignment)
    ).one_or_none() or (None, 0.0)
    made = {
        number: Submitted(student, when, _late(when, due, extension), float(possible or 0))
        for number, student, when, extension in book.db.execute(
            select(
                SubmittedAssignment.id,
                SubmittedAssignment.student_id,
                SubmittedAssignment.timestamp,
                SubmittedAssignment.extension,
            )
            .join(Assignment)
            .where(Assignment.name == assignment, *theirs)
        )
    }
    for number, (submission, name, marks) in _notebooks(book, assignment, theirs):
        made[submission].notebooks[name] = Marks(number=number, **marks)
    return list(made.values())


def _late(when: datetime | None, due: datetime | None, extension: timedelta | None) -> float:
    if when is None or due is None:
        return 0.0
    return max(0.0, (when - due - (extension or timedelta())).total_seconds())


def _notebooks(
    book: Any, assignment: str, theirs: tuple[Any, ...]
) -> Iterator[tuple[str, tuple[str, str, dict[str, Any]]]]:
    """Each submitted notebook by its id: its submission, its name, and the fields of its marks."""
    mine = (Assignment.name == assignment, *theirs)
    possible = dict(
        book.db.execute(
            select(Notebook.name, Notebook.max_score).join(Assignment).where(Assignment.name == assignment)
        ).all()
    )
    cells: dict[str, dict[str, tuple[float, float, bool]]] = {}
    waiting = set()
    graded = _of_cells(Grade, mine, Grade.score, Grade.max_score, Grade.manual_score, Grade.needs_manual_grade)
    for number, name, score, most, by_hand, waits in book.db.execute(graded):
        cells.setdefault(number, {})[name] = float(score or 0), float(most or 0), by_hand is not None
        if waits:
            waiting.add(number)
    comments: dict[str, dict[str, str]] = {}
    for number, name, comment in book.db.execute(_of_cells(Comment, (*mine, Comment.comment != ""), Comment.comment)):
        comments.setdefault(number, {})[name] = comment
    query = (
        select(
            SubmittedNotebook.id,
            SubmittedNotebook.assignment_id,
            Notebook.name,
            SubmittedNotebook.late_submission_penalty,
        )
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .where(*mine)
    )
    for number, submission, name, penalised in book.db.execute(query):
        penalty = float(penalised or 0)
        own = cells.get(number, {})
        marks = {
            "score": sum(score for score, _, _ in own.values()) - penalty,
            "possible": float(possible[name] or 0),
            "penalty": penalty,
            "cells": own,
            "comments": comments.get(number, {}),
            "waiting": number in waiting,
        }
        yield number, (submission, name, marks)


def _of_cells(table: Any, where: tuple[Any, ...], *columns: Any) -> Any:
    """A query for columns of grades or comments, with the notebook's id and the cell's name before them."""
    return (
        select(table.notebook_id, BaseCell.name, *columns)
        .select_from(table)
        .join(BaseCell, table.cell_id == BaseCell.id)
        .join(SubmittedNotebook, table.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .where(*where)
    )
