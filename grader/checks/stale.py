"""Keeps a check from judging an older answer: one that its solution cell, run again since, has not defined anew.

That happens after a SyntaxError, and where a student renames a function: the one from before is still there. While a
check of the exercise runs, such a name is not there, as it would not be in a new kernel, and the error says why.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
from typing import Any

from grader.checks import notebook

_EXERCISE = re.compile(r"\s*#+\s*exercise\s*:\s*([a-z]\w*)\s*$", re.IGNORECASE)
_defined: dict[str, dict[str, int]] = {}
"""By exercise, what its cell has defined: the names, and the identity that each object has."""
_stale: dict[str, dict[str, str]] = {}
"""By exercise, those of these names that the last run of the cell has not defined, each with the reason."""
_away: dict[str, Any] = {}


def install() -> None:
    """Look at each cell that this notebook runs from now on; not in a grading run, which runs each cell once."""
    shell = notebook.shell()
    if shell is not None and not os.environ.get("GRADER_SEED"):
        shell.events.register("pre_run_cell", _before)
        shell.events.register("post_run_cell", _after)


def _before(info: Any) -> None:
    """A cell begins: keep from a check the names that are stale."""
    with contextlib.suppress(Exception):
        match = notebook.MARKER.match(_first_line(info.raw_cell))
        if match is None:
            return
        exercise, names = match[1].rpartition("-")[0], notebook.shell().user_ns  # type: ignore[union-attr]
        for name, why in _stale.get(exercise, {}).items():
            if id(names.get(name)) == _defined[exercise][name]:
                _away[name] = names.pop(name)
                notebook.taken[name] = why


def _after(result: Any) -> None:
    """A cell has ended: give back what was kept from it, and see what a solution cell has defined."""
    shell = notebook.shell()
    if shell is None:
        return
    for name, value in _away.items():
        shell.user_ns.setdefault(name, value)
    _away.clear()
    notebook.taken.clear()
    with contextlib.suppress(Exception):
        if match := _EXERCISE.match(_first_line(result.info.raw_cell)):
            _look(match[1].lower(), shell, result)


def _look(exercise: str, shell: Any, result: Any) -> None:
    error = result.error_before_exec or result.error_in_exec
    names, source = shell.user_ns, result.info.raw_cell
    defines = set() if result.error_before_exec else _defines(shell.transform_cell(source))
    why = f"ended in {type(error).__name__}" if error else "does not define it any more"
    known = _defined.setdefault(exercise, {})
    _stale[exercise] = {
        name: f"The cell `# exercise: {exercise}` {why} when it was last run: put that right, and run it again."
        for name, identity in known.items()
        if id(names.get(name)) == identity and (error or name not in defines)
    }
    known.update({name: id(names[name]) for name in defines if name in names and name not in _stale[exercise]})


def _defines(source: str) -> set[str]:
    """The functions, classes and variables that a cell defines at its top level."""
    found = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def _first_line(source: str) -> str:
    return source.strip("\n").split("\n", 1)[0].strip()
