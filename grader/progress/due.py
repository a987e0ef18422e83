"""The due date that a class's notebook carries, and how students read it.

`grader plan` and nbgrader's "Generate" write it into a released notebook's metadata:

    {"class": {"assignment": "01-tensors", "due": "2026-12-04T23:59:00+01:00", "time zone": "Europe/Berlin"}}

The course's own notebooks carry none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

METADATA = "class"


@dataclass(frozen=True)
class Due:
    """When an assignment of a class is due; `when` has the offset of the class's time zone `zone`."""

    assignment: str
    when: datetime
    zone: str

    def metadata(self) -> dict[str, str]:
        """What a notebook carries."""
        return {"assignment": self.assignment, "due": self.when.isoformat(), "time zone": self.zone}

    def fixed(self) -> str:
        """The date in words that do not age: `due Friday 4 December 2026, 23:59 (Europe/Berlin)`."""
        return f"due {day(self.when)} {self.when:%Y, %H:%M} ({self.zone})"

    def now(self, now: datetime) -> str:
        """The date in words of today: `due Friday 4 December, 23:59 (in 3 days)`.

        Where this computer's clock is another one, as a student's in another country, it says both times.
        """
        here = self.when.astimezone(now.tzinfo)
        told = f"due {day(self.when)}, {self.when:%H:%M}"
        if here.utcoffset() != self.when.utcoffset():
            other = f"{day(here)}, " if here.date() != self.when.date() else ""
            told += f" in {self.zone}, on this computer {other}{here:%H:%M}"
        return f"{told} ({distance(self.when, now)})"


def day(when: datetime) -> str:
    """A day as people say it, without its year: `Friday 4 December`."""
    return f"{when:%A} {when.day} {when:%B}"


def distance(when: datetime, now: datetime) -> str:
    """How far away a moment is, by its own calendar: `in 3 days`, `in 5 hours`, `2 days ago`."""
    gap = abs(when - now)
    if gap < timedelta(hours=1):
        number, unit = int(gap / timedelta(minutes=1)), "minute"
    elif gap < timedelta(days=1):
        number, unit = int(gap / timedelta(hours=1)), "hour"
    else:
        number, unit = abs((when.date() - now.astimezone(when.tzinfo).date()).days), "day"
    said = f"{number} {unit}{'s' * (number != 1)}"
    return f"in {said}" if when > now else f"{said} ago"


def read(path: Path) -> Due | None:
    """The due date that a notebook carries; None where it carries none, or is no notebook."""
    try:
        data = path.read_bytes()
        if f'"{METADATA}"'.encode() not in data:
            return None
        told: Any = json.loads(data)["metadata"][METADATA]
        due = Due(str(told["assignment"]), datetime.fromisoformat(told["due"]), str(told["time zone"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return due if due.when.tzinfo is not None else None


def beside(folder: Path, assignment: str) -> Due | None:
    """The due date of an assignment by a notebook of it in `folder`, whatever that is called."""
    found = (read(path) for path in sorted(folder.glob("*.ipynb")))
    return next((due for due in found if due is not None and due.assignment == assignment), None)
