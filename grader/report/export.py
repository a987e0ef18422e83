"""Tables of a class as CSV: for a spreadsheet, for Canvas, for Moodle."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone

from grader.classroom.plan import Plan
from grader.report import weighted
from grader.report.charts import OUTCOMES
from grader.report.class_results import Assignment, ClassResults
from grader.report.similar import Pair
from grader.report.statistics import Item
from grader.submissions.people import Known, Person, user_name

Cell = str | float | int | None
_NO_MARK = "-"
# What a spreadsheet may take for a formula: at the beginning, and after what it may take for a separator.
_FORMULA = re.compile(r"(^\s*|[;,|\t\r\n]\s*)(?=[=+\-@＝＋－＠−﹢﹣﹦﹫]|\t|\r)")


def table(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table as CSV, each text in quotes; what a spreadsheet would take for a formula gets an apostrophe in front."""
    return _csv([header]) + _csv(rows)


def _csv(rows: Iterable[Sequence[Cell]]) -> str:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows(map(_cell, row) for row in rows)
    return made.getvalue()


def _cell(value: Cell) -> Cell:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, str) and value != _NO_MARK:
        return _FORMULA.sub(r"\1'", value)
    return value


def canvas(found: ClassResults) -> str:
    """Marks as Canvas's gradebook imports them; `ID` is Canvas's number, kept since submissions were collected.

    Where the numbers are known, those whom Canvas does not know are left out, and always who has no name at all there;
    as is who has no mark at all: a blank cell takes a score away that Canvas has (`lib/gradebook_importer.rb`).

    The format: Canvas Instructor Guide, "How do I import grades in the Gradebook?".
    """
    names = [assignment.name for assignment in found.assignments]
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *names]
    most: list[Cell] = ["    Points Possible", "", "", "", "", *(a.possible for a in found.assignments)]
    rows = []
    numbered = any(person.lms_user_id for person in found.people.values())
    for person, scores in _marked(found):
        if numbered and not person.lms_user_id:
            continue  # for a name that it does not know Canvas offers a new student
        name = ", ".join(part for part in (person.last_name, person.first_name) if part)
        user = _user_name(found, person)
        if name or user or person.lms_user_id:
            rows.append([name or person.id, person.lms_user_id, "", user, "", *scores])
    return table(header, [most, *rows])


def moodle(found: ClassResults) -> str:
    """Marks as Moodle's grade import takes them; at upload, say which column identifies a student.

    The format: Moodle Docs, "Grade import", CSV file. A name that is no user's would end the whole import, and marks of
    a line without one would go to the user of the line before (`grade/import/csv/classes/load_data.php`). So a column
    that identifies is there where every line has it, and who has none is left out; as is who has no mark at all. "-" is
    Moodle's word for no mark: a blank would be 0 in an item that is new.
    """
    marked = _marked(found)
    people, marks = [person for person, _ in marked], {person.id: scores for person, scores in marked}
    users = {p.id: _user_name(found, p) for p in people}
    people = max([p for p in people if users[p.id]], [p for p in people if p.email], key=len)
    who = {
        "Username": [users[p.id] for p in people],
        "First name": [p.first_name for p in people],
        "Last name": [p.last_name for p in people],
        "Email address": [p.email for p in people],
    }
    who = {title: cells for title, cells in who.items() if title in ("First name", "Last name") or all(cells)}
    rows = [[_NO_MARK if mark is None else mark for mark in marks[p.id]] for p in people]
    header = [*who, *(assignment.name for assignment in found.assignments)]
    return table(header, [[*cells, *row] for *cells, row in zip(*who.values(), rows, strict=True)])


def _user_name(found: ClassResults, person: Person) -> str:
    return user_name(person, found.known.get(person.id, Known()))


def _marked(found: ClassResults) -> list[tuple[Person, list[Cell]]]:
    """Who has a mark, and the marks; everybody where nothing is marked yet."""
    marks = [(person, _scores(found, person.id)) for person in found.people.values()]
    return [(p, scores) for p, scores in marks if not scores or any(mark is not None for mark in scores)]


def _scores(found: ClassResults, student: str) -> list[Cell]:
    return [a.hand_ins[student].score if student in a.hand_ins else found.missing for a in found.assignments]


def tables(found: ClassResults, parts: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """All tables by file name.

    Args:
        found: the class.
        parts: of each assignment the rows that `of_one` gives.
    """
    totals = {"totals.csv": _total_table(found, found.plan)} if found.plan and found.plan.weights else {}
    details = {name: _csv([header]) + "".join(part[name] for part in parts) for name, header in _DETAILS.items()}
    return {
        "scores.csv": _score_table(found),
        **totals,
        "missing.csv": _missing_table(found),
        **details,
        "canvas.csv": canvas(found),
        "moodle.csv": moodle(found),
    }


_DETAILS: dict[str, Sequence[str]] = {
    "outcomes.csv": ("assignment", "student", "exercise", "outcome", "points", "possible"),
    "exercises.csv": (
        *("assignment", "exercise", "points", "students"),
        *(*OUTCOMES, "difficulty", "discrimination"),
    ),
    "misconceptions.csv": ("assignment", "exercise", "misconception", "students", "who"),
    "runs.csv": (
        *("assignment", "student", "notebook", "state", "seconds", "CPU seconds", "peak bytes", "kernels", "seed"),
        *("graded", "notes"),
    ),
    "similar.csv": (
        *("assignment", "student", "other", "exercise", "similarity", "identical", "students with it", "weight"),
    ),
}


def of_one(assignment: Assignment, items: Mapping[str, Item], pairs: Sequence[Pair]) -> dict[str, str]:
    """The rows of one assignment in the tables that go into details, as CSV without a header.

    Args:
        assignment: with its details.
        items: how its exercises did.
        pairs: students with nearly the same answers.
    """
    rows = {
        "outcomes.csv": _outcome_rows(assignment),
        "exercises.csv": _exercise_rows(assignment, items),
        "misconceptions.csv": _misconception_rows(assignment),
        "runs.csv": _run_rows(assignment),
        "similar.csv": _similar_rows(assignment, pairs),
    }
    return {name: _csv(found) for name, found in rows.items()}


def _score_table(found: ClassResults) -> str:
    rows: list[Sequence[Cell]] = []
    for a in found.assignments:
        rows += [[a.name, h.student, h.score, h.possible, h.penalty, h.late / 3600, ""] for h in a.hand_ins.values()]
        rows += [[a.name, student, found.missing, a.possible, None, None, "missing"] for student in a.missing]
    return table(["assignment", "student", "score", "possible", "late penalty", "hours late", "missing"], rows)


def _total_table(found: ClassResults, plan: Plan) -> str:
    """Everybody's total and each group's share of it, in per cent."""
    rows: list[Sequence[Cell]] = []
    now = datetime.now(timezone.utc)
    for student in found.students:
        person, made = found.people.get(student), weighted.total(found, plan, student, now)
        shares = [made.share, *map(made.groups.get, plan.weights)]
        name = person.full_name if person else ""
        rows.append([student, name, *(None if share is None else 100 * share for share in shares)])
    return table(["student", "name", "total %", *(f"{group} %" for group in plan.weights)], rows)


def _missing_table(found: ClassResults) -> str:
    rows: list[Sequence[Cell]] = []
    for a in found.assignments:
        for student in a.missing:
            person = found.people[student]
            rows.append([a.name, student, person.full_name, person.email, a.instead.get(student, "nothing")])
    return table(["assignment", "student", "name", "email", "handed in"], rows)


def _outcome_rows(a: Assignment) -> Iterator[Sequence[Cell]]:
    for h in a.hand_ins.values():
        yield from ([a.name, h.student, e.name, h.outcome(e), h.points(e), e.possible] for e in a.exercises)


def _exercise_rows(a: Assignment, items: Mapping[str, Item]) -> Iterator[Sequence[Cell]]:
    for e in a.exercises:
        counts, item = a.outcomes(e), items[e.name]
        outcomes = [counts[name] for name in OUTCOMES]
        yield [a.name, e.name, e.possible, item.students, *outcomes, item.difficulty, item.discrimination]


def _misconception_rows(a: Assignment) -> Iterator[Sequence[Cell]]:
    for (exercise, said), students in a.misconceptions().items():
        yield [a.name, exercise, said, len(students), " ".join(students)]


def _run_rows(a: Assignment) -> Iterator[Sequence[Cell]]:
    for h in a.hand_ins.values():
        for name, r in h.results.items():
            cost = (r.seconds, r.cpu_seconds, r.peak_memory, r.kernels, r.seed, r.graded)
            yield [a.name, h.student, name, r.state, *cost, " | ".join(r.notes)]


def _similar_rows(a: Assignment, pairs: Sequence[Pair]) -> Iterator[Sequence[Cell]]:
    for pair in pairs:
        for s in pair.shared:
            alike = (s.similarity, str(s.identical), s.students)
            yield [a.name, pair.first, pair.second, s.exercise, *alike, pair.weight]
