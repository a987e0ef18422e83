"""Which names a cell takes from the notebook, and which it makes there."""

from __future__ import annotations

import builtins
import dis
from collections.abc import Sequence
from types import CodeType

import nbformat

from grader.authoring.exercise import owner_of

ALWAYS_THERE = {*dir(builtins), "get_ipython", "display", "__name__"}


def set_up(source: nbformat.NotebookNode) -> list[str]:
    """The code cells of a source notebook which are neither solution cells nor graded cells."""
    return [cell.source for cell in source.cells if cell.cell_type == "code" and not owner_of(cell.source)]


def names_of_set_up(source: nbformat.NotebookNode) -> set[str]:
    """The names that the set-up cells make."""
    return {name for cell in set_up(source) for name in names(cell)[1]}


def needs(sources: Sequence[str]) -> set[str]:
    """The names that these cells, run in order, take from somewhere else."""
    used, made = set(), set()
    for source in sources:
        uses, makes = names(source)
        used |= uses
        made |= makes
    return used - made


def names(source: str) -> tuple[set[str], set[str]]:
    """The global names that a cell uses, and those that it makes; none where it is not Python."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return names_of_code(compile(TransformerManager().transform_cell(source), "cell", "exec"))
    except SyntaxError:
        return set(), set()


def names_of_code(code: CodeType) -> tuple[set[str], set[str]]:
    """The global names that compiled code uses, and those that it makes, all functions in it included."""
    used, made, todo = set(), set(), [code]
    while todo:
        here = todo.pop()
        todo += [const for const in here.co_consts if isinstance(const, CodeType)]
        steps = [(step.opname, str(step.argval)) for step in dis.get_instructions(here)]
        kept = {name for kind, name in steps if kind in ("STORE_NAME", "DELETE_NAME")}
        made |= {name for kind, name in steps if kind in ("STORE_GLOBAL", "DELETE_GLOBAL")}
        used |= {name for kind, name in steps if kind == "LOAD_GLOBAL"}
        read = {name for kind, name in steps if kind == "LOAD_NAME"}
        if here is code:
            made, used = made | kept, used | read
        else:  # the body of a class keeps its names to itself
            used |= read - kept
    return used, made
