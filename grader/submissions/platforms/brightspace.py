"""Brightspace (D2L): the ZIP of an assignment's folders, and the grades or groups as CSV.

A folder is `NUMBER-NUMBER - NAME - DATE`; sources differ on which number is the person's.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timezone, tzinfo

from grader.submissions.platforms.form import Entry, Marks, Named, Owner
from grader.submissions.platforms.sheet import Sheet, number

NAME = "Brightspace"
ASK = "hand in each of them by itself, with --student"
_GRADE = re.compile(r"(?P<title>.+) Points Grade(?: <(?:.*MaxPoints:(?P<most>[\d.,]+))?.*>)?", re.S)
_NAMED = re.compile(r"(?P<number>\d+-\d+) - (?P<name>.+) - (?P<date>(?:(?! - ).)*\d{4}(?:(?! - ).)*)", re.S)


def read_name(part: str, zone: tzinfo) -> Named | None:
    """What the name of a folder says."""
    found = _NAMED.fullmatch(part)
    if not found:
        return None
    when = None
    with contextlib.suppress(ValueError):  # the date of another language
        read = datetime.strptime(found["date"].strip(), "%b %d, %Y %I%M %p")
        when = read.replace(tzinfo=zone).astimezone(timezone.utc)
    return Named(Owner(NAME, found["number"], found["name"].strip()), when=when)


def settle(owners: Collection[Owner]) -> Mapping[Owner, Owner]:
    """The owners with one number where several folders are one person's: one of the two numbers is the same in all."""
    made = {}
    for owner in owners:
        numbers = {other.number for other in owners if other.name == owner.name}
        for half in (0, 1):
            same = {number.split("-")[half] for number in numbers}
            if len(same) == 1:
                made[owner] = replace(owner, number=same.pop())
                break
    return {owner: made.get(owner, owner) for owner in owners}


def read_roster(sheet: Sheet) -> list[Entry] | None:
    """The people of exported grades or groups; None for another table."""
    header = [name.strip().casefold() for name in sheet.header]
    if "orgdefinedid" not in header and "end-of-line indicator" not in header:
        return None
    titles = {"org": "orgdefinedid", "user": "username", "first": "first name", "last": "last name"}
    place = {field: header.index(title) for field, title in titles.items() if title in header}
    email = next((header.index(name) for name in ("email", "email address") if name in header), None)
    entries = []
    for at, row in enumerate(sheet.rows):
        told = {field: row[index].lstrip("#") for field, index in place.items()}
        entries.append(
            Entry(
                NAME,
                id=told.get("user") or told.get("org", ""),
                first_name=told.get("first", ""),
                last_name=told.get("last", ""),
                email=row[email] if email is not None else "",
                user=told.get("user", ""),
                registry=told.get("org", ""),
                row=at,
            )
        )
    return entries


def read_marks(sheet: Sheet) -> list[Marks]:
    """The items of exported grades that take points."""
    found = [(at, _GRADE.fullmatch(title)) for at, title in enumerate(sheet.header)]
    return [Marks(at, match["title"], number(match["most"] or "")) for at, match in found if match]
