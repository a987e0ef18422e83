"""Canvas: the ZIP of an assignment's submissions, the gradebook as CSV, and a course's roster as CSV.

Names in the ZIP are those of `lib/content_zipper.rb`, the gradebook's columns those of `lib/gradebook_exporter.rb`:
they are English in every language.
"""

from __future__ import annotations

import re
from datetime import tzinfo

from grader.submissions.platforms.form import Entry, Marks, Named, Owner
from grader.submissions.platforms.sheet import Sheet, number

NAME = "Canvas"
ASK = "give the gradebook that Canvas exports with --roster"
_NAMED = re.compile(r"(?P<short>.+?)(?P<late>_LATE)?_(?P<number>\d+)_(?P<attempt>\d+)_(?P<file>.+)", re.S)
_TEXT = re.compile(r"(?P<short>.+?)(?P<late>_LATE)?_(?P<number>\d+)_(?P<file>(text|link)\.html)", re.S)
_ASSIGNMENT = re.compile(r"(?P<title>.+) \(\d+\)", re.S)
# `NON_ASSIGNMENT_COLUMN_HEADERS` of `lib/gradebook_importer.rb`: it reads no column whose title has one of them in it.
_TOTAL = re.compile("(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
_ANONYMOUS = re.compile(r"(?P<late>LATE_)?anon_(?P<who>[A-Za-z0-9]{5})_(?P<attempt>\d+)_(?P<file>.+)", re.S)


def read_name(part: str, zone: tzinfo) -> Named | None:
    """What the name of a file says."""
    if hidden := _ANONYMOUS.fullmatch(part):
        owner = Owner(
            NAME, f"anon-{hidden['who']}", nobody="it is anonymous: show students' names in Canvas, then export"
        )
        return Named(owner, hidden["file"], attempt=int(hidden["attempt"]), late=bool(hidden["late"]))
    if found := _NAMED.fullmatch(part):
        owner = Owner(NAME, found["number"], short=found["short"])
        return Named(owner, found["file"], attempt=int(found["attempt"]), late=bool(found["late"]))
    if found := _TEXT.fullmatch(part):
        owner = Owner(NAME, found["number"], short=found["short"])
        return Named(owner, found["file"], late=bool(found["late"]), about=True)
    return None


def read_roster(sheet: Sheet) -> list[Entry] | None:
    """The people of a gradebook or of a course's roster; None for another table."""
    header = [name.strip().casefold() for name in sheet.header]
    if "canvas_user_id" in header:
        names = {"number": "canvas_user_id", "sis": "user_id", "login": "login_id", "name": "name"}
    elif header[0] in ("student", "lastname") and "id" in header and "section" in header:
        names = {"number": "id", "sis": "sis user id", "login": "sis login id", "name": "student"}
    else:
        return None
    place = {field: header.index(title) for field, title in names.items() if title in header}
    entries = []
    for at, row in enumerate(sheet.rows):
        told = {field: row[index] for field, index in place.items()}
        if "lastname" in header and "firstname" in header:
            told["name"] = f"{row[header.index('lastname')]}, {row[header.index('firstname')]}"
        canvas_id = told.get("number", "")
        if "Points Possible" in row[0] or not canvas_id.isdigit() or told.get("name") == "Student, Test":
            continue  # the rows of points and of posting, and Canvas's own test student
        last, comma, first = told.get("name", "").partition(",")
        login = told.get("login", "")
        entries.append(
            Entry(
                NAME,
                id=login or told.get("sis", ""),
                name="" if comma else last.strip(),
                first_name=first.strip(),
                last_name=last.strip() if comma else "",
                email=login if "@" in login else "",
                number=canvas_id,
                user=login,
                registry=told.get("sis", ""),
                row=at,
            )
        )
    return entries


def read_marks(sheet: Sheet) -> list[Marks]:
    """The assignments of a gradebook, without those that Canvas computes itself, and what it takes for them."""
    points = next((row for row in sheet.rows if "Points Possible" in row[0]), [""] * len(sheet.header))
    found = [(at, _ASSIGNMENT.fullmatch(title)) for at, title in enumerate(sheet.header)]
    return [
        Marks(at, match["title"], number(points[at]))
        for at, match in found
        if match and "read only" not in points[at] and not _TOTAL.search(sheet.header[at])
    ]
