"""The class report during a lesson: a page that renews itself, and one for the projector that knows no names.

    grading/report/live.html, grading/report/projector.html

The projector's page holds no name and no id of anybody, and of what students wrote only programs that several of them
wrote, without comments: see `grader.report.nameless`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from grader.classroom.classroom import Classroom
from grader.report import charts, class_results, pages
from grader.report.class_report import report_page
from grader.report.class_results import ClassResults
from grader.report.section import Section, folder_of, of

LIVE, PROJECTOR = "live.html", "projector.html"


def write(room: Classroom, assignments: Sequence[str], waiting: int = 0) -> tuple[Path, Path]:
    """Renew both pages, and the assignments' own pages in the class report.

    Args:
        room: the class.
        assignments: that are shown, the one that matters most first.
        waiting: how many hand-ins have no grade yet.

    Returns:
        the page with names, and the projector's.
    """
    report = report_page(room)
    told = []
    for name in assignments:
        found = class_results.read(room, only=name, details=False)
        if found.assignments:
            told.append(_assignment(found, of(room, found, found.assignments[0], report), report.parent))
    made = report.with_name(LIVE), report.with_name(PROJECTOR)
    for page, names in zip(made, (True, False), strict=True):
        pages.write_page(
            page,
            "live.html.j2",
            "live.js",
            title=room.name,
            now=f"{datetime.now():%H:%M:%S}",
            waiting=waiting,
            assignments=told,
            names=names,
            other=PROJECTOR,
        )
    return made


def _assignment(found: ClassResults, section: Section, folder: Path) -> dict[str, Any]:
    """What the pages show of an assignment."""
    (assignment,) = found.assignments
    scores = [hand_in.score for hand_in in assignment.hand_ins.values()]
    own = folder_of(folder, assignment.name).relative_to(folder).as_posix()
    return {
        "name": assignment.name,
        "page": pages.link(f"{own}/index.html"),
        "handed_in": len(scores),
        "everybody": len(found.students),
        "missing": [found.shown(student) for student in assignment.missing],
        "mean": sum(scores) / len(scores),
        "possible": assignment.possible,
        "exercises": [
            {
                "name": exercise["name"],
                "page": pages.link(f"{own}/{exercise['page']}"),
                "bar": charts.stacked(exercise["counts"]),
                "shares": pages.shares(exercise["counts"]),
                "groups": [_group(group) for group in exercise["groups"]],
            }
            for exercise in section.live
        ],
    }


def _group(group: dict[str, Any]) -> dict[str, Any]:
    """A group of answers, with and without names."""
    programs = [
        {
            "students": program["students"],
            "count": len(program["students"]),
            "text": Markup(program["text"]),
            "nameless": Markup(program["nameless"]) if program["nameless"] else None,
        }
        for program in group["programs"]
    ]
    return {**group, "programs": programs}
