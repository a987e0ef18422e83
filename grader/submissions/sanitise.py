"""Makes what is executed: the instructor's notebook with a student's answers in it, and nothing else of theirs.

Graded and locked cells, points, tags, the kernel and all other metadata are the instructor's. Answers are found by what
identifies them, the student's other cells stay beside the neighbours they had.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import md5
from typing import Any

import nbformat

from grader.authoring.exercise import BEGIN_HIDDEN, END_HIDDEN, check_of, exercise_of, stub
from grader.submissions.copies import Copy, counting, defined, told
from grader.submissions.submitted import NotGradable, parse_submission, read_submission, support_files

__all__ = [
    "Assembled",
    "NotGradable",
    "assemble",
    "forget_untouched",
    "is_answer",
    "is_graded",
    "is_untouched",
    "parse_submission",
    "read_submission",
    "support_files",
    "with_answers",
]

# Looser than the marker in a source: a student may have touched the line.
_MARKER = re.compile(r"[ \t]*#+[ \t]*(exercise|check)[ \t]*:[ \t]*([A-Za-z]\w*(?:-\d+)?)[ \t]*$", re.IGNORECASE)
_UNTOUCHED = "untouched"
_SAVES_SPACE = re.compile(r"[ \t]+$", re.MULTILINE)


@dataclass(frozen=True)
class Assembled:
    """A notebook to execute, what an instructor should know of how it came about, and the answers that are missing."""

    notebook: nbformat.NotebookNode
    notes: list[str]
    missing: list[str] = field(default_factory=list)


@dataclass
class _Submitted:
    """One cell of the submission: its number there, and the cell of the source that it stands for."""

    number: int
    kind: str
    source: str
    grade_id: str
    checksum: str | None
    marked: str | None = None
    key: str | None = None
    used: bool = False
    attachments: Mapping[str, Any] = field(default_factory=dict)


def _nbgrader(cell: nbformat.NotebookNode) -> Mapping[str, Any]:
    """A cell's nbgrader metadata, empty where it has none."""
    found = cell.metadata.get("nbgrader")
    return found if isinstance(found, Mapping) else {}


def is_answer(cell: nbformat.NotebookNode) -> bool:
    """Whether a cell is one that students write in."""
    return bool(_nbgrader(cell).get("solution"))


def is_graded(cell: nbformat.NotebookNode) -> bool:
    """Whether a cell is graded automatically: a locked code cell with points."""
    meta = _nbgrader(cell)
    return cell.cell_type == "code" and bool(meta.get("grade")) and not meta.get("solution")


def is_untouched(cell: nbformat.NotebookNode) -> bool:
    """Whether `assemble` found the answer in a cell as students receive it, or none."""
    return bool(cell.metadata.get(_UNTOUCHED))


def forget_untouched(nb: nbformat.NotebookNode) -> None:
    """Remove what `is_untouched` goes by from a notebook that a student is to work on."""
    for cell in nb.cells:
        cell.metadata.pop(_UNTOUCHED, None)


def _id(cell: nbformat.NotebookNode) -> str:
    """A cell's grade_id, "" where it has none."""
    return str(_nbgrader(cell).get("grade_id") or "")


def _is_fixed(cell: nbformat.NotebookNode) -> bool:
    meta = _nbgrader(cell)
    return bool(_id(cell)) and bool(meta.get("grade") or meta.get("locked") or meta.get("task"))


def assemble(
    source: nbformat.NotebookNode, submitted: nbformat.NotebookNode, stubs: Mapping[str, str] | None = None
) -> Assembled:
    """The source notebook with the answers of the submitted one.

    An answer is found by the marker on its first line, or else by its grade_id; of several that one counts which its
    check meets when all cells run (`grader.submissions.copies`). Cells of the source that nbgrader knows nothing of
    come from the submission, as with nbgrader.

    Args:
        source: the instructor's notebook, with solutions and hidden checks; it is not changed.
        submitted: from `read_submission`.
        stubs: the text of each answer cell as students receive it, by grade_id; made from the source where absent.
    """
    master = {_id(cell): cell for cell in source.cells if is_answer(cell) or _is_fixed(cell)}
    stubs = {name: (stubs or {}).get(name, _stub(cell)) for name, cell in master.items() if is_answer(cell)}
    notes: list[str] = []
    cells = [part for number, cell in enumerate(submitted.cells, start=1) for part in _split(cell, number, master)]
    for cell in cells:
        cell.key = _key(cell, master)
    _match_texts(cells, master)
    answers = _choose(cells, master, stubs, notes)
    missing = [name for name in stubs if name not in answers]
    notes += [f"The answer cell {name!r} is missing." for name in missing]
    for cell in cells:
        known = cell.key is not None and not is_answer(master[cell.key])
        cell.used = known or any(cell is answer for answer in answers.values())
        if known and cell.key is not None and _changed(cell, master[cell.key]):
            notes.append(f"The locked cell {cell.key!r} was changed; the instructor's text is used.")
    made = _in_order(source, cells, answers, stubs, notes)
    return Assembled(made, notes, missing)


def with_answers(source: nbformat.NotebookNode, answers: Mapping[str, str]) -> nbformat.NotebookNode:
    """The source notebook with other texts in its answer cells, by grade_id; those not named keep their solution."""
    made = deepcopy(source)
    for cell in made.cells:
        name = _id(cell)
        if is_answer(cell) and name in answers:
            cell.source = answers[name]
    return _clean(made)


def _stub(cell: nbformat.NotebookNode) -> str:
    """What a student finds in an answer cell."""
    name = _id(cell)
    if cell.cell_type != "code":
        return ""
    cleared = stub(cell.source, name)
    return cleared if cleared != cell.source else f'raise NotImplementedError("{name}")'


def _split(cell: nbformat.NotebookNode, number: int, master: Mapping[str, Any]) -> list[_Submitted]:
    """A submitted cell, cut in two where a student has joined cells: at the markers of cells of the source."""
    grade_id, checksum = _id(cell), _nbgrader(cell).get("checksum")
    parts: list[tuple[str | None, list[str]]] = [(None, [])]
    for line in cell.source.split("\n"):
        match = _MARKER.match(line)
        name = match.group(2).lower() if match else None
        if name in master:
            if any(text.strip() for text in parts[-1][1]):
                parts.append((name, [line]))
            else:
                parts[-1] = (name, [*parts[-1][1], line])
        else:
            parts[-1][1].append(line)
    if len(parts) > 1 and parts[0][0] is None and not _has_code(parts[0][1]):
        # Comments above the marker belong to the answer, and a magic that works on the whole cell.
        (_, above), (name, text), *rest = parts
        parts = [(name, above + text), *rest]
    return [
        _Submitted(
            number,
            cell.cell_type,
            "\n".join(text).strip("\n"),
            # What stands above the first line of an exercise in its cell is no second answer.
            grade_id if marked or len(parts) == 1 else "",
            checksum,
            marked,
            attachments=cell.get("attachments", {}),
        )
        for marked, text in parts
    ]


def _has_code(lines: list[str]) -> bool:
    return any(line.strip() and not line.lstrip().startswith(("#", "%%")) for line in lines)


def _key(cell: _Submitted, master: Mapping[str, nbformat.NotebookNode]) -> str | None:
    """The cell of the source that a cell stands for, by its marker, which the student sees, or by its grade_id."""
    if cell.marked is not None:
        return cell.marked
    return cell.grade_id if cell.grade_id in master else None


def _match_texts(cells: list[_Submitted], master: Mapping[str, nbformat.NotebookNode]) -> None:
    """Find locked cells that have lost what identifies them, by their text."""
    texts = {_plain(cell.source): name for name, cell in master.items() if not is_answer(cell)}
    for cell in cells:
        if cell.key is None:
            cell.key = texts.get(_plain(cell.source))


def _plain(source: str) -> str:
    """A text without hidden checks and trailing space: what a student's copy of a locked cell has in common with it."""
    kept, hidden = [], False
    for line in source.strip().split("\n"):
        if line.strip() == BEGIN_HIDDEN:
            hidden = True
        if not hidden:
            kept.append(line.rstrip())
        if line.strip() == END_HIDDEN:
            hidden = False
    return "\n".join(kept).rstrip()


def _changed(cell: _Submitted, wanted: nbformat.NotebookNode) -> bool:
    """Whether a student has changed a locked cell; the text of another copy of the course is no change."""
    as_given = cell.checksum is not None and cell.checksum == _checksum(cell.source, wanted)
    return not as_given and _plain(cell.source) != _plain(wanted.source)


def _choose(
    cells: list[_Submitted], master: Mapping[str, nbformat.NotebookNode], stubs: Mapping[str, str], notes: list[str]
) -> dict[str, _Submitted]:
    """The submitted cell that counts for each answer; other copies run where they stand, untouched stubs go."""
    chosen = {}
    for name in stubs:
        found = [cell for cell in cells if cell.key == name]
        if not found:
            continue
        best = _best(found, cells, master, stubs[name])
        others = [cell for cell in found if cell is not best and cell.source.strip() != best.source.strip()]
        if others:
            notes.append(told(name, [cell.number for cell in others], best.number))
        if best.kind != master[name].cell_type:
            notes.append(f"The answer {name!r} was a {best.kind} cell; it counts as {master[name].cell_type}.")
        for cell in others:
            if best.kind == "code" and not _untouched(cell, master[name], stubs[name]):
                cell.key = None
        chosen[name] = best
    return chosen


def _best(
    found: list[_Submitted], cells: list[_Submitted], master: Mapping[str, nbformat.NotebookNode], given: str
) -> _Submitted:
    """Of several cells the one that counts: with the marker if the source has one, and then as `counting` says."""
    name = str(found[0].key)
    wanted = master[name]
    marked = [cell for cell in found if cell.marked is not None or exercise_of(wanted.source) is None] or found
    places = {id(cell): place for place, cell in enumerate(cells)}
    of_it = (place for place, cell in enumerate(cells) if _checks(cell.key, master) == name)
    copies = {places[id(cell)]: cell for cell in marked}
    known = [Copy(place, cell.source, _untouched(cell, wanted, given)) for place, cell in copies.items()]
    return copies[counting(known, next(of_it, None), defined(wanted.source) | defined(given)).place]


def _checks(key: str | None, master: Mapping[str, nbformat.NotebookNode]) -> str | None:
    """The exercise that a graded cell of the source checks."""
    if key is None or not is_graded(master[key]):
        return None
    found = check_of(master[key].source)
    return found[1] if found else None


def _untouched(cell: _Submitted, wanted: nbformat.NotebookNode, given: str) -> bool:
    """Whether a submitted answer is the stub that the student received."""
    if not cell.source.strip() or _SAVES_SPACE.sub("", cell.source.strip()) == _SAVES_SPACE.sub("", given.strip()):
        return True
    return cell.checksum is not None and cell.checksum == _checksum(cell.source, wanted)


def _checksum(source: str, cell: nbformat.NotebookNode) -> str:
    """nbgrader's checksum of a cell (nbgrader.utils.compute_checksum), for another source."""
    meta = _nbgrader(cell)
    solution, grade = bool(meta.get("solution")), bool(meta.get("grade"))
    locked = not solution and (grade or bool(meta.get("locked")))
    parts = [source, cell.cell_type, str(grade), str(solution), str(locked), _id(cell)]
    if grade:
        parts.append(str(float(meta.get("points", 0))))
    return md5("".join(parts).encode(), usedforsecurity=False).hexdigest()


def _in_order(
    source: nbformat.NotebookNode,
    cells: list[_Submitted],
    answers: Mapping[str, _Submitted],
    stubs: Mapping[str, str],
    notes: list[str],
) -> nbformat.NotebookNode:
    """The cells of the source in its order, each followed by those that the student has put after it."""
    extras: dict[str | None, list[_Submitted]] = {}
    anchor = None
    for cell in cells:
        if cell.used:
            anchor = cell.key
        elif cell.key is None and cell.source.strip():
            extras.setdefault(anchor, []).append(cell)
    made = deepcopy(source)
    made.cells = _own_cells(extras.pop(None, []))
    for cell in source.cells:
        name = _id(cell)
        if not (is_answer(cell) or _is_fixed(cell)):
            continue  # free for students to change: theirs is among the extra cells
        copy = deepcopy(cell)
        if is_answer(cell):
            answer = answers.get(name)
            copy.source = answer.source if answer else stubs[name]
            _attach(copy, answer.attachments if answer else {})
            if answer is None or _untouched(answer, cell, stubs[name]):
                copy.metadata[_UNTOUCHED] = True
        made.cells += [copy, *_own_cells(extras.pop(name, []))]
    return _clean(made)


def _own_cells(cells: list[_Submitted]) -> list[nbformat.NotebookNode]:
    new = {"code": nbformat.v4.new_code_cell, "raw": nbformat.v4.new_raw_cell}
    return [_attach(new.get(cell.kind, nbformat.v4.new_markdown_cell)(cell.source), cell.attachments) for cell in cells]


def _attach(cell: nbformat.NotebookNode, attachments: Mapping[str, Any]) -> nbformat.NotebookNode:
    """Give a text cell its pictures, and take away those that it had."""
    cell.pop("attachments", None)
    if attachments and cell.cell_type == "markdown":
        cell.attachments = nbformat.from_dict(dict(attachments))
    return cell


def _clean(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook without outputs, of format 4.5, whose cell ids are unique."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    kept = ("kernelspec", "language_info", "accelerator")
    notebook.metadata = nbformat.from_dict({key: notebook.metadata[key] for key in kept if key in notebook.metadata})
    seen: set[str] = set()
    for number, cell in enumerate(notebook.cells):
        cell.id = cell.id if _id(cell) and cell.get("id") and cell.id not in seen else f"cell-{number}"
        seen.add(cell.id)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook
