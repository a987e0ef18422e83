"""The learning platforms that are understood: how they name what students hand in, and how they list a class.

A new one is a module here with `NAME`; `ASK`, what to give where names do not say who somebody is; `read_name`, for
one name of a folder or a file in its download; and, for a table that it exports, `read_roster`, the people in it, and
`read_marks`, the columns that take marks. It goes into PLATFORMS.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from grader.submissions.platforms import blackboard, brightspace, canvas, moodle, plain, sheet
from grader.submissions.platforms.form import Entry, Marks, Named

# Canvas is last: of all forms its own is the easiest to meet by chance.
PLATFORMS = (moodle, blackboard, brightspace, canvas)
ASK = {platform.NAME: platform.ASK for platform in PLATFORMS}


def read_name(part: str, zone: tzinfo) -> Named | None:
    """What the name of a folder or a file says, if it is in a platform's form.

    Args:
        part: the name, without the folders above it.
        zone: of the times in it.
    """
    return next((named for platform in PLATFORMS if (named := platform.read_name(part, zone))), None)


def read_roster(data: bytes) -> list[Entry] | None:
    """The people in a table that a platform exports, or in any with a column for an id; None if it is no such table."""
    lines = sheet.read(data)
    for start in range(min(len(lines), 5)):
        table = sheet.sheet(lines, start)
        for reader in (canvas, brightspace, blackboard, moodle, plain):
            entries: list[Entry] | None = reader.read_roster(table)
            if entries is not None:
                return entries
    return None


@dataclass(frozen=True)
class Gradebook:
    """A platform's table that marks go into.

    Attributes:
        platform: whose it is.
        text: the table.
        start: the line of `text` after the header; `Entry.row` counts from there.
        entries: the people in it.
        marks: the columns that take marks.
    """

    platform: str
    text: sheet.Text
    start: int
    entries: list[Entry]
    marks: list[Marks]


def read_gradebook(data: bytes) -> Gradebook | None:
    """The table of a platform that takes marks, or None if it is none."""
    text = sheet.parse(data)
    lines = [[cell.value for cell in line] for line in text.lines]
    for start in range(min(len(lines), 5)):
        table = sheet.sheet(lines, start)
        for platform in (canvas, brightspace, blackboard, moodle):
            entries = platform.read_roster(table)
            if entries:
                return Gradebook(platform.NAME, text, start + 1, entries, platform.read_marks(table))
    return None
