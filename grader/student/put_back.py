"""Puts a student's answers into another version of their exercise notebook, by exercise name, and says what is left."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import nbformat

from grader.authoring.exercise import check_of, exercise_of
from grader.authoring.notebook import was_edited
from grader.submissions.sanitise import assemble, forget_untouched, is_answer
from grader.submissions.submitted import parse_submission

_MARKER = re.compile(r"^[ \t]*#+[ \t]*(?:exercise|check)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_MOVES = re.compile(r"locked-\d+")


@dataclass(frozen=True)
class PutBack:
    """The new notebook with the student's answers in it.

    Attributes:
        notebook: to be written.
        answers: the exercises whose answer was put back.
        changed: those of them whose given code is another one now.
        left: what the student wrote and the notebook does not hold, a few words each; keep the old file for it.
        homeless: answers to exercises that the new notebook does not have, by name.
    """

    notebook: nbformat.NotebookNode
    answers: list[str]
    changed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    homeless: dict[str, str] = field(default_factory=dict)


def put_back(
    new: nbformat.NotebookNode,
    old: bytes,
    *,
    released: bytes = b"",
    adopted: Mapping[str, str] | None = None,
) -> PutBack:
    """The notebook `new` with the answers and the own cells of `old`.

    An answer that is still as it was given makes way for the new code. A cell of the student's own stays behind the
    cell that it followed; so does a changed text cell, beside the new one. Outputs are not kept.

    Args:
        new: an exercise notebook as students receive it; it is not changed.
        old: the bytes of the student's notebook, whatever is in them.
        released: the old version as the course had it, if at hand: it tells what of `old` is the student's own.
        adopted: answers from other notebooks to exercises that are in this one now, by name.

    Raises:
        NotGradable: `old` is no notebook; the message says why.
    """
    submitted, mended = parse_submission(old)
    given, pictures = _as_given(old)
    given |= {_plain(cell.source) for cell in _cells(released)}
    stubs = {cell.metadata.nbgrader.grade_id: cell for cell in new.cells if is_answer(cell)}
    known = {_meta(cell).get("grade_id") for cell in new.cells}
    homeless: dict[str, str] = {}
    kept = []
    for cell in submitted.cells:
        name, mine = _name(cell), _plain(cell.source) not in given
        if name in stubs:
            kept.append(cell if mine else _with(cell, stubs[name].source))
        elif exercise_of(cell.source):
            homeless |= {str(name): cell.source} if mine else {}
        elif check_of(cell.source) and name not in known:
            continue
        elif mine or name in known or _MOVES.fullmatch(name or ""):
            # Locked texts are numbered, so that another one may have the number now: their words identify them.
            kept.append(_with(cell, cell.source, anonymous=bool(_MOVES.fullmatch(name or ""))))
    first = [nbformat.v4.new_code_cell(text) for name, text in (adopted or {}).items() if name in stubs]
    texts = {_plain(cell.source) for cell in new.cells}
    submitted.cells = first + [cell for cell in kept if _is_wanted(cell, given, texts)]
    made = assemble(new, submitted, {name: cell.source for name, cell in stubs.items()}).notebook
    forget_untouched(made)
    made.metadata = deepcopy(new.metadata)
    answered = [name for name, cell in stubs.items() if _source(made, name) != cell.source]
    changed = [name for name in answered if _given_changed(old, name, stubs[name])]
    left = [*mended, *pictures, *_missing(old, given, made)]
    return PutBack(made, answered, changed, left, homeless)


def _is_wanted(cell: nbformat.NotebookNode, given: set[str], texts: set[str]) -> bool:
    """Not a cell of the old version that nobody has changed and that the new version does without."""
    anonymous = not _meta(cell) and not _MARKER.match(cell.source)
    return not anonymous or _plain(cell.source) in texts or _plain(cell.source) not in given


def _name(cell: nbformat.NotebookNode) -> str | None:
    """The exercise or graded cell that a cell is, by its first line, or else by its metadata."""
    check = check_of(cell.source)
    found = exercise_of(cell.source) or (check[0] if check else None)
    return found or _meta(cell).get("grade_id")


def _meta(cell: nbformat.NotebookNode) -> Mapping[str, Any]:
    found = cell.metadata.get("nbgrader")
    return found if isinstance(found, Mapping) else {}


def _with(cell: nbformat.NotebookNode, source: str, *, anonymous: bool = False) -> nbformat.NotebookNode:
    copy = deepcopy(cell)
    copy.source = source
    if anonymous:
        copy.metadata = nbformat.from_dict({})
    return copy


def _plain(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


def _source(notebook: nbformat.NotebookNode, name: str) -> str:
    return next(
        str(cell.source) for cell in notebook.cells if is_answer(cell) and cell.metadata.nbgrader.grade_id == name
    )


def _cells(old: bytes) -> list[nbformat.NotebookNode]:
    """The cells of the old notebook with all their metadata; none where it is damaged."""
    try:
        return list(nbformat.reads(old.decode("utf-8-sig"), as_version=4).cells)
    except Exception:  # nbformat raises whatever the file makes it stumble over
        return []


def _as_given(old: bytes) -> tuple[set[str], list[str]]:
    """The texts in the old notebook that nobody has changed, as nbgrader's checksums tell, and pasted pictures."""
    given, pictures = set(), []
    for number, cell in enumerate(_cells(old), start=1):
        if cell.get("attachments"):
            pictures.append(f"pictures in cell {number}")
        with suppress(KeyError, AttributeError, TypeError, ValueError):
            if not was_edited(cell):
                given.add(_plain(cell.source))
    return given, pictures


def _given_changed(old: bytes, name: str, stub: nbformat.NotebookNode) -> bool:
    """Whether the code that an exercise begins with is another one now."""
    before = {_meta(cell).get("checksum") for cell in _cells(old) if _meta(cell).get("grade_id") == name}
    return bool(before - {None}) and stub.metadata.nbgrader.get("checksum") not in before


def _missing(old: bytes, given: set[str], made: nbformat.NotebookNode) -> list[str]:
    """What the student wrote and the new notebook does not hold word for word: nothing may go unnoticed."""
    there = "\n\0\n".join(_plain(cell.source) for cell in made.cells)
    missing: list[str] = []
    for number, cell in enumerate(parse_submission(old)[0].cells, start=1):
        if not cell.source.strip() or _plain(cell.source) in given:
            continue
        if all(_plain(part) in there for part in _parts(cell.source)):
            continue
        name, check = exercise_of(cell.source), check_of(cell.source)
        what = f"an answer to {name} (cell {number})" if name else f"cell {number}"
        missing.append(f"your changes in the check {check[0]} (cell {number})" if check else what)
    return missing


def _parts(source: str) -> list[str]:
    """A cell's text, cut where it holds several marked cells that a student has joined."""
    starts = [match.start() for match in _MARKER.finditer(source)]
    cuts = [0, *starts, len(source)]
    return [source[a:b] for a, b in pairwise(cuts) if source[a:b].strip()]
