"""Remembers what a submission was found to be, so that one whose files are as they were need not be read again.

    grading/looked/ASSIGNMENT.json

As git's index does, it goes by the size, the times and the number of each file. A file that was changed within the two
seconds before it was looked at is not trusted: a change right after that could leave no trace. Nothing is lost with
these files; what is not in them is read.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from functools import lru_cache
from pathlib import Path

from grader.classroom.classroom import Submission
from grader.files import write_whole
from grader.grading.cache import digest_of

FRESH = 2.0
"""Seconds for which a change may leave no trace in a file's times."""
MOST = 1000
"""A folder with more entries is read each time."""


class Looked:
    """What is remembered of an assignment's submissions."""

    def __init__(self, root: Path, assignment: str, made_of: str) -> None:
        """What is remembered; `made_of` is a digest of all but the submissions themselves that decides on them."""
        self._path = root / "grading" / "looked" / f"{assignment}.json"
        self._key = digest_of(made_of, _of_the_readers())
        self._known = self._read()
        self._changed = False

    def content(self, student: str, seen: str | None) -> str | None:
        """The digest of the content of a submission that looks like this; None if it must be read."""
        known = self._known.get(student)
        return known[1] if known and seen and known[0] == seen else None

    def note(self, student: str, seen: str | None, content: str) -> None:
        """Remember what was read."""
        if seen and self._known.get(student) != [seen, content]:
            self._known[student] = [seen, content]
            self._changed = True

    def keep(self) -> None:
        """Write down what is new."""
        if self._changed:
            write_whole(self._path, json.dumps({"key": self._key, "known": self._known}).encode(), durable=False)
            self._changed = False

    def _read(self) -> dict[str, list[str]]:
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            return dict(told["known"]) if told["key"] == self._key else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}


def looks(submission: Submission) -> str | None:
    """A digest of how a submission's files look; None where that says nothing of their content."""
    folder, now = submission.folder, time.time()
    if folder.parent.is_symlink() or folder.is_symlink():
        return None
    told, todo = [str(folder)], [str(folder)]
    try:
        while todo:
            for entry in os.scandir(todo.pop()):
                status = entry.stat(follow_symlinks=False)
                if entry.is_symlink() or len(told) > MOST or max(status.st_mtime, status.st_ctime) > now - FRESH:
                    return None
                if entry.is_dir():
                    todo.append(entry.path)
                times = (status.st_mtime_ns, status.st_ctime_ns)
                told.append(repr((entry.path, status.st_mode, status.st_ino, status.st_size, *times)))
    except OSError:
        return None
    return hashlib.sha256("\n".join(sorted(told)).encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache
def _of_the_readers() -> str:
    """A digest of the programs that read submissions: others may find something else in them."""
    here = Path(__file__).parent
    paths = [here / "prepare.py", *sorted((here.parent / "submissions").glob("*.py"))]
    return digest_of(files={path.name: path.read_bytes() for path in paths})
