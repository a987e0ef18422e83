"""The plan of a term: what `class.yml` in a class directory says of dates, late hand-ins, extensions and weights.

The file is optional. It is read strictly: what is wrong in it is one sentence with file, line, key and what to write,
and nothing of it counts until that is put right.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grader.classroom.classroom import Classroom
from grader.classroom.late_rule import LateRule, Span
from grader.classroom.strict_yaml import Entry, one_of, parse
from grader.errors import UsageError

FILE = "class.yml"
NONE = "none"
_KEYS = ("time zone", "late", "weights", "extensions", "assignments")
_OF_ASSIGNMENT = ("release", "due", "solutions", "late", "extensions", "group")
_OF_LATE = ("per day", "at most", "end")
_DATE = re.compile(r"(2[01]\d\d-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?\s?(Z|[+-]\d\d:\d\d)?")
_SPAN = re.compile(r"(\d+) (minute|hour|day|week)s?")
_SHARE = re.compile(r"(\d+(?:\.\d+)?) ?%")
_WHEN = "2026-12-04 23:59"


@dataclass(frozen=True)
class Planned:
    """What is planned for one assignment; dates are in the class's time zone.

    Attributes:
        late: what handing in late costs; None where nothing is said, so that nbgrader's own setting counts.
        own_due: the due date of each student who has an extension.
        group: whose weight it shares, or None.
    """

    release: datetime | None = None
    due: datetime | None = None
    solutions: datetime | None = None
    late: LateRule | None = None
    own_due: Mapping[str, datetime] = field(default_factory=dict)
    group: str | None = None

    def extensions(self) -> dict[str, timedelta]:
        """By how much each student's due date is later, in hours that pass, as nbgrader adds it to a date in UTC."""
        if self.due is None:
            return {}
        due = self.due.astimezone(timezone.utc)
        return {student: own.astimezone(timezone.utc) - due for student, own in self.own_due.items()}


@dataclass(frozen=True)
class Plan:
    """A plan: of each assignment that it names, and the weight of each group, from 0 to 1, where it gives weights.

    Attributes:
        late: what handing in late costs where an assignment has no rule of its own.
    """

    zone: ZoneInfo
    late: LateRule | None = None
    assignments: Mapping[str, Planned] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)

    def of(self, assignment: str) -> Planned:
        """What is planned for an assignment; nothing where the plan does not name it."""
        return self.assignments.get(assignment, Planned())


def read(
    root: Path, assignments: Collection[str] | None = None, students: Collection[str] | None = None
) -> Plan | None:
    """The plan of a class; None where it has none.

    Args:
        root: the class directory.
        assignments, students: those that the class has, which alone may be named; any when None.

    Raises:
        UsageError: the file cannot be read, or something in it is wrong.
    """
    path = root / FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError(f"{path} cannot be read ({reason}): make it a text file, or move it away.") from None
    return _plan(text, _frozen(assignments), _frozen(students))


def of(room: Classroom) -> Plan | None:
    """The plan of a class, which names assignments and students that the class has; None where it has none.

    Raises:
        UsageError: as `read`.
    """
    if not (room.root / FILE).exists():
        return None
    return read(room.root, room.assignments(), [person.id for person in room.people()])


def _frozen(names: Collection[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(sorted(names))


@lru_cache(maxsize=8)
def _plan(text: str, assignments: tuple[str, ...] | None, students: tuple[str, ...] | None) -> Plan:
    top = parse(text, FILE)
    if top is None:
        raise UsageError(f"{FILE} says nothing: begin with what 'grader plan --example' prints, or delete it.")
    return _Reader(top.mapping("time zone: Europe/London", _KEYS), top, assignments, students).plan()


class _Reader:
    """One reading of the file."""

    def __init__(
        self,
        told: dict[str, Entry],
        top: Entry,
        assignments: Collection[str] | None,
        students: Collection[str] | None,
    ) -> None:
        self._told, self._assignments, self._students = told, assignments, students
        if "time zone" not in told:
            raise top.wrong("its dates have no time zone: write a line such as 'time zone: Europe/London'.")
        self._zone = _zone(told["time zone"])
        self._late = _late(told["late"]) if "late" in told else None
        self._weights = _weights(told["weights"]) if "weights" in told else {}
        self._everywhere = self._spans(told["extensions"]) if "extensions" in told else {}

    def plan(self) -> Plan:
        """All that the file says."""
        found = {}
        if "assignments" in self._told:
            entries = self._told["assignments"].mapping("01-tensors:")
            for name, entry in entries.items():
                if self._assignments is not None and name not in self._assignments:
                    raise entry.wrong(f"there is no assignment {name!r} in source/: {one_of(name, self._assignments)}")
                found[name] = self._planned(replace(entry, name=name))
        return Plan(self._zone, self._late, found, self._weights)

    def _planned(self, entry: Entry) -> Planned:
        told = entry.mapping(f"due: {_WHEN}", _OF_ASSIGNMENT)
        dates = {name: self._date(told[name], timed=name == "due") for name in told if name in _OF_ASSIGNMENT[:3]}
        due = dates.get("due")
        for first, then in (("release", "due"), ("due", "solutions"), ("release", "solutions")):
            if first in dates and then in dates and _utc(dates[first]) >= _utc(dates[then]):
                raise told[then].wrong(f"it is not after the {first} date: write a later one, such as {_WHEN}.")
        own = {name: span.after(due).astimezone(self._zone) for name, span in self._everywhere.items()} if due else {}
        if "extensions" in told:
            own |= self._own_due(told["extensions"], due)
        return Planned(
            **dates,
            late=_late(told["late"]) if "late" in told else self._late,
            own_due=own,
            group=self._group(entry, told.get("group")),
        )

    def _date(self, entry: Entry, *, timed: bool = False) -> datetime:
        """A date; without a time, which must be there if it is `timed`, it is the beginning of the day."""
        text = entry.text(_WHEN)
        match = _DATE.fullmatch(text)
        try:
            day, clock, offset = match.groups() if match else ("", None, None)
            found = datetime.fromisoformat(f"{day} {clock or '00:00'}{(offset or '').replace('Z', '+00:00')}")
        except ValueError:
            raise entry.wrong(f"{text!r} is no date that there is: write it as {_WHEN}.") from None
        if timed and not clock:
            raise entry.wrong(f"the time of day is missing: write it as {day} 23:59.")
        if found.tzinfo is not None:
            return found.astimezone(self._zone)
        found = found.replace(tzinfo=self._zone)
        if found.astimezone(timezone.utc).astimezone(self._zone).replace(tzinfo=None) != found.replace(tzinfo=None):
            raise entry.wrong(f"in {self._zone} the clocks are put forward past {text}: write a time that there is.")
        if found.utcoffset() != (later := found.replace(fold=1)).utcoffset():
            either = f"{found.isoformat(' ', 'minutes')} or {later.isoformat(' ', 'minutes')}"
            raise entry.wrong(f"in {self._zone} the clocks are put back and show {text} twice: write {either}.")
        return found

    def _spans(self, entry: Entry) -> dict[str, Span]:
        """Extensions of students, as lengths of time."""
        told = entry.mapping("ann: 2 days")
        for student, each in told.items():
            self._known(each, student)
        return {student: _span(each) for student, each in told.items()}

    def _own_due(self, entry: Entry, due: datetime | None) -> dict[str, datetime]:
        """Extensions of students for one assignment: lengths of time, or dates."""
        found = {}
        for student, each in entry.mapping("ann: 2 days").items():
            self._known(each, student)
            if due is None:
                raise each.wrong(f"the assignment has no due date: write 'due: {_WHEN}', too.")
            text = each.text("2 days")
            own = self._date(each, timed=True) if _DATE.fullmatch(text) else _span(each).after(due)
            if _utc(own) <= _utc(due):
                raise each.wrong("it is not after the due date: write a later date, or a time such as 2 days.")
            found[student] = own.astimezone(self._zone)
        return found

    def _known(self, entry: Entry, student: str) -> None:
        if self._students is not None and student not in self._students:
            advice = one_of(student, self._students) if self._students else "'nbgrader db student add' brings them in."
            raise entry.wrong(f"there is no student {student!r} in the gradebook: {advice}")

    def _group(self, entry: Entry, told: Entry | None) -> str | None:
        if told is None:
            if self._weights:
                raise entry.wrong(
                    f"its group is not said: write 'group: {next(iter(self._weights))}' or 'group: none'."
                )
            return None
        name = told.text("exercises")
        if name == NONE:
            return None
        if name not in self._weights:
            raise told.wrong(f"weights has no group {name!r}: {one_of(name, [*self._weights, NONE])}")
        return name


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(timezone.utc)


def _zone(entry: Entry) -> ZoneInfo:
    name = entry.text("Europe/London")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise entry.wrong(f"there is no time zone {name!r}: write one such as Europe/London.") from None


def _span(entry: Entry) -> Span:
    text = entry.text("2 days")
    match = _SPAN.fullmatch(text)
    number = int(match[1]) if match and len(match[1]) < 5 else 0
    if not match or number == 0:
        raise entry.wrong(f"{text!r} is no length of time: write it as 2 days, 12 hours or 1 week.")
    unit = match[2]
    if unit in ("day", "week"):
        return Span(days=number * (7 if unit == "week" else 1))
    return Span(time=timedelta(**{f"{unit}s": number}))


def _share(entry: Entry) -> float:
    text = entry.text("10 %")
    match = _SHARE.fullmatch(text)
    share = float(match[1]) / 100 if match else 0.0
    if not 0 < share <= 1:
        raise entry.wrong(f"{text!r} is no share between 0 and 100 %: write it as 10 %.")
    return share


def _late(entry: Entry) -> LateRule:
    if entry.node.value == NONE:
        return LateRule()
    told = entry.mapping("per day: 10 %", _OF_LATE)
    if "at most" in told and "per day" not in told:
        raise told["at most"].wrong("it bounds nothing: write 'per day: 10 %', too.")
    if not told:
        raise entry.wrong("nothing is said: write 'late: none', or 'per day: 10 %' under it.")
    return LateRule(
        _share(told["per day"]) if "per day" in told else 0.0,
        _share(told["at most"]) if "at most" in told else 1.0,
        _span(told["end"]) if "end" in told else None,
    )


def _weights(entry: Entry) -> dict[str, float]:
    found = {name: _share(each) for name, each in entry.mapping("exercises: 40 %").items()}
    if abs(sum(found.values()) - 1) > 1e-9:
        raise entry.wrong(f"they add up to {100 * sum(found.values()):.6g} %: write shares that make 100 %.")
    return found
