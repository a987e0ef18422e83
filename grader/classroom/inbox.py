"""Where hand-ins arrive: nbgrader's exchange, or a folder. What is whole is taken in by `collect`, each thing once.

A look is cheap: it reads names and sizes. What changes is left until it has been still for a second, and what cannot
be read, such as half a notebook, for twenty more: it may be on its way still. What was taken in is remembered in
`grading/taken.json`, so that a feedback file beside it, or a watcher that is started again, is no new hand-in.
"""

from __future__ import annotations

import json
import os
import stat
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import partial
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Protocol

from nbgrader.apps import NbGraderAPI
from nbgrader.utils import parse_utc

from grader.classroom import roster
from grader.classroom.classroom import Classroom
from grader.classroom.collect import collect
from grader.classroom.collection import Row
from grader.classroom.exchange import from_exchange, is_nbgraders
from grader.classroom.store import TIMESTAMP, timestamp
from grader.errors import CourseError, Passing, UsageError
from grader.files import write_whole
from grader.submissions.archive import FEEDBACK, is_feedback
from grader.submissions.people import People

QUIET = 1.0
"""Seconds without a change after which something is taken for whole."""
PATIENCE = 20.0
"""The same for what cannot be read."""
OTHER_EXCHANGE = 30.0
"""Seconds between two looks at an exchange that is not nbgrader's own, which has to be asked for everything."""
EXCHANGE = "exchange"
_ON_THE_WAY = (".part", ".partial", ".crdownload", ".download", ".tmp", "~")


@dataclass(frozen=True)
class Thing:
    """Something that has arrived and is whole: its name where it lies, what tells it from another, when it came."""

    name: str
    signature: str
    came: float


@dataclass(frozen=True)
class Arrival:
    """What became of a thing, when it came, in seconds, and the path of feedback in a folder, without its ending."""

    row: Row
    came: float
    way: str = ""


class Inbox(Protocol):
    """A place where hand-ins arrive: a folder, or "exchange"."""

    place: str

    def look(self) -> list[Thing]:
        """What is there, whole, and not taken in yet, the oldest first."""

    @property
    def waits(self) -> bool:
        """Whether the last look saw something that was not whole."""

    def take(self, things: list[Thing]) -> tuple[list[Arrival], list[Thing]]:
        """Take in some of these things, or all; returns what became of each submission, and the things that are done.

        Raises:
            UsageError: nbgrader could not collect.
        """

    def done(self, things: Iterable[Thing]) -> None:
        """Remember that these are dealt with."""


class Taken:
    """What was taken in of each place, as a file in the class directory remembers it."""

    def __init__(self, root: Path, place: str) -> None:
        self._path, self._place = root / "grading" / "taken.json", place
        self.known: dict[str, str] = self._read().get(place, {})

    def add(self, things: Iterable[Thing]) -> None:
        """Remember these."""
        self.known.update({thing.name: thing.signature for thing in things})
        whole = {**self._read(), self._place: self.known}
        write_whole(self._path, json.dumps(whole, indent=0, ensure_ascii=True).encode())

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


class Torn(Passing, CourseError):
    """A hand-in was copied in part."""


@dataclass(frozen=True)
class _Now:
    """The moment of a look; all that it sees first has come at this time."""

    clock: float = field(default_factory=time.time)
    monotonic: float = field(default_factory=time.monotonic)


class _Still:
    """Knows since when each thing has not changed."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[str, _Now]] = {}

    def since(self, name: str, signature: str, readable: Callable[[], bool], look: _Now) -> float | None:
        """When a thing was first seen as it is now; None if that is too short a time ago."""
        known, first = self._since.get(name, ("", look))
        if known != signature:
            self._since[name] = signature, look
            return None
        still = look.monotonic - first.monotonic
        return first.clock if still >= PATIENCE or (still >= QUIET and readable()) else None


class FolderInbox:
    """A folder into which hand-ins are dropped: notebooks, students' folders, ZIPs, what a platform exports."""

    def __init__(self, room: Classroom, folder: Path, assignments: list[str] | None, *, each: bool) -> None:
        """Look into `folder`; with `each`, what came at the same time is taken in one by one."""
        if not folder.is_dir():
            raise UsageError(f"There is no folder {folder}: name one into which hand-ins are dropped, or 'exchange'.")
        self.folder = folder.resolve()
        if self.folder == room.root or (room.root / "submitted").is_relative_to(self.folder):
            raise UsageError(f"{folder} holds the class directory itself: name a folder outside it.")
        self.place, self.waits = str(self.folder), False
        self._room, self._assignments, self._each = room, assignments, each
        self._taken, self._still = Taken(room.root, self.place), _Still()

    def look(self) -> list[Thing]:
        """As in `Inbox`."""
        found, self.waits, now = [], False, _Now()
        for entry in sorted(os.scandir(self.folder), key=lambda entry: entry.name):
            if entry.name.startswith(".") or is_feedback(entry.name) or entry.name.endswith(_ON_THE_WAY):
                continue
            files = sorted(_files(entry))
            if not files:
                continue
            told = [(path, status.st_size, status.st_mtime_ns) for path, status in files]
            signature = sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()[:24]
            if self._taken.known.get(entry.name) == signature:
                continue
            since = self._still.since(entry.name, signature, partial(_readable, files), now)
            if since is None:
                self.waits = True
            else:
                changed = max(status.st_mtime for _, status in files)
                found.append((changed, Thing(entry.name, signature, since)))
        return [thing for _, thing in sorted(found, key=lambda one: (one[1].came, one[0]))]

    def take(self, things: list[Thing]) -> tuple[list[Arrival], list[Thing]]:
        """As in `Inbox`; a ZIP that is not called after a student is taken as one that a platform made."""
        people = People(self._room.people(), roster.recall(self._room.root).students)
        alone: list[Thing] = []
        together: list[Thing] = []
        for thing in things:
            stem = thing.name[:-4] if thing.name.lower().endswith(".zip") else ""
            (alone if stem and not people.is_known(stem) else together).append(thing)
        parts = [[thing] for thing in together] if self._each else [together] if together else []
        made = [arrival for part in parts for arrival in self._collect(self.folder, part)]
        made += [arrival for thing in alone for arrival in self._collect(self.folder / thing.name, [thing])]
        return sorted(made, key=lambda arrival: arrival.came), things

    def done(self, things: Iterable[Thing]) -> None:
        """As in `Inbox`."""
        self._taken.add(things)

    def _collect(self, source: Path, things: list[Thing]) -> Iterator[Arrival]:
        came = {thing.name: thing.came for thing in things}
        archive = source.name if source != self.folder else ""
        last = max(came.values())
        try:
            made = collect(self._room, source, assignments=self._assignments, only=() if archive else tuple(came))
        except UsageError as problem:
            yield Arrival(Row("not placed", things[0].name, note=str(problem)), last)
            return
        for row in made.rows:
            first = row.source.split(", ")[0]
            way = f"{archive}/{first}" if archive else first
            yield Arrival(row, came.get(archive or first.split("/")[0], last), _beside(way, row.student))


class ExchangeInbox:
    """The inbound folder of nbgrader's exchange, or another exchange that the class's configuration names."""

    place = EXCHANGE

    def __init__(self, room: Classroom, assignments: list[str] | None, *, each: bool) -> None:
        """Look into the exchange; with `each`, a student's hand-ins are taken in one by one, else the last of them."""
        api = NbGraderAPI(config=room.config)
        self._room, self._assignments, self._each = room, assignments, each
        self._known = set(room.need(assignments))
        self._inbound = Path(api.exchange_root, room.coursedir.course_id, "inbound") if is_nbgraders(api) else None
        if self._inbound is not None and not self._inbound.is_dir():
            raise UsageError(
                f"There is no exchange at {self._inbound}: run 'nbgrader release_assignment' first, or watch a folder "
                "by --from DIR."
            )
        self.waits = False
        self._taken, self._still, self._asked = Taken(room.root, str(self._inbound)), _Still(), -OTHER_EXCHANGE

    def look(self) -> list[Thing]:
        """As in `Inbox`."""
        self.waits, now = False, _Now()
        if self._inbound is None:
            if time.monotonic() - self._asked < OTHER_EXCHANGE:
                return []
            self._asked = time.monotonic()
            return [Thing("", "", time.time())]
        found = []
        for entry in os.scandir(self._inbound):
            if entry.name in self._taken.known or _named(entry.name)[1] not in self._known:
                continue
            files = sorted(_files(entry))
            told = repr([(path, status.st_size, status.st_mtime_ns) for path, status in files])
            names = {os.path.basename(path) for path, _ in files}
            if self._still.since(entry.name, told, partial(names.__contains__, "submission_secret.txt"), now) is None:
                self.waits = True
            else:
                found.append(Thing(entry.name, "", _time(entry.name)))
        return sorted(found, key=lambda thing: thing.came)

    def take(self, things: list[Thing]) -> tuple[list[Arrival], list[Thing]]:
        """As in `Inbox`."""
        if self._inbound is None:
            rows = from_exchange(self._room, self._assignments).rows
            return [Arrival(row, time.time()) for row in rows], []
        chosen: dict[tuple[str, str], Thing] = {}
        done = []
        for thing in things:
            if self._each and _named(thing.name) in chosen:
                continue  # its turn comes with the next look
            chosen[_named(thing.name)] = thing
            done.append(thing)
        concerned = sorted({assignment for _, assignment in chosen})
        rows = from_exchange(self._room, concerned, only={thing.name for thing in chosen.values()}).rows
        for (student, assignment), thing in chosen.items():
            self._need_whole(self._room.folder("submitted", student, assignment), self._inbound / thing.name)
        made = []
        for row in rows:
            named = next((t for t in things if t.name == row.source), None) or chosen.get((row.student, row.assignment))
            if named is not None:
                made.append(Arrival(row, named.came))
        return sorted(made, key=lambda arrival: arrival.came), done

    @staticmethod
    def _need_whole(place: Path, source: Path) -> None:
        """Let nbgrader copy a hand-in once more where it was kept from copying all of it.

        Raises:
            Torn: that is so.
        """
        if not (place / TIMESTAMP).is_file() or timestamp(place) != timestamp(source):
            return
        for path in source.glob("*.ipynb"):
            if path.is_file() and not (
                (copy := place / path.name).is_file() and copy.stat().st_size == path.stat().st_size
            ):
                (place / TIMESTAMP).unlink()
                raise Torn(f"{source.name} was not copied to its end.")

    def done(self, things: Iterable[Thing]) -> None:
        """As in `Inbox`."""
        if self._inbound is not None:
            self._taken.add(things)


def _files(entry: os.DirEntry[str]) -> Iterator[tuple[str, os.stat_result]]:
    """The regular files of an entry, without our answers; no link is followed."""
    todo = [entry]
    while todo:
        one = todo.pop()
        try:
            if one.is_dir(follow_symlinks=False):
                todo += [
                    inner for inner in os.scandir(one) if not (inner.name.startswith(".") or is_feedback(inner.name))
                ]
            elif stat.S_ISREG((status := one.stat(follow_symlinks=False)).st_mode):
                yield one.path, status
        except OSError:  # it has just gone, or is not for us to read
            continue


def _readable(files: Iterable[tuple[str, os.stat_result]]) -> bool:
    """Whether each file is as whole as its name wants."""
    for path, _ in files:
        try:
            if path.lower().endswith(".zip") and not zipfile.is_zipfile(path):
                return False
            if path.lower().endswith(".ipynb"):
                json.loads(Path(path).read_bytes())
        except (OSError, ValueError, RecursionError):
            return False
    return True


def _named(name: str) -> tuple[str, str]:
    """Student and assignment of a hand-in in the exchange, whose name is STUDENT+ASSIGNMENT+TIME+RANDOM."""
    parts = name.rsplit("+", 3)
    return (parts[0], parts[1]) if len(parts) > 2 else ("", "")


def _time(name: str) -> float:
    """When a hand-in in the exchange says that it came; now, if that is no time or has not come."""
    now = time.time()
    try:
        found = parse_utc(name.rsplit("+", 3)[2])
    except Exception:  # whatever somebody has written where nbgrader expects a time
        return now
    assert isinstance(found, datetime)
    return min(now, found.replace(tzinfo=timezone.utc).timestamp())


def _beside(source: str, student: str) -> str:
    """Where the answer to a file goes, without its ending: beside it, or into a folder beside the archive it is in."""
    path = PurePosixPath(source)
    archive = next((p for p in [*reversed(path.parents), path] if p.name.lower().endswith(".zip")), None)
    if archive is not None:
        return f"{archive.with_suffix('')}{FEEDBACK}/{student}/{path.stem}"
    return str(path.with_suffix(""))
