"""An exercise notebook run as its student would run it, and what came of each exercise.

What a cell is says its first line, or its nbgrader metadata where a student has deleted or changed that line.
"""

from __future__ import annotations

import asyncio
import os
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
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
from grader.kernels.manager import kernel_manager, run_cells
from grader.progress.contents import Contents, fingerprint, load
from grader.submissions import copies
from grader.submissions.sanitise import is_answer, is_graded

TIMEOUT = 600
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_LABEL = re.compile(r"\s*(?:[A-Z]\w*:\s+)?")  # what stands before the words of a line of a message
_CHECK = re.compile(r"([a-z][a-z0-9_]*)-\d+")
_WORST_FIRST = ("error", "not attempted", "wrong", "right")


@dataclass(frozen=True)
class Row:
    """One exercise: its points by the visible checks, its outcome, and the first message that says what is wrong.

    hidden: what came of its hidden checks, where they have run.
    """

    exercise: str
    points: float
    of: float
    outcome: str
    message: str
    hidden: str = ""


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
    return [
        replace(row, message=" ".join(filter(None, (row.message, several.get(row.exercise)))))
        for row in rows(nb, load(path.parent))
    ]


def read(path: Path) -> nbformat.NotebookNode:
    """The notebook in `path`. Raises as `run` does."""
    nb = notebook.read(path)
    if not names(nb):
        raise NotebookError(f"{path} has no exercise in it: no cell begins with '# exercise: name'.")
    return nb


def rows(nb: nbformat.NotebookNode, contents: Contents) -> list[Row]:
    """What came of each exercise of a notebook that has been run; `contents` knows the code that each came with."""
    return [_row(nb, name, contents) for name in names(nb)]


def names(nb: nbformat.NotebookNode) -> list[str]:
    """The exercises that a notebook has a solution cell or a graded cell of, in order."""
    found = (answer_in(cell) or checked_in(cell) for cell in nb.cells if cell.cell_type == "code")
    return list(dict.fromkeys(name for name in found if name))


def answer_in(cell: nbformat.NotebookNode) -> str | None:
    """The exercise that a cell is the solution cell of."""
    own = cell.metadata.get("nbgrader", {}).get("grade_id") if is_answer(cell) else None
    return exercise_of(cell.source) or own


def checked_in(cell: nbformat.NotebookNode) -> str | None:
    """The exercise that a cell checks."""
    found = check_of(cell.source)
    own = _CHECK.fullmatch(str(cell.metadata.nbgrader.get("grade_id"))) if is_graded(cell) else None
    return found[1] if found else own and own[1]


def execute(nb: nbformat.NotebookNode, folder: Path, progress: Callable[[str], None] = lambda _: None) -> None:
    """Run every cell of `nb` in `folder` with the course's student kernel; errors stay in the outputs."""
    asyncio.run(run_cells(client(nb, folder, progress)))


def client(nb: nbformat.NotebookNode, folder: Path, progress: Callable[[str], None] = lambda _: None) -> NotebookClient:
    """What runs `nb` in `folder` with the course's student kernel; `progress` hears the name of each exercise."""

    def starting(cell: nbformat.NotebookNode, cell_index: int) -> None:
        name = answer_in(cell) or checked_in(cell)
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


def _row(nb: nbformat.NotebookNode, name: str, contents: Contents) -> Row:
    answers = [cell for cell in nb.cells if answer_in(cell) == name]
    graded = [cell for cell in nb.cells if checked_in(cell) == name]
    outcomes = [outcome_of(cell.outputs) for cell in graded]
    points = [float(cell.metadata.get("nbgrader", {}).get("points", 0)) for cell in graded]
    earned = sum(have for have, outcome in zip(points, outcomes, strict=True) if outcome == "right")
    worst = next((kind for kind in _WORST_FIRST if kind in outcomes), "not attempted")
    message = next((_message(cell) for cell, outcome in zip(graded, outcomes, strict=True) if outcome == worst), "")
    if worst != "right" and answers and all(_untouched(cell, name, contents) for cell in answers):
        worst, message = "not attempted", ""  # also the broken code of a *fix it*
    return Row(
        name, earned, sum(points), worst, _damage(answers, graded, name) or ("" if worst == "right" else message)
    )


def _untouched(cell: nbformat.NotebookNode, name: str, contents: Contents) -> bool:
    """Whether a solution cell is as the course gave it, by its nbgrader checksum or by the list of contents."""
    known = contents.exercise(name)
    return not notebook.was_edited(cell) or bool(known and fingerprint(cell.source) == known.given)


def _damage(answers: list[nbformat.NotebookNode], graded: list[nbformat.NotebookNode], name: str) -> str:
    """What is gone of an exercise's cells, and what to do; "" where they are all there."""
    if not graded:
        return "its graded cells are gone: get the notebook again and copy your answer into it"
    if not answers:
        return f"its cell is gone, or has lost its first line: begin your answer with `# exercise: {name}`"
    if all(exercise_of(cell.source) != name for cell in answers):
        return f"its first line is gone: put `# exercise: {name}` back above your answer"
    return ""


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


def hidden_checks(path: Path, names: Iterable[str]) -> str:
    """What is said where only the visible checks of the notebook in `path`, which has these exercises, have run."""
    found = source_of(path, names)
    if found is None:
        return "Hidden checks count when it is graded."
    course, topic = found
    own = path.resolve() == course.exercise_notebook(topic).resolve()
    name = topic[:2] if own else min(os.path.relpath(path), str(path.resolve()), key=len)
    return f"Hidden checks have not run: 'grader check --all {name}' runs them."


def source_of(path: Path, names: Iterable[str]) -> tuple[Course, str] | None:
    """The course and the topic that a notebook with these exercises is of; None where there is no checkout of it."""
    try:
        course = Course.find(path.parent)
    except UsageError:
        return None
    known = course.topics_by_exercise()
    topic = next((known[name] for name in names if name in known), None)
    return (course, topic) if topic else None


def table(path: Path, rows: list[Row]) -> Table:
    """The scoreboard for the terminal, with a line of totals."""
    style = {"right": "green", "wrong": "red", "error": "red", "not attempted": "dim"}
    hidden = any(row.hidden for row in rows)
    made = Table("exercise", "points", "outcome", *(["hidden checks"] if hidden else []))
    made.title, made.title_justify = path.stem, "left"
    for row in rows:
        points = f"{row.points:g} / {row.of:g}"
        more = [row.hidden] if hidden else []
        made.add_row(row.exercise, points, Text(row.outcome, style[row.outcome]), *more)
    made.add_section()
    right = sum(row.outcome == "right" for row in rows)
    total = f"{sum(row.points for row in rows):g} / {sum(row.of for row in rows):g}"
    made.add_row("", total, f"{right} of {len(rows)} right")
    return made


def messages(rows: list[Row], width: int) -> Iterator[Text]:
    """The first message of each exercise that has one, below its name, for a terminal of that width."""
    for row in rows:
        if row.message:
            yield Text.assemble("\n", (row.exercise, "bold"), "\n", wrapped(row.message, width))


def wrapped(message: str, width: int) -> str:
    """A check's message in lines of at most `width`, set in by two; what goes on stands below what it goes on from."""
    lines = []
    for line in message.splitlines():
        behind = _LABEL.match(line)
        further = "  " + " " * (behind.end() if behind else 0)
        # A narrow terminal leaves room for a word all the same.
        wide = max(width, len(further) + 20)
        made = textwrap.wrap(
            "  " + line, wide, subsequent_indent=further, replace_whitespace=False, break_on_hyphens=False
        )
        lines += made or [""]
    return "\n".join(lines)
