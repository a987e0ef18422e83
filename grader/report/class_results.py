"""What is known of a class after grading, read from the gradebook, the results and the autograded notebooks."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from sqlalchemy.exc import SAWarning

from grader.authoring.exercise import check_of, stub
from grader.classroom import roster
from grader.classroom.classroom import Classroom
from grader.errors import UsageError
from grader.grading import results
from grader.grading.results import Result
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
    """

    name: str
    root: Path
    people: dict[str, Person]
    assignments: list[Assignment]
    missing: float | None = 0.0
    known: dict[str, Known] = field(default_factory=dict)

    def scores(self, assignment: Assignment) -> list[float]:
        """All scores of an assignment that count: those of the missing, too, if they do."""
        absent = [] if self.missing is None else [self.missing] * len(assignment.missing)
        return [hand_in.score for hand_in in assignment.hand_ins.values()] + absent

    def shown(self, student: str) -> str:
        """A student's name with the id, or the id."""
        person = self.people.get(student)
        return f"{person.full_name} ({student})" if person and person.full_name else student


def read(room: Classroom) -> ClassResults:
    """Read a class. Only assignments for which something was handed in are in it."""
    people = {person.id: person for person in room.people()}
    assignments = []
    with room.gradebook() as book, warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        for name in room.assignments():
            submissions = _submissions(book, name)
            if submissions:
                assignments.append(_assignment(room, name, submissions, people))
    memory = roster.recall(room.root)
    for assignment in assignments:
        told = memory.others.get(assignment.name, {})
        assignment.instead.update({name: told[name] for name in assignment.missing if name in told})
    return ClassResults(room.name, room.root, people, assignments, _rule(room), memory.students)


def _rule(room: Classroom) -> float | None:
    """How many points a missing hand-in has: `c.ClassReport.missing`, 0 where the class says nothing.

    Raises:
        UsageError: it is neither a number nor None.
    """
    told = room.config.get("ClassReport", {}).get("missing", 0)
    if told is not None and (isinstance(told, bool) or not isinstance(told, (int, float))):
        raise UsageError("nbgrader_config.py: c.ClassReport.missing is a number of points, or None for not counted.")
    return None if told is None else float(told)


def _submissions(book: Any, assignment: str) -> list[Any]:
    from nbgrader.api import MissingEntry

    try:
        return list(book.assignment_submissions(assignment))
    except MissingEntry:
        return []


def _assignment(room: Classroom, name: str, submissions: list[Any], people: Mapping[str, Person]) -> Assignment:
    found: dict[str, dict[str, Result]] = {}
    for result in results.all_of(room.root, name):
        found.setdefault(result.student, {})[result.notebook] = result
    exercises = [e for notebook in room.notebooks(name) for e in _exercises(room, name, notebook)]
    hand_ins = {s.student_id: _hand_in(room, name, s, found.get(s.student_id, {}), exercises) for s in submissions}
    missing = sorted(set(people) - set(hand_ins))
    seeds = {result.seed for mine in found.values() for result in mine.values() if result.seed is not None}
    return Assignment(name, exercises, dict(sorted(hand_ins.items())), missing, max(seeds, default=None))


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


def _hand_in(
    room: Classroom, assignment: str, submission: Any, found: dict[str, Result], exercises: list[Exercise]
) -> HandIn:
    cells = {grade.name: float(grade.score or 0) for notebook in submission.notebooks for grade in notebook.grades}
    penalty = sum(float(notebook.late_submission_penalty or 0) for notebook in submission.notebooks)
    course = room.coursedir
    folder = Path(course.format_path(course.autograded_directory, submission.student_id, assignment))
    answers: dict[str, str] = {}
    for notebook in {exercise.notebook for exercise in exercises}:
        answers |= _answers(folder / f"{notebook}.ipynb")
    return HandIn(
        submission.student_id,
        assignment,
        float(submission.score or 0) - penalty,
        float(submission.max_score or 0),
        penalty,
        float(submission.total_seconds_late or 0),
        submission.timestamp,
        cells,
        found,
        answers,
    )


def _answers(path: Path) -> dict[str, str]:
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    except (OSError, ValueError):
        return {}
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells if is_answer(cell)}


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
