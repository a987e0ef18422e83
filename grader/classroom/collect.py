"""Brings what students handed in to `submitted/STUDENT/ASSIGNMENT/`, and lists all that it could not place.

The source is a folder, one notebook, a ZIP as Moodle, Canvas and Blackboard export it, or `exchange`: nbgrader's own.
Notebooks are copied as they are; what copying and Colab did to them is put right when they are graded. A submission
that another one replaces is kept in `grading/replaced/STUDENT/ASSIGNMENT/`. Nothing else is overwritten.
"""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone, tzinfo
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grader.classroom.classroom import Classroom
from grader.errors import UsageError
from grader.submissions.archive import Refused, unpack
from grader.submissions.handed_in import HandedIn, Person, Roster, Wanted, key, read_name, which_notebook

What = Literal["collected", "replaced", "unchanged", "kept", "superseded", "not placed"]
TIMESTAMP = "timestamp.txt"


@dataclass(frozen=True)
class Row:
    """What became of one file, or of one submission: `what` is the outcome and `note` says why."""

    what: What
    source: str
    student: str = ""
    assignment: str = ""
    note: str = ""


@dataclass
class Collection:
    """All that a source held: a row for each submission and for each file that was not placed; the new students."""

    rows: list[Row] = field(default_factory=list)
    added: list[Person] = field(default_factory=list)
    left_out: int = 0

    def count(self, what: What) -> int:
        """How many rows have this outcome."""
        return sum(row.what == what for row in self.rows)


@dataclass(frozen=True)
class _Placed:
    """A notebook whose student and assignment are known."""

    file: HandedIn
    person: Person
    want: Wanted
    note: str


@dataclass
class _Submission:
    """What a source holds of one student for one assignment."""

    person: Person
    assignment: str
    notebooks: dict[str, _Placed]
    others: dict[str, HandedIn]

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
        late = any(placed.file.named.get("late") for placed in self.notebooks.values())
        marked = ["marked late by Canvas, which does not say when"] if late else []
        return [*(placed.note for placed in self.notebooks.values() if placed.note), *marked]


def collect(
    room: Classroom,
    source: Path,
    *,
    assignments: list[str] | None = None,
    student: str | None = None,
    roster: Path | None = None,
    pattern: str | None = None,
    zone: str = "UTC",
    dry_run: bool = False,
) -> Collection:
    """Bring the submissions in `source` to the class.

    Args:
        room: the class.
        source: a folder, a ZIP or a notebook.
        assignments: only these.
        student: whose the notebook is, where the source is one notebook.
        roster: a CSV of students, or Moodle's grading worksheet.
        pattern: a regular expression for file names, as nbgrader's `FileNameCollectorPlugin.named_regexp`.
        zone: of times in file names.
        dry_run: change nothing.

    Raises:
        UsageError: the source or the roster cannot be read, or there is no such assignment.
    """
    if not source.exists():
        raise UsageError(f"There is no file or folder {source}; name what you downloaded, or 'exchange'.")
    try:
        where = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise UsageError(f"There is no time zone {zone!r}; write one such as Europe/London.") from None
    wanted = room.wanted(room.need(assignments))
    known = _roster(room.people(), roster)
    made = Collection()
    with tempfile.TemporaryDirectory(prefix="collect-") as folder:
        try:
            unpacked = unpack(source, Path(folder))
        except Refused as reason:
            raise UsageError(f"{source} is not taken: {reason}. Nothing was collected.") from None
        made.rows += [Row("not placed", name, note=reason) for name, reason in unpacked.refused]
        files = _files(Path(folder), pattern, where)
        placed, others = _place(files, wanted, known, student, made)
        submissions = _group(placed, others, made)
        for submission in submissions:
            made.rows.append(_store(room.root, submission, dry_run))
    before = {person.id: person for person in room.people()}
    changed = {s.person.id: s.person for s in submissions if before.get(s.person.id) != s.person}
    made.added = [person for name, person in sorted(changed.items()) if name not in before]
    if not dry_run:
        _remember(room, changed)
    made.rows.sort(key=lambda row: (row.what == "not placed", row.assignment, row.student, row.source))
    return made


def _roster(people: list[Person], path: Path | None) -> Roster:
    """The students of the gradebook and of a roster file, whose columns are nbgrader's, Canvas's or Moodle's."""
    known = {person.id: person for person in people}
    numbers: dict[str, Person] = {}
    for row in _rows(path) if path else []:
        email = row.get("email") or row.get("email address", "")
        first, last = (
            row.get("first_name") or row.get("first name", ""),
            row.get("last_name") or row.get("last name") or row.get("surname", ""),
        )
        if not first and row.get("full name"):
            first, _, last = row["full name"].rpartition(" ")
        name = row.get("id") or row.get("username") or row.get("id number") or email.split("@")[0]
        if not name:
            raise UsageError(f"{path}: a line has no id, username, ID number or email address; add a column for one.")
        lms = row.get("lms_user_id") or ""
        same = known.get(name) or next((p for p in known.values() if email and p.email == email), None)
        person = same or Person(name, first, last, email, lms)
        known[person.id] = person
        number = row.get("identifier", "").rpartition(" ")[2]
        if number.isdigit():
            numbers[number] = person
    return Roster(known.values(), numbers)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [
                {(k or "").strip().lower(): (v or "").strip() for k, v in row.items() if isinstance(v, str)}
                for row in csv.DictReader(file)
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"The roster {path} cannot be read ({error}); give a CSV file in UTF-8.") from None


def _files(folder: Path, pattern: str | None, zone: tzinfo) -> list[HandedIn]:
    """Every file that was unpacked, without folders that all of them lie in."""
    top = folder
    while len(inside := sorted(top.iterdir())) == 1 and inside[0].is_dir() and _has_folders(inside[0]):
        top = inside[0]
    paths = sorted(path for path in top.rglob("*") if path.is_file())
    return [read_name(path, path.relative_to(top).as_posix(), pattern, zone) for path in paths]


def _has_folders(folder: Path) -> bool:
    return sum(1 for entry in folder.iterdir() if entry.is_dir()) > 1


def _place(
    files: list[HandedIn], wanted: list[Wanted], known: Roster, student: str | None, made: Collection
) -> tuple[list[_Placed], dict[str, list[HandedIn]]]:
    """Find student and assignment of every notebook; other files by their folder or by their student."""
    names = {key(want.assignment) for want in wanted} | {key(want.notebook) for want in wanted}
    namesakes = _namesakes(files)
    placed = []
    others: dict[str, list[HandedIn]] = defaultdict(list)
    for file in files:
        if not file.is_notebook:
            others[_owner(file)].append(file)
            continue
        want, rest, note = which_notebook(file, wanted)
        if want is None:
            made.rows.append(Row("not placed", file.shown, note=note))
            continue
        person, reason = _person(file, rest, known, names=names, student=student, namesakes=namesakes)
        if person is None:
            made.rows.append(Row("not placed", file.shown, assignment=want.assignment, note=reason))
            continue
        known.people[person.id] = person
        placed.append(_Placed(file, person, want, note))
    return placed, others


def _namesakes(files: list[HandedIn]) -> set[str]:
    """The names that several people of one Moodle export have."""
    numbers = {(file.named["full_name"], file.named["number"]) for file in files if "full_name" in file.named}
    counts = Counter(name for name, _ in numbers)
    return {name for name, count in counts.items() if count > 1}


def _person(
    file: HandedIn, rest: str, known: Roster, *, names: set[str], student: str | None, namesakes: set[str]
) -> tuple[Person | None, str]:
    """Whose a notebook is."""
    if student:
        return known.by_name(student)
    if file.named:
        full = file.named.get("full_name", "")
        if full in namesakes and file.named["number"] not in known.numbers:
            return None, f"two people are called {full!r}; give Moodle's grading worksheet with --roster"
        return known.find(file.named)
    folders = file.shown.split("/")[:-1]
    own = [name for name in folders if key(name) not in names]
    before = [name for name, after in pairwise(folders) if key(after) in names and name in own]
    sure = before[-1:] or [name for name in own if name in known.people] or own
    if len(sure) > 1:
        return None, f"its student may be any of {', '.join(map(repr, sure))}; keep one folder for each student"
    if not sure and not rest:
        return None, "no folder and no part of its name says whose it is; put it into a folder named after the student"
    return known.by_name(sure[0] if sure else rest)


def _owner(file: HandedIn) -> str:
    """What files of one student in a source have in common: the platform's name of the person, or the folder."""
    person = [file.named.get(name, "") for name in ("full_name", "number", "student_id", "short_name", "lms_user_id")]
    return "\0".join(person) if any(person) else "\0folder\0" + file.shown.rpartition("/")[0]


def _group(placed: list[_Placed], others: dict[str, list[HandedIn]], made: Collection) -> list[_Submission]:
    """One submission for each student and assignment: of several notebooks of one name the last one."""

    def of(p: _Placed) -> tuple[str, str]:
        return p.person.id, p.want.assignment

    submissions = []
    for (_, assignment), members in groupby(sorted(placed, key=of), key=of):
        group = sorted(members, key=lambda p: p.file.order)
        last = {p.want.notebook: p for p in group}
        for p in group:
            if p is not (winner := last[p.want.notebook]):
                note = f"{winner.file.shown} is later and counts"
                made.rows.append(Row("superseded", p.file.shown, p.person.id, assignment, note))
        owners = {_owner(p.file) for p in last.values()}
        beside = {f.name: f for owner in sorted(owners) for f in others.get(owner, []) if _wanted_beside(f)}
        submissions.append(_Submission(group[-1].person, assignment, last, beside))
    taken = {id(f) for s in submissions for f in s.others.values()}
    made.left_out = sum(1 for files in others.values() for f in files if id(f) not in taken)
    return submissions


def _wanted_beside(file: HandedIn) -> bool:
    """Whether a file belongs to a submission: a platform's own pages about it do not."""
    own = file.platform == "Blackboard" and "file_id" not in file.named
    flat = file.platform == "" and "/" not in file.shown
    return not (own or flat or file.name in (TIMESTAMP, "onlinetext.html", "submission_secret.txt"))


def _store(root: Path, submission: _Submission, dry_run: bool) -> Row:
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
    before = _timestamp(place) if there else None
    if before and submission.when and submission.when < before:
        return Row("kept", **row, note="what is there was handed in later")
    if there:
        notes = [*notes, "the earlier one is in grading/replaced/"]
    if not dry_run:
        _write(root, place, submission, there)
    return Row(what, **row, note="; ".join(notes))


def _same(path: Path, other: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.read_bytes() == other.read_bytes()


def _timestamp(place: Path) -> datetime | None:
    from nbgrader.utils import parse_utc

    try:
        found = parse_utc((place / TIMESTAMP).read_text(encoding="utf-8").strip())
    except (OSError, ValueError, OverflowError):
        return None
    return found.replace(tzinfo=timezone.utc) if isinstance(found, datetime) else None


def _write(root: Path, place: Path, submission: _Submission, there: bool) -> None:
    """Make the new folder beside, then put it in place of the old one by renaming."""
    (root / "grading").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="incoming-", dir=root / "grading") as folder:
        fresh = Path(folder) / submission.assignment
        fresh.mkdir()
        for name, path in submission.files.items():
            shutil.copy2(path, fresh / name)
        if there:
            _carry_over(place, fresh)
        if submission.when:
            (fresh / TIMESTAMP).write_text(f"{submission.when:%Y-%m-%d %H:%M:%S} UTC\n", encoding="utf-8")
        place.parent.mkdir(parents=True, exist_ok=True)
        if there:
            aside = root / "grading" / "replaced" / submission.person.id / submission.assignment
            aside.mkdir(parents=True, exist_ok=True)
            stamp = f"{datetime.now(timezone.utc):%Y-%m-%d-%H-%M-%S}"
            number = sum(1 for entry in aside.iterdir() if entry.name.startswith(stamp))
            os.rename(place, aside / (f"{stamp}-{number}" if number else stamp))
        elif place.exists():
            place.rmdir()
        os.rename(fresh, place)


def _carry_over(place: Path, fresh: Path) -> None:
    """Keep notebooks of the assignment that the new hand-in does not have."""
    for path in place.glob("*.ipynb"):
        if path.is_file() and not path.is_symlink() and not (fresh / path.name).exists():
            shutil.copy2(path, fresh / path.name)


def _remember(room: Classroom, people: Mapping[str, Person]) -> None:
    """Put new students, and Canvas's numbers of known ones, into the gradebook."""
    if not people:
        return
    with room.gradebook() as book:
        for person in people.values():
            fields = {
                "first_name": person.first_name,
                "last_name": person.last_name,
                "email": person.email,
                "lms_user_id": person.lms_user_id,
            }
            book.update_or_create_student(person.id, **{name: value for name, value in fields.items() if value})


def from_exchange(room: Classroom, assignments: list[str] | None) -> Collection:
    """Collect from nbgrader's exchange, by nbgrader's own `collect`; later hand-ins replace earlier ones.

    Raises:
        UsageError: nbgrader could not collect; its own message is part of ours.
    """
    from nbgrader.apps import NbGraderAPI

    made = Collection()
    for assignment in room.need(assignments):
        before = _stamps(room.root, assignment)
        result = NbGraderAPI(config=room.config).collect(assignment, update=True)
        if not result["success"]:
            told = (result.get("log") or result.get("error") or "").strip().splitlines()
            raise UsageError(f"nbgrader could not collect {assignment}: {told[-1] if told else 'it does not say why'}")
        for student, stamp in sorted(_stamps(room.root, assignment).items()):
            what: What = (
                "collected" if student not in before else "unchanged" if before[student] == stamp else "replaced"
            )
            made.rows.append(Row(what, "exchange", student, assignment))
    return made


def _stamps(root: Path, assignment: str) -> dict[str, str]:
    places = sorted((root / "submitted").glob(f"*/{assignment}"))
    return {place.parent.name: str(_timestamp(place)) for place in places}


def collect_command(
    source: str,
    assignments: list[str] | None = None,
    *,
    directory: Path | None = None,
    student: str | None = None,
    roster: Path | None = None,
    pattern: str | None = None,
    zone: str = "UTC",
    dry_run: bool = False,
    show: Callable[[object], None] = print,
) -> int:
    """`grader collect`: collect, show a table, and return the exit code: 1 if something could not be placed."""
    room = Classroom.find(directory)
    if source == "exchange":
        if dry_run:
            raise UsageError("nbgrader's exchange has no dry run; leave --dry-run out.")
        made = from_exchange(room, assignments)
    else:
        made = collect(
            room,
            Path(source).expanduser(),
            assignments=assignments,
            student=student,
            roster=roster,
            pattern=pattern,
            zone=zone,
            dry_run=dry_run,
        )
    show(_table(made))
    show(_summary(made, dry_run))
    return 1 if made.count("not placed") else 0


def _table(made: Collection) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(show_edge=False, box=None, pad_edge=False, expand=False)
    for title in ("", "student", "assignment", "file", ""):
        table.add_column(title, overflow="fold")
    styles = {"not placed": "bold red", "replaced": "yellow", "kept": "yellow", "collected": "green"}
    new = {person.id for person in made.added}
    for row in made.rows:
        student = f"{row.student} (new)" if row.student in new else row.student
        cells = [row.what, student, row.assignment, row.source, row.note]
        table.add_row(*(Text(cell, style=styles.get(row.what, "") if cell is row.what else "") for cell in cells))
    return table


def _summary(made: Collection, dry_run: bool) -> str:
    order: tuple[What, ...] = ("collected", "replaced", "unchanged", "kept", "superseded", "not placed")
    parts = [f"{made.count(what)} {what}" for what in order if made.count(what)] or ["no notebooks found"]
    added = [f"{len(made.added)} new students"] if made.added else []
    left = [f"{made.left_out} other files left out"] if made.left_out else []
    return ", ".join([*parts, *added, *left]) + ("; nothing was changed (dry run)." if dry_run else ".")
