"""Brings feedback pages back by the way a hand-in came: nbgrader's exchange, or a file beside it in a watched folder.

Others may write to a watched folder, so no link in it is followed, and nothing is written but our own new file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from nbgrader.apps import NbGraderAPI
from nbgrader.utils import capture_log, temp_attrs

from grader.classroom.classroom import Classroom
from grader.errors import CourseError
from grader.submissions.archive import FEEDBACK

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


def to_exchange(room: Classroom, student: str, assignment: str, pages: Path) -> None:
    """Release feedback to one student, by the exchange that the class uses.

    Args:
        room: the class.
        student: whose.
        assignment: of what.
        pages: the folder in which they lie, as STUDENT/ASSIGNMENT/NOTEBOOK.html.

    Raises:
        CourseError: nbgrader could not do it; the message has its own words.
    """
    api = NbGraderAPI(config=room.config)
    names = {"assignment_id": assignment, "student_id": student, "feedback_directory": str(pages)}
    with temp_attrs(api.coursedir, **names):
        app = api.exchange.ReleaseFeedback(coursedir=api.coursedir, authenticator=api.authenticator, parent=api)
        result = capture_log(app)
    if not result["success"]:
        told = (result.get("log") or result.get("error") or "it does not say why").strip().splitlines()
        raise CourseError(f"nbgrader could not release the feedback of {student}: {told[-1]}")


def to_folder(folder: Path, way: str, pages: Sequence[Path]) -> list[str]:
    """Put pages beside a hand-in.

    Args:
        folder: that is watched.
        way: the path in it that the page gets, without its ending; several pages have their notebooks' names, too.
        pages: the pages.

    Returns:
        their paths in the folder.

    Raises:
        CourseError: there is no such place that is not a link.
    """
    place = PurePosixPath(way)
    made = []
    with _opened(folder, place.parent.parts) as descriptor:
        for page in pages:
            stem = place.name if len(pages) == 1 or page.stem == place.name else f"{place.name}-{page.stem}"
            _write(descriptor, f"{stem}{FEEDBACK}.html", page.read_bytes())
            made.append(str(place.with_name(f"{stem}{FEEDBACK}.html")))
    return made


@contextlib.contextmanager
def _opened(folder: Path, below: Sequence[str]) -> Iterator[int]:
    """A descriptor of a folder below another one; what is not there is made."""
    descriptor = os.open(folder, _FOLDER)
    try:
        for name in below:
            if name == "..":
                raise CourseError(f"{folder / Path(*below)} lies outside {folder}: no feedback is put there.")
            with contextlib.suppress(FileExistsError):
                os.mkdir(name, dir_fd=descriptor)
            try:
                inner = os.open(name, _FOLDER, dir_fd=descriptor)
            except OSError as problem:
                if problem.errno not in (errno.ELOOP, errno.ENOTDIR):
                    raise
                raise CourseError(f"{folder / Path(*below)} is no folder, or a link: move it away.") from None
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def _write(descriptor: int, name: str, data: bytes) -> None:
    """Write a file into an opened folder, in one step, in place of whatever has its name."""
    fresh = f".{secrets.token_hex(8)}"
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644, dir_fd=descriptor)
    try:
        with os.fdopen(file, "wb") as opened:
            opened.write(data)
        os.replace(fresh, name, src_dir_fd=descriptor, dst_dir_fd=descriptor)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(fresh, dir_fd=descriptor)
        raise
