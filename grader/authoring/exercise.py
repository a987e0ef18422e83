"""An exercise notebook's reference text: its cells by their markers, and the nbgrader notebook made from it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat

from grader.authoring import notebook
from grader.authoring.chapter import front_matter
from grader.authoring.course import Course
from grader.errors import CourseError

EXERCISE = re.compile(r"# exercise: ([a-z][a-z0-9_]*)$")
WRITTEN = re.compile(r"<!-- written: ([a-z][a-z0-9_]*) -->$")
CHECK = re.compile(r"# check: (([a-z][a-z0-9_]*)-\d+)$")
_LOOKS_LIKE_MARKER = re.compile(r"#\s*(exercise|check)\b", re.IGNORECASE)
BEGIN_SOLUTION, END_SOLUTION = "### BEGIN SOLUTION", "### END SOLUTION"
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
STUB = "#| "


def exercise_of(source: str) -> str | None:
    """The exercise that a cell's source belongs to as its solution cell, by the marker on its first line."""
    match = EXERCISE.match(source.split("\n", 1)[0].rstrip())
    return match.group(1) if match else None


def check_of(source: str) -> tuple[str, str] | None:
    """`(grade_id, exercise)` of a graded cell's source, by the marker on its first line."""
    match = CHECK.match(source.split("\n", 1)[0].rstrip())
    return (match.group(1), match.group(2)) if match else None


def owner_of(source: str) -> str | None:
    """The exercise whose solution cell or graded cell has this source."""
    check = check_of(source)
    return check[1] if check else exercise_of(source)


def written_of(source: str) -> str | None:
    """The name of a written answer, which is marked by hand, by the marker on its cell's first line."""
    match = WRITTEN.match(source.split("\n", 1)[0].rstrip())
    return match.group(1) if match else None


@dataclass(frozen=True)
class Exercise:
    """One exercise: its name, its graded cells with their points, and where it begins in the text."""

    name: str
    points: dict[str, float]
    line: int


def cells(path: Path) -> list[nbformat.NotebookNode]:
    """The cells of the reference text in `path`."""
    return list(jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent").cells)


def exercises(path: Path) -> list[Exercise]:
    """The exercises in the reference text `path`, in order.

    Raises:
        CourseError: a marker, a region or the points of a cell are wrong; the message names the line.
    """
    text = path.read_text(encoding="utf-8")
    found: dict[str, tuple[dict[str, float], int]] = {}
    for cell in cells(path):
        if cell.cell_type != "code":
            continue
        first = cell.source.split("\n", 1)[0]
        line = _line(text, first)
        name, check = exercise_of(cell.source), check_of(cell.source)
        where = f"{path.name}:{line}"
        if name:
            if name in found:
                raise CourseError(f"{where}: exercise {name!r} is there twice; give one of them another name.")
            _need_region(where, cell.source, BEGIN_SOLUTION, END_SOLUTION)
            found[name] = ({}, line)
        elif check:
            _add_check(where, check, cell, found)
        elif _LOOKS_LIKE_MARKER.match(first):
            raise CourseError(f"{where}: write '# exercise: name' or '# check: name-1' (small letters, digits, _).")
        elif BEGIN_SOLUTION in cell.source or BEGIN_HIDDEN in cell.source:
            raise CourseError(f"{where}: a cell with a solution or hidden region must begin with its marker line.")
    for name, (points, line) in found.items():
        if not points:
            raise CourseError(f"{path.name}:{line}: exercise {name!r} has no graded cell '# check: {name}-1'; add one.")
    return [Exercise(name, points, line) for name, (points, line) in found.items()]


def _add_check(
    where: str,
    check: tuple[str, str],
    cell: nbformat.NotebookNode,
    found: dict[str, tuple[dict[str, float], int]],
) -> None:
    grade_id, name = check
    if name not in found:
        raise CourseError(f"{where}: '# check: {grade_id}' stands before its solution cell '# exercise: {name}'.")
    if grade_id in found[name][0]:
        raise CourseError(f"{where}: graded cell {grade_id!r} is there twice; number the second one differently.")
    points = _points(where, cell)
    if BEGIN_HIDDEN in cell.source or END_HIDDEN in cell.source:
        _need_region(where, cell.source, BEGIN_HIDDEN, END_HIDDEN)
    found[name][0][grade_id] = points


def _points(where: str, cell: nbformat.NotebookNode) -> float:
    points = cell.metadata.get("points")
    if isinstance(points, bool) or not isinstance(points, (int, float)) or points <= 0:
        raise CourseError(f"{where}: a graded cell needs its points in the cell header, as in '# %% points=2'.")
    return float(points)


def _need_region(where: str, source: str, begin: str, end: str) -> None:
    """Refuse a source without `begin` … `end`, each on a line of its own, one after the other."""
    marks = [line.strip() for line in source.split("\n") if begin in line or end in line]
    if not marks or marks != [begin, end] * (len(marks) // 2):
        raise CourseError(f"{where}: the cell needs '{begin}' and then '{end}', each alone on its line.")


def _line(text: str, first: str) -> int:
    return next((i for i, row in enumerate(text.splitlines(), start=1) if row == first), 1)


def stub(source: str, name: str) -> str:
    """The student's version of a solution cell.

    Each solution region becomes the lines in it that begin with `#| ` (broken code to be put right), or, where there
    are none, `raise NotImplementedError("name")`.
    """
    kept: list[str] = []
    region: list[str] | None = None
    for line in source.split("\n"):
        if line.strip() == BEGIN_SOLUTION:
            region, indent = [], line[: len(line) - len(line.lstrip())]
        elif line.strip() == END_SOLUTION:
            kept += region or [f'{indent}raise NotImplementedError("{name}")']
            region = None
        elif region is None:
            kept.append(line)
        elif line.lstrip().startswith(STUB.rstrip()):
            region.append((indent + line.lstrip()[len(STUB) :]).rstrip())
    return "\n".join(kept)


def without_stub(source: str) -> str:
    """A solution cell without the `#| ` lines that are for the student's version only."""
    return "\n".join(line for line in source.split("\n") if not line.lstrip().startswith(STUB.rstrip()))


def source_notebook(course: Course, topic: str) -> nbformat.NotebookNode:
    """The nbgrader source notebook of a topic: reference solutions, hidden checks, and complete nbgrader metadata."""
    path, target = course.solution(topic), course.exercise_notebook(topic)
    front, _ = front_matter(course.chapter(topic))
    nb = with_metadata(course, path, target, topic, [f"{front.practise_minutes} minutes"])
    nb.cells.append(notebook.progress_cell(topic))
    nb.cells[-1].metadata = nbformat.from_dict({"nbgrader": _nbgrader(notebook.PROGRESS_PANEL, locked=True)})
    notebook.identify(nb, f"exercises/{topic}", front.accelerator)
    return nb


def project_notebook(course: Course, name: str) -> nbformat.NotebookNode:
    """The nbgrader source notebook of a project: as an exercise notebook, with parts that are marked by hand."""
    chapter = course.resolve(name[:2])
    nb = with_metadata(course, course.project(name), course.project_notebook(name), chapter, ["a project"])
    notebook.identify(nb, f"projects/{name}")
    return nb


def with_metadata(course: Course, path: Path, target: Path, topic: str, facts: list[str]) -> nbformat.NotebookNode:
    """The cells of the text `path`, each with complete nbgrader metadata, for the notebook `target` of a topic."""
    exercises(path)
    nb = nbformat.v4.new_notebook(cells=cells(path))
    if not nb.cells or not nb.cells[0].source.startswith("# "):
        raise CourseError(f"{path.name}:1: the first cell must be Markdown and begin with a title, '# …'.")
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = notebook.relink(course, cell.source, path, target)
    lesson = os.path.relpath(course.chapter_notebook(topic), target.parent).replace(os.sep, "/")
    notebook.under_title(nb.cells[0], notebook.header(course, target, [*facts, f"after [the chapter]({lesson})"]))
    nb.cells.insert(1, notebook.colab_cell(course))
    locked = 0
    for cell in nb.cells:
        name, check, written = exercise_of(cell.source), check_of(cell.source), written_of(cell.source)
        if name:
            meta = _nbgrader(name, solution=True)
        elif written:
            meta = _nbgrader(written, solution=True, grade=True, points=_points(f"{path.name}: {written}", cell))
        elif check:
            meta = _nbgrader(check[0], grade=True, locked=True, points=cell.metadata["points"])
        else:
            locked += 1
            meta = _nbgrader(f"locked-{locked:02d}", locked=True)
        cell.metadata = nbformat.from_dict({"nbgrader": meta})
    return nb


def _nbgrader(grade_id: str, **fields: object) -> dict[str, object]:
    meta: dict[str, object] = {"grade": False, "locked": False, "solution": False, "task": False}
    return {**meta, **fields, "grade_id": grade_id, "schema_version": 3}
