"""Whose notebook a file is, and which: by the names that learning platforms, Colab and people give to files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone, tzinfo
from pathlib import Path

from nbgrader.plugins import FileNameCollectorPlugin

from grader.authoring.exercise import exercise_of
from grader.submissions.submitted import NotGradable, read_submission

# Group names as nbgrader's zip_collect has them; `number` is a platform's own number of a person.
PLATFORMS = {
    "Moodle": r"(?:.*/)?(?P<full_name>[^/]+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)_?/?(?P<file_id>.+)",
    "Blackboard": (
        r"(?:.*/)?[^/]*_(?P<student_id>[^/_]+)_attempt_(?P<timestamp>\d{4}(?:-\d\d){5})(?:_(?P<file_id>.+)|\.txt)$"
    ),
    "Canvas": (
        r"(?:.*/)?(?P<short_name>[^/_]+)(?P<late>_LATE)?_(?P<lms_user_id>\d+)_(?P<attempt>\d+)_(?P<file_id>[^/]+.*)"
    ),
}
_COPY = re.compile(r"^(copy of|kopie von|copie de|c[oó]pia de|kopia|kopi av|copia di)[ _]+", re.IGNORECASE)
_AGAIN = re.compile(r"( ?\((?P<a>\d+)\)|[-_ ](?P<b>\d{1,2})|[-_ ]copy(?P<c>\d*))$", re.IGNORECASE)
_NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Person:
    """A student, as far as known."""

    id: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class HandedIn:
    """One file of a source.

    Attributes:
        path: where it lies now.
        shown: its name in the source.
        named: what its name says: the groups of the pattern that matched, or `{}`.
        platform: whose pattern that was, or "".
        when: when it was handed in, if the name says.
        attempt: which of several, as far as the name says.
        changed: when the file was last changed, in seconds.
    """

    path: Path
    shown: str
    named: Mapping[str, str]
    platform: str
    when: datetime | None
    attempt: int
    changed: float

    @property
    def order(self) -> tuple[float, int, float]:
        """Sorts what one student handed in: the last one counts."""
        return (self.when.timestamp() if self.when else 0.0, self.attempt, self.changed)

    @property
    def name(self) -> str:
        """The student's own name of the file."""
        return (self.named.get("file_id") or self.shown).rsplit("/", 1)[-1]

    @property
    def is_notebook(self) -> bool:
        """Whether the name is a notebook's."""
        return bool(_NOTEBOOK.search(self.name))


def read_name(path: Path, shown: str, pattern: str | None, zone: tzinfo) -> HandedIn:
    """What the name of a file says.

    Args:
        path: the file.
        shown: its name in the source, with `/`.
        pattern: a regular expression to use in place of the platforms' own, as nbgrader's `named_regexp`.
        zone: of times that are given without one.
    """
    named: dict[str, str] = {}
    platform = ""
    for name, regexp in {"the given pattern": pattern}.items() if pattern else PLATFORMS.items():
        collector = FileNameCollectorPlugin(named_regexp=regexp, valid_ext=[Path(shown).suffix])
        collector.log.setLevel("ERROR")
        found = collector.collect(shown)
        if found:
            named, platform = {key: value for key, value in found.items() if value}, name
            break
    when = _time(named.get("timestamp", ""), zone)
    changed = path.stat().st_mtime
    made = HandedIn(path, shown, named, platform, when, int(named.get("attempt") or 0), changed)
    again = _AGAIN.search(_stem(made.name))
    number = int(next((n for n in again.groupdict().values() if n), "1")) if again else 0
    return made if made.attempt else replace(made, attempt=number)


def _time(text: str, zone: tzinfo) -> datetime | None:
    digits = re.findall(r"\d+", text)
    try:
        return datetime(*map(int, digits[:6]), tzinfo=zone).astimezone(timezone.utc) if len(digits) > 2 else None  # type: ignore[misc,arg-type]
    except ValueError:
        return None


def _stem(name: str) -> str:
    return _NOTEBOOK.sub("", name)


def key(name: str) -> str:
    """A name without case, accents, and differences between space, hyphen and underscore."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", plain.casefold()).strip("-")


def student_id(name: str) -> str:
    """A directory name for a student who is new: the name's letters and digits, with hyphens."""
    made = re.sub(r"[^\w.@]+", "-", name.casefold()).strip("-._")
    return made[:100]


@dataclass(frozen=True)
class Wanted:
    """A notebook of an assignment, and the exercises in it."""

    assignment: str
    notebook: str
    exercises: frozenset[str]


def which_notebook(file: HandedIn, wanted: Collection[Wanted]) -> tuple[Wanted | None, str, str]:
    """The notebook that a file is.

    Returns:
        it, or None; what else stands in the file's name; and how it was recognised, or why not.
    """
    stem = _stem(file.name)
    for name in _shorter(stem):
        for want in wanted:
            if key(name) == key(want.notebook):
                return want, "", ""
    for want in sorted(wanted, key=lambda w: -len(w.notebook)):
        for name in _shorter(stem):
            rest = _rest(name, want.notebook)
            if rest:
                return want, rest, ""
    return _by_exercises(file, wanted)


def _shorter(stem: str) -> list[str]:
    """A file's name, and that name without what browsers and Colab add to copies, bit by bit."""
    names = [stem]
    while (shorter := _COPY.sub("", names[-1])) != names[-1]:
        names.append(shorter)
    while (shorter := _AGAIN.sub("", names[-1]).rstrip()) not in ("", names[-1]):
        names.append(shorter)
    return names


def _rest(stem: str, notebook: str) -> str:
    """What stands beside the notebook's name in a file's name, set off from it, or ""."""
    pattern = r"[\W_]+".join(re.escape(part) for part in re.split(r"[\W_]+", notebook) if part)
    match = re.fullmatch(rf"(?P<before>.+?)[\W_]+{pattern}|{pattern}[\W_]+(?P<after>.+)", stem, re.IGNORECASE)
    return next((text.strip(" -_") for text in match.groups() if text), "") if match else ""


def _by_exercises(file: HandedIn, wanted: Collection[Wanted]) -> tuple[Wanted | None, str, str]:
    """Recognise a renamed notebook by the exercises in it."""
    try:
        notebook, _ = read_submission(file.path)
    except NotGradable as reason:
        return None, "", f"its name is no notebook's of this class, and it cannot be read. {reason}"
    names = {exercise_of(cell.source) for cell in notebook.cells}
    names |= {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells}
    counts = sorted(((len(want.exercises & names), want) for want in wanted), key=lambda pair: -pair[0])
    if not counts or not counts[0][0]:
        return None, "", "neither its name nor its exercises are those of a notebook of this class"
    if len(counts) > 1 and counts[0][0] == counts[1][0]:
        return None, "", f"it holds exercises of {counts[0][1].notebook} and of {counts[1][1].notebook}"
    return counts[0][1], "", f"{file.name!r} recognised by its exercises"


class Roster:
    """Who is in the class; finds a person by what a file's name says."""

    def __init__(self, people: Iterable[Person], numbers: Mapping[str, Person] | None = None) -> None:
        """Args: people: those known. numbers: by a platform's number of a person, from its grading worksheet."""
        self.people = {person.id: person for person in people}
        self.numbers = dict(numbers or {})

    def find(self, named: Mapping[str, str]) -> tuple[Person | None, str]:
        """The person that a pattern's groups name: known, or new, or None and why not."""
        if named.get("student_id"):
            return self.by_name(named["student_id"])
        if named.get("number") in self.numbers:
            return self.numbers[named["number"]], ""
        if named.get("lms_user_id"):
            known = [p for p in self.people.values() if p.lms_user_id == named["lms_user_id"]]
            return (known[0], "") if len(known) == 1 else self._by_short_name(named)
        return self.by_name(named.get("full_name", ""))

    def by_name(self, name: str) -> tuple[Person | None, str]:
        """The person with this id, email or full name; a new one where there is none."""
        if name in self.people:
            return self.people[name], ""
        same = [p for p in self.people.values() if key(name) in (key(p.id), key(p.full_name), key(p.email))]
        if len(same) > 1:
            ids = ", ".join(sorted(p.id for p in same))
            return None, f"{name!r} may be any of {ids}; say who is who with --roster"
        if same:
            return same[0], ""
        made = student_id(name)
        if not made:
            return None, f"{name!r} is no name for a student"
        first, _, last = name.strip().rpartition(" ")
        return Person(made, first, last if first else ""), ""

    def _by_short_name(self, named: Mapping[str, str]) -> tuple[Person | None, str]:
        """Canvas: the sortable name in one word, and a number that stays the same for a person."""
        short, number = named["short_name"], named["lms_user_id"]
        same = [
            p
            for p in self.people.values()
            if not p.lms_user_id and short in (p.id, key(p.last_name + p.first_name).replace("-", ""))
        ]
        if len(same) > 1:
            ids = ", ".join(sorted(p.id for p in same))
            return None, f"{short!r} may be any of {ids}; say who is who with --roster"
        if same:
            return replace(same[0], lms_user_id=number), ""
        made = student_id(short)
        return Person(f"{made}-{number}" if made in self.people or not made else made, lms_user_id=number), ""
