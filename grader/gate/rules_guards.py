"""What a cell may not do unless an `if` in it allows that: install, download, start a program that runs on.

JupyterLab runs every cell of a notebook, whatever its tags say. So the switch stands in the code:

    LARGER = False      # True: downloads 30 MB

    if LARGER:
        train, test = datasets.load("fashion_mnist")
    else:
        print("Not run: Fashion-MNIST, 30 MB, would be loaded here.")
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.authoring.placed import Placed
from grader.data.catalogue import CATALOGUE
from grader.gate.findings import Findings

_MAGIC = re.compile(r"^(\s*)([%!].*)$", re.MULTILINE)
_INSTALLS = re.compile(r"[%!]\s*(?:sudo\s+)?(?:\S*python\S*\s+-m\s+)?(pip3?|conda|mamba|uv|apt|apt-get|npm|brew)\b")
_DOWNLOADS = re.compile(r"[%!]\s*(curl|wget|git\s+clone)\b")
_RUNS_ON = re.compile(r"%\s*tensorboard\b")
_FETCHES = {"get_file", "urlretrieve", "urlopen", "load_data"}
_STARTS = {"run", "Popen", "call", "check_call", "check_output", "system"}
SAYS = "Not run: "


def check_guards(path: Path, cells: Sequence[Placed], found: Findings) -> None:
    """Hold the code cells of the text `path` to the rule; cells that cannot be parsed are another rule's business."""
    for cell in cells:
        if not cell.is_code or cell.marked:
            continue
        try:
            tree = ast.parse(as_python(cell.source))
        except SyntaxError:
            continue
        for node, guard in _walk(tree, None):
            what = _does(node)
            if what and guard is None:
                found.error(path, cell.line + node.lineno - 1, f"this cell {what} when all cells are run; {_HOW}")
            elif what and isinstance(guard, ast.If):
                _check_guard(path, cell, guard, tree, found)


_HOW = f'write SWITCH = False, if SWITCH: …, else: print("{SAYS}…").'


def as_python(source: str) -> str:
    """A cell's source, with each line of IPython's own in it as a call of `_magic`."""
    return _MAGIC.sub(lambda match: f"{match[1]}_magic({match[2]!r})", source)


def _walk(node: ast.AST, guard: ast.AST | None) -> Iterator[tuple[ast.Call, ast.AST | None]]:
    """Every call below a node, with the `if` or the function that decides whether it is made; None where none does."""
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST):
                continue
            inside = guard
            if isinstance(node, ast.If) and field in ("body", "orelse"):
                inside = node
            elif isinstance(node, (ast.FunctionDef, ast.Lambda, ast.AsyncFunctionDef)) and field == "body":
                inside = guard or node
            if isinstance(child, ast.Call):
                yield child, inside
            yield from _walk(child, inside)


def _does(call: ast.Call) -> str | None:
    """What a call does that a reader must have asked for, or None."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    texts = [node.value for node in ast.walk(call) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    if name == "_magic":
        line = texts[0]
        for pattern, what in (
            (_INSTALLS, "installs packages"),
            (_DOWNLOADS, "downloads"),
            (_RUNS_ON, "starts a server"),
        ):
            if pattern.match(line):
                return what
        return None
    if name == "load" and texts and texts[0] in CATALOGUE:
        return None if CATALOGUE[texts[0]].bundled else "downloads"
    if name in _FETCHES and not any("://localhost" in text or "://127." in text for text in texts):
        # One without an address takes a request that was made before, to a server here.
        local = name == "urlopen" and not any("://" in text for text in texts)
        return None if local else "downloads"
    if name in _STARTS and {"pip", "conda", "mamba"} & {word for text in texts for word in text.split()}:
        return "installs packages"
    return "downloads weights" if "imagenet" in texts and _keyword(call, "weights") == "imagenet" else None


def _keyword(call: ast.Call, name: str) -> object:
    return next((getattr(each.value, "value", None) for each in call.keywords if each.arg == name), None)


def _check_guard(path: Path, cell: Placed, guard: ast.If, tree: ast.Module, found: Findings) -> None:
    """A switch is off, and what is not done is said."""
    line = cell.line + guard.lineno - 1
    said = [
        node.args[0]
        for step in guard.orelse
        for node in ast.walk(step)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print" and node.args
    ]
    if not any(_begins(text) for text in said):
        found.error(path, line, f'where this is not done, say what it would do: else: print("{SAYS}…").')
    names = {node.id for node in ast.walk(guard.test) if isinstance(node, ast.Name)}
    for step in tree.body:
        on = isinstance(step, ast.Assign) and getattr(step.value, "value", None) is True
        if on and names & {getattr(target, "id", None) for target in step.targets}:  # type: ignore[attr-defined]
            found.error(path, cell.line + step.lineno - 1, "this switch is on; readers get it as False.")


def _begins(text: ast.expr) -> bool:
    first = text.values[0] if isinstance(text, ast.JoinedStr) and text.values else text
    return isinstance(first, ast.Constant) and str(first.value).startswith(SAYS)
