"""Runs notebooks in turns in one kernel, which is made as good as new in between.

Students are given a sandbox each; answers that are ours need a fresh namespace, and save the start and the end of a
kernel and what a kernel does for the first time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import nbformat
from nbformat import NotebookNode

from grader.grading.execute import execute
from grader.grading.kernel import seed_all
from grader.grading.outputs import Limits
from grader.kernels import sandbox

# The names are forgotten, as is what Keras and Matplotlib hold; settings are as usual; files lie in a folder of their
# own, so that none from before is found.
_FRESH = """exec('''
import os, sys, tempfile
from IPython import get_ipython
from grader.checks import policies
get_ipython().reset(new_session=False)
os.chdir(tempfile.mkdtemp(dir=os.getcwd()))
if "matplotlib.pyplot" in sys.modules:
    sys.modules["matplotlib.pyplot"].close("all")
if "keras" in sys.modules:
    sys.modules["keras"].utils.clear_session()
    sys.modules["keras"].saving.get_custom_objects().clear()
policies.as_usual()
''', {})
"""


async def execute_in_turns(
    notebooks: Sequence[nbformat.NotebookNode], seed: int, limits: Limits
) -> list[tuple[list[list[Any]], float]] | None:
    """The outputs of each cell and the seconds of each notebook; None where a cell had to be ended.

    Args:
        notebooks: each from `assemble`.
        seed: what `check.inputs` draws from, in each of them.
        limits: those of one notebook.

    Raises:
        KernelError: no kernel can be started here.
    """
    between = nbformat.v4.new_code_cell(_FRESH + seed_all(seed))
    cells = [NotebookNode(cell) for notebook in notebooks for cell in (between, *notebook.cells)][1:]
    for number, cell in enumerate(cells):
        cell.id = str(number)
    count = len(notebooks)
    limits = replace(
        limits,
        notebook_seconds=count * limits.notebook_seconds,
        evidence=count * limits.evidence,
        shown=count * limits.shown,
    )
    sandboxed = sandbox.available() is None
    done = await execute(nbformat.v4.new_notebook(cells=cells), {}, seed=seed, sandbox=sandboxed, limits=limits)
    if done.in_part or done.kernels > 1:
        return None
    results, start = [], 0
    for notebook in notebooks:
        end = start + len(notebook.cells)
        outputs = [cell.get("outputs", []) for cell in done.notebook.cells[start:end]]
        results.append((outputs, sum(done.cell_seconds.get(index, 0.0) for index in range(start, end))))
        if end < len(cells) and done.notebook.cells[end].outputs:
            return None
        start = end + 1
    return results
