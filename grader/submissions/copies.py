"""Says which of several cells that begin one exercise counts: the one whose definition its check meets in Run All."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import nbformat

from grader.authoring.exercise import check_of, exercise_of

_COMMAND = re.compile(r"^\s*[%!].*$|^.*\?\s*$", re.MULTILINE)
_STUB = re.compile(r"raise NotImplementedError\(.*\)\s*$")


@dataclass(frozen=True)
class Copy:
    """A cell that begins an exercise: its place among the notebook's cells, its text, whether it is the stub still."""

    place: int
    source: str
    untouched: bool = False


def counting(copies: Sequence[Copy], check: int | None, names: Collection[str]) -> Copy:
    """The copy that counts.

    It is the last above the exercise's first check that defines what the check asks for; an untouched stub only where
    there is nothing else. Where none stands above the check, it is the last below.

    Args:
        copies: at least one.
        check: the place of the first check, None where there is none.
        names: what an answer defines.
    """
    written = [copy for copy in copies if not copy.untouched] or copies
    above = [copy for copy in written if check is None or copy.place < check] or written
    return max(above, key=lambda copy: (bool(defined(copy.source) & set(names)), copy.place))


def defined(source: str) -> set[str]:
    """The names that a cell binds at its top level; none where it is no Python."""
    try:
        tree = ast.parse(_COMMAND.sub("", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    found = set()
    todo: list[ast.AST] = list(tree.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).split(".")[0])
        todo.extend(ast.iter_child_nodes(node))
    return found


def told(exercise: str, places: Collection[int], best: int) -> str:
    """The sentence for a student and for an instructor; places are numbers of cells, from 1."""
    cells = ", ".join(map(str, sorted({*places, best})))
    return f"The answer {exercise!r} is there more than once (cells {cells}); cell {best} counts."


def settled(nb: nbformat.NotebookNode) -> dict[str, str]:
    """Set aside the untouched stubs of a student's notebook that stand beside an answer, as grading does.

    Returns:
        for each exercise that is there more than once, which cell counts.
    """
    code = [(place, cell) for place, cell in enumerate(nb.cells, start=1) if cell.cell_type == "code"]
    said = {}
    for name in {name for _, cell in code if (name := exercise_of(cell.source))}:
        cells = {place: cell for place, cell in code if exercise_of(cell.source) == name}
        checks = {place: cell for place, cell in code if (check_of(cell.source) or ("", ""))[1] == name}
        copies = [Copy(place, cell.source, _is_stub(cell.source)) for place, cell in cells.items()]
        asked = {word for cell in checks.values() for word in re.findall(r"\w+", cell.source)}
        best = counting(copies, min(checks, default=None), asked)
        if len({copy.source.strip() for copy in copies}) > 1:
            said[name] = told(name, cells, best.place)
        if not best.untouched:
            for copy in copies:
                if copy.untouched:
                    cells[copy.place].source = ""
    return said


def _is_stub(source: str) -> bool:
    """Whether nothing has been written into an answer but the line that says so."""
    lines = [line.strip() for line in source.strip().split("\n") if line.strip() and not line.lstrip().startswith("#")]
    return bool(lines) and _STUB.match(lines[-1]) is not None and not any(re.match(r"return\b", line) for line in lines)
