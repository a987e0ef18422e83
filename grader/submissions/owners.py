"""Decides whose each file of a source is: by the outermost name that a platform wrote, or by the folder.

Whatever lies in it, and in archives within it, has the same owner. A name further inside that says somebody else is
the student's own doing, and such a file is not placed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone, tzinfo
from pathlib import Path
from typing import cast

from nbgrader.plugins import FileNameCollectorPlugin

from grader.errors import UsageError
from grader.submissions.archive import Member, Unpacked
from grader.submissions.handed_in import HandedIn
from grader.submissions.names import key, squash
from grader.submissions.platforms import canvas, read_name
from grader.submissions.platforms.form import Named, Owner

COLLECTIVE = {"submissions", "submitted", "downloads", "hand-ins", "handed-in"}
"""Folders of these names hold the students' folders, and are nobody's."""


@dataclass(frozen=True)
class Reading:
    """How the names of a source are read.

    Attributes:
        zone: of times in names.
        is_known: whether somebody of the class has exactly this name or id.
        shorts: names of the class in one word.
        assignments: keys of assignments and notebooks: folders of these names are nobody's.
        pattern: a regular expression to use in place of the platforms' forms, as nbgrader's `named_regexp`.
    """

    zone: tzinfo
    is_known: Callable[[str], bool]
    shorts: Collection[str] = field(default_factory=frozenset)
    assignments: Collection[str] = field(default_factory=frozenset)
    pattern: str | None = None


def read(unpacked: Unpacked, how: Reading) -> list[HandedIn]:
    """What is known of each file before it is opened: its owner, if a name or a folder says, or why not.

    What was refused is among them, with the reason.
    """
    above = 0 if how.pattern else _above(unpacked.members, how)
    files = [_read(member, above, how) for member in unpacked.members]
    people = {file.owner for file in files if file.owner}
    shorts = {squash(owner.shown) for owner in people} | set(how.shorts)
    made = [
        replace(file, wrong=_somebody_else(file, file.owner, shorts, how)) if file.owner and not file.wrong else file
        for file in files
    ]
    for name, reason in unpacked.refused:
        made.append(replace(_read(_refused(name), above, how), wrong=reason))
    return made


def all_of_one(unpacked: Unpacked, owner: Owner) -> list[HandedIn]:
    """The files of a source that is one student's."""
    made = [HandedIn(m.path, m.shown, owner, m.parts, changed=m.changed) for m in unpacked.members]
    refused = [(_refused(name), reason) for name, reason in unpacked.refused]
    return made + [HandedIn(m.path, m.shown, owner, m.parts, wrong=reason) for m, reason in refused]


def _refused(name: str) -> Member:
    return Member(Path(os.devnull), tuple(part for part in name.split("/") if part) or (name,), 0.0)


def _above(members: Collection[Member], how: Reading) -> int:
    """How many folders all files lie in that name nobody."""
    above = 0
    while True:
        tops = {member.parts[above] for member in members if len(member.parts) > above + 1}
        if len(tops) != 1 or any(len(member.parts) == above + 1 for member in members):
            return above
        (top,) = tops
        if read_name(top, how.zone) or how.is_known(_folder(top)) or not _is_wrapper(members, above, top, how):
            return above
        above += 1


def _is_wrapper(members: Collection[Member], above: int, top: str, how: Reading) -> bool:
    """Whether a folder in which all else lies holds several people's things, and is not one person's own."""
    inside = {member.parts[above + 1] for member in members}
    named = [read_name(part, how.zone) for part in inside]
    if any(named):
        owners = {found.owner for found in named if found}
        return len(owners) > 1 and all(found or part == "index.html" for found, part in zip(named, inside, strict=True))
    folders = {m.parts[above + 1] for m in members if len(m.parts) > above + 2}
    own = {_folder(part) for part in folders if key(_folder(part)) not in how.assignments}
    if not own:
        return False
    return key(top) in how.assignments or key(top) in COLLECTIVE or all(how.is_known(name) for name in own)


def _folder(part: str) -> str:
    """What a folder or an archive is called."""
    return re.sub(r"\.zip$", "", part, flags=re.IGNORECASE)


def _read(member: Member, above: int, how: Reading) -> HandedIn:
    parts = member.parts[above:] or member.parts[-1:]
    if how.pattern:
        named, inner = _by_pattern(member, how.pattern, how.zone)
    else:
        named, inner = read_name(parts[0], how.zone), parts[1:]
    if named is None:
        owner, wrong = _by_folder(parts, how)
        return HandedIn(member.path, member.shown, owner, parts, changed=member.changed, wrong=wrong)
    own = (named.file, *inner) if named.file else inner
    if not own:
        own = (parts[-1],)
    return HandedIn(
        member.path,
        member.shown,
        named.owner,
        tuple(own),
        named.when,
        named.attempt,
        member.changed,
        named.late,
        named.about,
        page=named.page,
    )


def _by_folder(parts: tuple[str, ...], how: Reading) -> tuple[Owner | None, str]:
    """The owner of a file in a folder that a person made; None, and nothing wrong, for a file that lies loose."""
    folders = parts[:-1]
    archive = next((place for place, part in enumerate(folders) if part.lower().endswith(".zip")), len(folders))
    own = [_folder(part) for part in folders if key(_folder(part)) not in how.assignments]
    outside = [part for part in folders[:archive] if key(part) not in how.assignments]
    if outside:  # what is in an archive has the owner of the folder in which the archive lies
        own = outside
    if len(own) > 1 and how.is_known(own[0]) and not any(how.is_known(name) for name in own[1:]):
        own = own[:1]
    if len(own) > 1:
        any_of = ", ".join(map(repr, own))
        return None, f"its student may be any of {any_of}; collect the folder that holds the students' folders"
    return (Owner("", name=own[0]), "") if own else (None, "")


def _by_pattern(member: Member, pattern: str, zone: tzinfo) -> tuple[Named | None, tuple[str, ...]]:
    """What the instructor's own pattern says of a name: of the archive's, for a file in an archive, if it matches."""
    ends = [place + 1 for place, part in enumerate(member.parts[:-1]) if part.lower().endswith(".zip")]
    for end in [*ends, len(member.parts)]:
        name = "/".join(member.parts[:end])
        collector = FileNameCollectorPlugin(named_regexp=pattern, valid_ext=["." + name.rpartition(".")[2]])
        collector.log.setLevel("ERROR")
        try:
            found = collector.collect(name)
        except re.error as error:
            raise UsageError(f"The pattern {pattern!r} is no regular expression ({error}); put it right.") from None
        if found:
            told = {group: value for group, value in found.items() if value}
            users = (cast(str, told["student_id"]),) if told.get("student_id") else ()
            name = told.get("full_name") or f"{told.get('first_name', '')} {told.get('last_name', '')}".strip()
            owner = Owner("", name=name or (users[0] if users else ""), users=users)
            own = str(told.get("file_id") or member.parts[end - 1]).rpartition("/")[2]
            if not owner.name:
                return None, member.parts
            return Named(owner, own, _time(str(told.get("timestamp", "")), zone)), member.parts[end:]
    return None, member.parts


def _time(text: str, zone: tzinfo) -> datetime | None:
    digits = re.findall(r"\d+", text)
    try:
        return datetime(*map(int, digits[:6]), tzinfo=zone).astimezone(timezone.utc) if len(digits) > 2 else None  # type: ignore[misc,arg-type]
    except ValueError:
        return None


def _somebody_else(file: HandedIn, owner: Owner, shorts: Collection[str], how: Reading) -> str:
    """Why a file is not placed whose name, further inside, names somebody other than its owner; "" where none does."""
    for part in file.own:
        named = read_name(part, how.zone)
        other = named.owner if named else None
        if other is None and not owner.platform and how.is_known(_folder(part)) and part != file.own[-1]:
            other = Owner("", name=_folder(part))
        if (
            other is None
            or squash(other.shown) == squash(owner.shown)
            or (owner.number and owner.number == other.number)
        ):
            continue
        if other.platform == canvas.NAME and squash(other.short) not in shorts:
            continue  # a name of the student's own that looks like Canvas's by chance
        said = f"it lies in what is {owner.shown!r}'s, but its name says {other.shown!r}"
        export = "; if this is a platform's export, collect it by itself" if not owner.platform else ""
        return f"{said}{export}"
    return ""
