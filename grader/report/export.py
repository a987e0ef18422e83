"""Tables of a class as CSV: for a spreadsheet, for Canvas, for Moodle."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from grader.report.class_results import ClassResults
from grader.report.similar import Pair
from grader.submissions.people import Known, Person, squash

Cell = str | float | int | None
# What a spreadsheet may take for a formula: at the beginning, and after what it may take for a separator.
_FORMULA = re.compile(r"(^\s*|[;,|\t\r\n]\s*)(?=[=+\-@＝＋－＠−﹢﹣﹦﹫]|\t|\r)")


def table(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table as CSV, each text in quotes; what a spreadsheet would take for a formula gets an apostrophe in front."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(map(_cell, header))
    for row in rows:
        writer.writerow(map(_cell, row))
    return made.getvalue()


def _cell(value: Cell) -> Cell:
    if isinstance(value, float):
        return round(value, 4)
    return _FORMULA.sub(r"\1'", value) if isinstance(value, str) else value


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
        rows.append([name, person.lms_user_id, "", user_name(found, person), "", *_scores(found, person.id)])
    return table(header, [most, *rows])


def moodle(found: ClassResults) -> str:
    """Marks as Moodle's grade import takes them; at upload, say which column identifies a student.

    The format: Moodle Docs, "Grade import", CSV file. A line without a user name is passed over, one with a name that
    is no user's would end the whole import.
    """
    names = [assignment.name for assignment in found.assignments]
    header = ["Username", "First name", "Last name", "Email address", *names]
    rows = [
        [user_name(found, p), p.first_name, p.last_name, p.email, *_scores(found, p.id)] for p in found.people.values()
    ]
    return table(header, rows)


def user_name(found: ClassResults, person: Person) -> str:
    """A student's user name on the platform: what a roster said, or the id, unless that was made of something else."""
    known = found.known.get(person.id, Known())
    made = {squash(person.full_name), squash(f"{person.last_name} {person.first_name}"), squash(person.email)}
    if known.numbers or person.lms_user_id:
        made |= {squash(person.email.partition("@")[0]), squash(f"participant {''.join(known.numbers[:1])}")}
        made |= {squash(f"{name}{number}") for name in made for number in (*known.numbers, person.lms_user_id)}
    return known.user or ("" if squash(person.id) in made else person.id)


def _scores(found: ClassResults, student: str) -> list[Cell]:
    return [a.hand_ins[student].score if student in a.hand_ins else found.missing for a in found.assignments]


def tables(found: ClassResults, pairs: dict[str, list[Pair]]) -> dict[str, str]:
    """All tables by file name.

    Args:
        found: the class.
        pairs: students with nearly the same answers, by assignment.
    """
    return {
        "scores.csv": _score_table(found),
        "missing.csv": _missing_table(found),
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
        rows += [[a.name, h.student, h.score, h.possible, h.penalty, h.late / 3600, ""] for h in a.hand_ins.values()]
        rows += [[a.name, student, found.missing, a.possible, None, None, "missing"] for student in a.missing]
    return table(["assignment", "student", "score", "possible", "late penalty", "hours late", "missing"], rows)


def _missing_table(found: ClassResults) -> str:
    rows: list[Sequence[Cell]] = []
    for a in found.assignments:
        for student in a.missing:
            person = found.people[student]
            rows.append([a.name, student, person.full_name, person.email, a.instead.get(student, "nothing")])
    return table(["assignment", "student", "name", "email", "handed in"], rows)


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
