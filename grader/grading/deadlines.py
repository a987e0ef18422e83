"""Writes the due dates and extensions of a class's plan into its gradebook, where nbgrader and the grader read them.

The plan wins over what formgrader or `nbgrader db` has set, of each assignment that it gives a due date; all others
stay. An extension is entered once the student has handed in: nbgrader has no place for it before (see also
grader.classroom.late_penalty, which enters it during autograding).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from grader.classroom.classroom import locked_is_told
from grader.classroom.plan import FILE, Plan, Planned
from grader.grading.gradebook import Book


@dataclass
class _Change:
    """What the gradebook has otherwise than the plan, of one assignment, and that in words."""

    assignment: str
    due: datetime
    extensions: dict[str, timedelta | None] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def apply(book: Book, plan: Plan, *, dry_run: bool = False) -> list[str]:
    """Bring the gradebook to the plan, all at once or not at all.

    Returns:
        what was changed, or would be, line by line; nothing where it is as planned.

    Raises:
        LockedGradebook: another program holds the gradebook.
    """
    changes = [
        change
        for name, planned in plan.assignments.items()
        if planned.due is not None and (change := _change(book, plan, name, planned, planned.due)).lines
    ]
    if changes and not dry_run:
        with locked_is_told(), book.transaction():
            for change in changes:
                book.set_deadlines(change.assignment, change.due, change.extensions)
    return [f"{change.assignment}: {line}" for change in changes for line in change.lines]


def _change(book: Book, plan: Plan, name: str, planned: Planned, due: datetime) -> _Change:
    before, there = book.deadlines(name)
    change = _Change(name, due.astimezone(timezone.utc).replace(tzinfo=None))
    if before is None:
        change.lines.append(f"due {_said(due)}")
    elif before != change.due:
        was = _said(before.replace(tzinfo=timezone.utc).astimezone(plan.zone))
        change.lines.append(f"due {_said(due)}, in place of {was} that the gradebook had: {FILE} counts")
    wanted = planned.extensions()
    for student in sorted(book.handed_in(name)):
        if there.get(student) == wanted.get(student):
            continue
        change.extensions[student] = wanted.get(student)
        old = f"extension of {_hours(there[student])} in the gradebook" if student in there else ""
        if student not in wanted:
            change.lines.append(f"{student}'s {old} is taken back: {FILE} has none")
        else:
            instead = f", in place of an {old}" if old else ""
            change.lines.append(f"{student} has until {_said(planned.own_due[student])}{instead}")
    return change


def _hours(time: timedelta) -> str:
    return f"{time / timedelta(hours=1):.4g} hours"


def _said(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
