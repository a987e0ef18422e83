"""The class report: one HTML page that needs nothing else, and tables as CSV beside it.

    grading/report/report.html, *.csv       by default

It is for the instructor: it names students, and shows what they wrote.
"""

from __future__ import annotations

import os
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.classroom.classroom import Classroom
from grader.errors import UsageError
from grader.grading.results import OUTPUTS_ALONE, Result
from grader.report import charts, class_results, export, safe_html, similar, statistics
from grader.report.class_results import Assignment, ClassResults, Exercise, HandIn
from grader.report.similar import Pair

TEMPLATES = Path(__file__).parent / "templates"
SLOWEST = 10
HARD, WEAK = 0.35, 0.15
"""An exercise is pointed out below this difficulty (share of points), or below this discrimination."""
_GLYPHS = {"right": "✓", "wrong": "✗", "error": "!", "not attempted": "·"}


@dataclass(frozen=True)
class Group:
    """Students whose wrong answers failed in the same way, with their texts; students with one text are together."""

    reasons: tuple[str, ...]
    texts: list[tuple[list[str], Markup]]

    @property
    def students(self) -> int:
        """How many."""
        return sum(len(students) for students, _ in self.texts)


def write(room: Classroom, page: Path | None = None) -> Path:
    """Write the report and its tables; returns the page.

    Args:
        room: the class.
        page: where the page goes; the tables go beside it. `grading/report/report.html` if None.

    Raises:
        UsageError: nothing has been graded.
    """
    found = class_results.read(room)
    if not found.assignments:
        raise UsageError("Nothing has been graded yet: run 'grader grade' first.")
    page = page or room.root / "grading" / "report" / "report.html"
    pairs = {assignment.name: _pairs(assignment) for assignment in found.assignments}
    page.parent.mkdir(parents=True, exist_ok=True)
    tables = export.tables(found, pairs)
    for name, text in tables.items():
        (page.parent / name).write_text(text, encoding="utf-8")
    page.write_text(_html(found, pairs, list(tables), page), encoding="utf-8")
    return page


def _pairs(assignment: Assignment) -> list[Pair]:
    answers = {
        exercise.name: {
            s: h.answers[exercise.name] for s, h in assignment.hand_ins.items() if exercise.name in h.answers
        }
        for exercise in assignment.exercises
    }
    return similar.pairs(answers, {exercise.name: exercise.stub for exercise in assignment.exercises})


def _html(found: ClassResults, pairs: dict[str, list[Pair]], tables: list[str], page: Path) -> str:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda value, digits=2: "–" if value is None else f"{value:.{digits}f}"
    environment.filters["points"] = lambda value: f"{value:g}"
    return environment.get_template("class_report.html.j2").render(
        found=found,
        style=Markup(_style()),
        now=f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC",
        assignments=[_assignment(found, assignment, pairs[assignment.name]) for assignment in found.assignments],
        students=_students(found, page),
        attention=_attention(found),
        outputs_alone=OUTPUTS_ALONE,
        runs=_runs(found),
        versions=_versions(found),
        tables=tables,
        glyphs=_GLYPHS,
        css=charts.CSS,
    )


def _style() -> str:
    dark = f"@media screen and (prefers-color-scheme: dark) {{ {safe_html.syntax_style('github-dark')} }}"
    own = [(TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.css", "class_report.css")]
    return "\n".join([safe_html.syntax_style("xcode"), dark, *own])


def _assignment(found: ClassResults, assignment: Assignment, pairs: list[Pair]) -> dict[str, Any]:
    scores = found.scores(assignment)
    spread = statistics.spread(scores)
    items = assignment.items()
    return {
        "name": assignment.name,
        "spread": spread,
        "possible": assignment.possible,
        "handed_in": len(assignment.hand_ins),
        "missing": [
            found.shown(student) + (f": {assignment.instead[student]}" if student in assignment.instead else "")
            for student in assignment.missing
        ],
        "late": [found.shown(h.student) for h in assignment.hand_ins.values() if h.late > 0],
        "histogram": charts.columns(
            statistics.histogram(scores, assignment.possible), assignment.possible, spread.mean if spread else None
        ),
        "counts": statistics.histogram(scores, assignment.possible),
        "exercises": [
            _exercise(found, assignment, exercise, items[exercise.name]) for exercise in assignment.exercises
        ],
        "misconceptions": [
            {"exercise": exercise, "said": said, "students": [found.shown(s) for s in students]}
            for (exercise, said), students in assignment.misconceptions().items()
        ],
        "pairs": [_pair(found, assignment, pair) for pair in pairs],
    }


def _exercise(found: ClassResults, assignment: Assignment, exercise: Exercise, item: statistics.Item) -> dict[str, Any]:
    counts = assignment.outcomes(exercise)
    untouched = [found.shown(s) for s, h in assignment.hand_ins.items() if h.outcome(exercise) == "not attempted"]
    return {
        "name": exercise.name,
        "possible": exercise.possible,
        "item": item,
        "counts": counts,
        "bar": charts.stacked(counts),
        "groups": _groups(found, assignment, exercise),
        "untouched": untouched,
    }


def _groups(found: ClassResults, assignment: Assignment, exercise: Exercise) -> list[Group]:
    """The answers that failed, by what was wrong with them, the most frequent first."""
    by_reason: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for student, hand_in in assignment.hand_ins.items():
        if hand_in.outcome(exercise) in ("wrong", "error"):
            text = hand_in.answers.get(exercise.name, "")
            reasons = class_results.reasons(hand_in, exercise)
            by_reason.setdefault(reasons, {}).setdefault(text, []).append(found.shown(student))
    groups = [
        Group(reasons, [(students, Markup(safe_html.code(text))) for text, students in texts.items()])
        for reasons, texts in by_reason.items()
    ]
    return sorted(groups, key=lambda group: (-group.students, group.reasons))


def _pair(found: ClassResults, assignment: Assignment, pair: Pair) -> dict[str, Any]:
    exercises = {exercise.name: exercise for exercise in assignment.exercises}
    first, second = assignment.hand_ins[pair.first], assignment.hand_ins[pair.second]
    return {
        "first": found.shown(pair.first),
        "second": found.shown(pair.second),
        "weight": pair.weight,
        "shared": [
            {
                "exercise": shared.exercise,
                "similarity": shared.similarity,
                "identical": shared.identical,
                "students": shared.students,
                "outcome": first.outcome(exercises[shared.exercise]),
                "texts": [Markup(safe_html.code(h.answers[shared.exercise])) for h in (first, second)],
            }
            for shared in pair.shared
        ],
    }


def _students(found: ClassResults, page: Path) -> list[dict[str, Any]]:
    """A row for each student: a score and the outcomes of each assignment, with links to feedback pages."""
    rows = []
    names = sorted(found.people) if found.people else sorted({s for a in found.assignments for s in a.hand_ins})
    for student in names:
        cells = [_student_cell(found, a, a.hand_ins.get(student), page) for a in found.assignments]
        shares = [cell["share"] for cell in cells if cell is not None]
        if found.missing is not None:
            absent = [a for a, cell in zip(found.assignments, cells, strict=True) if cell is None and a.possible]
            shares += [found.missing / a.possible for a in absent]
        person = found.people.get(student)
        name = person.full_name if person and person.full_name else student
        rows.append(
            {
                "id": student,
                "name": name,
                "cells": cells,
                "instead": [a.instead.get(student, "") for a in found.assignments],
                "share": sum(shares) / len(shares) if shares else None,
            }
        )
    return rows


def _student_cell(
    found: ClassResults, assignment: Assignment, hand_in: HandIn | None, page: Path
) -> dict[str, Any] | None:
    if hand_in is None:
        return None
    outcomes = [(exercise.name, hand_in.outcome(exercise)) for exercise in assignment.exercises]
    notebook = assignment.exercises[0].notebook if assignment.exercises else assignment.name
    feedback = found.root / "feedback" / hand_in.student / assignment.name / f"{notebook}.html"
    inside = page.resolve().is_relative_to(found.root) and feedback.is_file()
    bad = [result.state for result in hand_in.results.values() if result.state in class_results.NO_VERDICT]
    return {
        "score": hand_in.score,
        "possible": hand_in.possible,
        "share": hand_in.score / hand_in.possible if hand_in.possible else 0.0,
        "outcomes": outcomes,
        "late": hand_in.late > 0,
        "feedback": os.path.relpath(feedback, page.resolve().parent).replace(os.sep, "/") if inside else None,
        "state": bad[0] if bad else None,
    }


def _results(found: ClassResults) -> list[Result]:
    return [r for a in found.assignments for h in a.hand_ins.values() for r in h.results.values()]


def _attention(found: ClassResults) -> dict[str, list[dict[str, Any]]]:
    """What an instructor should look at, by kind."""
    kinds: dict[str, list[dict[str, Any]]] = {"ungraded": [], "flagged": [], "part": [], "mended": [], "exercises": []}
    bare = {r.assignment for r in _results(found) if r.evidence is False}
    kinds["bare"] = [{"exercise": name, "assignment": "", "notes": []} for name in sorted(bare)]
    for result in _results(found):
        who = {"student": found.shown(result.student), "assignment": result.assignment}
        flags = {f"Cell {name!r}: {flag}." for name, verdict in result.verdicts.items() for flag in verdict.flags}
        others = [note for note in result.notes if note not in flags]
        if result.state in class_results.NO_VERDICT:
            kinds["ungraded"].append({**who, "state": result.state, "notes": others})
            continue
        if flags:
            kinds["flagged"].append({**who, "notes": sorted(flags)})
        if others:
            kinds["part" if result.state == "graded in part" else "mended"].append({**who, "notes": others})
    for assignment in found.assignments:
        kinds["exercises"] += _odd_exercises(assignment)
    return kinds


def _odd_exercises(assignment: Assignment) -> list[dict[str, Any]]:
    odd = []
    for name, item in assignment.items().items():
        notes = []
        if item.difficulty is not None and item.difficulty < HARD:
            notes.append(f"only {item.difficulty:.0%} of its points were earned")
        if item.discrimination is not None and item.discrimination < WEAK:
            notes.append(f"students who do well elsewhere do no better here (discrimination {item.discrimination:.2f})")
        if notes:
            odd.append({"exercise": name, "assignment": assignment.name, "notes": notes})
    return odd


def _runs(found: ClassResults) -> dict[str, Any]:
    timed = [result for result in _results(found) if result.seconds is not None]
    slowest = sorted(timed, key=lambda result: -(result.seconds or 0))[:SLOWEST]
    return {
        "slowest": [{"student": found.shown(result.student), "result": result} for result in slowest],
        "seconds": sum(result.seconds or 0 for result in timed),
        "cpu": sum(known) if (known := [r.cpu_seconds for r in timed if r.cpu_seconds is not None]) else None,
        "cached": sum(result.from_cache for result in timed),
        "count": len(timed),
        "unsandboxed": sum(not result.sandbox for result in timed),
    }


def _versions(found: ClassResults) -> dict[str, Any]:
    """The seeds, and the versions that were used: more than one of a package is worth knowing."""
    versions: dict[str, set[str]] = {}
    for result in _results(found):
        for name, version in result.versions.items():
            versions.setdefault(name, set()).add(version)
    return {
        "seeds": {assignment.name: assignment.seed for assignment in found.assignments},
        "packages": {name: sorted(found_versions) for name, found_versions in sorted(versions.items())},
    }


def report_command(
    *,
    html: Path | None = None,
    open_page: bool = False,
    directory: Path | None = None,
    show: Callable[[object], None] = print,
) -> int:
    """`grader report`: write page and tables, say where, and return the exit code."""
    page = write(Classroom.find(directory), html)
    show(f"report: {os.path.relpath(page)}, and {len(list(page.parent.glob('*.csv')))} tables (CSV) beside it")
    if open_page:
        webbrowser.open(page.resolve().as_uri())
    return 0
