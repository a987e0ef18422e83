"""Unpacks what a learning platform exports: regular files into one folder, and a reason for all that is refused.

A file is stored under a number, so that no name in an archive can be too long, stand for two things or lead elsewhere;
what it is called, and which of its folders are archives, is told beside it.
"""

from __future__ import annotations

import os
import shutil
import stat
import time
import unicodedata
import zipfile
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from nbgrader.plugins import ExtractorPlugin

from grader.errors import passes
from grader.submissions.archive_names import names

FILE_BYTES = 50_000_000
"""The largest file that is unpacked: what is larger than a notebook that can be graded is not wanted."""
TOTAL_BYTES, FILES, DEPTH = 4_000_000_000, 50_000, 3
"""All files together, how many, and how deep archives may lie within archives."""
RATIO = 500
"""How many times smaller than its content a file may be packed, above one megabyte; JSON seldom reaches 50."""
_NAME, _LEVELS = 255, 20
_SYSTEM = {"__MACOSX", "__pycache__", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", "desktop.ini", ".git", ".venv"}
_FOREIGN = {
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"\x1f\x8b": "a gzip archive (.gz, .tar.gz)",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
}
_FOREIGN_NAMES = {
    (".7z",): "a 7z archive",
    (".rar",): "a RAR archive",
    (".tar", ".tgz", ".tar.gz", ".gz", ".tar.bz2", ".bz2", ".tar.xz", ".xz"): "a tar or gzip archive",
}


FEEDBACK = ".feedback"
"""What names of feedback have before their ending, or at their end, where it lies beside hand-ins."""


class Refused(Exception):
    """An archive or a file that is not taken; the message is the reason."""


@dataclass(frozen=True)
class Member:
    """One file of a source.

    Attributes:
        path: where it lies now.
        parts: its name and the folders above it, from the outermost; an archive counts as a folder.
        changed: when it was last changed, in seconds; of what lies in an archive within the source, when that was.
    """

    path: Path
    parts: tuple[str, ...]
    changed: float

    @property
    def shown(self) -> str:
        """Its name in the source, with `/`."""
        return "/".join(self.parts)


@dataclass
class Unpacked:
    """What came of a source: its files, `(name, reason)` for each thing refused, and the bytes written so far."""

    target: Path
    members: list[Member] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    total: int = 0
    files: int = 0

    def take(self, size: int) -> Path:
        """Count one more file; returns where it goes.

        Raises:
            Refused: there are too many, or too much.
        """
        self.files += 1
        self.total += size
        if self.files > FILES:
            raise Refused(f"it has more than {FILES:,} files")
        if self.total > TOTAL_BYTES:
            raise Refused(f"it unpacks to more than {TOTAL_BYTES / 1e9:.0f} GB")
        return self.target / str(self.files)


def unpack(source: Path, target: Path, only: Collection[str] = ()) -> Unpacked:
    """Bring the regular files of `source`, a folder, an archive or one file, into `target`; archives become folders.

    Of a folder only the entries named in `only` are taken, if any are; feedback that lies in it is left out.

    Raises:
        Refused: the source goes beyond the limits.
    """
    done = Unpacked(target)
    if source.is_dir():
        _folder(source, done, only)
    elif (wrong := foreign(source)) is not None:
        done.refused.append((source.name, wrong))
    elif zipfile.is_zipfile(source):
        _archive(source, done, (), 0)
    else:
        _copy(source, done, (_nfc(source.name),), source.stat().st_mtime)
    return done


class SafeExtractor(ExtractorPlugin):
    """The same for nbgrader: `nbgrader zip_collect --extractor=grader.submissions.archive.SafeExtractor`."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Unpack every archive in `archive_path` and copy every other file; what is refused is logged."""
        target = Path(extracted_path)
        store = target / ".unpacking"
        store.mkdir(parents=True)
        done = unpack(Path(archive_path), store)
        for member in done.members:
            parts = [part.removesuffix(".zip") for part in member.parts[:-1]]
            try:
                place = target.joinpath(*parts, member.parts[-1])
                place.parent.mkdir(parents=True, exist_ok=True)
                os.rename(member.path, place)
            except OSError as error:
                done.refused.append((member.shown, f"it cannot be put into its place ({error.strerror})"))
        shutil.rmtree(store)
        for name, reason in done.refused:
            self.log.warning("%r: %s", name, reason)


def foreign(path: Path, called: str = "") -> str | None:
    """What is wrong with a file that is an archive but no ZIP that can be read; None for anything else.

    Args:
        path: where it lies.
        called: its name, if it lies under another one.
    """
    name = (called or path.name).lower()
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    kind = next((kind for magic, kind in _FOREIGN.items() if head.startswith(magic)), None)
    kind = "a tar archive" if head[257:262] == b"ustar" else kind
    if kind:
        return f"{kind}, which is not opened: unpack it and give the folder, or ask for a ZIP"
    if (name.endswith(".zip") or head.startswith(b"PK\x03\x04")) and not zipfile.is_zipfile(path):
        why = "its end is missing; download it again" if head.startswith(b"PK") else "its content is something else"
        return f"no ZIP archive that can be read: {why}"
    kind = next((kind for endings, kind in _FOREIGN_NAMES.items() if name.endswith(endings)), None)
    return f"{kind} by its name, which is not opened, or a damaged one: ask for a ZIP" if kind else None


def is_feedback(name: str) -> bool:
    """Whether a file or folder of this name is feedback of ours."""
    return name.endswith((f"{FEEDBACK}.html", FEEDBACK))


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "replace"))


def _folder(source: Path, done: Unpacked, only: Collection[str]) -> None:
    for base, directories, found in os.walk(source, followlinks=False):
        here = Path(base)
        if only and here == source:
            directories[:] = [name for name in directories if name in only]
            found[:] = [name for name in found if name in only]
        above = tuple(map(_nfc, here.relative_to(source).parts))
        for name in sorted(directories):
            if (here / name).is_symlink():
                done.refused.append(("/".join((*above, _nfc(name))), "a link"))
        directories[:] = sorted(
            name
            for name in directories
            if not (_of_a_system((name,)) or is_feedback(name) or (here / name).is_symlink())
        )
        for name in sorted(name for name in found if not is_feedback(name)):
            path, parts = here / name, (*above, _nfc(name))
            status = path.lstat()
            if _of_a_system(parts) or (_hidden(parts) and not name.lower().endswith(".ipynb")):
                continue
            if not stat.S_ISREG(status.st_mode):
                kind = "a link" if stat.S_ISLNK(status.st_mode) else "not a regular file"
                done.refused.append(("/".join(parts), kind))
            elif hidden := _hidden(parts):
                done.refused.append(("/".join(parts), f"{hidden!r} is hidden"))
            else:
                _one(path, done, parts, status.st_mtime, 0)


def _one(path: Path, done: Unpacked, parts: tuple[str, ...], changed: float, depth: int) -> None:
    """Unpack or copy one file; what is wrong with it is noted, and only the limits of the whole end everything."""
    try:
        if parts[-1].lower().endswith(".zip") and foreign(path) is None and zipfile.is_zipfile(path):
            _archive(path, done, parts, depth, changed)
        else:
            _copy(path, done, parts, changed)
    except (Refused, OSError) as reason:
        if done.files > FILES or done.total > TOTAL_BYTES or passes(reason):
            raise
        done.refused.append(("/".join(parts), str(reason)))


def _copy(path: Path, done: Unpacked, parts: tuple[str, ...], changed: float) -> None:
    size = path.stat().st_size
    if size > FILE_BYTES:
        done.refused.append(("/".join(parts), f"it has more than {FILE_BYTES / 1e6:.0f} MB"))
        return
    place = done.take(size)
    shutil.copyfile(path, place, follow_symlinks=False)
    done.members.append(Member(place, parts, changed))


def _archive(path: Path, done: Unpacked, above: tuple[str, ...], depth: int, changed: float | None = None) -> None:
    """Unpack an archive.

    Args:
        path: where it lies.
        done: what its files are added to.
        above: its own name in the source and the folders above it; nothing for the source itself.
        depth: in how many archives it lies.
        changed: when it was last changed, if it lies within the source: times in it are then its owner's to choose.
    """
    if depth >= DEPTH:
        raise Refused(f"archives lie in archives more than {DEPTH} deep")
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Refused(f"it is no ZIP archive that can be read ({error}); download it again") from None
    with archive:
        members = archive.infolist()
        if len(members) > FILES:
            raise Refused(f"it has {len(members):,} entries, more than {FILES:,}")
        seen: set[tuple[str, ...]] = set()
        for member, name in zip(members, names(members), strict=True):
            parts = PurePosixPath(name).parts
            if name.endswith("/") or _of_a_system(parts):
                continue
            reason = _wrong(member, name, parts)
            if reason is None and (hidden := _hidden(parts)):
                if not parts[-1].lower().endswith(".ipynb"):
                    continue
                reason = f"{hidden!r} is hidden"
            if reason is None and parts in seen:
                reason = "the archive has this name twice; the first one is taken"
            if reason is not None:
                done.refused.append(("/".join((*above, name)), reason))
                continue
            seen.add(parts)
            _member(archive, member, done, (*above, *parts), _changed(member) if changed is None else changed, depth)


def _changed(member: zipfile.ZipInfo) -> float:
    try:
        return time.mktime((*member.date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        return 0.0


def _member(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    done: Unpacked,
    parts: tuple[str, ...],
    changed: float,
    depth: int,
) -> None:
    """Unpack one member; one that cannot be unpacked is noted, and does not stop the others."""
    place = done.take(member.file_size)
    try:
        with archive.open(member) as packed, place.open("xb") as file:
            shutil.copyfileobj(packed, file, 1 << 20)
    except Exception as error:  # a damaged member can raise whatever its decompressor raises
        place.unlink(missing_ok=True)
        if passes(error):
            raise
        done.refused.append(("/".join(parts), f"it cannot be unpacked ({error})"))
        return
    if not parts[-1].lower().endswith(".zip") or not zipfile.is_zipfile(place):
        done.members.append(Member(place, parts, changed))
        return
    try:
        _archive(place, done, parts, depth + 1, changed)
    except Refused as reason:
        if done.files > FILES or done.total > TOTAL_BYTES:
            raise
        done.refused.append(("/".join(parts), str(reason)))
    place.unlink()


def _wrong(member: zipfile.ZipInfo, name: str, parts: tuple[str, ...]) -> str | None:
    """Why a member is not unpacked, or None."""
    return _wrong_name(name, parts) or _wrong_content(member)


def _wrong_name(name: str, parts: tuple[str, ...]) -> str | None:
    if not parts or ".." in parts or name.startswith("/") or "\\" in name or parts[0].endswith(":"):
        return "its name leads out of the folder that it is unpacked into"
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in name):
        return "its name holds control characters"
    if any(len(part.encode()) > _NAME for part in parts) or len(parts) > _LEVELS:
        return "its name is too long"
    return None


def _wrong_content(member: zipfile.ZipInfo) -> str | None:
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "a link" if stat.S_ISLNK(mode) else "not a regular file"
    if member.flag_bits & 1:
        return "it is locked by a password"
    if member.file_size > FILE_BYTES:
        return f"it has more than {FILE_BYTES / 1e6:.0f} MB"
    if member.file_size > 1_000_000 and member.file_size > RATIO * max(member.compress_size, 1):
        return f"it is packed to less than 1/{RATIO} of its size, as no notebook is"
    return None


def _of_a_system(parts: tuple[str, ...]) -> bool:
    """Whether a file is one that an operating system or a program keeps for itself."""
    return any(part in _SYSTEM or part.startswith("._") for part in parts)


def _hidden(parts: tuple[str, ...]) -> str:
    """The hidden folder that a file lies in, or its name if it is hidden itself, or "".

    A name with `_` that begins with a dot may be a person's, as a platform writes it.
    """
    return next((part for part in parts if part.startswith(".") and part != ".." and "_" not in part), "")
