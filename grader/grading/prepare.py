"""Reads a submission and assembles what is to be executed of it, whatever was handed in; nothing raises for that."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from grader.classroom.classroom import Submission
from grader.grading.again import Rules
from grader.grading.cache import digest_of
from grader.grading.gradebook import TIMESTAMP, time_of
from grader.grading.reference import Reference
from grader.submissions.sanitise import assemble
from grader.submissions.submitted import NotGradable, read_submission, support_files


@dataclass
class Assignment:
    """An assignment: its notebooks as instructor and students have them, and the reference runs under way.

    seed: of what is new in this run; what has been graded before keeps the seed that it had.
    recorded: automatic scores in the gradebook, by student and notebook; by_hand: marks by hand, by student.
    """

    name: str
    seed: int
    rules: Rules
    notebooks: dict[str, tuple[nbformat.NotebookNode, dict[str, str]]]
    own: dict[str, bytes]
    recorded: dict[tuple[str, str], dict[str, float | None]]
    by_hand: dict[str, dict[str, float]] = field(default_factory=dict)
    references: dict[tuple[str, int], asyncio.Task[Reference]] = field(default_factory=dict)


@dataclass
class Piece:
    """One notebook of a submission: what is to be executed, or why it cannot be."""

    name: str
    notebook: nbformat.NotebookNode | None = None
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    refused: str | None = None


@dataclass
class Prepared:
    """A submission, read and assembled."""

    submission: Submission
    assignment: Assignment
    pieces: list[Piece]
    files: dict[str, bytes]
    submitted: str | None
    content: str = ""
    seed: int = 0


def prepare(submission: Submission, assignment: Assignment) -> Prepared:
    """Read a submission and put its answers into the instructor's notebooks."""
    try:
        if submission.folder.parent.is_symlink():
            raise NotGradable("The folder that was handed in is a link: hand in the files themselves.")
        files, notes = support_files(submission.folder, assignment.own)
    except NotGradable as problem:
        pieces = [Piece(name, refused=str(problem)) for name in assignment.notebooks]
        made = Prepared(submission, assignment, pieces, dict(assignment.own), None)
    else:
        try:
            submitted = time_of(files)
        except ValueError as problem:
            del files[TIMESTAMP]
            submitted, notes = None, [*notes, f"{problem}; it counts as handed in in time."]
        paths, renamed = _paths(submission.folder, list(assignment.notebooks))
        pieces = [_piece(name, paths.get(name), assignment, [*notes, *renamed]) for name in assignment.notebooks]
        if not paths:
            for piece in pieces:
                piece.refused = "There is no notebook in what was handed in."
        made = Prepared(submission, assignment, pieces, files, submitted.isoformat() if submitted else None)
    made.seed = assignment.seed
    told = [[p.name, p.notebook, p.notes, p.refused] for p in made.pieces]
    masters = [master for master, _ in assignment.notebooks.values()]
    made.content = digest_of(told, masters, made.submitted, files=made.files)
    return made


def _paths(folder: Path, expected: list[str]) -> tuple[dict[str, Path], list[str]]:
    """The files of the expected notebooks. One notebook of another name is taken for the only one expected."""
    paths = {name: folder / f"{name}.ipynb" for name in expected if os.path.lexists(folder / f"{name}.ipynb")}
    if paths or len(expected) != 1 or not folder.is_dir():
        return paths, []
    others = sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith("."))
    if len(others) != 1:
        return {}, []
    return {expected[0]: others[0]}, [f"The notebook was handed in as {others[0].name!r}."]


def _piece(name: str, path: Path | None, assignment: Assignment, notes: list[str]) -> Piece:
    if path is None:
        return Piece(name, notes=[*notes, f"The notebook {name!r} was not handed in."])
    try:
        submitted, mended = read_submission(path)
    except NotGradable as problem:
        return Piece(name, notes=notes, refused=str(problem))
    master, stubs = assignment.notebooks[name]
    assembled = assemble(master, submitted, stubs)
    return Piece(name, assembled.notebook, [*mended, *notes, *assembled.notes], assembled.missing)
