"""A chapter run as JupyterLab's Run All does it: all cells of the notebook that readers get, whatever tags say."""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import nbformat

from grader.authoring import chapter
from grader.authoring.chapter import CLAIM
from grader.authoring.course import Course
from grader.authoring.placed import Placed
from grader.gate.findings import Findings
from grader.gate.left_behind import CELL
from grader.gate.runs import Run, Runner

BUILT = 1
"""The position of the cell that the build adds: the one for Colab."""
# What neither changes an object nor draws a number.
_HARMLESS = {
    "abs", "all", "any", "argmax", "argmin", "bool", "count_params", "dict", "exp", "float", "frozenset",
    "head", "idxmax", "idxmin", "int", "isfinite", "isin", "isinstance", "isna", "isnan", "len", "list", "log",
    "max", "mean", "median", "min", "norm", "numpy", "quantile", "range", "reduce_all", "reduce_any",
    "reduce_max", "reduce_mean", "reduce_min", "reduce_sum", "round", "set", "signature", "sorted", "split",
    "splitlines", "sqrt", "startswith", "std", "str", "sum", "tolist", "tuple", "type", "values", "zip",
}  # fmt: skip


def only_look(cells: Sequence[Placed]) -> bool:
    """Whether a chapter's claims leave everything as it is, so that readers' cells run beside them as without them."""
    return all(_only_looks(cell.source) for cell in cells if CLAIM in cell.tags)


def _only_looks(source: str) -> bool:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            if name not in _HARMLESS:
                return False
        elif isinstance(node, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom):
            return False
    return True


async def run_all(
    course: Course, topic: str, cells: Sequence[Placed], runner: Runner, seconds: float
) -> tuple[Run, Run]:
    """Run the built chapter offline, in a sandbox where there is one.

    Args:
        course: the course.
        topic: of the chapter.
        cells: of the author's text: all, or without the claims.
        runner: runs it, or knows what came of it.
        seconds: as in `Runner.read`.

    Returns:
        what came of each of `cells`; and of the two cells that ask, before and after, what there is on the machine.
    """
    notebook = nbformat.reads(chapter.build(course, topic), as_version=4)
    readers = iter([cell for at, cell in enumerate(notebook.cells) if at != BUILT])
    made = [deepcopy(cell.cell) if CLAIM in cell.tags else next(readers) for cell in cells]
    made.insert(BUILT, notebook.cells[BUILT])
    for cell in made:
        cell.metadata.pop("tags", None)  # JupyterLab does not ask what they say
    asks = [nbformat.v4.new_code_cell(CELL) for _ in range(2)]
    run = await runner.read(nbformat.v4.new_notebook(cells=[asks[0], *made, asks[1]]), seconds)
    outputs = [out for at, out in enumerate(run.outputs[1:-1]) if at != BUILT]
    return replace(run, outputs=outputs), replace(run, outputs=[run.outputs[0], run.outputs[-1]])


def check_left(path: Path, asked: Run, found: Findings) -> None:
    """Packages are as they were, and no process is left."""
    first, last = (json.loads(outputs[0]["text"]) for outputs in asked.outputs)
    changed = sorted(set(first["packages"].items()) ^ set(last["packages"].items()))
    if changed:
        names = ", ".join(dict.fromkeys(name for name, _ in changed))
        found.error(path, 1, f"it changes what is installed ({names}); a chapter leaves the machine as it was.")
    for command in last["processes"]:
        text = f"a process that it has started still runs at its end ({command[:80]}); end it in the chapter."
        found.error(path, 1, text)
