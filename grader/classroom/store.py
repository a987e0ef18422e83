"""Puts one submission into its place in a class directory; what it replaces, or what loses against it, is kept."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from grader.classroom.collection import Row, What
from grader.submissions.handed_in import HandedIn, Wanted, answers
from grader.submissions.people import Person

TIMESTAMP = "timestamp.txt"
Keep = Literal["last", "first", "last-in-time"]


@dataclass(frozen=True)
class Placed:
    """A notebook whose student and assignment are known, and how many of its answers are not as given out."""

    file: HandedIn
    person: Person
    want: Wanted
    note: str
    answers: int


@dataclass
class Submission:
    """What a source holds of one student for one assignment: notebooks and other files by the names they get."""

    person: Person
    assignment: str
    notebooks: dict[str, Placed]
    others: dict[str, HandedIn] = field(default_factory=dict)

    @property
    def when(self) -> datetime | None:
        """When it was handed in, if that is known."""
        times = [placed.file.when for placed in self.notebooks.values() if placed.file.when]
        return max(times) if times else None

    @property
    def files(self) -> dict[str, Path]:
        """What goes into the submission's folder."""
        return {
            **{name: file.path for name, file in self.others.items()},
            **{f"{name}.ipynb": placed.file.path for name, placed in self.notebooks.items()},
        }

    @property
    def notes(self) -> list[str]:
        """What an instructor should know."""
        late = any(placed.file.late for placed in self.notebooks.values())
        marked = ["marked late by Canvas, which does not say when"] if late else []
        return [*(placed.note for placed in self.notebooks.values() if placed.note), *marked]


def store(root: Path, submission: Submission, keep: Keep = "last", *, dry_run: bool = False) -> Row:
    """Put a submission into its place; what was there before is moved aside or stays."""
    place = root / "submitted" / submission.person.id / submission.assignment
    shown = ", ".join(p.file.shown for p in submission.notebooks.values())
    row: dict[str, Any] = {"source": shown, "student": submission.person.id, "assignment": submission.assignment}
    if any(path.is_symlink() for path in (place, place.parent)) or (place.exists() and not place.is_dir()):
        return Row("not placed", **row, note=f"{place.relative_to(root)} is a link or a file; move it away first")
    there = place.is_dir() and any(place.iterdir())
    notes = submission.notes
    what: What = "replaced" if there else "collected"
    if there and all(_same(place / name, path) for name, path in submission.files.items()):
        return Row("unchanged", **row, note="; ".join(notes))
    if there and (better := _what_is_there_counts(place, submission, keep)):
        kept = [keep_aside(root, placed, dry_run=dry_run) for placed in submission.notebooks.values()]
        return Row("kept", **row, note=f"{better}; this one is in {kept[0]}")
    if there:
        notes = [*notes, "the earlier one is in grading/replaced/"]
    if not dry_run:
        _write(root, place, submission, there)
    return Row(what, **row, note="; ".join(notes))


def _what_is_there_counts(place: Path, submission: Submission, keep: Keep) -> str:
    """Why what is there stays, or ""."""
    for name, placed in submission.notebooks.items():
        if not placed.answers and answers(place / f"{name}.ipynb", placed.want):
            return "what is there has answers, this one is as it was given out"
    before = timestamp(place)
    if keep == "first":
        earlier = before and submission.when and submission.when < before
        return "" if earlier else "what is there came first"
    return "what is there was handed in later" if before and submission.when and submission.when < before else ""


def keep_aside(root: Path, placed: Placed, *, dry_run: bool) -> str:
    """Keep a notebook that does not count; returns the folder that it is in, seen from the class directory."""
    folder = Path("grading", "superseded", placed.person.id, placed.want.assignment)
    if not dry_run:
        data = placed.file.path.read_bytes()
        (root / folder).mkdir(parents=True, exist_ok=True)
        name = f"{sha256(data).hexdigest()[:8]}-{placed.file.name[:60].replace('/', '_')}"
        (root / folder / name.encode("utf-8", "replace").decode()).write_bytes(data)
    return f"{folder.as_posix()}/"


def _same(path: Path, other: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.read_bytes() == other.read_bytes()


def timestamp(place: Path) -> datetime | None:
    """When what lies there was handed in, if it says so."""
    from nbgrader.utils import parse_utc

    try:
        found = parse_utc((place / TIMESTAMP).read_text(encoding="utf-8").strip())
    except (OSError, ValueError, OverflowError):
        return None
    return found.replace(tzinfo=timezone.utc) if isinstance(found, datetime) else None


def _write(root: Path, place: Path, submission: Submission, there: bool) -> None:
    """Make the new folder beside, then put it in place of the old one by renaming."""
    (root / "grading").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="incoming-", dir=root / "grading") as folder:
        fresh = Path(folder) / submission.assignment
        fresh.mkdir()
        for name, path in submission.files.items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, fresh / name)
        if there:
            _carry_over(place, fresh)
        if submission.when:
            (fresh / TIMESTAMP).write_text(f"{submission.when:%Y-%m-%d %H:%M:%S} UTC\n", encoding="utf-8")
        place.parent.mkdir(parents=True, exist_ok=True)
        if there:
            move_aside(root, place, submission.person.id, submission.assignment)
        elif place.exists():
            place.rmdir()
        os.rename(fresh, place)


def move_aside(root: Path, place: Path, student: str, assignment: str) -> None:
    """Move a submission, or a copy of it, to where those that were replaced are kept."""
    aside = root / "grading" / "replaced" / student / assignment
    aside.mkdir(parents=True, exist_ok=True)
    stamp = f"{datetime.now(timezone.utc):%Y-%m-%d-%H-%M-%S}"
    number = sum(1 for entry in aside.iterdir() if entry.name.startswith(stamp))
    os.rename(place, aside / (f"{stamp}-{number}" if number else stamp))


def content(folder: Path) -> str:
    """A digest of a submission's files and their names."""
    digest = sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            name = path.relative_to(folder).as_posix()
            digest.update(f"{name}\0{len(data)}\0".encode("utf-8", "surrogatepass") + data)
    return digest.hexdigest()


def find(root: Path, student: str, assignment: str, digest: str) -> Path | None:
    """Where a submission of this content lies: in its place, or among those that were replaced."""
    replaced = (root / "grading" / "replaced" / student / assignment).glob("*")
    places = [root / "submitted" / student / assignment, *sorted(replaced, reverse=True)]
    return next((place for place in places if place.is_dir() and content(place) == digest), None)


def put_back(root: Path, student: str, assignment: str, folder: Path) -> None:
    """Put a copy of a submission that was replaced into its place again; what is there is kept, as in `store`."""
    place = root / "submitted" / student / assignment
    with tempfile.TemporaryDirectory(prefix="incoming-", dir=root / "grading") as incoming:
        fresh = shutil.copytree(folder, Path(incoming) / assignment, symlinks=True)
        if place.exists():
            move_aside(root, place, student, assignment)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.rename(fresh, place)


def _carry_over(place: Path, fresh: Path) -> None:
    """Keep notebooks of the assignment that the new hand-in does not have."""
    for path in place.glob("*.ipynb"):
        if path.is_file() and not path.is_symlink() and not (fresh / path.name).exists():
            shutil.copy2(path, fresh / path.name)
