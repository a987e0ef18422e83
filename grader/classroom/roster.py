"""What a class remembers of its students beside the gradebook, in `roster.json`, and the reading of rosters into it.

Moodle's numbers and the user names of platforms say who somebody is when a name does not; and what somebody handed in
that was no notebook is told in the report.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from grader.errors import UsageError
from grader.files import write_whole
from grader.submissions.people import Known
from grader.submissions.platforms import read_roster
from grader.submissions.platforms.form import Entry

FILE = "roster.json"


@dataclass
class Memory:
    """What is remembered: of each student, and by assignment and student what was handed in in place of a notebook."""

    students: dict[str, Known] = field(default_factory=dict)
    others: dict[str, dict[str, str]] = field(default_factory=dict)


def recall(root: Path) -> Memory:
    """What a class remembers.

    Raises:
        UsageError: the file is damaged.
    """
    path = root / FILE
    if not path.is_file():
        return Memory()
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        students = {
            name: Known(tuple(entry["numbers"]), entry["user"], entry["group"])
            for name, entry in told["students"].items()
        }
        return Memory(students, {name: dict(found) for name, found in told["others"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path} is damaged ({error}): delete it, and give the roster again with --roster.") from None


def remember(root: Path, memory: Memory) -> None:
    """Write down what a class remembers."""
    told = {"students": {name: asdict(known) for name, known in memory.students.items()}, "others": memory.others}
    write_whole(root / FILE, (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())


def read(path: Path) -> list[Entry]:
    """The people of a roster file.

    Raises:
        UsageError: it cannot be read, or it is no roster.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"The roster {path} cannot be read ({error.strerror}): give a CSV file.") from None
    entries = read_roster(data)
    if entries is None:
        raise UsageError(
            f"The roster {path} is no list of people that is understood: give what Canvas, Moodle, Blackboard or "
            "Brightspace exports, or a CSV with the columns id, first_name, last_name and email."
        )
    return entries
