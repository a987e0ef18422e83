"""Unpacks what a learning platform exports: regular files into one folder, and a reason for all that is refused."""

from __future__ import annotations

import os
import shutil
import stat
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from nbgrader.plugins import ExtractorPlugin

FILE_BYTES = 50_000_000
"""The largest file that is unpacked: what is larger than a notebook that can be graded is not wanted."""
TOTAL_BYTES, FILES, DEPTH = 4_000_000_000, 50_000, 3
"""All files together, how many, and how deep archives may lie within archives."""
RATIO = 500
"""How many times smaller than its content a file may be packed, above one megabyte; JSON seldom reaches 50."""
_NAME = 255


class Refused(Exception):
    """An archive or a file that is not taken; the message is the reason."""


@dataclass
class Unpacked:
    """What came of a source: the bytes and files written so far, and `(name, reason)` for each thing refused."""

    refused: list[tuple[str, str]] = field(default_factory=list)
    total: int = 0
    files: int = 0

    def take(self, size: int) -> None:
        """Count one more file.

        Raises:
            Refused: there are too many, or too much.
        """
        self.files += 1
        self.total += size
        if self.files > FILES:
            raise Refused(f"it has more than {FILES:,} files")
        if self.total > TOTAL_BYTES:
            raise Refused(f"it unpacks to more than {TOTAL_BYTES / 1e9:.0f} GB")


def unpack(source: Path, target: Path) -> Unpacked:
    """Put the regular files of `source`, a folder, an archive or one file, into `target`; archives become folders.

    Raises:
        Refused: the source as a whole cannot be taken.
    """
    done = Unpacked()
    if source.is_dir():
        _folder(source, target, done)
    elif zipfile.is_zipfile(source):
        _archive(source, target, done, "", 0)
    else:
        _copy(source, target / source.name, source.name, done)
    return done


class SafeExtractor(ExtractorPlugin):
    """The same for nbgrader: `nbgrader zip_collect --extractor=grader.submissions.archive.SafeExtractor`."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Unpack every archive in `archive_path` and copy every other file; what is refused is logged."""
        for name, reason in unpack(Path(archive_path), Path(extracted_path)).refused:
            self.log.warning("%s: %s", name, reason)


def _folder(source: Path, target: Path, done: Unpacked) -> None:
    for base, directories, names in os.walk(source, followlinks=False):
        here = Path(base)
        for name in sorted(directories):
            if (here / name).is_symlink():
                done.refused.append(((here / name).relative_to(source).as_posix(), "a link"))
        directories[:] = sorted(name for name in directories if not _ignored(name) and not (here / name).is_symlink())
        for name in sorted(names):
            path = here / name
            shown = path.relative_to(source).as_posix()
            if not _ignored(name):
                _one(path, target / shown, shown, done, 0)


def _one(path: Path, target: Path, shown: str, done: Unpacked, depth: int) -> None:
    """Unpack or copy one file; what is wrong with it is noted, and only the limits of the whole end everything."""
    if not stat.S_ISREG(path.lstat().st_mode):
        done.refused.append((shown, "a link" if path.is_symlink() else "not a regular file"))
    elif path.suffix.lower() == ".zip":
        try:
            _archive(path, target.with_suffix(""), done, f"{shown}/", depth)
        except Refused as reason:
            done.refused.append((shown, str(reason)))
    else:
        _copy(path, target, shown, done)


def _copy(path: Path, target: Path, shown: str, done: Unpacked) -> None:
    size = path.stat().st_size
    if size > FILE_BYTES:
        done.refused.append((shown, f"it has more than {FILE_BYTES / 1e6:.0f} MB"))
        return
    done.take(size)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, target, follow_symlinks=False)


def _archive(path: Path, target: Path, done: Unpacked, shown: str, depth: int) -> None:
    if depth >= DEPTH:
        raise Refused(f"archives lie in archives more than {DEPTH} deep")
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > FILES:
                raise Refused(f"it has {len(members):,} entries, more than {FILES:,}")
            inner = [_member(archive, member, target, done, shown) for member in members]
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Refused(f"it is no ZIP archive that can be read ({error})") from None
    for made in inner:
        if made is not None:
            where, name = made
            _one(where, where, name, done, depth + 1)
            where.unlink()


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, done: Unpacked, shown: str
) -> tuple[Path, str] | None:
    """Unpack one member; returns where it lies if it is an archive itself."""
    parts = PurePosixPath(member.filename).parts
    if member.is_dir() or any(_ignored(part) for part in parts if part != ".."):
        return None
    name = shown + member.filename
    reason = _wrong(member, parts)
    if reason is None and (target.joinpath(*parts)).exists():
        reason = "the archive has this name twice; the first one is taken"
    if reason is not None:
        done.refused.append((name, reason))
        return None
    done.take(member.file_size)
    where = target.joinpath(*parts)
    where.parent.mkdir(parents=True, exist_ok=True)
    try:
        with archive.open(member) as packed, where.open("xb") as file:
            shutil.copyfileobj(packed, file, 1 << 20)
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError) as error:
        where.unlink(missing_ok=True)
        done.refused.append((name, f"it cannot be unpacked ({error})"))
        return None
    when = time.mktime((*member.date_time, 0, 0, -1))
    os.utime(where, (when, when))
    return (where, name) if where.suffix.lower() == ".zip" else None


def _wrong(member: zipfile.ZipInfo, parts: tuple[str, ...]) -> str | None:
    """Why a member is not unpacked, or None."""
    return _wrong_name(member.filename, parts) or _wrong_content(member)


def _wrong_name(name: str, parts: tuple[str, ...]) -> str | None:
    if not parts or ".." in parts or name.startswith("/") or "\\" in name or parts[0].endswith(":"):
        return "its name leads out of the folder that it is unpacked into"
    if not name.isprintable() or any(len(part.encode()) > _NAME for part in parts) or len(parts) > 20:
        return "its name is too long or holds control characters"
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


def _ignored(name: str) -> bool:
    """Whether a file or a folder is of no interest: hidden, or made by an operating system."""
    return name.startswith((".", "__MACOSX", "__pycache__"))
