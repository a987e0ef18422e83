"""The gate's second run of a chapter: the notebook that readers get, all its cells, as JupyterLab's Run All does."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import nbformat

from grader.authoring import chapter
from grader.authoring.chapter import CLAIM
from grader.authoring.course import Course
from grader.authoring.placed import Placed
from grader.gate.findings import Findings
from grader.gate.left_behind import CELL
from grader.gate.rules_chapter import check_outputs
from grader.gate.runs import Run, Runner

BUILT = 1
"""The position of the cell that the build adds: the one for Colab."""


async def run_all(course: Course, topic: str, cells: Sequence[Placed], runner: Runner, found: Findings) -> None:
    """Run the built chapter offline, in a sandbox where there is one, and hold what came of it to the rules.

    Args:
        course: the course.
        topic: of the chapter.
        cells: of the author's text.
        runner: runs it, or knows what came of it.
        found: takes what is wrong.
    """
    notebook = nbformat.reads(chapter.build(course, topic), as_version=4)
    for cell in notebook.cells:
        cell.metadata.pop("tags", None)  # JupyterLab does not ask what they say
    asks = [nbformat.v4.new_code_cell(CELL) for _ in range(2)]
    run = await runner.read(nbformat.v4.new_notebook(cells=[asks[0], *notebook.cells, asks[1]]), math.inf)
    path = course.chapter(topic)
    shown = [cell for cell in cells if CLAIM not in cell.tags]
    outputs = [out for at, out in enumerate(run.outputs[1:-1]) if at != BUILT]
    before = len(found)
    check_outputs(path, shown, Run(outputs, 0.0, run.trouble), found)
    if len(found) == before:
        _check_left(path, run, found)


def _check_left(path: Path, run: Run, found: Findings) -> None:
    """Packages are as they were, and no process is left."""
    first, last = (json.loads(outputs[0]["text"]) for outputs in (run.outputs[0], run.outputs[-1]))
    changed = sorted(set(first["packages"].items()) ^ set(last["packages"].items()))
    if changed:
        names = ", ".join(dict.fromkeys(name for name, _ in changed))
        found.error(path, 1, f"it changes what is installed ({names}); a chapter leaves the machine as it was.")
    for command in last["processes"]:
        text = f"a process that it has started still runs at its end ({command[:80]}); end it in the chapter."
        found.error(path, 1, text)
