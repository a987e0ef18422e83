"""Collects from nbgrader's exchange, by nbgrader's own `collect`, what belongs to the student whom it names."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from collections.abc import Collection as Names
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI
from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import capture_log, temp_attrs

from grader.classroom.classroom import Classroom
from grader.classroom.collection import Collection, Row, What
from grader.classroom.store import move_aside, timestamp
from grader.errors import UsageError


class OwnedCollect(ExchangeCollect):
    """nbgrader's `collect` that passes over what is not owned by its student, or holds links.

    Everybody may write to the exchange's folder, under any name; nbgrader warns of that, and takes the latest. Where
    all hand-ins belong to one system user, `c.ExchangeCollect.check_owner = False` says so.

    Attributes:
        only: names of hand-ins in the inbound folder; the others are passed over. All are looked at if None.
        refused: names of hand-ins, and why they are not taken.
    """

    only: Names[str] | None = None

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.refused: list[tuple[str, str]] = []

    def _path_to_record(self, path: str) -> dict[str, Any]:
        name = os.path.basename(path)
        nobodys = {"username": "", "filename": name, "timestamp": datetime.min.replace(tzinfo=timezone.utc)}
        if self.only is not None and name not in self.only:
            return nobodys
        try:
            record: dict[str, Any] = super()._path_to_record(path)
            wrong = self._wrong(Path(path), record["username"])
        except OSError as error:
            wrong = f"it cannot be read ({error.strerror})"
        except Exception:  # whatever somebody has written where nbgrader expects a time
            wrong = "its name is not as nbgrader makes it"
        if not wrong:
            return record
        self.refused.append((name, wrong))
        return nobodys

    def init_src(self) -> None:
        """Find each student's last hand-in among those that are theirs."""
        super().init_src()
        found: list[dict[str, Any]] = self.__dict__["src_records"]
        self.src_records = [record for record in found if record["username"]]

    def _wrong(self, folder: Path, student: str) -> str:
        """Why a hand-in is not taken, or ""."""
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode):
            return "it is no folder"
        owner = _user(status.st_uid)
        if self.check_owner and owner != student:
            return f"it says that it is {student!r}'s, but it belongs to {owner!r}"
        for base, folders, files in os.walk(folder):
            for name in [*folders, *files]:
                mode = Path(base, name).lstat().st_mode
                if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                    return f"{name!r} in it is a link, or no regular file"
        return ""


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def from_exchange(
    room: Classroom,
    assignments: list[str] | None,
    progress: Callable[[str], None] = lambda _: None,
    only: Names[str] | None = None,
) -> Collection:
    """Collect from nbgrader's exchange; later hand-ins replace earlier ones, which are kept.

    Args:
        room: the class.
        assignments: only these; all that have been released if None.
        progress: is told what is being done.
        only: the names of hand-ins in the exchange's inbound folder that are looked at; all if None.

    Raises:
        UsageError: nbgrader could not collect; its own message is part of ours.
    """
    made = Collection()
    api = NbGraderAPI(config=room.config)
    failed: dict[str, str] = {}
    for assignment in room.need(assignments):
        progress(f"collecting {assignment}")
        with _kept(room.root, assignment) as before:
            failure = _collect(api, assignment, made, only)
            if failure:
                failed[assignment] = failure
                continue
            for student, stamp in sorted(_stamps(room.root, assignment).items()):
                what: What = (
                    "collected" if student not in before else "unchanged" if before[student] == stamp else "replaced"
                )
                note = "the earlier one is in grading/replaced/" if what == "replaced" else ""
                made.rows.append(Row(what, "exchange", student, assignment, note))
    if failed:
        _pass_over(api, failed, made, named=assignments is not None)
    return made


def is_nbgraders(api: Any) -> bool:
    """Whether a class uses the exchange that comes with nbgrader: folders that all its people share."""
    return bool(api.exchange.collect is ExchangeCollect)


def _collect(api: Any, assignment: str, made: Collection, only: Names[str] | None) -> str:
    """Collect one assignment; returns nbgrader's message if that failed."""
    options = {"coursedir": api.coursedir, "authenticator": api.authenticator}
    with temp_attrs(api.coursedir, assignment_id=assignment):
        own = is_nbgraders(api)  # else another exchange, which knows who its students are
        app = OwnedCollect(**options, parent=api.exchange) if own else api.exchange.Collect(**options, parent=api)
        if own:
            app.only = only
        app.update = True
        result = capture_log(app)
    made.rows += [Row("not placed", name, "", assignment, why) for name, why in getattr(app, "refused", [])]
    if result["success"]:
        return ""
    told = (result.get("log") or result.get("error") or "").strip().splitlines()
    return told[-1] if told else "it does not say why"


def _pass_over(api: Any, failed: dict[str, str], made: Collection, named: bool) -> None:
    """Say which assignments were passed over because they have not been released; any other failure is an error."""
    released = api.get_released_assignments()
    for assignment, why in failed.items():
        if named or assignment in released or not (released or made.rows):
            raise UsageError(f"nbgrader could not collect {assignment}: {why}")
        made.rows.append(Row("left out", "exchange", "", assignment, "it has not been released"))


@contextlib.contextmanager
def _kept(root: Path, assignment: str) -> Iterator[dict[str, str]]:
    """Keep what is there while something else puts new submissions in its place; gives the times of what is there."""
    before = _stamps(root, assignment)
    (root / "grading").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="incoming-", dir=root / "grading") as folder:
        for student in before:
            copy = Path(folder, student)
            shutil.copytree(root / "submitted" / student / assignment, copy, symlinks=True, copy_function=_link)
        yield before
        now = _stamps(root, assignment)
        for student, stamp in before.items():
            if now.get(student) != stamp:
                move_aside(root, Path(folder, student), student, assignment)


def _link(source: str, target: str) -> None:
    """A second name for a file, or a copy where there can be none: the first one is going to be deleted."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def _stamps(root: Path, assignment: str) -> dict[str, str]:
    places = sorted((root / "submitted").glob(f"*/{assignment}"))
    return {place.parent.name: str(timestamp(place)) for place in places if place.is_dir() and not place.is_symlink()}
