"""A student's total by the weights of the class's plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from grader.classroom.plan import Plan
from grader.report.class_results import ClassResults


@dataclass(frozen=True)
class Total:
    """What a student has earned so far, from 0 to 1, in all and in each group of which something counts."""

    share: float | None = None
    groups: dict[str, float] = field(default_factory=dict)


def total(found: ClassResults, plan: Plan, student: str, now: datetime) -> Total:
    """The weighted total of a student.

    The assignments of a group count the same. A group of which nothing counts yet leaves its weight to the others. What
    is missing counts by the class's own rule, but not before it is due for this student.
    """
    groups = {}
    for group in plan.weights:
        shares = list(_shares(found, plan, group, student, now))
        if shares:
            groups[group] = sum(shares) / len(shares)
    weight = sum(plan.weights[group] for group in groups)
    share = sum(plan.weights[group] * each for group, each in groups.items()) / weight if groups else None
    return Total(share, groups)


def _shares(found: ClassResults, plan: Plan, group: str, student: str, now: datetime) -> Iterator[float]:
    for assignment in found.assignments:
        planned = plan.of(assignment.name)
        if planned.group != group or not assignment.possible:
            continue
        due = planned.own_due.get(student, planned.due)
        if student in assignment.hand_ins:
            yield assignment.hand_ins[student].score / assignment.possible
        elif found.missing is not None and (due is None or due < now):
            yield found.missing / assignment.possible
