"""The class report: a page on the class, one for each assignment, one for each exercise, and tables as CSV.

    grading/report/report.html, assignments/…, *.csv       by default

It is for the instructor: it names students, and shows what they wrote. Its pages need nothing but each other.
"""

from __future__ import annotations

import os
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from grader.classroom.classroom import Classroom
from grader.errors import UsageError
from grader.files import write_whole
from grader.grading.results import OUTPUTS_ALONE
from grader.report import class_results, export, pages, statistics, weighted
from grader.report.class_results import Assignment, ClassResults
from grader.report.section import SLOWEST, Section, folder_of, now, of

MARKS = 20_000
"""With more outcomes than this the page on the class leaves them to the assignments' pages: browsers get slow."""
SHOWN = 50
"""So many of what is worth a look are listed of each kind."""


def write(
    room: Classroom, page: Path | None = None, *, progress: Callable[[int, int], None] = lambda done, total: None
) -> Path:
    """Write the report and its tables; returns the page.

    Args:
        room: the class.
        page: where the page goes; all else goes beside it. `grading/report/report.html` if None.
        progress: is told how many assignments are done, and of how many.

    Raises:
        UsageError: nothing has been graded.
    """
    found = class_results.read(room, details=False)
    if not found.assignments:
        raise UsageError("Nothing has been graded yet: run 'grader grade' first.")
    page = (page or report_page(room)).absolute()
    sections = {}
    for number, assignment in enumerate(found.assignments):
        progress(number, len(found.assignments))
        sections[assignment.name] = of(room, found, assignment, page)
    progress(len(found.assignments), len(found.assignments))
    tables = export.tables(found, [section.tables for section in sections.values()])
    for name, text in tables.items():
        write_whole(page.parent / name, text.encode("utf-8", "replace"), durable=False)
    _write_page(found, sections, list(tables), page)
    return page


def report_page(room: Classroom) -> Path:
    """Where the report lies if nobody says otherwise."""
    return room.root / "grading" / "report" / "report.html"


def _write_page(found: ClassResults, sections: dict[str, Section], tables: list[str], page: Path) -> None:
    marks = sum(len(outcomes) for s in sections.values() for outcomes in s.outcomes.values())
    pages.write_page(
        page,
        "class_report.html.j2",
        found=found,
        now=now(),
        assignments=[_assignment(found, a, page) for a in found.assignments],
        students=_students(found, sections, page, marks=marks <= MARKS),
        attention=_attention(sections),
        shown=SHOWN,
        outputs_alone=OUTPUTS_ALONE,
        runs=_runs(sections),
        versions=_versions(sections),
        tables=tables,
        weights={name: f"{100 * share:g} %" for name, share in found.plan.weights.items()} if found.plan else {},
        with_marks=marks <= MARKS,
    )


def _assignment(found: ClassResults, assignment: Assignment, page: Path) -> dict[str, Any]:
    """A line on an assignment, with the way to its page."""
    scores = found.scores(assignment)
    way = os.path.relpath(folder_of(page.parent, assignment.name) / "index.html", page.parent)
    return {
        "name": assignment.name,
        "page": pages.link(way.replace(os.sep, "/")),
        "possible": assignment.possible,
        "handed_in": len(assignment.hand_ins),
        "missing": len(assignment.missing),
        "late": sum(hand_in.late > 0 for hand_in in assignment.hand_ins.values()),
        "waiting": sum(hand_in.waiting for hand_in in assignment.hand_ins.values()),
        "spread": statistics.spread(scores),
    }


def _students(found: ClassResults, sections: dict[str, Section], page: Path, *, marks: bool) -> list[dict[str, Any]]:
    """A row for each student: a score and the outcomes of each assignment, with links to feedback pages."""
    rows = []
    moment = datetime.now(timezone.utc)
    up = os.path.relpath(found.root, page.parent).replace(os.sep, "/") if page.is_relative_to(found.root) else None
    for student in found.students:
        cells = [_student_cell(a, sections[a.name], student, up, marks=marks) for a in found.assignments]
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
                "total": weighted.total(found, found.plan, student, moment).share if found.plan else None,
            }
        )
    return rows


def _student_cell(
    assignment: Assignment, section: Section, student: str, up: str | None, *, marks: bool
) -> dict[str, Any] | None:
    hand_in = assignment.hand_ins.get(student)
    if hand_in is None:
        return None
    outcomes = section.outcomes.get(student, []) if marks else []
    feedback = section.feedback.get(student) if up is not None else None
    return {
        "score": hand_in.score,
        "share": hand_in.score / hand_in.possible if hand_in.possible else 0.0,
        "outcomes": list(zip(section.exercises, outcomes, strict=False)),
        "late": hand_in.late > 0,
        "feedback": pages.link(f"{up}/{feedback}") if feedback else None,
        "state": section.states.get(student),
    }


def _attention(sections: dict[str, Section]) -> dict[str, list[dict[str, Any]]]:
    """What an instructor should look at, by kind."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for section in sections.values():
        for kind, entries in section.attention.items():
            kinds.setdefault(kind, []).extend(entries)
    return kinds


def _runs(sections: dict[str, Section]) -> dict[str, Any]:
    every = list(sections.values())
    known = [section.cpu for section in every if section.cpu is not None]
    slowest = sorted((run for section in every for run in section.slowest), key=lambda run: -run["seconds"])
    return {
        "slowest": slowest[:SLOWEST],
        "seconds": sum(section.seconds for section in every),
        "cpu": sum(known) if known else None,
        "cached": sum(section.cached for section in every),
        "count": sum(section.runs for section in every),
        "unsandboxed": sum(section.unsandboxed for section in every),
    }


def _versions(sections: dict[str, Section]) -> dict[str, Any]:
    """The seeds, and the versions that were used."""
    versions: dict[str, set[str]] = {}
    for section in sections.values():
        for name, known in section.versions.items():
            versions.setdefault(name, set()).update(known)
    return {
        "seeds": {name: section.seed for name, section in sections.items()},
        "packages": {name: sorted(known) for name, known in sorted(versions.items())},
    }


@contextmanager
def bar() -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal for `write`; it goes when the report is made."""
    console = Console(stderr=True)
    columns = TextColumn("writing the report"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task("", total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def report_command(
    *,
    html: Path | None = None,
    open_page: bool = False,
    directory: Path | None = None,
    show: Callable[[object], None] = print,
) -> int:
    """`grader report`: write page and tables, say where, and return the exit code."""
    with bar() as progress:
        page = write(Classroom.find(directory), html, progress=progress)
    count = len(list(page.parent.glob("*.csv")))
    show(f"report: {os.path.relpath(page)}, with a page for each assignment and exercise, and {count} tables (CSV)")
    if open_page:
        webbrowser.open(page.resolve().as_uri())
    return 0
