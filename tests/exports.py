"""Downloads as learning platforms make them, of people with the names and files that a test wants."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


class Raw(zipfile.ZipInfo):
    """A member whose name stands in the archive in these bytes, without the flag that says UTF-8."""

    def __init__(self, name: bytes) -> None:
        super().__init__(name.decode("latin-1"))
        self.raw = name

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.raw, self.flag_bits & ~0x800


def packed(files: Iterable[tuple[str | bytes, bytes]]) -> bytes:
    """A ZIP with these members; a name in bytes stands there as it is."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(Raw(name) if isinstance(name, bytes) else zipfile.ZipInfo(name), data)
    return made.getvalue()


def archive(path: Path, files: Mapping[str, bytes] | Iterable[tuple[str | bytes, bytes]]) -> Path:
    """A ZIP in this place."""
    path.write_bytes(packed(files.items() if isinstance(files, Mapping) else files))
    return path


@dataclass(frozen=True)
class Somebody:
    """One who hands in: the platform's number of them, their name and user name, and their files by name."""

    number: int
    name: str
    user: str
    files: tuple[tuple[str, bytes], ...] = field(default=(), compare=False)


def moodle(person: Somebody, file: str) -> str:
    """Moodle, in folders."""
    return f"{_clean(person.name.replace('_', ' '))}_{person.number}_assignsubmission_file/{file}"


def moodle_flat(person: Somebody, file: str) -> str:
    """Moodle, all files on one level."""
    return f"{_clean(person.name.replace('_', ' '))}_{person.number}_assignsubmission_file_{file.replace('/', '_')}"


def canvas(person: Somebody, file: str) -> str:
    """Canvas: the sortable name in one word."""
    first, _, last = person.name.rpartition(" ")
    word = "".join(c for c in f"{last}{first}".lower() if unicodedata.category(c)[0] in "LMN" or c == "_")
    return f"{word or 'x'}_{person.number}_{person.number + 9000}_{file.replace('/', '_')}"


def blackboard(person: Somebody, file: str) -> str:
    """Blackboard, with a title that has no underscore."""
    return f"Week 1_{person.user}_attempt_2026-11-20-10-00-00_{file.replace('/', '_')}"


def brightspace(person: Somebody, file: str) -> str:
    """Brightspace: a folder for each hand-in."""
    return f"{person.number}-{person.number + 500} - {_clean(person.name)} - Sep 24, 2026 926 PM/{file}"


def folders(person: Somebody, file: str) -> str:
    """A folder for each student, named by a person."""
    return f"{_clean(person.name).strip('. ') or 'x'}/{file}"


FORMS = {f.__name__: f for f in (moodle, moodle_flat, canvas, blackboard, brightspace, folders)}


def _clean(name: str) -> str:
    return re.sub(r"[/\\\x00-\x1f\x7f:*?\"<>|]", "", name) or "x"
