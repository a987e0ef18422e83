"""Reads a roster of students."""

from __future__ import annotations

import csv
from pathlib import Path

from grader.errors import UsageError
from grader.submissions.handed_in import Person, Roster


def read_roster(people: list[Person], path: Path | None) -> Roster:
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
