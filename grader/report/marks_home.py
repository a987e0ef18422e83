"""Marks into the table that an instructor downloaded from a learning platform: their cells, and no other byte."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from grader.classroom.classroom import Classroom
from grader.errors import UsageError
from grader.files import write_whole
from grader.report import class_results
from grader.report.class_results import Assignment, ClassResults, HandIn
from grader.submissions.people import People, Person
from grader.submissions.platforms import Gradebook, brightspace, moodle, read_gradebook
from grader.submissions.platforms.form import Entry, Marks
from grader.submissions.platforms.sheet import Cell, number

_SHOWN = 8
_EXCUSED = ("ex", "n/a")
# What becomes of a mark above the maximum; others take it as it is, as extra credit.
_ABOVE = {moodle.NAME: ", and the platform would drop it", brightspace.NAME: ", and the platform would cut it"}


@dataclass
class Filled:
    """A table with marks.

    Attributes:
        data: its bytes.
        written: for each assignment how many marks went into it, and the title of its column, "" in a worksheet.
        told: what to know about it, a line each.
        left: what could not be placed, a line each.
    """

    data: bytes = b""
    written: dict[str, tuple[int, str]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def fill(
    found: ClassResults,
    data: bytes,
    *,
    assignments: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    missing: bool = False,
    details: Callable[[Assignment], Assignment] = lambda assignment: assignment,
) -> Filled:
    """Put the marks of a class into a platform's table.

    Args:
        found: the class.
        data: the table, as downloaded.
        assignments: which; all that the table has a column for when none.
        columns: the title of the column for an assignment that the platform calls otherwise.
        missing: also write what a missing hand-in counts; else the cell stays as it is.
        details: reads what a sentence on an assignment is made of, where the table has a place for one.

    Raises:
        UsageError: it is no such table, or it is not clear which column an assignment's marks go into.
    """
    table = read_gradebook(data)
    if table is None or table.text.filled({}) != data:
        raise UsageError(
            "It is no table of marks that is understood: give the gradebook that Canvas, Blackboard or Brightspace "
            "exports, or Moodle's grading worksheet, as it was downloaded."
        )
    made = Filled()
    people = People(found.people.values(), found.known).those_of(table.entries)
    values: dict[tuple[int, int], str] = {}
    comma = _comma(table)
    for assignment, marks in _columns(found, table, assignments, columns or {}):
        one = assignment if marks.words is None else details(assignment)
        _Column(found, table, people, one, marks, made, comma).fill(values, missing=missing)
    strangers = [_named(entry) for entry, person in zip(table.entries, people, strict=True) if person is None]
    if strangers:
        made.told.append(f"In the table but not in the class, left as they are: {_some(strangers)}.")
    made.data = table.text.filled(values)
    return made


def _columns(
    found: ClassResults, table: Gradebook, names: Sequence[str], titles: Mapping[str, str]
) -> list[tuple[Assignment, Marks]]:
    """Which column takes the marks of which assignment."""
    graded = {assignment.name: assignment for assignment in found.assignments}
    unknown = sorted({*names, *titles} - set(graded))
    if unknown:
        raise UsageError(f"Nothing is graded of {' and '.join(unknown)}; of these there is: {', '.join(graded)}.")
    if not table.marks:
        raise UsageError(f"This table of {table.platform} has no column for marks in points: download it with one.")
    wanted = list(dict.fromkeys([*names, *titles])) or list(graded)
    if not table.marks[0].title:  # a worksheet, of one assignment alone
        if len(wanted) != 1:
            raise UsageError(f"Say of which assignment this worksheet is: grader export {wanted[0]} --into FILE")
        return [(graded[wanted[0]], table.marks[0])]
    made = []
    for name in wanted:
        asked = titles.get(name)
        whole = [m for m in table.marks if asked and _heading(table, m.column) == asked]
        fits = whole or [m for m in table.marks if (m.title == asked if asked else _plain(m.title) in _titles(name))]
        if len(fits) == 1:
            made.append((graded[name], fits[0]))
        elif fits or name in names or asked:
            raise UsageError(f"{_which(table, name, asked, len(fits))} --column '{name}=TITLE'")
    if not made:
        raise UsageError(f"{_which(table, wanted[0], None, 0)} --column '{wanted[0]}=TITLE'")
    taken = [marks.column for _, marks in made]
    if len(set(taken)) < len(taken):
        raise UsageError("Two assignments would go into one column; name another with --column 'ASSIGNMENT=TITLE'.")
    return made


def _which(table: Gradebook, name: str, asked: str | None, fits: int) -> str:
    titles = [marks.title for marks in table.marks]
    there = ", ".join(repr(_heading(table, m.column) if titles.count(m.title) > 1 else m.title) for m in table.marks)
    what = f"{fits} columns are" if fits else "No column is"
    return f"{what} called {asked or name!r} in this table; it has {there}. Say which it is:"


def _heading(table: Gradebook, column: int) -> str:
    """All that stands above a column: the title, and what the platform adds to it."""
    return table.text.lines[table.start - 1][column].value


def _titles(name: str) -> set[str]:
    """What a platform may call an assignment: its name, with or without the number in front."""
    return {_plain(name), _plain(re.sub(r"^\d+-", "", name))}


def _plain(title: str) -> str:
    return re.sub(r"[\W_]+", " ", title.casefold()).strip()


@dataclass
class _Column:
    """The marks of one assignment on their way into their column."""

    found: ClassResults
    table: Gradebook
    people: list[Person | None]
    assignment: Assignment
    marks: Marks
    made: Filled
    comma: bool

    def fill(self, values: dict[tuple[int, int], str], *, missing: bool) -> None:
        """Set the cells of everybody who has a mark, and say who has none or could not be placed."""
        name, possible = self.assignment.name, self.marks.possible
        written, said, waiting, absent, locked, excused, above = 0, 0, [], [], [], [], []
        for entry, person in zip(self.table.entries, self.people, strict=True):
            if person is None:
                continue
            hand_in = self.assignment.hand_ins.get(person.id)
            score = hand_in.score if hand_in else (self.found.missing if missing else None)
            line = self.table.text.lines[self.table.start + entry.row]
            if score is None:
                absent.append(_named(entry))
            elif self._says(line, self.marks.locked) in self.marks.no:
                locked.append(_named(entry))
            elif self._says(line, self.marks.column) in _EXCUSED:
                excused.append(_named(entry))
            elif possible is not None and score > possible and not self._extra():
                above.append(f"{_named(entry)} ({_points(score)})")
            elif self.marks.column >= len(line):
                self.made.left.append(f"{name}: the line of {_named(entry)} ends before the column of its mark.")
            else:
                place = self.table.start + entry.row
                values[place, self.marks.column] = _points(score).replace(".", "," if self.comma else ".")
                said += self._say(values, place, line, hand_in)
                written += 1
                waiting += [_named(entry)] if hand_in and hand_in.waiting else []
        self.made.written[name] = written, self.marks.title
        if said and self.marks.words is not None:
            cells = f"in the empty cells of {_heading(self.table, self.marks.words)!r}"
            self.made.told.append(f"{name}: {said} sentences for students {cells}.")
        self._tell(waiting, absent, locked, excused, above)

    def _tell(
        self, waiting: list[str], absent: list[str], locked: list[str], excused: list[str], above: list[str]
    ) -> None:
        name, possible = self.assignment.name, self.marks.possible
        if possible is not None and possible != self.assignment.possible:
            mine = f"{_points(self.assignment.possible)} in the class and {_points(possible)} in the table"
            self.made.told.append(f"{name}: it has {mine}; marks are written as they are.")
        for people, what in (
            (waiting, "written without what is still to be marked by hand"),
            (absent, "handed in nothing; their cells stay as they are"),
            (excused, "excused, or without this assignment; their cells stay as they are"),
        ):
            if people:
                self.made.told.append(f"{name}: {what}: {_some(people)}.")
        for people, what in (
            (locked, "the platform does not let the mark be changed"),
            (above, f"the mark is above the table's maximum{_ABOVE.get(self.table.platform, '')}"),
            (self._nowhere(), "has a mark, but is not in the table or cannot be told from somebody else"),
        ):
            if people:
                self.made.left.append(f"{name}: {what}: {_some(people)}.")

    def _nowhere(self) -> list[str]:
        here = {person.id for person in self.people if person}
        return [self.found.shown(student) for student in self.assignment.hand_ins if student not in here]

    def _extra(self) -> bool:
        """Whether a mark above the maximum is extra credit: the platform takes it, and the maximum is the class's."""
        return self.table.platform not in _ABOVE and self.marks.possible == self.assignment.possible

    def _say(
        self, values: dict[tuple[int, int], str], place: int, line: Sequence[Cell], hand_in: HandIn | None
    ) -> bool:
        """A sentence for the student, where the table has a column for it and nobody has written in it."""
        words = self.marks.words
        if hand_in is None or words is None or words >= len(line) or self._says(line, words):
            return False
        values[place, words] = sentence(self.assignment, hand_in)
        return True

    @staticmethod
    def _says(line: Sequence[Cell], column: int | None) -> str:
        return line[column].value.casefold() if column is not None and column < len(line) else ""


def _comma(table: Gradebook) -> bool:
    """Whether marks of this table have a comma: as those that are in it, else as where `;` separates cells."""
    places = {marks.column for marks in table.marks}
    places |= {marks.column + 1 for marks in table.marks if not marks.title}  # in a worksheet the maximum is beside it
    there = [line[at].value for line in table.text.lines for at in places if at < len(line)]
    there = [value for value in there if number(value) is not None]
    commas, points = (sum(mark in value for value in there) for mark in ",.")
    return commas > points if commas or points else table.text.separator == ";"


def sentence(assignment: Assignment, hand_in: HandIn) -> str:
    """What a student reads beside the mark: the points, and the exercises that are not right."""
    told = f"{_points(hand_in.score)} of {_points(hand_in.possible)} points."
    if hand_in.penalty:
        told = f"{told[:-1]}, {_points(hand_in.penalty)} off for being late."
    outcomes = {exercise.name: hand_in.outcome(exercise) for exercise in assignment.exercises}
    for outcome, words in (
        ("wrong", "Not right yet"),
        ("error", "Ended in an error"),
        ("not attempted", "Not attempted"),
    ):
        names = [name for name, each in outcomes.items() if each == outcome]
        if names:
            told += f" {words}: {', '.join(names)}."
    return told


def _points(score: float) -> str:
    return f"{score:.2f}".rstrip("0").rstrip(".")


def _named(entry: Entry) -> str:
    name = entry.name or f"{entry.first_name} {entry.last_name}".strip() or entry.user or entry.email or entry.id
    return name or f"participant {entry.number}"


def _some(people: Sequence[str]) -> str:
    more = len(people) - _SHOWN
    return ", ".join(people[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def export_command(
    assignments: Sequence[str],
    *,
    into: Path,
    target: Path | None = None,
    columns: Sequence[str] = (),
    missing: bool = False,
    directory: Path | None = None,
    show: Callable[[object], None] = print,
) -> int:
    """`grader export --into`: write the filled table beside the one that was given; returns the exit code.

    Raises:
        UsageError: the table or the class is not as it must be.
    """
    pairs = [text.partition("=") for text in columns]
    if any(not title for _, _, title in pairs):
        raise UsageError("--column wants an assignment and the title of its column: --column '01-tensors=Homework 1'.")
    room = Classroom.find(directory)
    found = class_results.read(room, details=False)
    if not found.assignments:
        raise UsageError("Nothing has been graded yet: run 'grader grade' first.")
    try:
        data = into.read_bytes()
    except OSError as error:
        raise UsageError(f"{into} cannot be read ({error.strerror}): give the file that you downloaded.") from None
    made = fill(
        found,
        data,
        assignments=assignments,
        columns={name.strip(): title.strip() for name, _, title in pairs},
        missing=missing,
        details=partial(class_results.detailed, room),
    )
    if target and target.exists() and target.samefile(into):
        raise UsageError("--out is the file that was downloaded: name another, so that it is kept.")
    target = target or into.with_name(f"{into.stem}-filled{into.suffix}")
    write_whole(target, made.data)
    for name, (count, title) in made.written.items():
        show(f"{name}: {count} marks" + (f" in the column {title!r}" if title else ""))
    for line in made.told + made.left:
        show(line)
    show(f"wrote {os.path.relpath(target)}: upload it as it is; {into.name} is unchanged.")
    return 1 if made.left else 0
