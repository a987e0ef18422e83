"""What a learning platform says, in one shape for all of them: whose a file is, and who is in a class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Owner:
    """Whom the name of a file or a folder names, as far as a platform says.

    Attributes:
        platform: which platform wrote it; "" for a name that a person gave.
        number: the platform's number of the person: different numbers are different people.
        name: the full name, or what stands for it.
        short: Canvas's name in one word.
        users: user names that it may be, the longest first.
        nobody: why it names no one person, or "".
    """

    platform: str
    number: str = ""
    name: str = ""
    short: str = ""
    users: tuple[str, ...] = ()
    nobody: str = ""

    @property
    def shown(self) -> str:
        """The person's name for a message."""
        return self.name or self.short or next(iter(self.users), self.number)


@dataclass(frozen=True)
class Named:
    """What a platform's name of a file or a folder says.

    Attributes:
        owner: whose it is.
        file: the student's own name of the file; "" for a folder.
        when: when it was handed in.
        attempt: which of several.
        late: whether it is marked late.
        about: whether the platform made it of what the student typed in.
        page: whether it is the platform's own page on the hand-in, in which nothing is the student's.
    """

    owner: Owner
    file: str = ""
    when: datetime | None = None
    attempt: int = 0
    late: bool = False
    about: bool = False
    page: bool = False


@dataclass(frozen=True)
class Entry:
    """One person of a roster, as far as it says.

    `id` is what the class is to call them, `registry` the school's own number of them, which the class may call them,
    too; `row` is where it stands.
    """

    platform: str
    id: str = ""
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    number: str = ""
    user: str = ""
    group: str = ""
    registry: str = ""
    row: int = -1


@dataclass(frozen=True)
class Marks:
    """A column of a platform's table that takes the marks of one assignment.

    Attributes:
        column: where it stands.
        title: of the assignment; "" where the table is of one assignment alone.
        possible: the most points, as far as the table says.
        words: the column for a sentence to the student, if there is one.
        locked: the column that says whether a mark may be changed, if there is one, and
        no: the word for "no" in it.
    """

    column: int
    title: str = ""
    possible: float | None = None
    words: int | None = None
    locked: int | None = None
    no: tuple[str, ...] = ()
