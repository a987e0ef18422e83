"""Chooses which of several notebooks of one student counts, and which files go beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath

from grader.classroom.collection import Collection, Row
from grader.classroom.store import TIMESTAMP, Keep, Placed, Submission, keep_aside
from grader.submissions.archive import foreign
from grader.submissions.handed_in import HandedIn
from grader.submissions.people import Person

Rank = tuple[float, ...]


@dataclass(frozen=True)
class Other:
    """A file that is no notebook with a place: whose it is, or why nobody's, and whether a row tells of it already."""

    file: HandedIn
    person: Person | None
    reason: str
    told: bool


def submissions_of(
    placed: list[Placed], rest: list[Other], keep: Keep, root: Path, made: Collection, *, dry_run: bool
) -> list[Submission]:
    """One submission for each student and assignment; what is not in one is told in a row."""

    def of(p: Placed) -> tuple[str, str]:
        return p.person.id, p.want.assignment

    submissions = []
    for (_, assignment), members in groupby(sorted(placed, key=of), key=of):
        group = list(members)
        chosen = {}
        for name in sorted({p.want.notebook for p in group}):
            same = [p for p in group if p.want.notebook == name]
            winner = _choose(same, keep, root, made, dry_run=dry_run)
            if winner is not None:
                chosen[name] = winner
        if chosen:
            submissions.append(Submission(group[0].person, assignment, chosen))
    taken = {id(file) for file in _beside(submissions, rest)}
    told = {p.file.owner for p in placed} | {other.file.owner for other in rest if other.told} | {None}
    for other in rest:
        if id(other.file) in taken or other.told or other.file.page:
            continue
        if other.file.owner in told:  # else the row of a person without a notebook tells of it
            made.rows.append(_left_out(other))
    return submissions


def _left_out(other: Other) -> Row:
    note = foreign(other.file.path, other.file.name) or ""
    if other.file.about:
        note = f"{other.file.what}; read it on the platform"
    return Row("left out", other.file.shown, other.person.id if other.person else "", note=note)


def _choose(same: list[Placed], keep: Keep, root: Path, made: Collection, *, dry_run: bool) -> Placed | None:
    """The one of a student's notebooks of one name that counts, or None where nothing tells them apart."""
    some = [p for p in same if p.answers] or same
    rank = _RANKS[keep]
    best = min(some, key=rank) if keep == "first" else max(some, key=rank)
    equals = [p for p in some if rank(p) == rank(best)]
    if len(equals) > 1:
        most = max(p.answers for p in equals)
        equals = [p for p in equals if p.answers == most]
        best = equals[0]
    if len({p.file.path.read_bytes() for p in equals}) > 1:
        names = " and ".join(repr(p.file.shown) for p in equals)
        for p in same:
            note = f"nothing says which counts of {names}: delete one, or collect one with --student"
            made.rows.append(Row("not placed", p.file.shown, p.person.id, p.want.assignment, note))
        return None
    for p in same:
        if p is not best:
            why = f"{_WHY[keep]} and counts; this one"
            if best.answers and not p.answers:
                why = "counts: this one is as it was given out, and"
            note = f"{best.file.shown} {why} is in {keep_aside(root, p, dry_run=dry_run)}"
            made.rows.append(Row("superseded", p.file.shown, p.person.id, p.want.assignment, note))
    return best


def _in_order(p: Placed) -> Rank:
    """When it was handed in, which attempt it was, which copy, and when it was last changed."""
    return (p.file.when.timestamp() if p.file.when else 0.0, p.file.attempt, p.file.copy, p.file.changed)


def _in_time(p: Placed) -> Rank:
    return (p.file.when.timestamp() if p.file.when else 0.0, p.file.changed)


_RANKS: dict[Keep, Callable[[Placed], Rank]] = {"last": _in_order, "first": _in_order, "last-in-time": _in_time}
_WHY: dict[Keep, str] = {"last": "is later", "first": "is earlier", "last-in-time": "is later"}


def _beside(submissions: list[Submission], rest: list[Other]) -> list[HandedIn]:
    """Give the submissions the files that lie beside their notebooks; returns those files."""
    taken = []
    for other in rest:
        file = other.file
        if other.told or file.about or file.page or file.owner is None or file.name in _NOT_BESIDE:
            continue
        theirs = [
            (s, p) for s in submissions for p in s.notebooks.values() if p.file.owner == file.owner and _above(p, file)
        ]
        deepest = max((len(p.file.own) for _, p in theirs), default=0)
        nearest = {id(s): (s, p) for s, p in theirs if len(p.file.own) == deepest}
        if not nearest:
            nearest = {id(s): (s, p) for s in submissions for p in s.notebooks.values() if p.file.owner == file.owner}
        for submission, placed in nearest.values():
            depth = len(placed.file.own) - 1 if _above(placed, file) else len(file.own) - 1
            name = PurePosixPath(*file.own[depth:]).as_posix()
            if _has_room(submission, name):
                submission.others[name] = file
                taken.append(file)
    return taken


_NOT_BESIDE = (TIMESTAMP, "submission_secret.txt")


def _above(placed: Placed, file: HandedIn) -> bool:
    """Whether a file lies in the folder of a notebook, or below it."""
    folder = placed.file.own[:-1]
    return file.own[: len(folder)] == folder


def _has_room(submission: Submission, name: str) -> bool:
    """Whether a name is free: no file and no folder of the submission has it."""
    names = {*submission.others, *(f"{notebook}.ipynb" for notebook in submission.notebooks), *_NOT_BESIDE}
    return not any(name == other or name.startswith(f"{other}/") or other.startswith(f"{name}/") for other in names)
