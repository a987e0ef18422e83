"""An exercise notebook run as its student would run it, and what came of each exercise."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from rich.table import Table
from rich.text import Text

from grader.authoring import notebook
from grader.authoring.course import Course
from grader.authoring.exercise import check_of, exercise_of
from grader.errors import NotebookError, UsageError
from grader.grading.judge import outcome_of
from grader.kernels.manager import kernel_manager
from grader.submissions import copies

TIMEOUT = 600
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_WORST_FIRST = ("error", "not attempted", "wrong", "right")


@dataclass(frozen=True)
class Row:
    """One exercise: its points by the visible checks, its outcome, and the first message that says what is wrong."""

    exercise: str
    points: float
    of: float
    outcome: str
    message: str


def find(name: str) -> Path:
    """The exercise notebook called `name`: a path, or a topic of the course.

    Raises:
        UsageError: there is neither.
    """
    path = Path(name)
    if path.suffix == ".ipynb" or path.exists():
        if not path.is_file():
            raise UsageError(f"There is no notebook {name}; check the name.")
        return path
    course = Course.find()
    path = course.exercise_notebook(course.resolve(name))
    if not path.exists():
        raise UsageError(f"Topic {path.stem} has no exercise notebook yet; run 'grader build'.")
    return path


def run(path: Path, progress: Callable[[str], None] = lambda _: None) -> list[Row]:
    """Run the notebook in `path`, every cell, and say what came of each exercise. The file is not changed.

    Raises:
        NotebookError: it is no notebook, or has no exercise in it.
    """
    nb = read(path)
    several = copies.settled(nb)
    execute(nb, path.parent, progress)
    return [replace(row, message=" ".join(filter(None, (row.message, several.get(row.exercise))))) for row in rows(nb)]


def read(path: Path) -> nbformat.NotebookNode:
    """The notebook in `path`. Raises as `run` does."""
    nb = notebook.read(path)
    if not _names(nb):
        raise NotebookError(f"{path} has no exercise in it: no cell begins with '# exercise: name'.")
    return nb


def rows(nb: nbformat.NotebookNode) -> list[Row]:
    """What came of each exercise of a notebook that has been run."""
    return [_row(nb, name) for name in _names(nb)]


def _names(nb: nbformat.NotebookNode) -> list[str]:
    found = (exercise_of(cell.source) for cell in nb.cells if cell.cell_type == "code")
    return list(dict.fromkeys(name for name in found if name))


def execute(nb: nbformat.NotebookNode, folder: Path, progress: Callable[[str], None] = lambda _: None) -> None:
    """Run every cell of `nb` in `folder` with the course's student kernel; errors stay in the outputs."""
    client(nb, folder, progress).execute()


def client(nb: nbformat.NotebookNode, folder: Path, progress: Callable[[str], None] = lambda _: None) -> NotebookClient:
    """What runs `nb` in `folder` with the course's student kernel; `progress` hears the name of each exercise."""

    def starting(cell: nbformat.NotebookNode, cell_index: int) -> None:
        found = check_of(cell.source)
        name = exercise_of(cell.source) or (found and found[1])
        if name:
            progress(name)

    return NotebookClient(
        nb,
        timeout=TIMEOUT,
        km=kernel_manager(notebook.KERNELSPEC["name"]),
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=starting,
    )


def _row(nb: nbformat.NotebookNode, name: str) -> Row:
    graded = [cell for cell in nb.cells if (found := check_of(cell.source)) and found[1] == name]
    outcomes = [outcome_of(cell.outputs) for cell in graded]
    points = [float(cell.metadata.get("nbgrader", {}).get("points", 0)) for cell in graded]
    earned = sum(have for have, outcome in zip(points, outcomes, strict=True) if outcome == "right")
    worst = next((kind for kind in _WORST_FIRST if kind in outcomes), "not attempted")
    message = next((_message(cell) for cell, outcome in zip(graded, outcomes, strict=True) if outcome == worst), "")
    if not graded:
        message = "its graded cells are gone: get the notebook again and copy your answer into it"
    return Row(name, earned, sum(points), worst, "" if worst == "right" else message)


def _message(cell: nbformat.NotebookNode) -> str:
    error = next((output for output in cell.outputs if output.output_type == "error"), None)
    if error is None or outcome_of([error]) == "not attempted":
        return ""
    first = _ANSI.sub("", str(error.evalue)).strip().split("\n\n")[0]
    return first if error.ename == "Failed" else f"{error.ename}: {first}"


def words_of(error: Any) -> str:
    """All that an error output says, as plain text: a check's message, "" for a stub, else the traceback."""
    if outcome_of([error]) == "not attempted":
        return ""
    said = str(error.evalue) if error.ename == "Failed" else "\n".join(error.traceback)
    return _ANSI.sub("", said).strip() or str(error.ename)


def table(path: Path, rows: list[Row]) -> Table:
    """The scoreboard for the terminal, with a line of totals."""
    style = {"right": "green", "wrong": "red", "error": "red", "not attempted": "dim"}
    made = Table("exercise", "points", "outcome", "first message", title=path.stem, title_justify="left")
    for row in rows:
        points = f"{row.points:g} / {row.of:g}"
        made.add_row(row.exercise, points, Text(row.outcome, style[row.outcome]), Text(row.message))
    made.add_section()
    right = sum(row.outcome == "right" for row in rows)
    total = f"{sum(row.points for row in rows):g} / {sum(row.of for row in rows):g}"
    made.add_row("", total, f"{right} of {len(rows)} right", Text("hidden checks count when it is graded", "dim"))
    return made
