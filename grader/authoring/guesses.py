"""The cells of a chapter that ask for a guess, and those that answer one, which readers get folded."""

from __future__ import annotations

import ast
from typing import TypeGuard

import nbformat

ASKS, ANSWERS = "predict", "predicted"
"""The functions of `grader.check` that do it."""
# Colab makes a heading of it, JupyterLab shows it in place of the cell.
_TITLE = "# @title Was your guess right? Run this cell."


def called(source: str, name: str) -> list[ast.Call]:
    """The calls of `check.NAME` in a cell that is Python, wherever they stand."""
    return [node for node in ast.walk(_parsed(source)) if _calls(node, name)]


def only_calls(source: str, name: str) -> bool:
    """Whether a cell does nothing but call `check.NAME`."""
    steps = _parsed(source).body
    return bool(steps) and all(isinstance(step, ast.Expr) and _calls(step.value, name) for step in steps)


def _parsed(source: str) -> ast.Module:
    """A cell's source; an empty module where it is not Python, as with a magic command."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])


def _calls(node: ast.AST, name: str) -> TypeGuard[ast.Call]:
    """Whether a node is a call of `check.NAME`."""
    function = node.func if isinstance(node, ast.Call) else None
    owner = function.value if isinstance(function, ast.Attribute) and function.attr == name else None
    return isinstance(owner, ast.Name) and owner.id == "check"


def fold(cell: nbformat.NotebookNode) -> None:
    """Fold a cell in JupyterLab and in Colab: its first line says what it is."""
    cell.source = f"{_TITLE}\n{cell.source}"
    cell.metadata |= {"jupyter": {"source_hidden": True}, "cellView": "form"}
