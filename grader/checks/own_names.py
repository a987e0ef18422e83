"""A graded cell's names are its own: it runs as a function does, so that nothing a student has named is changed.

IPython runs a cell in the notebook's namespace, where the check's `square = …` takes the place of the student's helper
`square`, for the check's own calls and for all that follow. Here the statements of a cell that begins with `# check:`
become the body of a function: what they bind is local, what they read is the student's, and it is gone at the end.
What the student's own code does to its globals meanwhile stays done.
"""

from __future__ import annotations

import ast
from typing import Any

from grader.checks import notebook

# No name that can be written in Python, so that it is nobody's.
CELL = notebook.CELL


def install() -> None:
    """From now on run each graded cell of this notebook so; outside IPython do nothing."""
    shell = notebook.shell()
    if shell is None or any(isinstance(each, _OwnNames) for each in shell.ast_transformers):
        return
    made = _OwnNames()
    shell.ast_transformers.append(made)
    shell.events.register("pre_run_cell", made.before)
    shell.events.register("post_run_cell", made.after)


class _OwnNames(ast.NodeTransformer):
    """Makes a function of the cell that is about to run, where this is a graded one."""

    def __init__(self) -> None:
        self._graded = False

    def before(self, info: Any) -> None:
        """IPython's hook before a cell."""
        self._graded = notebook.MARKER.match(info.raw_cell.split("\n", 1)[0].strip()) is not None

    def after(self, result: Any) -> None:
        """IPython's hook after a cell."""
        self._graded = False
        shell = notebook.shell()
        if shell is not None:
            shell.user_ns.pop(CELL, None)

    def visit(self, node: ast.AST) -> ast.AST:
        """IPython's hook for the cell's syntax tree."""
        graded, self._graded = self._graded, False
        if not graded or not isinstance(node, ast.Module) or not node.body:
            return node
        return as_function(node)


def as_function(cell: ast.Module) -> ast.Module:
    """The cell as a function and a call of it; the value of its last line is shown as before."""
    body = list(cell.body)
    last = body[-1]
    if isinstance(last, ast.Expr):
        body[-1] = ast.copy_location(ast.Return(last.value), last)
    made = ast.parse("def cell(): pass\ncell()").body
    function, call = made
    assert isinstance(function, ast.FunctionDef) and isinstance(call, ast.Expr) and isinstance(call.value, ast.Call)
    function.name, function.body = CELL, body
    call.value.func = ast.Name(CELL, ast.Load())
    for node in (function, *ast.walk(call)):
        ast.copy_location(node, cell.body[0])
    return ast.fix_missing_locations(ast.Module([function, call], cell.type_ignores))
