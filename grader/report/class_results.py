"""What is known of a class after grading, read from the gradebook, the results and the autograded notebooks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from grader.authoring.exercise import check_of, stub
from grader.classroom import plan, roster
from grader.classroom.classroom import Classroom
from grader.classroom.plan import Plan
from grader.errors import UsageError
from grader.grading import results
from grader.grading.results import Result
from grader.report.marks import submitted
from grader.report.statistics import Item, items
from grader.submissions.people import Known, Person
from grader.submissions.sanitise import is_answer, is_graded

NO_VERDICT = ("not gradable", "not recorded", "not handed in")
"""States of a result that say nothing about what the student can do."""
WORST = ("error", "wrong", "not attempted", "right")


@dataclass(frozen=True)
class Exercise:
    """An exercise of an assignment: its graded cells with their points, and the text that students receive."""

    name: str
    notebook: str
    cells: dict[str, float]
    stub: str

    @property
    def possible(self) -> float:
        """The most points."""
        return sum(self.cells.values())


@dataclass(frozen=True)
class HandIn:
    """What one student has handed in for one assignment.

    Attributes:
        score, possible: from the gradebook, with marks given by hand and after the late penalty.
        penalty: for being late.
        late: how many seconds after the due date.
        cells: final score of each graded cell, by grade_id.
        results: of the grading run, by notebook.
        answers: text of each answer, by exercise.
        waiting: whether something is still to be marked by hand.
        numbers: by which formgrader knows each notebook.
    """

    student: str
    assignment: str
    score: float
    possible: float
    penalty: float
    late: float
    when: datetime | None
    cells: dict[str, float] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    waiting: bool = False
    numbers: dict[str, str] = field(default_factory=dict)

    def points(self, exercise: Exercise) -> float:
        """What an exercise earned."""
        return sum(self.cells.get(name, 0.0) for name in exercise.cells)

    def verdicts(self, exercise: Exercise) -> dict[str, Any]:
        """The judge's verdicts on an exercise, by graded cell; none where the notebook could not be graded."""
        result = self.results.get(exercise.notebook)
        if result is None or result.state in NO_VERDICT:
            return {}
        return {name: result.verdicts[name] for name in exercise.cells if name in result.verdicts}

    def outcome(self, exercise: Exercise) -> str | None:
        """The outcome of an exercise: right if every cell is; an untouched one is not attempted."""
        outcomes = {verdict.outcome for verdict in self.verdicts(exercise).values()}
        if not outcomes:
            return None
        if outcomes <= {"right", "not attempted"} and "right" in outcomes and len(outcomes) > 1:
            return "wrong"
        return next(outcome for outcome in WORST if outcome in outcomes)


@dataclass(frozen=True)
class Assignment:
    """An assignment: its exercises, its hand-ins by student, and who in the class has handed in no notebook.

    Attributes:
        instead: what was handed in in place of a notebook, in words, by student.
    """

    name: str
    exercises: list[Exercise]
    hand_ins: dict[str, HandIn]
    missing: list[str]
    seed: int | None
    instead: dict[str, str] = field(default_factory=dict)

    @property
    def possible(self) -> float:
        """The most points."""
        return max((hand_in.possible for hand_in in self.hand_ins.values()), default=0.0)

    def outcomes(self, exercise: Exercise) -> Counter[str]:
        """How often an exercise had which outcome."""
        return Counter(outcome for h in self.hand_ins.values() if (outcome := h.outcome(exercise)))

    def items(self) -> dict[str, Item]:
        """Difficulty and discrimination of each exercise; what could not be graded does not count."""
        scores = {
            student: {e.name: hand_in.points(e) for e in self.exercises}
            for student, hand_in in self.hand_ins.items()
            if not any(result.state in NO_VERDICT for result in hand_in.results.values())
        }
        return items(scores, {e.name: e.possible for e in self.exercises})

    def misconceptions(self) -> dict[tuple[str, str], list[str]]:
        """Who had which misconception in which exercise, the most frequent first."""
        found: dict[tuple[str, str], list[str]] = {}
        for exercise in self.exercises:
            for student, hand_in in self.hand_ins.items():
                said = {text for v in hand_in.verdicts(exercise).values() for text in v.misconceptions}
                for text in sorted(said):
                    found.setdefault((exercise.name, text), []).append(student)
        return dict(sorted(found.items(), key=lambda pair: -len(pair[1])))


@dataclass(frozen=True)
class ClassResults:
    """A class.

    Attributes:
        missing: the points of a hand-in that is missing, by the class's own rule; None where it does not count.
        known: what the class remembers of its students beside the gradebook.
        plan: of the term, where the class has one.
    """

    name: str
    root: Path
    people: dict[str, Person]
    assignments: list[Assignment]
    missing: float | None = 0.0
    known: dict[str, Known] = field(default_factory=dict)
    plan: Plan | None = None

    @property
    def students(self) -> list[str]:
        """Everybody in the class, by id; those who have handed in where the gradebook has no students."""
        return sorted(self.people) or sorted({student for a in self.assignments for student in a.hand_ins})

    def scores(self, assignment: Assignment) -> list[float]:
        """All scores of an assignment that count: those of the missing, too, if they do."""
        absent = [] if self.missing is None else [self.missing] * len(assignment.missing)
        return [hand_in.score for hand_in in assignment.hand_ins.values()] + absent

    def shown(self, student: str) -> str:
        """A student's name with the id, or the id."""
        person = self.people.get(student)
        return f"{person.full_name} ({student})" if person and person.full_name else student


def read(room: Classroom, *, only: str | None = None, details: bool = True) -> ClassResults:
    """Read a class. Only assignments for which something was handed in are in it.

    Args:
        room: the class.
        only: of this assignment alone.
        details: also read results and answers; else marks alone, which `detailed` completes for one assignment.
    """
    people = {person.id: person for person in room.people()}
    memory = roster.recall(room.root)
    assignments = []
    with room.gradebook() as book:
        for name in [only] if only else room.assignments():
            made = _assignment(room, book, name, people, memory.others.get(name, {}))
            if made.hand_ins:
                assignments.append(detailed(room, made) if details else made)
    return ClassResults(room.name, room.root, people, assignments, _rule(room), memory.students, plan.of(room))


def _rule(room: Classroom) -> float | None:
    """How many points a missing hand-in has: `c.ClassReport.missing`, 0 where the class says nothing.

    Raises:
        UsageError: it is neither a number nor None.
    """
    told = room.config.get("ClassReport", {}).get("missing", 0)
    if told is not None and (isinstance(told, bool) or not isinstance(told, (int, float))):
        raise UsageError("nbgrader_config.py: c.ClassReport.missing is a number of points, or None for not counted.")
    return None if told is None else float(told)


def _assignment(
    room: Classroom, book: Any, name: str, people: Mapping[str, Person], others: Mapping[str, str]
) -> Assignment:
    """An assignment with its marks."""
    hand_ins = {
        one.student: HandIn(
            one.student,
            name,
            sum(marks.score for marks in one.notebooks.values()),
            one.possible,
            sum(marks.penalty for marks in one.notebooks.values()),
            one.late,
            one.when,
            {cell: score for marks in one.notebooks.values() for cell, (score, *_) in marks.cells.items()},
            waiting=any(marks.waiting for marks in one.notebooks.values()),
            numbers={notebook: marks.number for notebook, marks in one.notebooks.items()},
        )
        for one in submitted(book, name)
    }
    missing = sorted(set(people) - set(hand_ins))
    instead = {student: others[student] for student in missing if student in others}
    return Assignment(name, [], dict(sorted(hand_ins.items())), missing, None, instead)


def detailed(room: Classroom, assignment: Assignment) -> Assignment:
    """An assignment with its exercises, and what each student has answered and what was found in it."""
    name, course = assignment.name, room.coursedir
    found: dict[str, dict[str, Result]] = {}
    for result in results.all_of(room.root, name):
        found.setdefault(result.student, {})[result.notebook] = result
    exercises = [e for notebook in room.notebooks(name) for e in _exercises(room, name, notebook)]
    hand_ins = {}
    for student, hand_in in assignment.hand_ins.items():
        folder = Path(course.format_path(course.autograded_directory, student, name))
        answers: dict[str, str] = {}
        for notebook in {exercise.notebook for exercise in exercises}:
            answers |= _answers(folder / f"{notebook}.ipynb")
        hand_ins[student] = replace(hand_in, results=found.get(student, {}), answers=answers)
    seeds = {result.seed for mine in found.values() for result in mine.values() if result.seed is not None}
    return replace(assignment, exercises=exercises, hand_ins=hand_ins, seed=max(seeds, default=None))


def _exercises(room: Classroom, assignment: str, notebook: str) -> list[Exercise]:
    """The exercises of a source notebook; graded cells without a marker go by their grade_id."""
    source = room.source(assignment, notebook)
    cells: dict[str, dict[str, float]] = {}
    stubs: dict[str, str] = {}
    for cell in source.cells:
        name = str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if is_answer(cell):
            stubs[name] = stub(cell.source, name) if cell.cell_type == "code" else ""
        if is_graded(cell):
            check = check_of(cell.source)
            cells.setdefault(check[1] if check else name, {})[name] = float(cell.metadata.nbgrader.points)
    return [Exercise(name, notebook, graded, stubs.get(name, "")) for name, graded in cells.items()]


def _answers(path: Path) -> dict[str, str]:
    """The text of each answer in an autograded notebook, which nbgrader has written: nothing is to be validated."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        parts = [(cell["metadata"].get("nbgrader", {}), cell["source"]) for cell in cells]
        return {str(meta["grade_id"]): "".join(source) for meta, source in parts if meta.get("solution")}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def reasons(hand_in: HandIn, exercise: Exercise) -> tuple[str, ...]:
    """What went wrong with an exercise, in few words, for grouping: misconceptions, else the checks that fail."""
    verdicts = hand_in.verdicts(exercise)
    said = [text for verdict in verdicts.values() for text in verdict.misconceptions]
    if said:
        return tuple(dict.fromkeys(said))
    told = [_short(text) for verdict in verdicts.values() for text in verdict.reasons]
    return tuple(dict.fromkeys(told)) or ("no reason recorded",)


def _short(reason: str) -> str:
    """A judge's reason without the values in it, which differ from student to student."""
    label, colon, _ = reason.partition(": ")
    return f"The check \u201c{label}\u201d fails" if colon else reason


def asked(hand_in: HandIn, exercise: Exercise) -> tuple[str, ...]:
    """What went wrong with an exercise, in words of its author alone: a whole class may read them."""
    verdicts = hand_in.verdicts(exercise).values()
    said = [text for verdict in verdicts for text in verdict.misconceptions]
    failed = [f"The check \u201c{label}\u201d fails" for v in verdicts for label, holds in v.checks if not holds]
    return tuple(dict.fromkeys(said or failed))
