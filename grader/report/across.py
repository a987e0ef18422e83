"""One exercise across the class: all answers to it, by what came of them, why, and which are the same program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from grader.report import class_results
from grader.report.class_results import Assignment, Exercise, HandIn
from grader.report.similar import normalised

Why = Callable[[HandIn, Exercise], tuple[str, ...]]
ORDER = ("wrong", "error", "right", "not attempted", None)
"""The outcomes in the order in which they are worth a look; None where there is no verdict."""


@dataclass(frozen=True)
class Program:
    """Answers that are one program, but for comments, layout and the names that it makes up.

    Attributes:
        students: who wrote it.
        texts: the different texts, the most frequent first.
    """

    students: list[str]
    texts: list[str]


@dataclass(frozen=True)
class Group:
    """Answers with one outcome for the same reasons, and their programs, the most frequent first."""

    outcome: str | None
    reasons: tuple[str, ...]
    programs: list[Program]

    @property
    def students(self) -> int:
        """How many."""
        return sum(len(program.students) for program in self.programs)


def groups(assignment: Assignment, exercise: Exercise, why: Why = class_results.reasons) -> list[Group]:
    """All answers to an exercise: by outcome, then by how many students they are from; `why` gives the reasons."""
    by_reason: dict[tuple[str | None, tuple[str, ...]], dict[str, str]] = {}
    for student, hand_in in assignment.hand_ins.items():
        outcome = hand_in.outcome(exercise)
        reasons = why(hand_in, exercise) if outcome in ("wrong", "error") else ()
        by_reason.setdefault((outcome, reasons), {})[student] = hand_in.answers.get(exercise.name, "")
    made = [Group(outcome, reasons, _programs(texts)) for (outcome, reasons), texts in by_reason.items()]
    return sorted(made, key=lambda group: (ORDER.index(group.outcome), -group.students, group.reasons))


def _programs(texts: dict[str, str]) -> list[Program]:
    by_shape: dict[tuple[str, ...] | str, list[str]] = {}
    for student, text in texts.items():
        by_shape.setdefault(normalised(text) or text.strip(), []).append(student)
    made = [Program(students, list(_by_frequency(texts[s] for s in students))) for students in by_shape.values()]
    return sorted(made, key=lambda program: (-len(program.students), program.texts[0]))


def _by_frequency(texts: Iterator[str]) -> Iterator[str]:
    yield from (text for text, _ in Counter(text.strip("\n") for text in texts).most_common())
