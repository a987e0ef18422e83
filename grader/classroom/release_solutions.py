"""`grader release-solutions`: worked solutions for a class, each from its date on.

An instructor writes the dates into `nbgrader_config.py`:

    c.WorkedSolutions.dates = {"01-tensors": "2026-12-01 18:00"}

or as `solutions` into the class's plan (grader.classroom.plan). Each run writes `solutions/TOPIC.ipynb` for every topic
whose date has come, from the notebook in `source/`, without its hidden checks. A date in `nbgrader_config.py` is in
local time unless it says otherwise (`2026-12-01T18:00+01:00`), and a day begins at midnight. What is published already
is written again only if its source has changed, so it may run every hour.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from grader.authoring import why
from grader.authoring.bank import Answer
from grader.authoring.course import Course
from grader.authoring.why import Why
from grader.authoring.worked import other_answers, solution_notebook
from grader.classroom import plan
from grader.classroom.classroom import Classroom
from grader.errors import UsageError

EXAMPLE = 'c.WorkedSolutions.dates = {"01-tensors": "2026-12-01 18:00"}'


def release_solutions_command(
    names: list[str], *, directory: Path | None, now: bool, show: Callable[[str], None]
) -> None:
    """Write the worked solutions that are due.

    Args:
        names: these assignments only; all that have a date when there are none.
        directory: the class directory; the one around the working directory when None.
        now: whatever the date, or without one.
        show: is told line by line what was done.

    Raises:
        UsageError: there is no such class or assignment, or a date is none.
    """
    classroom = Classroom.find(directory)
    dates = _dates(classroom)
    assignments = classroom.need(names or None)
    if not names and not now:
        assignments = [name for name in assignments if name in dates]
    if not assignments:
        raise UsageError(
            f"No topic has a date yet: write 'solutions' into {plan.FILE}, as 'grader plan --example' shows."
        )
    for name in assignments:
        due = dates.get(name)
        if now or (due is not None and due <= datetime.now().astimezone()):
            _release(classroom, name, show)
        elif due is None:
            show(f"{name}: has no date for its solutions; --now releases it")
        else:
            show(f"{name}: due {due:%Y-%m-%d %H:%M}")


def _dates(classroom: Classroom) -> dict[str, datetime]:
    """The dates in the class's plan and in its configuration, by assignment."""
    told = classroom.config.get("WorkedSolutions", {}).get("dates", {})
    if not isinstance(told, Mapping):
        raise UsageError(f"nbgrader_config.py: the dates of worked solutions are a dict, such as {EXAMPLE}")
    known = classroom.assignments()
    planned = plan.of(classroom)
    found = {name: each.solutions for name, each in planned.assignments.items() if each.solutions} if planned else {}
    for name, text in told.items():
        if name not in known:
            raise UsageError(f"nbgrader_config.py: {name!r} has a date, but is no assignment in source/.")
        if name in found:
            raise UsageError(f"{name!r} has a date in nbgrader_config.py and in {plan.FILE}: remove the former.")
        try:
            found[name] = datetime.fromisoformat(str(text)).astimezone()
        except ValueError:
            raise UsageError(f"nbgrader_config.py: {text!r} is no date; write it as 2026-12-01 18:00.") from None
    return found


def _release(classroom: Classroom, name: str, show: Callable[[str], None]) -> None:
    for stem in classroom.notebooks(name):
        path = classroom.root / "solutions" / f"{stem}.ipynb"
        text = solution_notebook(classroom.source(name, stem), stem, *_explained(stem))
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            show(f"{name}: released already, in {path.relative_to(classroom.root)}")
            continue
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        show(f"{name}: wrote {path.relative_to(classroom.root)}; give it to the class")


def _explained(stem: str) -> tuple[dict[str, Answer], dict[str, Why]]:
    """The other answers and the reasons that the course has for a notebook; none for an instructor's own."""
    try:
        course = Course.find()
    except UsageError:
        return {}, {}
    return other_answers(course, stem), why.read(course.why(stem))
