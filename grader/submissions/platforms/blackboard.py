"""Blackboard Learn: the ZIP of an assignment's attempts, and the grade centre as CSV or as its .xls, a text in UTF-16.

A file is `TITLE_USERNAME_attempt_TIME_FILE`, with the word for "attempt" in the platform's language. Title and user
name may hold `_` themselves; the .txt that goes with each attempt says who it is.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timezone, tzinfo

from grader.submissions.platforms.form import Entry, Marks, Named, Owner
from grader.submissions.platforms.sheet import Sheet, column, number

NAME = "Blackboard"
ASK = "give a roster of user names with --roster, such as the grade centre's download"
_COLUMN = re.compile(r"(?P<title>.+) \[[^\]:|]+: ?(?P<most>[\d.,]+)(?: [^\]|]*)?\] ?\|\d+", re.S)
_NAMED = re.compile(r"(?P<who>.+?_.+?)_[^\W\d_]+_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)", re.S)
_WHO = re.compile(r"\s*[^:\n]{1,40}:[ \t]*(?P<name>[^\n]*?)[ \t]*\((?P<user>[^()\n]+)\)[ \t]*(?:\r?\n|$)")


def read_name(part: str, zone: tzinfo) -> Named | None:
    """What the name of a file says."""
    found = _NAMED.fullmatch(part)
    if not found:
        return None
    words = found["who"].split("_")
    users = tuple("_".join(words[start:]) for start in range(1, len(words)) if words[start])
    try:
        when = datetime(*map(int, found["time"].split("-")), tzinfo=zone).astimezone(timezone.utc)  # type: ignore[misc,arg-type]
    except (ValueError, OverflowError):
        when = None
    owner = Owner(NAME, found["who"], users=users)
    return Named(owner, found["file"] or "", when, page=not found["file"])


def settle(owner: Owner, page: str, known: frozenset[str]) -> Owner:
    """An owner of whom one user name is left: by the platform's page, else the longest that is known.

    Args:
        owner: from `read_name`.
        page: the .txt that goes with it, or "".
        known: the user names and ids of the class.
    """
    found = _WHO.match(page.lstrip("\ufeff"))
    if found and found["user"] in owner.users:
        return replace(owner, users=(found["user"],), name=found["name"])
    fits = [user for user in owner.users if user in known][:1] or list(owner.users)
    if len(fits) == 1:
        return replace(owner, users=(fits[0],))
    return replace(owner, nobody=f"its student may be any of {', '.join(map(repr, fits))}; {ASK}")


def read_roster(sheet: Sheet) -> list[Entry] | None:
    """The people of a grade centre; None for another table."""
    header = [name.strip().casefold() for name in sheet.header]
    known = {"last access", "availability", "student id", "child course id", "grading notes"}
    if "username" not in header or not (known & set(header) or any("|" in name for name in header)):
        return None
    names = ("username", "first name", "last name", "student id")
    place = {name: header.index(name) for name in names if name in header}
    told = [{name: row[index] for name, index in place.items()} for row in sheet.rows]
    return [
        Entry(
            NAME,
            id=row["username"],
            first_name=row.get("first name", ""),
            last_name=row.get("last name", ""),
            email=row["username"] if "@" in row["username"] else "",
            user=row["username"],
            registry=row.get("student id", ""),
            row=at,
        )
        for at, row in enumerate(told)
        if row["username"]
    ]


def read_marks(sheet: Sheet) -> list[Marks]:
    """The columns of a grade centre that a mark can go into, known by the number after `|`."""
    words = column([name.casefold() for name in sheet.header], {"feedback to learner"})
    found = [(at, _COLUMN.fullmatch(title)) for at, title in enumerate(sheet.header)]
    made = [Marks(at, match["title"], number(match["most"])) for at, match in found if match]
    return [replace(marks, words=words) for marks in made] if len(made) == 1 else made
