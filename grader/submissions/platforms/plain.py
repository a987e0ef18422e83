"""A table of people in nobody's form: nbgrader's columns, or any with names that are understood."""

from __future__ import annotations

from grader.submissions.platforms.form import Entry
from grader.submissions.platforms.sheet import Sheet, column

ID = {"id", "student_id", "student id", "sid", "username", "user name", "login", "id number"}
_COLUMNS = {
    "id": ID,
    "name": {"name", "full name", "full_name", "student"},
    "first": {"first_name", "first name", "firstname", "given name"},
    "last": {"last_name", "last name", "lastname", "surname", "family name"},
    "email": {"email", "email address", "e-mail", "mail"},
    "lms": {"lms_user_id"},
    "group": {"group"},
}


def read_roster(sheet: Sheet) -> list[Entry] | None:
    """The people of a table with a column for an id, an email address or a name; None for another table."""
    header = [name.strip().casefold() for name in sheet.header]
    place = {field: found for field, names in _COLUMNS.items() if (found := column(header, names)) is not None}
    if not {"id", "email"} & set(place):
        return None
    entries = []
    for row in sheet.rows:
        told = {field: row[index] for field, index in place.items()}
        last, comma, first = told.get("name", "").partition(",")
        entries.append(
            Entry(
                "",
                id=told.get("id", ""),
                name="" if comma else told.get("name", ""),
                first_name=told.get("first", "") or first.strip(),
                last_name=told.get("last", "") or (last.strip() if comma else ""),
                email=told.get("email", ""),
                number=told.get("lms", ""),
                group=told.get("group", ""),
            )
        )
    return entries
