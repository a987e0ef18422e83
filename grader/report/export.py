"""Tables of a class as CSV: for a spreadsheet, for Canvas, for Moodle."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from grader.report.class_results import ClassResults
from grader.report.similar import Pair

Cell = str | float | int | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table as CSV. A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(map(_cell, header))
    for row in rows:
        writer.writerow(map(_cell, row))
    return made.getvalue()


def _cell(value: Cell) -> Cell:
    if isinstance(value, float):
        return round(value, 4)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def canvas(found: ClassResults) -> str:
    """Marks as Canvas's gradebook imports them; `ID` is Canvas's number, kept since submissions were collected.

    The format: Canvas Instructor Guide, "How do I import grades in the Gradebook?".
    """
    names = [assignment.name for assignment in found.assignments]
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *names]
    most: list[Cell] = ["    Points Possible", "", "", "", "", *(a.possible for a in found.assignments)]
    rows = []
    for person in found.people.values():
        name = ", ".join(part for part in (person.last_name, person.first_name) if part) or person.id
        rows.append([name, person.lms_user_id, "", person.id, "", *_scores(found, person.id)])
    return table(header, [most, *rows])


def moodle(found: ClassResults) -> str:
    """Marks as Moodle's grade import takes them; at upload, say which column identifies a student.

    The format: Moodle Docs, "Grade import", CSV file.
    """
    names = [assignment.name for assignment in found.assignments]
    header = ["Username", "First name", "Last name", "Email address", *names]
    rows = [[p.id, p.first_name, p.last_name, p.email, *_scores(found, p.id)] for p in found.people.values()]
    return table(header, rows)


def _scores(found: ClassResults, student: str) -> list[Cell]:
    return [a.hand_ins[student].score if student in a.hand_ins else None for a in found.assignments]


def tables(found: ClassResults, pairs: dict[str, list[Pair]]) -> dict[str, str]:
    """All tables by file name.

    Args:
        found: the class.
        pairs: students with nearly the same answers, by assignment.
    """
    return {
        "scores.csv": _score_table(found),
        "outcomes.csv": _outcome_table(found),
        "exercises.csv": _exercise_table(found),
        "misconceptions.csv": _misconception_table(found),
        "runs.csv": _run_table(found),
        "similar.csv": _similar_table(pairs),
        "canvas.csv": canvas(found),
        "moodle.csv": moodle(found),
    }


def _score_table(found: ClassResults) -> str:
    rows: list[Sequence[Cell]] = []
    for a in found.assignments:
        rows += [[a.name, h.student, h.score, h.possible, h.penalty, h.late / 3600] for h in a.hand_ins.values()]
        rows += [[a.name, student, None, a.possible, None, None] for student in a.missing]
    return table(["assignment", "student", "score", "possible", "late penalty", "hours late"], rows)


def _outcome_table(found: ClassResults) -> str:
    rows = [
        [a.name, h.student, e.name, h.outcome(e), h.points(e), e.possible]
        for a in found.assignments
        for h in a.hand_ins.values()
        for e in a.exercises
    ]
    return table(["assignment", "student", "exercise", "outcome", "points", "possible"], rows)


def _exercise_table(found: ClassResults) -> str:
    rows: list[Sequence[Cell]] = []
    for a in found.assignments:
        items = a.items()
        for e in a.exercises:
            counts, item = a.outcomes(e), items[e.name]
            outcomes = [counts[name] for name in ("right", "wrong", "error", "not attempted")]
            rows.append([a.name, e.name, e.possible, item.students, *outcomes, item.difficulty, item.discrimination])
    header = ["assignment", "exercise", "points", "students", "right", "wrong", "error", "not attempted"]
    return table([*header, "difficulty", "discrimination"], rows)


def _misconception_table(found: ClassResults) -> str:
    rows: list[Sequence[Cell]] = [
        [a.name, exercise, said, len(students), " ".join(students)]
        for a in found.assignments
        for (exercise, said), students in a.misconceptions().items()
    ]
    return table(["assignment", "exercise", "misconception", "students", "who"], rows)


def _run_table(found: ClassResults) -> str:
    rows: list[Sequence[Cell]] = [
        [
            a.name,
            h.student,
            name,
            r.state,
            r.seconds,
            r.cpu_seconds,
            r.peak_memory,
            r.kernels,
            r.seed,
            r.graded,
            " | ".join(r.notes),
        ]
        for a in found.assignments
        for h in a.hand_ins.values()
        for name, r in h.results.items()
    ]
    header = ["assignment", "student", "notebook", "state", "seconds", "CPU seconds", "peak bytes", "kernels", "seed"]
    return table([*header, "graded", "notes"], rows)


def _similar_table(pairs: dict[str, list[Pair]]) -> str:
    rows: list[Sequence[Cell]] = [
        [assignment, pair.first, pair.second, s.exercise, s.similarity, str(s.identical), s.students, pair.weight]
        for assignment, found in pairs.items()
        for pair in found
        for s in pair.shared
    ]
    header = ["assignment", "student", "other", "exercise", "similarity", "identical", "students with it", "weight"]
    return table(header, rows)
