"""Brings what students handed in to `submitted/STUDENT/ASSIGNMENT/`, and lists all that it could not place.

The source is a folder, one notebook, or what a learning platform exports. Notebooks are copied as they are; what
copying and Colab did to them is put right when they are graded. A submission that another one replaces is kept in
`grading/replaced/STUDENT/ASSIGNMENT/`, a notebook that loses against another one of the same source in
`grading/superseded/STUDENT/ASSIGNMENT/`. Nothing else is overwritten.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from collections.abc import Collection as Names
from dataclasses import dataclass, replace
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grader.classroom import roster as rosters
from grader.classroom.choosing import Other, submissions_of
from grader.classroom.classroom import Classroom
from grader.classroom.collection import Collection, Row
from grader.classroom.roster import Memory
from grader.classroom.store import Keep, Placed, store
from grader.errors import UsageError
from grader.submissions import owners
from grader.submissions.archive import Refused, Unpacked, unpack
from grader.submissions.handed_in import HandedIn, Wanted, answers, which_notebook
from grader.submissions.names import key, squash, strict
from grader.submissions.people import People, Person
from grader.submissions.platforms import blackboard
from grader.submissions.platforms.form import Owner

_NOBODYS = "no folder and no part of its name says whose it is; put it into a folder named after the student"


def collect(
    room: Classroom,
    source: Path,
    *,
    assignments: list[str] | None = None,
    only: Names[str] = (),
    student: str | None = None,
    roster: Path | None = None,
    pattern: str | None = None,
    zone: str = "UTC",
    keep: Keep = "last",
    dry_run: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Collection:
    """Bring the submissions in `source` to the class.

    Args:
        room: the class.
        source: a folder, a ZIP or a notebook.
        assignments: only these.
        only: of a folder, only the files and folders of these names in it; all if none.
        student: whose it is, where the source is one student's.
        roster: what Canvas, Moodle, Blackboard or Brightspace exports of a class, or a CSV; the class remembers it.
        pattern: a regular expression for file names, as nbgrader's `FileNameCollectorPlugin.named_regexp`.
        zone: of times in file names.
        keep: which of several notebooks of one student counts; an untouched one never counts beside an answer.
        dry_run: change nothing.
        progress: is told what is being done.

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
    memory = rosters.recall(room.root)
    before = room.people()
    people = People(before, memory.students)
    people.add(rosters.read(roster) if roster else [])
    made = Collection()
    with tempfile.TemporaryDirectory(prefix="collect-") as folder:
        progress("unpacking")
        try:
            unpacked = unpack(source, Path(folder), only)
        except Refused as reason:
            raise UsageError(f"{source} is not taken: {reason}. Nothing was collected.") from None
        progress("reading names and notebooks")
        files = _files(unpacked, people, wanted, where, pattern, student)
        placed, rest = _place(_recognise(files, wanted, people), people, made)
        submissions = submissions_of(placed, rest, keep, room.root, made, dry_run=dry_run)
        for number, submission in enumerate(submissions, start=1):
            progress(f"storing {number} of {len(submissions)}")
            made.rows.append(store(room.root, submission, keep, dry_run=dry_run))
        about = _the_assignment(placed, wanted)
        told = _without_a_notebook(rest, placed, about, people, made)
    _finish(room, made, before, people, memory, told, "" if student else about, dry_run)
    return made


def _files(
    unpacked: Unpacked, people: People, wanted: list[Wanted], zone: tzinfo, pattern: str | None, student: str | None
) -> list[HandedIn]:
    """Every file of a source, with what names and folders say of its owner; with what was refused of it."""
    if student:
        return owners.all_of_one(unpacked, Owner("", name=student))
    folders = {key(want.assignment) for want in wanted} | {key(want.notebook) for want in wanted}
    shorts = {squash(f"{p.last_name} {p.first_name}") for p in people.people.values()} | {*map(squash, people.people)}
    files = owners.read(unpacked, owners.Reading(zone, people.is_known, shorts - {""}, folders, pattern))
    pages = {file.owner: file.start().decode("utf-8", "replace") for file in files if file.page and not file.wrong}
    users = people.users()
    told = {
        file.owner: blackboard.settle(file.owner, pages.get(file.owner, ""), users)
        for file in files
        if file.owner and file.owner.platform == blackboard.NAME
    }
    return [replace(file, owner=told.get(file.owner, file.owner)) if file.owner else file for file in files]


@dataclass(frozen=True)
class _Recognised:
    """A file, the notebook that it is, and how that was recognised, or why it is none."""

    file: HandedIn
    want: Wanted | None = None
    note: str = ""


def _recognise(files: list[HandedIn], wanted: list[Wanted], people: People) -> list[_Recognised]:
    """Which notebook each file is; one that lies loose may have its owner beside the notebook's name."""
    made = []
    spelt: dict[str, Owner] = {}
    for found in files:
        file, want, beside, note = found, None, "", ""
        if file.is_notebook and not file.wrong:
            want, beside, note = which_notebook(file, wanted)
        if want and beside and file.owner is None:
            file = replace(file, owner=Owner("", name=beside))
        elif want and file.owner and not file.owner.platform and people.is_known(beside) and beside != file.owner.name:
            file = replace(file, wrong=f"it lies in what is {file.owner.shown!r}'s, but its name says {beside!r}")
        if file.owner and not file.owner.platform and not file.owner.users:
            file = replace(file, owner=spelt.setdefault(strict(file.owner.name), file.owner))
        made.append(_Recognised(file, want, note))
    return made


def _place(found: list[_Recognised], people: People, made: Collection) -> tuple[list[Placed], list[Other]]:
    """Give every notebook to its student; returns the notebooks, and all other files."""
    whom = people.find_all({one.file.owner for one in found if one.file.owner})
    placed, rest = [], []
    for one in found:
        file, want = one.file, one.want
        person, reason = whom[file.owner] if file.owner else (None, "")
        wrong = file.wrong
        if file.is_notebook and not wrong:
            wrong = one.note if want is None else "" if person else reason or _NOBODYS
        if wrong:
            row = Row("not placed", file.shown, person.id if person else "", want.assignment if want else "", wrong)
            made.rows.append(row)
        if want and person and not wrong:
            placed.append(Placed(file, person, want, one.note, answers(file.path, want)))
        else:
            rest.append(Other(file, person, reason, told=bool(wrong)))
    for person in {one.person.id: one.person for one in placed}.values():
        people.put(person)
    for who, owner in {(p.person, p.file.owner) for p in placed} | {(o.person, o.file.owner) for o in rest}:
        if who and owner:
            people.meet(who, owner)
    return placed, rest


def _without_a_notebook(
    rest: list[Other], placed: list[Placed], assignment: str, people: People, made: Collection
) -> dict[str, str]:
    """Say of each person who is without a notebook what they handed in; returns that by student."""
    have = {one.file.owner for one in placed}
    theirs: dict[Owner, list[Other]] = {}
    for other in rest:
        if other.file.owner and other.file.owner not in have and not other.file.page:
            theirs.setdefault(other.file.owner, []).append(other)
    told = {}
    for others in theirs.values():
        first = others[0]
        kinds = list(dict.fromkeys(f"{other.file.what} ({other.file.name})" for other in others))
        said = ", ".join(kinds[:3]) + (f" and {len(kinds) - 3} more" if len(kinds) > 3 else "")
        student = first.person
        if student and (first.file.owner_is_sure or student.id in people.people):
            if student.id not in people.people:
                people.put(student)
            told[student.id] = said
        if not any(other.told for other in others):
            note = f"no notebook, but {said}" + (f"; {first.reason}" if not student else "")
            source = ", ".join(other.file.shown for other in others)
            row = Row("not placed", source, student.id if student else "", assignment, note)
            made.rows.append(row)
    return told


def _the_assignment(placed: list[Placed], wanted: list[Wanted]) -> str:
    """The one assignment that a source is about, or ""."""
    names = {one.want.assignment for one in placed} or {want.assignment for want in wanted}
    return names.pop() if len(names) == 1 else ""


def _finish(
    room: Classroom,
    made: Collection,
    before: list[Person],
    people: People,
    memory: Memory,
    told: dict[str, str],
    assignment: str,
    dry_run: bool,
) -> None:
    """Write down who is in the class and what they handed in, and say who is new and of whom nothing is there."""
    known = {person.id: person for person in before}
    changed = {name: person for name, person in people.people.items() if known.get(name) != person}
    made.added = [person for name, person in sorted(changed.items()) if name not in known]
    _take_note(room, made, people, memory, told, assignment)
    memory.students = {name: what for name, what in people.known.items() if name in people.people}
    if not dry_run:
        _record(room, changed)
        rosters.remember(room.root, memory)
    made.rows.sort(key=lambda row: (_ORDER.get(row.what, 0), row.assignment, row.student, row.source))


def _take_note(
    room: Classroom, made: Collection, people: People, memory: Memory, told: dict[str, str], assignment: str
) -> None:
    """Remember what was handed in in place of notebooks, until there is one; find those of whom nothing is there."""
    there = {(row.assignment, row.student) for row in made.rows if row.what in _THERE}
    for name, student in there:
        memory.others.get(name, {}).pop(student, None)
    if not assignment:
        return
    have = {student for name, student in there if name == assignment}
    have |= {submission.student for submission in room.submissions(assignment)}
    said = memory.others.setdefault(assignment, {})
    said.update({name: what for name, what in told.items() if name not in have})
    named = have | set(said) | {row.student for row in made.rows}
    made.absent = [person for name, person in sorted(people.people.items()) if name not in named]


_THERE = ("collected", "replaced", "unchanged", "kept")
_ORDER = {"left out": 1, "not placed": 2}


def _record(room: Classroom, people: Mapping[str, Person]) -> None:
    """Put new students, and what is new of known ones, into the gradebook."""
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
