"""Brings what students handed in to `submitted/STUDENT/ASSIGNMENT/`, and lists all that it could not place.

The source is a folder, one notebook, a ZIP as Moodle, Canvas and Blackboard export it, or `exchange`: nbgrader's own.
Notebooks are copied as they are; what copying and Colab did to them is put right when they are graded. A submission
that another one replaces is kept in `grading/replaced/STUDENT/ASSIGNMENT/`. Nothing else is overwritten.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import tzinfo
from itertools import groupby, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grader.classroom.classroom import Classroom
from grader.classroom.collection import Collection, Row
from grader.classroom.roster import read_roster
from grader.classroom.store import TIMESTAMP, Placed, Submission, store
from grader.errors import UsageError
from grader.submissions.archive import Refused, unpack
from grader.submissions.handed_in import HandedIn, Person, Roster, Wanted, key, read_name, which_notebook


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
    known = read_roster(room.people(), roster)
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
            made.rows.append(store(room.root, submission, dry_run))
    before = {person.id: person for person in room.people()}
    changed = {s.person.id: s.person for s in submissions if before.get(s.person.id) != s.person}
    made.added = [person for name, person in sorted(changed.items()) if name not in before]
    if not dry_run:
        _remember(room, changed)
    made.rows.sort(key=lambda row: (row.what == "not placed", row.assignment, row.student, row.source))
    return made


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
) -> tuple[list[Placed], dict[str, list[HandedIn]]]:
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
        placed.append(Placed(file, person, want, note))
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


def _group(placed: list[Placed], others: dict[str, list[HandedIn]], made: Collection) -> list[Submission]:
    """One submission for each student and assignment: of several notebooks of one name the last one."""

    def of(p: Placed) -> tuple[str, str]:
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
        submissions.append(Submission(group[-1].person, assignment, last, beside))
    taken = {id(f) for s in submissions for f in s.others.values()}
    made.left_out = sum(1 for files in others.values() for f in files if id(f) not in taken)
    return submissions


def _wanted_beside(file: HandedIn) -> bool:
    """Whether a file belongs to a submission: a platform's own pages about it do not."""
    own = file.platform == "Blackboard" and "file_id" not in file.named
    flat = file.platform == "" and "/" not in file.shown
    return not (own or flat or file.name in (TIMESTAMP, "onlinetext.html", "submission_secret.txt"))


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
