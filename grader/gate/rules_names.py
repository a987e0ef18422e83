"""A graded cell stands on its own: it needs nothing that another graded cell bound, and leaves nothing behind."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

import nbformat

from grader.authoring.exercise import stub
from grader.authoring.placed import Placed
from grader.checks.own_names import CELL, as_function
from grader.gate.findings import Findings
from grader.gate.names import ALWAYS_THERE, names, names_of_code, names_of_set_up
from grader.gate.rules_exercise import Parts


def check_names_of_cells(path: Path, source: nbformat.NotebookNode, parts: Sequence[Parts], found: Findings) -> None:
    """Hold the graded cells to it.

    Args:
        path: the reference text.
        source: the source notebook.
        parts: its exercises.
        found: takes what is wrong.
    """
    given = ALWAYS_THERE | names_of_set_up(source)
    for part in parts:  # what a student's version of a solution cell defines
        given |= names(stub(part.solution.source, part.exercise.name))[1]
    graded = {name: cell for part in parts for name, cell in part.graded.items()}
    bound = {name: names(cell.source)[1] for name, cell in graded.items()}
    for name, cell in graded.items():
        for missing in sorted(_taken(path, name, cell, found) - given):
            other = next((other for other in bound if missing in bound[other]), "")
            text = f"the graded cell {name} uses `{missing}`, which "
            text += f"only {other} binds; bind it here as well." if other else "no cell before it is sure to define."
            found.error(path, _line(cell, missing), text)


def _taken(path: Path, name: str, cell: Placed, found: Findings) -> set[str]:
    """The names that a graded cell takes from the notebook when it runs as a function of its own."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        tree = ast.parse(TransformerManager().transform_cell(cell.source))
        code = compile(as_function(tree), str(path), "exec")
    except SyntaxError as error:
        text = f"the graded cell {name} cannot run as a function, as it must: {error.msg}."
        found.error(path, cell.line + (error.lineno or 1) - 1, text)
        return set()
    used, made = names_of_code(code)
    for kept in sorted(made - {CELL}):
        text = f"the graded cell {name} changes the notebook's `{kept}`; it may bind names of its own only."
        found.error(path, _line(cell, kept), text)
    return used - made - {CELL}


def _line(cell: Placed, name: str) -> int:
    """The first line of a cell that uses or makes a name, in the author's text."""
    try:
        nodes = ast.walk(ast.parse(cell.source))
    except SyntaxError:  # IPython's own syntax
        return cell.line
    lines = [
        node.lineno
        for node in nodes
        if (isinstance(node, ast.Name) and node.id == name) or (isinstance(node, ast.Global) and name in node.names)
    ]
    return cell.line + min(lines, default=1) - 1
