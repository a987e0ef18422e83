"""Importers written from the platforms' sources and manuals take what `grader export` and `grader report` write.

Each importer does what its platform does with an uploaded file: whom it takes for whom, what it skips, what cancels the
whole upload. They know nothing of the exporter. A test makes a file as the platform offers it for download, lets the
exporter fill it, and asks the importer for the marks that would stand in the platform afterwards.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path

import pytest
from classes import RIGHT, TOPIC, WRONG_AXIS, answered, copy_class, hand_in, make_class
from exports import archive
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from grader.classroom.classroom import Classroom
from grader.commands.cli import app, out
from grader.errors import UsageError
from grader.grading.pipeline import Options, grade_class
from grader.report import class_results, marks_home
from grader.submissions.people import Person

# The importers


class Refused(Exception):
    """The platform cancels the whole upload."""


class Cell(str):
    """What stands in a cell, and whether it stood in quotes."""

    quoted = False

    @classmethod
    def of(cls, text: str, quoted: bool) -> Cell:
        made = cls(text)
        made.quoted = quoted
        return made


_FIELD = r'(?:"((?:[^"]|"")*)"|([^"{0}\r\n]*))({0}|{1}|\Z)'


def table(text: str, separator: str) -> list[list[Cell]]:
    """The rows of a CSV file, no more liberal than RFC 4180 and Ruby's CSV.

    A quote within a bare cell, text after a closing quote, and a line that does not end as the first one does are
    errors (`CSV::MalformedCSVError`). A blank line is a row without cells.
    """
    ends = re.search(r"\r\n|\n|\r", re.sub(r'"(?:[^"]|"")*"', "", text))
    pattern = re.compile(_FIELD.format(re.escape(separator), re.escape(ends[0]) if ends else r"\Z"))
    rows: list[list[Cell]] = [[]]
    position = 0
    while position < len(text):
        found = pattern.match(text, position)
        if not found:
            raise Refused(f"malformed CSV in row {len(rows)}: {text[position : position + 40]!r}")
        quoted = found[1] is not None
        rows[-1].append(Cell.of(found[1].replace('""', '"') if quoted else found[2], quoted))
        position = found.end()
        if found[3] == separator:
            if position == len(text):
                rows[-1].append(Cell.of("", False))
        elif position < len(text):
            rows.append([])
    return [[] if row == [""] and not row[0].quoted else row for row in rows]


@dataclass
class Canvas:
    """A Canvas course, and what uploading a gradebook does to it.

    Sources: instructure/canvas-lms `lib/gradebook_importer.rb` (parsing, header, students, assignments, no change),
    `ui/features/gradebook_uploads/jquery/process_gradebook_upload.js` (what is posted), `lib/gradebook_exporter.rb`.
    """

    people: Sequence[CanvasStudent]
    titles: Mapping[int, str]
    points: Mapping[int, float]
    scores: dict[tuple[int, int], float | str]
    unassigned: frozenset[tuple[int, int]] = frozenset()
    custom: Sequence[str] = ()
    names_apart: bool = False
    new_assignments: list[str] = field(default_factory=list)
    new_students: list[str] = field(default_factory=list)
    new_points: dict[int, float] = field(default_factory=dict)

    TOTALS = re.compile(
        "Current Score|Current Points|Current Grade|Final Score|Final Points|Final Grade|"
        "Override Score|Override Grade|Override Status"
    )

    def upload(self, data: bytes) -> Canvas:
        """Read the file, and post what has changed."""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refused(f"invalid byte sequence in UTF-8: {error}") from error
        rows = [[self._number(cell) for cell in row] for row in table(text, self._separator(text))]
        header, *rows = [row for row in rows if not row or "".join(row).strip("; ,")]
        first = self._student_columns(header)
        columns: dict[int, int] = {}
        for title in header[first:]:
            if title in self.custom or self.TOTALS.search(title):
                continue
            columns[self._assignment(title)] = header.index(title)
        students: list[tuple[int, list[str]]] = []
        for row in rows:
            if row and "Points Possible" in row[0]:
                for assignment in list(columns):
                    cell = self._cell(row, columns[assignment])
                    if re.search(r"read\s+only", cell):
                        del columns[assignment]
                    elif cell and float(cell) != self.points.get(assignment, float(cell)):
                        self.new_points[assignment] = float(cell)
            elif not all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell, re.I) for cell in row):
                students.append((self._student(header, row), row))
        for assignment, column in columns.items():
            self._post(assignment, {student: self._cell(row, column) for student, row in students})
        return self

    @staticmethod
    def _separator(text: str) -> str:
        """`identify_delimiter`: of `;` and `,` the one that cuts each of the first three lines into as many cells."""
        lines = text.splitlines(keepends=True)[:3]
        counts = {}
        for separator in ";,":
            try:
                found = {len(table(line.rstrip("\r\n"), separator)[0]) for line in lines}
            except Refused:
                found = set()
            counts[separator] = found.pop() if len(found) == 1 else 0
        return ";" if counts[";"] > counts[","] else ","

    @staticmethod
    def _number(cell: str) -> str:
        """`decimal_comma_to_period`: in a pure number the last mark is the decimal one, the others go."""
        if not re.fullmatch(r"-?[0-9.,]+%?", cell):
            return cell
        *whole, last = re.split("[,.]", cell)
        return f"{''.join(whole)}.{last}" if whole else last

    def _student_columns(self, header: list[str]) -> int:
        """`header?` and `update_column_count`: where the columns about the student end."""
        usual = len(header) > 3 and "Student" in header[0] and "ID" in header[1]
        apart = len(header) > 4 and "LastName" in header[0] and "FirstName" in header[1] and "ID" in header[2]
        if not usual and not apart:
            raise Refused("Invalid header row")
        self._apart = header[0] == "LastName" and header[1] == "FirstName"
        if self._apart and not self.names_apart:
            raise Refused("Invalid header row")
        count = 4 if self._apart else 3
        place = count - 1
        self._sis = self._login = -1
        if re.search(r"SIS\s+Login\s+ID", header[place]):
            self._login, count = place, count + 1
        elif re.search(r"SIS\s+User\s+ID", header[place]) and re.search(r"SIS\s+Login\s+ID", header[place + 1]):
            self._sis, self._login = place, place + 1
            more = 1 if re.search(r"Integration\s+ID", header[place + 2]) else 0
            count += 2 + more
            if re.search(r"Root\s+Account", header[place + 2 + more]):
                count += 1
        if "Section" not in header[count - 1]:
            raise Refused("Invalid header row")
        return count

    def _assignment(self, title: str) -> int:
        """`parse_assignments`: by the number in parentheses, else by the whole title, else a new assignment."""
        found = re.fullmatch(r"(.*)\s\((\d+)\)", title)
        if found and int(found[2]) in self.titles:
            return int(found[2])
        for number, name in self.titles.items():
            if name == title:
                return number
        self.new_assignments.append(title)
        return -len(self.new_assignments)

    def _student(self, header: list[str], row: list[str]) -> int:
        """`process_student`: by ID, then SIS User ID, then SIS Login ID, then a name; else a new student."""
        number = self._cell(row, 2 if self._apart else 1)
        name = f"{row[1]} {row[0]}".strip() if self._apart else row[0]
        for same in (
            [p for p in self.people if number and str(p.number) == number],
            [p for p in self.people if self._sis >= 0 and p.sis and p.sis == self._cell(row, self._sis)],
            [p for p in self.people if self._login >= 0 and p.login == self._cell(row, self._login)],
            [p for p in self.people if name in (p.name, p.sortable)],
        ):
            if same:
                return same[0].number
        self.new_students.append(name)
        return -len(self.new_students)

    @staticmethod
    def _cell(row: list[str], column: int) -> str:
        return row[column].strip() if column < len(row) else ""

    def _post(self, assignment: int, grades: Mapping[int, str]) -> None:
        """`no_change_to_value?` drops a column without changes; in others each cell that differs is posted."""
        grades = {s: grade for s, grade in grades.items() if s > 0 and (s, assignment) not in self.unassigned}
        if assignment < 0 or all(self._same(self.scores.get((s, assignment)), g) for s, g in grades.items()):
            return
        for student, grade in grades.items():
            place = student, assignment
            if self._same(self.scores.get(place), grade):
                continue
            if grade.upper() in ("EX", "EXCUSED"):
                self.scores[place] = "EX"
            elif re.fullmatch(r"[+-]?\d*\.?\d+", grade):
                self.scores[place] = float(grade)
            else:  # a blank cell, or text that is no grade, takes the score away
                self.scores.pop(place, None)

    @staticmethod
    def _same(old: float | str | None, new: str) -> bool:
        if old is None or new in ("", "-"):
            return old is None and new in ("", "-")
        if isinstance(old, str) or not re.fullmatch(r"[+-]?\d*\.?\d+", new):
            return str(old).upper() == new.upper()
        return f"{old:.2f}" == f"{float(new):.2f}"


@dataclass(frozen=True)
class CanvasStudent:
    """One enrolled student: Canvas's number, the registry's, the login and the two forms of the name."""

    number: int
    sis: str
    login: str
    name: str
    sortable: str


def unformat_float(text: str, mark: str, *, strict: bool) -> float | None:
    """Moodle's `unformat_float` (lib/moodlelib.php): the language's decimal mark becomes a point, the rest is PHP's."""
    text = text.strip().replace(" ", "")
    if not text:
        return None
    text = text.replace(mark, ".")
    if strict and not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text):
        raise Refused(f"badgrade: {text!r}")
    found = re.match(r"[+-]?(\d+\.?\d*|\.\d+)", text)
    return float(found[0]) if found else 0.0  # as PHP: "2,5" is 2 where the mark is a point


def moodle_table(data: bytes, encoding: str, separator: str) -> tuple[list[str], list[list[str]]]:
    """Moodle's `csv_import_reader` (lib/csvlib.class.php): a row of another length cancels the upload."""
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Refused(f"csvloaderror: {error}") from error
    rows = [row for row in table(re.sub(r"\r\n?", "\n", text), separator) if row]
    if not rows:
        raise Refused("csvemptyfile")
    if len(rows[0]) < 2:
        raise Refused("csvfewcolumns")
    if any(len(row) != len(rows[0]) for row in rows):
        raise Refused("csvweirdcolumns")
    header, *rest = [[cell.strip() for cell in row] for row in rows]
    return header, rest


@dataclass
class MoodleGradebook:
    """A Moodle gradebook, and what "Import → CSV file" does to it.

    Source: moodle/moodle `grade/import/csv/classes/load_data.php`; what a blank cell becomes in a new item:
    `normalise_value` of `lib/dml/*_native_moodle_database.php`; docs.moodle.org "Grade import".
    """

    users: Sequence[Mapping[str, str]]
    grades: dict[tuple[str, str], float]
    items: frozenset[str]
    mark: str = "."
    highest: float = 100

    def upload(
        self,
        data: bytes,
        *,
        by: tuple[str, str],
        columns: Mapping[str, str],
        encoding: str = "utf-8",
        separator: str = ",",
    ) -> MoodleGradebook:
        """Import with this mapping: `by` is a column and a user's field, `columns` leads titles to items.

        An item that is not there yet is a new one. One identifier that is no user's, or one grade that is no number,
        cancels everything. A blank identifier is passed over, but its row then counts for the user of the row before.
        """
        header, rows = moodle_table(data, encoding, separator)
        if duplicates := {title for title in columns if header.count(title) != 1}:
            raise Refused(f"cannotmapfield: {duplicates}")
        made = dict(self.grades)
        user: str | None = None
        for row in rows:
            cells = dict(zip(header, row, strict=True))
            if value := cells[by[0]]:
                user = next((u["username"] for u in self.users if u[by[1]] == value), None)
                if user is None:
                    raise Refused(f"usermappingerror: {by[1]} {value!r}")
            if user is None:
                raise Refused("usermappingerrorusernotfound")
            for title, item in columns.items():
                grade = self._grade(cells[title], new=item not in self.items)
                if grade is not None and grade > self.highest:
                    raise Refused(f"gradevaluetoobig: {grade}")
                made.pop((user, item), None)
                if grade is not None:
                    made[user, item] = grade
        self.grades = made
        return self

    def _grade(self, text: str, *, new: bool) -> float | None:
        if text == "-":
            return None
        if new:  # stored as it stands: the database takes a blank for 0, and no other decimal mark
            return unformat_float(text or "0", ".", strict=True)
        return unformat_float(text, self.mark, strict=True)


@dataclass(frozen=True)
class Words:
    """Moodle's words for a worksheet in one language (lang packs `assign.php`, `moodle.php`, `langconfig.php`)."""

    language: str
    identifier: str
    participant: str
    full_name: str
    id_number: str
    email: str
    status: str
    grade: str
    maximum: str
    changeable: str
    submitted: str
    graded: str
    feedback: str
    mark: str


@dataclass
class MoodleWorksheet:
    """An assignment in Moodle, and what "Upload grading worksheet" does to it.

    Source: moodle/moodle `mod/assign/feedback/offline/importgradeslib.php` and `locallib.php`.
    """

    words: Words
    participants: Mapping[str, str]
    maximum: float
    grades: dict[str, tuple[float, datetime]] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)

    def upload(
        self, data: bytes, *, encoding: str = "utf-8", separator: str = ",", ignore_modified: bool = False
    ) -> MoodleWorksheet:
        """Take the rows; what is not to be taken is skipped without a word, but a missing heading cancels all."""
        header, rows = moodle_table(data, encoding, separator)
        where = {title: place for place, title in enumerate(header)}
        needed = (self.words.identifier, self.words.grade, self.words.graded)
        if missing := [title for title in needed if title not in where]:
            raise Refused(f"invalidgradeimport: {missing}")
        for row in rows:
            # `substr` by the length of the language's word, whatever stands there
            number = row[where[self.words.identifier]].encode()[len(self.words.participant.encode()) :].decode()
            user = self.participants.get(number)
            if user is None:
                continue
            grade = unformat_float(row[where[self.words.grade]], self.words.mark, strict=False)
            old = self.grades.get(user)
            stale = old is not None and old[1].timestamp() > self._time(row[where[self.words.graded]]) + 60
            if not (ignore_modified or not stale):
                continue
            if grade is not None and 0 <= grade <= self.maximum and (old is None or old[0] != grade):
                self.grades[user] = grade, datetime.now(timezone.utc)
            if self.words.feedback in where:
                self.comments[user] = row[where[self.words.feedback]]
        return self

    @staticmethod
    def _time(text: str) -> float:
        """`strtotime`, which reads English alone; anything else is the year 1970."""
        try:
            found = datetime.strptime(text, "%A, %d %B %Y, %I:%M %p")
        except ValueError:
            return 0.0
        return found.replace(tzinfo=timezone.utc).timestamp()


@dataclass
class Blackboard:
    """A Blackboard course, and what "Work Offline → Upload" does to it.

    Sources: help.blackboard.com "Work Offline With Grade Data", library.blackboard.com `grade_center_upload_download`
    and `upload_gradebook` (7.1), tips.uark.edu/uploading-your-grade-center; files in nbeaver/offline-grades-upload.
    Users are known by Username, columns by the number after `|`; a column without one becomes a new text column of no
    points; a row without a user name fails the upload, one of a stranger is passed over; names and calculated columns
    are not read; cells of a comma-separated file must be quoted. What a blank does is not said: here it takes away.
    """

    users: frozenset[str]
    columns: Mapping[str, str]
    grades: dict[tuple[str, str], str]
    calculated: frozenset[str] = frozenset()
    new_columns: list[str] = field(default_factory=list)
    ABOUT = (
        *("Last Name", "First Name", "Username", "Student ID", "Last Access", "Availability", "Child Course ID"),
        *("Grading Notes", "Notes Format", "Feedback to Learner", "Feedback Format"),
    )

    def upload(self, data: bytes) -> Blackboard:
        """Take the file with the delimiter "Auto"."""
        try:
            text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        except UnicodeDecodeError as error:
            raise Refused(f"not text: {error}") from error
        separator = "\t" if "\t" in text.splitlines()[0] else ","
        header, *rows = [row for row in table(text, separator) if row]
        if "Username" not in header:
            raise Refused("no Username")
        if separator == "," and any(not cell.quoted for row in [header, *rows] for cell in row):
            raise Refused("a cell of a comma-separated file is not quoted")
        if any(len(row) != len(header) for row in rows):
            raise Refused("rows of different length")
        ids: dict[int, str] = {}
        for place, title in enumerate(header):
            found = re.fullmatch(r"(.*) \[Total Pts: [^\]]*\] ?\|(\d+)", title)
            if found and found[2] in self.columns:
                ids[place] = found[2]
            elif title not in self.ABOUT:
                self.new_columns.append(title)
        for row in rows:
            user = row[[*map(str, header)].index("Username")]
            if not user:
                raise Refused("a row without a user name")
            for place, column in ids.items():
                if user in self.users and column not in self.calculated:
                    self._enter(user, column, row[place])
        return self

    def _enter(self, user: str, column: str, text: str) -> None:
        if text == self.grades.get((user, column), ""):
            return
        if text in ("", "Incomplete"):
            self.grades.pop((user, column), None)
        elif re.fullmatch(r"\d+(\.\d+)?", text):
            self.grades[user, column] = text
        else:
            raise Refused(f"{text!r} is no score")


@dataclass
class Brightspace:
    """A Brightspace course, and what "Enter Grades → Import" does to it.

    Sources: community.d2l.com "Importing grades" (3538), boris.sdbor.edu `importing_grades` (2019), kb.wisc.edu/4330
    on `#` and the End-of-Line Indicator, brightspacehelp.usc.edu/instructors/import-grades.
    """

    people: Mapping[str, str]
    items: Mapping[str, float]
    grades: dict[tuple[str, str], float]
    exceed: frozenset[str] = frozenset()
    new_items: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    ITEM = re.compile(r"(?P<name>.+) (?P<kind>Points Grade|Grade Symbol|Text Grade)(?: <\w+(?: MaxPoints:[\d.]+)?.*>)?")
    ABOUT = ("OrgDefinedId", "Username", "Last Name", "First Name", "Email", "Sections", "End-of-Line Indicator")

    def upload(self, data: bytes) -> Brightspace:
        """Take a CSV or TSV file.

        The keys stand first, and every row ends with `#`. A row whose user is not there is an error of that row; a
        numeric grade above the maximum is cut to it unless the item can exceed; a column of no such item makes one.
        """
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Refused(f"neither CSV nor TSV: {error}") from error
        header, *rows = [row for row in table(text, "\t" if "\t" in text.splitlines()[0] else ",") if row]
        if header[0] not in ("OrgDefinedId", "Username"):
            raise Refused("the first column is neither OrgDefinedId nor Username")
        if header[-1] != "End-of-Line Indicator" or any(len(r) != len(header) or r[-1] != "#" for r in rows):
            raise Refused("a row does not end with the End-of-Line Indicator")
        for row in rows:
            cells: dict[str, str] = dict(zip(header, row, strict=True))
            person = self._person(cells)
            if person is None:
                self.errors.append(f"no such user: {row[0]}")
                continue
            for title, text in cells.items():
                if found := self.ITEM.fullmatch(title):
                    self._enter(person, found, text.strip())
        return self

    def _person(self, cells: Mapping[str, str]) -> str | None:
        """The user name. Both keys, where both are there, must be one person's; the `#` before them is no part."""
        number = cells.get("OrgDefinedId", "").removeprefix("#")
        name = cells.get("Username", "").removeprefix("#")
        found = {self.people.get(number)} if number else set()
        found |= {name if name in self.people.values() else None} if name else set()
        return found.pop() if len(found) == 1 else None

    def _enter(self, person: str, column: re.Match[str], text: str) -> None:
        item = column["name"]
        if item not in self.items:
            if item not in self.new_items:
                self.new_items.append(item)
        elif column["kind"] != "Points Grade":
            pass
        elif not text:
            self.grades.pop((person, item), None)
        elif not re.fullmatch(r"\d+(\.\d+)?", text):
            self.errors.append(f"{text!r} is no number")
        else:
            most = float("inf") if item in self.exceed else self.items[item]
            self.grades[person, item] = min(float(text), most)


# The class and the platforms' people


@dataclass(frozen=True)
class Somebody:
    """A person of the class, and the marks that the class has for them; None where nothing was handed in."""

    login: str
    first: str
    last: str
    number: int
    points: float | None

    @property
    def email(self) -> str:
        return f"{self.login}@uni.example"

    @property
    def registry(self) -> str:
        return f"S{self.number}"


ANA = Somebody("amuster", "Ana", "Muster", 4711, 3.0)
OTHER_ANA = Somebody("amuster2", "Ana", "Muster", 4712, 1.0)
BEATRIZ = Somebody("bgarcia", "Beatriz", "García Márquez", 4713, 2.25)
CONOR = Somebody("cobrien", "Conor", "O'Brien", 4714, 2.0)
DANA = Somebody("dsmith", "Dana", "Smith, Jr.", 4715, 0.0)
WEI = Somebody("ezhang", "伟", "张", 4716, 2.5)
JUERGEN = Somebody("fmuller", "Jürgen", "Müller", 4717, 8 / 3)
HELENE = Somebody("habsent", "Hélène", "Absente", 4718, None)
CLASS = (ANA, OTHER_ANA, BEATRIZ, CONOR, DANA, WEI, JUERGEN, HELENE)
STRANGER = Somebody("xstrange", "Xaver", "Fremd", 4999, None)
"""Enrolled on the platform, and unknown to the class."""
EVERYBODY = (*CLASS, STRANGER)
NAMESAKE = Somebody("zother", BEATRIZ.first, BEATRIZ.last, 5555, None)
"""Known to the platform, and called like somebody of the class."""
ENROLLED = (*EVERYBODY, NAMESAKE)
BLIND = (Somebody("hidden1", "", "", 5001, 3.0), Somebody("hidden2", "", "", 5002, 1.0))
"""Handed in where Moodle hides names: the class has their numbers alone."""
BONUS = f"{TOPIC} bonus"


def _marks(people: Iterable[Somebody] = CLASS) -> dict[str, float]:
    return {p.login: p.points for p in people if p.points is not None}


@pytest.fixture(scope="module")
def class_(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graded class; nothing writes to it but exports."""
    class_ = make_class(tmp_path_factory.mktemp("lms"))
    one = {"double_it": RIGHT["double_it"]}
    two = {"row_norms": RIGHT["row_norms"]}
    for person, answers in (
        (ANA, RIGHT),
        (OTHER_ANA, one),
        (BEATRIZ, one),
        (CONOR, two),
        (DANA, WRONG_AXIS),
        (WEI, two),
        (JUERGEN, one),
    ):
        hand_in(class_, person.login, answers)
    _collect_blind(class_, tmp_path_factory.mktemp("blind"), {BLIND[0]: RIGHT, BLIND[1]: one})
    with _book(class_) as book:
        for person in CLASS:
            names = {"first_name": person.first, "last_name": person.last, "email": person.email}
            book.update_or_create_student(person.login, **names)
    grade_class(class_, Options(seed=20261129))
    _by_hand(class_, BEATRIZ, "row_norms-1", 1.25)
    _by_hand(class_, WEI, "double_it-1", 0.5)
    _by_hand(class_, JUERGEN, "row_norms-1", 5 / 3)
    return class_


def _collect_blind(class_: Path, folder: Path, answers: Mapping[Somebody, Mapping[str, str]]) -> None:
    """`grader collect` of a ZIP and a worksheet of Moodle's that hide who is who."""
    files = {
        f"Participant_{_participant(person)}_assignsubmission_file/{TOPIC}.ipynb": answered(class_, given, person.login)
        for person, given in answers.items()
    }
    archive(folder / "blind.zip", {name: json.dumps(notebook).encode() for name, notebook in files.items()})
    (folder / "blind.csv").write_bytes(_worksheet(_moodle(people=BLIND), people=BLIND, blind=True))
    command = ["collect", str(folder / "blind.zip"), "--roster", str(folder / "blind.csv"), "--class", str(class_)]
    done = CliRunner().invoke(app, command, catch_exceptions=False)
    assert done.exit_code == 0, done.output


def _participant(person: Somebody) -> str:
    """Moodle's number of a person in the assignment."""
    return f"{person.number}007"


def _book(class_: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{class_ / 'gradebook.db'}")


def _by_hand(class_: Path, person: Somebody, check: str, points: float) -> None:
    """An instructor's mark in formgrader."""
    with _book(class_) as book:
        book.find_grade(check, TOPIC, TOPIC, person.login).manual_score = points
        book.db.commit()


@dataclass
class Filled:
    """What the exporter made of a file, and what it said."""

    data: bytes
    said: str
    code: int


def _fill(class_: Path, folder: Path, name: str, data: bytes, *options: str) -> Filled:
    """`grader export --into` this file."""
    file = folder / name
    file.write_bytes(data)
    result = folder / f"out-{name}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(out, "_width", 400)
        command = ["export", *options, "--into", str(file), "--out", str(result), "--class", str(class_)]
        done = CliRunner().invoke(app, command, catch_exceptions=False)
    assert file.read_bytes() == data
    return Filled(result.read_bytes() if result.exists() else b"", done.output, done.exit_code)


def _csv(rows: Iterable[Sequence[str]], separator: str = ",", end: str = "\n", *, quote_all: bool = False) -> str:
    made = io.StringIO()
    with_quotes = csv.writer(made, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
    (with_quotes if quote_all else csv.writer(made, delimiter=separator, lineterminator=end)).writerows(rows)
    return made.getvalue()


def _cells(data: bytes, separator: str = ",") -> list[list[Cell]]:
    encoding = "utf-16" if data[:2] == b"\xff\xfe" else "utf-8-sig"
    return table(data.decode(encoding), separator)


def _changed(before: bytes, after: bytes, separator: str = ",") -> set[tuple[int, int]]:
    """Where two tables of one shape differ, by row and column."""
    old, new = _cells(before, separator), _cells(after, separator)
    assert [len(row) for row in old] == [len(row) for row in new]
    return {
        (i, j)
        for i, (was, now) in enumerate(zip(old, new, strict=True))
        for j, pair in enumerate(zip(was, now, strict=True))
        if pair[0] != pair[1]
    }


# Canvas


def _canvas(scores: Mapping[tuple[Somebody, int], float | str] | None = None, **more: object) -> Canvas:
    """A course of everybody, with the assignment, one whose title begins alike, and one that reads like a total."""
    people = [
        CanvasStudent(p.number, p.registry, p.login, f"{p.first} {p.last}", f"{p.last}, {p.first}") for p in ENROLLED
    ]
    titles = {991: TOPIC, 992: BONUS, 993: "Essay"}
    given = {(person.number, assignment): score for (person, assignment), score in (scores or {}).items()}
    return Canvas(people, titles, {991: 3.0, 992: 3.0, 993: 10.0}, given, **more)  # type: ignore[arg-type]


def _canvas_file(
    course: Canvas,
    *,
    sis: bool = True,
    apart: bool = False,
    separator: str = ",",
    mark: str = ".",
    end: str = "\n",
    bom: bool = False,
    hidden: bool = False,
    order: Sequence[int] = (992, 991, 993),
    people: Sequence[Somebody] = EVERYBODY,
) -> bytes:
    """The gradebook as `GradebookExporter` writes it."""

    def number(value: float | str | None) -> str:
        return "" if value is None else value if isinstance(value, str) else f"{value:.2f}".replace(".", mark)

    totals = ["Assignments Current Score", "Current Score", "Final Score", "Final Grade", "Override Score"]
    about = [*(["LastName", "FirstName"] if apart else ["Student"]), "ID", *(["SIS User ID"] if sis else [])]
    about += ["SIS Login ID", "Section"]
    header = [*about, *course.custom, *(f"{course.titles[a]} ({a})" for a in order), *totals]
    width = len(about) + len(course.custom)
    rows = [header]
    if hidden:
        rows.append([""] * width + ["Manual Posting" if a == 991 else "" for a in order] + [""] * len(totals))
    possible = [number(course.points[a]) for a in order]
    rows.append(["    Points Possible"] + [""] * (width - 1) + possible + ["(read only)"] * len(totals))
    for p in people:
        names = [p.last, p.first] if apart else [f"{p.last}, {p.first}"]
        row = [*names, str(p.number), *([p.registry] if sis else []), p.login, "Section A and Section B"]
        row += ["a note, of the teacher's"] * len(course.custom)
        for a in order:
            gone = (p.number, a) in course.unassigned
            row.append("N/A" if gone else number(course.scores.get((p.number, a))))
        rows.append([*row, *(number(v) for v in (66.67, 66.67, 50.0)), "C", ""])
    return (b"\xef\xbb\xbf" if bom else b"") + _csv(rows, separator, end).encode()


def _of(course: Canvas, assignment: int) -> dict[str, float | str]:
    names = {p.number: p.login for p in ENROLLED}
    return {names[student]: score for (student, a), score in course.scores.items() if a == assignment}


CANVAS_FILES: dict[str, dict[str, object]] = {
    "usual": {},
    "without SIS User ID": {"sis": False},
    "names apart": {"apart": True},
    "semicolons and decimal commas": {"separator": ";", "mark": ","},
    "semicolons, byte-order mark": {"separator": ";", "bom": True},
    "CRLF, byte-order mark": {"end": "\r\n", "bom": True},
    "manual posting": {"hidden": True},
    "the assignment first": {"order": (991, 992, 993)},
}


@pytest.mark.parametrize("form", CANVAS_FILES)
def test_canvas_takes_its_gradebook_back_with_the_marks_and_nothing_else(
    class_: Path, tmp_path: Path, form: str
) -> None:
    options = CANVAS_FILES[form]
    elsewhere: dict[tuple[Somebody, int], float | str]
    elsewhere = {(ANA, 992): 1.5, (STRANGER, 992): "EX", (WEI, 993): 9.25, (STRANGER, 991): 1.75, (HELENE, 991): 1.0}
    course = _canvas(elsewhere, custom=("Notes",), names_apart=bool(options.get("apart")))
    file = _canvas_file(course, **options)  # type: ignore[arg-type]
    filled = _fill(class_, tmp_path, "gradebook.csv", file)
    course.upload(filled.data)
    got = _of(course, 991)
    assert got == pytest.approx({**_marks(), STRANGER.login: 1.75, HELENE.login: 1.0}, abs=0.005)
    assert _of(course, 992) == {ANA.login: 1.5, STRANGER.login: "EX"}
    assert _of(course, 993) == {WEI.login: 9.25}
    assert (course.new_assignments, course.new_students, course.new_points) == ([], [], {})
    separator = str(options.get("separator", ","))
    assert {j for _, j in _changed(file, filled.data, separator)} == {
        _cells(file, separator)[0].index(Cell(f"{TOPIC} (991)"))
    }


def test_canvas_keeps_who_is_excused_unassigned_or_without_a_hand_in(class_: Path, tmp_path: Path) -> None:
    course = _canvas({(HELENE, 991): "EX"}, unassigned=frozenset({(CONOR.number, 991)}))
    filled = _fill(class_, tmp_path, "gradebook.csv", _canvas_file(course))
    course.upload(filled.data)
    marks = _marks(p for p in CLASS if p != CONOR)
    assert _of(course, 991) == pytest.approx({**marks, HELENE.login: "EX"}, abs=0.005)


def test_canvas_gets_zero_for_who_is_missing_when_that_is_asked_for(class_: Path, tmp_path: Path) -> None:
    course = _canvas()
    filled = _fill(class_, tmp_path, "gradebook.csv", _canvas_file(course), "--missing")
    course.upload(filled.data)
    assert _of(course, 991) == pytest.approx({**_marks(), HELENE.login: 0.0}, abs=0.005)


def test_canvas_tells_namesakes_apart_by_login_whatever_the_order_of_rows(class_: Path, tmp_path: Path) -> None:
    course = _canvas()
    file = _canvas_file(course, people=[*reversed(EVERYBODY)])
    course.upload(_fill(class_, tmp_path, "gradebook.csv", file).data)
    assert (_of(course, 991)[ANA.login], _of(course, 991)[OTHER_ANA.login]) == (3.0, 1.0)


def test_canvas_has_a_title_of_its_own_for_the_assignment(class_: Path, tmp_path: Path) -> None:
    course = _canvas()
    course.titles = {991: "Week 1: norms, doubled", 992: BONUS, 993: "Essay"}
    column = f"{TOPIC}=Week 1: norms, doubled"
    filled = _fill(class_, tmp_path, "gradebook.csv", _canvas_file(course), "--column", column)
    course.upload(filled.data)
    assert _of(course, 991) == pytest.approx(_marks(), abs=0.005)
    assert _of(course, 992) == {}


def test_canvas_has_two_assignments_of_one_title(class_: Path, tmp_path: Path) -> None:
    course = _canvas()
    course.titles = {991: TOPIC, 992: TOPIC, 993: "Essay"}
    filled = _fill(class_, tmp_path, "gradebook.csv", _canvas_file(course), "--column", f"{TOPIC}={TOPIC} (992)")
    course.upload(filled.data)
    assert _of(course, 992) == pytest.approx(_marks(), abs=0.005)
    assert _of(course, 991) == {}


def test_canvas_reads_no_column_whose_title_holds_the_name_of_a_total(class_: Path, tmp_path: Path) -> None:
    """instructure/canvas-lms issue 2134: "There were no changes detected", whatever stands in the column."""
    course = _canvas()
    course.titles = {991: "Final Grade exam", 992: BONUS, 993: "Essay"}
    with pytest.raises(UsageError, match="No column is called 'Final Grade exam'"):
        _fill(class_, tmp_path, "gradebook.csv", _canvas_file(course), "--column", f"{TOPIC}=Final Grade exam")


def test_canvas_and_blackboard_take_marks_above_the_maximum(class_: Path, tmp_path: Path) -> None:
    class_ = copy_class(class_, tmp_path / "class")
    with _book(class_) as book:
        book.find_grade("row_norms-1", TOPIC, TOPIC, ANA.login).extra_credit = 0.5
        book.db.commit()
    marks = {**_marks(), ANA.login: 3.5}
    course = _canvas()
    course.upload(_fill(class_, tmp_path, "gradebook.csv", _canvas_file(course)).data)
    assert _of(course, 991) == pytest.approx(marks, abs=0.005)
    board = _blackboard()
    board.upload(_fill(class_, tmp_path, "gc.csv", _blackboard_file(board)).data)
    assert _bb(board, "501") == pytest.approx(marks, abs=0.005)
    for platform, file in (
        ("worksheet", _worksheet(_moodle())),  # Moodle skips such a row without a word,
        ("grades", _brightspace_file(_brightspace())),  # and Brightspace cuts the mark
    ):
        filled = _fill(class_, tmp_path, f"{platform}.csv", file, TOPIC)
        assert "above the table's maximum" in filled.said
        assert filled.code == 1


@pytest.mark.parametrize("platform", ["Canvas", "Blackboard", "Brightspace"])
def test_where_user_names_are_known_a_namesake_gets_nobodys_mark(class_: Path, tmp_path: Path, platform: str) -> None:
    there = [NAMESAKE if person == BEATRIZ else person for person in EVERYBODY]
    if platform == "Canvas":
        canvas = _canvas()
        canvas.upload(_fill(class_, tmp_path, "t.csv", _canvas_file(canvas, people=there)).data)
        got = set(_of(canvas, 991))
    elif platform == "Blackboard":
        board = _blackboard()
        board.upload(_fill(class_, tmp_path, "t.csv", _blackboard_file(board, people=there)).data)
        got = set(_bb(board, "501"))
    else:
        space = _brightspace()
        file = _brightspace_file(space, keys=("Username",), people=there, email=False)
        space.upload(_fill(class_, tmp_path, "t.csv", file).data)
        got = {user for user, _ in space.grades}
    assert got == set(_marks()) - {BEATRIZ.login}


@pytest.mark.parametrize("platform", ["Canvas", "Blackboard", "Brightspace"])
def test_a_class_may_call_students_by_the_number_of_the_registry(class_: Path, platform: str) -> None:
    found = class_results.read(Classroom.open(class_), details=False)
    numbers = {p.login: p.registry for p in CLASS}
    hand_ins = {
        numbers[who]: replace(hand_in, student=numbers[who])
        for who, hand_in in found.assignments[0].hand_ins.items()
        if who in numbers
    }
    people = {p.registry: Person(p.registry, p.first, p.last) for p in CLASS}
    found = replace(found, people=people, known={}, assignments=[replace(found.assignments[0], hand_ins=hand_ins)])
    if platform == "Canvas":
        canvas = _canvas()
        canvas.upload(marks_home.fill(found, _canvas_file(canvas)).data)
        got: Mapping[str, object] = _of(canvas, 991)
    elif platform == "Blackboard":
        board = _blackboard()
        board.upload(marks_home.fill(found, _blackboard_file(board)).data)
        got = _bb(board, "501")
    else:
        space = _brightspace()
        space.upload(marks_home.fill(found, _brightspace_file(space, email=False)).data)
        got = {user: grade for (user, _), grade in space.grades.items()}
    assert got == pytest.approx(_marks(), abs=0.005)


def test_a_table_that_is_filled_can_be_filled_again(class_: Path, tmp_path: Path) -> None:
    for name, file in (
        ("canvas", _canvas_file(_canvas(), hidden=True)),
        ("moodle", _worksheet(_moodle("de"))),
        ("blackboard", _blackboard_file(_blackboard(), tab=True)),
        ("brightspace", _brightspace_file(_brightspace())),
    ):
        once = _fill(class_, tmp_path, f"{name}.csv", file, TOPIC).data
        assert once != file
        assert _fill(class_, tmp_path, f"{name}-2.csv", once, TOPIC).data == once


def test_canvas_takes_the_reports_own_table_as_it_is(class_: Path, tmp_path: Path) -> None:
    data = _reported(class_, tmp_path, "canvas.csv")
    course = _canvas()
    course.upload(data)
    assert _of(course, 991) == pytest.approx({**_marks(), HELENE.login: 0.0}, abs=0.005)
    assert (course.new_assignments, course.new_students, course.new_points) == ([], [], {})


def _reported(class_: Path, folder: Path, name: str) -> bytes:
    done = CliRunner().invoke(app, ["report", "--html", str(folder / "index.html"), "--class", str(class_)])
    assert done.exit_code == 0, done.output
    return (folder / name).read_bytes()


# Moodle's gradebook


USERS = [{"username": p.login, "email": p.email, "idnumber": p.registry} for p in EVERYBODY]


@pytest.mark.parametrize("known", [True, False], ids=["an item that is there", "a new item"])
@pytest.mark.parametrize("by", [("Username", "username"), ("Email address", "email")])
def test_moodle_imports_the_reports_own_table_as_it_is(
    class_: Path, tmp_path: Path, by: tuple[str, str], known: bool
) -> None:
    data = _reported(class_, tmp_path, "moodle.csv")
    before = {(STRANGER.login, TOPIC): 1.5, (ANA.login, "Quiz"): 7.0}
    book = MoodleGradebook(USERS, dict(before), frozenset({"Quiz", TOPIC} if known else {"Quiz"}))
    book.upload(data, by=by, columns={TOPIC: TOPIC})
    expected = {(login, TOPIC): points for login, points in {**_marks(), HELENE.login: 0.0}.items()}
    assert book.grades == pytest.approx({**before, **expected}, abs=0.0001)


def test_the_reports_own_tables_say_nothing_of_who_has_no_mark(class_: Path, tmp_path: Path) -> None:
    class_ = copy_class(class_, tmp_path / "class")
    with (class_ / "nbgrader_config.py").open("a") as config:
        config.write("\nc.ClassReport.missing = None\n")
    data = _reported(class_, tmp_path, "moodle.csv")
    for known in (True, False):
        book = MoodleGradebook(USERS, {}, frozenset({TOPIC} if known else ()))
        book.upload(data, by=("Username", "username"), columns={TOPIC: TOPIC})
        assert set(book.grades) == {(login, TOPIC) for login in _marks()}
    course = _canvas({(HELENE, 991): 1.25})
    course.upload((tmp_path / "canvas.csv").read_bytes())
    assert _of(course, 991) == pytest.approx({**_marks(), HELENE.login: 1.25}, abs=0.005)


@pytest.mark.parametrize(("mark", "separator"), [(".", ","), (",", ","), (",", ";"), (",", "\t")])
def test_moodle_imports_its_own_export_with_the_marks(class_: Path, tmp_path: Path, mark: str, separator: str) -> None:
    """Grades → Export → plain text, and Grades → Import; no mark is "-" there, and a BOM may stand in front."""

    def points(value: float) -> str:
        return f"{value:.2f}".replace(".", mark)

    header = ["First name", "Last name", "ID number", "Institution", "Department", "Email address"]
    header += [
        "Quiz: Week 1 (Real)",
        f"Assignment: {BONUS} (Real)",
        f"Assignment: {TOPIC} (Real)",
        "Course total (Real)",
    ]
    rows = [[*header, "Last downloaded from this course"]]
    before = {(STRANGER.login, TOPIC): 1.5, (HELENE.login, TOPIC): 0.5, (ANA.login, BONUS): 2.0}
    for p in EVERYBODY:
        given = [before.get((p.login, item)) for item in (BONUS, TOPIC)]
        grades = ["-" if grade is None else points(grade) for grade in given]
        rows.append(
            [p.first, p.last, "", "", "Maths, Physics", p.email, points(7.0), *grades, points(10.0), "1790000000"]
        )
    file = b"\xef\xbb\xbf" + _csv(rows, separator).encode()
    filled = _fill(class_, tmp_path, "grades.csv", file)
    book = MoodleGradebook(USERS, dict(before), frozenset({TOPIC, BONUS}), mark)
    columns = {f"Assignment: {item} (Real)": item for item in (TOPIC, BONUS)}
    book.upload(filled.data, by=("Email address", "email"), columns=columns, separator=separator)
    marks = {(login, TOPIC): points for login, points in _marks().items()}
    assert book.grades == pytest.approx({**before, **marks}, abs=0.005)


# Moodle's worksheet


def _words(*parts: str) -> Words:
    return Words(*"".join(parts).split("|"))


WORDS = {
    words.language: words
    for words in (
        _words(
            "en|Identifier|Participant |Full name|ID number|Email address|Status|Grade|Maximum grade|",
            "Grade can be changed|Last modified (submission)|Last modified (grade)|Feedback comments|.",
        ),
        _words(
            "de|ID|Teilnehmer/in|Vollständiger Name|ID-Nummer|E-Mail-Adresse|Status|Bewertung|Bestwertung|",
            "Bewertung kann geändert werden|Zuletzt geändert (Abgabe)|Zuletzt geändert (Bewertung)|",
            "Feedback als Kommentar|,",
        ),
        _words(
            "fr|Identifiant|Participant|Nom complet|Numéro d’identification|Adresse de courriel|Statut|Note|",
            "Note maximale|La note peut être modifiée|Dernière modification (travail remis)|",
            "Dernière modification (note)|Feedback par commentaires|,",
        ),
        _words(
            "es|Identificador|Participante|Nombre completo|Número de ID|Dirección de correo|Estado|",
            "Calificación|Calificación máxima|La calificación puede ser cambiada|",
            "Última modificación (entrega)|Última modificación (calificación)|",
            "Comentarios de retroalimentación|,",
        ),
        _words(
            "pt|Identificador|Participante|Nome completo|Número de identificação (ID)|E-mail|Estado|Nota|",
            "Nota máxima|A nota pode ser alterada.|Última atualização (submissão)|",
            "Última atualização (avaliação)|Comentários de feedback|,",
        ),
        _words(
            "it|Identificativo|Partecipante|Nome|Codice identificativo|Indirizzo email|Stato|Valutazione|",
            "Valutazione massima|La valutazione può essere cambiata|Ultima modifica (consegna)|",
            "Ultima modifica (valutazione)|Commenti|,",
        ),
        _words(
            "zh_cn|标识符|参与人|全名|学号|电子邮件地址|状态|成绩|最高分|允许更改成绩|上次修改（作业）|上次修改（评分）|反馈意见|.",
        ),
        _words(
            "nl|Identificatie|Deelnemer|Volledige naam|Nummer (ID)|E-mailadres|Status|Beoordeling|",
            "Maximaal cijfer|Het cijfer kan gewijzigd worden|Laatst gewijzigd (inzending)|",
            "Laatst gewijzigd (beoordeling)|Feedback tekstvak|,",
        ),
        _words(
            "ca|Identificador|Participant|Nom complet|Número ID|Adreça electrònica|Estat|Qualificació|",
            "Qualificació màxima|Es pot canviar la qualificació|Darrera modificació (tramesa)|",
            "Darrera modificació (qualificació)|Comentaris de retroacció.|,",
        ),
        _words(
            "ja|ID|参加者|フルネーム|IDナンバ|メールアドレス|ステータス|評定|",
            "最大評点|評点変更可|最終更新日時 (提出)|最終更新日時 (評定)|フィードバックコメント|.",
        ),
        _words(
            "ru|Идентификатор|Участник|Полное имя|Индивидуальный номер|Адрес электронной почты|Статус|",
            "Оценка|Максимальная оценка|Оценка может быть изменена|Последнее изменение (ответ)|",
            "Последнее изменение (оценка)|Отзыв в виде комментария|,",
        ),
    )
}


def _worksheet(
    moodle: MoodleWorksheet,
    *,
    separator: str = ",",
    end: str = "\n",
    bom: bool = True,
    decimals: int = 2,
    identity: Sequence[str] = ("id_number", "email"),
    blind: bool = False,
    people: Sequence[Somebody] = EVERYBODY,
    more: bool = False,
) -> bytes:
    """The worksheet as `gradingtable.php` writes it."""
    words = moodle.words
    numbers = {user: number for number, user in moodle.participants.items()}

    def points(value: float) -> str:
        return f"{value:.{decimals}f}".replace(".", words.mark)

    identity = () if blind else identity
    header = [words.identifier, *([] if blind else [words.full_name]), *(getattr(words, i) for i in identity)]
    header += [words.status, *(["Group", "Marker"] if more else []), words.grade, words.maximum]
    header += [*(["Marking workflow state"] if more else []), words.changeable, words.submitted]
    rows = [[*header, *(["Online text"] if more else []), words.graded, words.feedback]]
    for p in people:
        who = [] if blind else [f"{p.first} {p.last}"]
        who += [{"id_number": p.registry, "email": p.email}[i] for i in identity]
        grade = moodle.grades.get(p.login)
        graded = "-" if grade is None else grade[1].strftime("%A, %-d %B %Y, %-I:%M %p")
        row = [f"{words.participant}{numbers[p.login]}", *who, "Submitted for grading - 1 day 2 hours late"]
        row += ["Group 1, late", "Dr Marker"] if more else []
        row += ["" if grade is None else points(grade[0]), points(moodle.maximum)]
        row += [*(["In marking"] if more else []), "Yes", "-"]
        row += ['<p>My answer, "2,5":</p>\n<p>see file;\tplease</p>\n\n'] if more else []
        rows.append([*row, graded, moodle.comments.get(p.login, "")])
    return (b"\xef\xbb\xbf" if bom else b"") + _csv(rows, separator, end).encode()


def _moodle(language: str = "en", people: Sequence[Somebody] = EVERYBODY, maximum: float = 3.0) -> MoodleWorksheet:
    return MoodleWorksheet(WORDS[language], {_participant(p): p.login for p in people}, maximum)


def _grades(moodle: MoodleWorksheet) -> dict[str, float]:
    return {user: grade for user, (grade, _) in moodle.grades.items()}


@pytest.mark.parametrize("language", WORDS)
def test_moodle_takes_its_worksheet_back_in_every_language(class_: Path, tmp_path: Path, language: str) -> None:
    moodle = _moodle(language)
    filled = _fill(class_, tmp_path, "worksheet.csv", _worksheet(moodle), TOPIC)
    moodle.upload(filled.data)
    assert _grades(moodle) == pytest.approx(_marks(), abs=0.005), filled.said


@pytest.mark.parametrize("identity", [("email",), ("id_number", "email"), ()], ids=["e-mail", "both", "name alone"])
@pytest.mark.parametrize(
    "form",
    [
        {"bom": False},
        {"end": "\r\n"},
        {"separator": ";"},
        {"separator": "\t"},
        {"decimals": 0},
        {"decimals": 5},
        {"more": True},
    ],
    ids=str,
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_moodle_takes_its_worksheet_back_in_every_form(
    class_: Path, tmp_path: Path, language: str, form: dict[str, object], identity: tuple[str, ...]
) -> None:
    moodle = _moodle(language)
    file = _worksheet(moodle, identity=identity, **form)  # type: ignore[arg-type]
    filled = _fill(class_, tmp_path, "worksheet.csv", file, TOPIC)
    moodle.upload(filled.data, separator=str(form.get("separator", ",")))
    marks = _marks()
    if not identity:  # two are called alike: neither may get the other's
        marks = {login: points for login, points in marks.items() if login not in (ANA.login, OTHER_ANA.login)}
    assert _grades(moodle) == pytest.approx(marks, abs=0.005), filled.said


def test_moodle_keeps_grades_and_comments_of_who_has_no_mark(class_: Path, tmp_path: Path) -> None:
    moodle = _moodle()
    then = datetime(2026, 3, 13, 19, 59, tzinfo=timezone.utc)
    moodle.grades = {STRANGER.login: (1.5, then), HELENE.login: (0.75, then), ANA.login: (2.0, then)}
    moodle.comments = {STRANGER.login: '<p>Come and see me,\nplease; "soon"</p>', ANA.login: "<p>ü</p>"}
    comments = {p.login: moodle.comments.get(p.login, "") for p in EVERYBODY}
    filled = _fill(class_, tmp_path, "worksheet.csv", _worksheet(moodle), TOPIC)
    moodle.upload(filled.data)
    assert _grades(moodle) == pytest.approx({**_marks(), STRANGER.login: 1.5, HELENE.login: 0.75}, abs=0.005)
    assert {user: moodle.comments[user] for user in (STRANGER.login, HELENE.login, ANA.login)} == {
        user: comments[user] for user in (STRANGER.login, HELENE.login, ANA.login)
    }


@pytest.mark.parametrize("language", ["en", "de", "fr", "ja"])
def test_moodle_takes_a_worksheet_without_names_back(class_: Path, tmp_path: Path, language: str) -> None:
    people = (*BLIND, STRANGER)
    moodle = _moodle(language, people)
    filled = _fill(class_, tmp_path, "worksheet.csv", _worksheet(moodle, blind=True, people=people), TOPIC)
    moodle.upload(filled.data)
    assert _grades(moodle) == _marks(BLIND)


def test_moodle_has_a_scale_and_takes_no_points(class_: Path, tmp_path: Path) -> None:
    """On a scale `array_search` knows the scale's words alone, and a number is passed over without a word."""
    header, *rows = _cells(_worksheet(_moodle()))
    at = header.index(Cell("Maximum grade"))
    scale = [[*header[:at], "Scale", *header[at + 1 :]], *([*r[:at], "Poor\nFair\nGood", *r[at + 1 :]] for r in rows)]
    with pytest.raises(UsageError, match="no column for marks in points"):
        _fill(class_, tmp_path, "worksheet.csv", _csv(scale).encode(), TOPIC)


def test_moodle_has_two_of_a_name_and_one_of_them_is_in_the_class(class_: Path, tmp_path: Path) -> None:
    people = (NAMESAKE, *EVERYBODY)
    moodle = _moodle(people=people)
    filled = _fill(class_, tmp_path, "worksheet.csv", _worksheet(moodle, identity=("email",), people=people), TOPIC)
    moodle.upload(filled.data)
    assert _grades(moodle) == pytest.approx(_marks(), abs=0.005)
    alone = _moodle(people=(NAMESAKE, STRANGER))
    file = _worksheet(alone, identity=("email",), people=(NAMESAKE, STRANGER))
    alone.upload(_fill(class_, tmp_path, "worksheet.csv", file, TOPIC).data)
    assert alone.grades == {}


def test_what_is_written_for_students_beside_the_mark_is_said(class_: Path, tmp_path: Path) -> None:
    moodle = _moodle()
    moodle.comments = {ANA.login: "well done"}
    filled = _fill(class_, tmp_path, "worksheet.csv", _worksheet(moodle), TOPIC)
    moodle.upload(filled.data)
    written = {user for user, comment in moodle.comments.items() if comment and user != ANA.login}
    assert moodle.comments[ANA.login] == "well done"
    assert written == set(_marks()) - {ANA.login}
    assert f"{len(written)} sentences for students in the empty cells of 'Feedback comments'" in filled.said


# Blackboard

BB = {"501": TOPIC, "502": BONUS, "503": "Total"}


def _blackboard(grades: Mapping[tuple[Somebody, str], str] | None = None) -> Blackboard:
    given = {(person.login, column): grade for (person, column), grade in (grades or {}).items()}
    return Blackboard(frozenset(p.login for p in ENROLLED), BB, given, frozenset({"503"}))


def _blackboard_file(
    course: Blackboard,
    *,
    tab: bool = False,
    end: str = "\r\n",
    old: bool = False,
    feedback: bool = False,
    people: Sequence[Somebody] = EVERYBODY,
) -> bytes:
    """The download: comma-separated UTF-8, or tab-separated UTF-16, every cell quoted."""
    kind = "" if old else " Score"
    titles = [f"{BB[c]} [Total Pts: {'6' if c == '503' else '3'}{kind}] |{c}" for c in ("503", "502", "501")]
    if feedback:
        titles = titles[2:]
    about = ["Last Name", "First Name", "Username", "Student ID", "Last Access", "Availability"]
    notes = ["Grading Notes", "Notes Format", "Feedback to Learner", "Feedback Format"] if feedback else []
    rows = [[*about, *titles, *notes]]
    for p in people:
        ids = ["501"] if feedback else ["503", "502", "501"]
        grades = [course.grades.get((p.login, c), "") for c in ids]
        written = ["", "", f'Well, {p.first}: "good"', "SMART_TEXT"] if feedback else []
        rows.append([p.last, p.first, p.login, p.registry, "2026-11-20 10:15:00", "Yes", *grades, *written])
    text = _csv(rows, "\t" if tab else ",", end, quote_all=True)
    return b"\xff\xfe" + text.encode("utf-16-le") if tab else b"\xef\xbb\xbf" + text.encode()


def _bb(course: Blackboard, column: str) -> dict[str, float]:
    return {user: float(grade) for (user, c), grade in course.grades.items() if c == column}


@pytest.mark.parametrize("feedback", [False, True], ids=["whole", "one column"])
@pytest.mark.parametrize("old", [False, True], ids=["Score", "no kind"])
@pytest.mark.parametrize("tab", [False, True], ids=["csv", "xls"])
def test_blackboard_takes_its_download_back(class_: Path, tmp_path: Path, tab: bool, old: bool, feedback: bool) -> None:
    course = _blackboard(
        {(STRANGER, "501"): "1.25", (HELENE, "501"): "1.00", (ANA, "502"): "2.00", (ANA, "503"): "5.00"}
    )
    file = _blackboard_file(course, tab=tab, old=old, feedback=feedback)
    filled = _fill(class_, tmp_path, "gc.xls" if tab else "gc.csv", file)
    course.upload(filled.data)
    assert _bb(course, "501") == pytest.approx({**_marks(), STRANGER.login: 1.25, HELENE.login: 1.0}, abs=0.005)
    assert (_bb(course, "502"), _bb(course, "503")) == ({ANA.login: 2.0}, {ANA.login: 5.0})
    assert course.new_columns == []
    assert filled.data[:3] == file[:3]
    assert len({j for _, j in _changed(file, filled.data, "\t" if tab else ",")}) == 1


def test_blackboard_takes_a_short_table_typed_by_hand(class_: Path, tmp_path: Path) -> None:
    """As in nbeaver/offline-grades-upload: tabs, numbers without quotes, an empty line at the end."""
    course = _blackboard({(DANA, "501"): "1", (STRANGER, "501"): "2"})
    text = f'"Last Name"\t"First Name"\t"Username"\t"{TOPIC} [Total Pts: 3] |501"\n'
    text += '"Smith, Jr."\t"Dana"\t"dsmith"\t1\n"Fremd"\t"Xaver"\t"xstrange"\t2\n"O\'Brien"\t"Conor"\t"cobrien"\t\n\n'
    course.upload(_fill(class_, tmp_path, "upload.xls", text.encode()).data)
    assert _bb(course, "501") == {DANA.login: 0.0, CONOR.login: 2.0, STRANGER.login: 2.0}
    assert course.new_columns == []


# Brightspace


def _brightspace(grades: Mapping[tuple[Somebody, str], float] | None = None) -> Brightspace:
    given = {(person.login, item): grade for (person, item), grade in (grades or {}).items()}
    people = {p.registry: p.login for p in ENROLLED}
    return Brightspace(people, {TOPIC: 3.0, BONUS: 3.0, "Essay": 10.0, "Attendance": 0.0}, given)


def _brightspace_file(
    course: Brightspace,
    *,
    keys: Sequence[str] = ("OrgDefinedId", "Username"),
    separator: str = ",",
    end: str = "\r\n",
    bom: bool = True,
    bare: bool = False,
    email: bool = True,
    sections: str = "Lab 1, Lecture",
    people: Sequence[Somebody] = EVERYBODY,
) -> bytes:
    """The export with these keys, points, names, e-mail and sections."""
    of = "" if bare else " <Numeric MaxPoints:{} Weight:10 Category:Home, work CategoryWeight:20>"
    items = [BONUS, TOPIC, "Essay"]
    header = [*keys, "Last Name", "First Name", *(["Email"] if email else []), "Sections"]
    header += [f"{item} Points Grade{of.format(f'{course.items[item]:g}')}" for item in items]
    rows = [[*header, "Attendance Text Grade", "Adjusted Final Grade Numerator", "End-of-Line Indicator"]]
    for p in people:
        who = [{"OrgDefinedId": f"#{p.registry}", "Username": f"#{p.login}"}[key] for key in keys]
        grades = [course.grades.get((p.login, item)) for item in items]
        points = ["" if grade is None else f"{grade:g}" for grade in grades]
        about = [p.last, p.first, *([p.email] if email else []), sections]
        rows.append([*who, *about, *points, "always there", "", "#"])
    return (b"\xef\xbb\xbf" if bom else b"") + _csv(rows, separator, end).encode()


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"bare": True},
        {"keys": ("Username",)},
        {"keys": ("OrgDefinedId",)},
        {"separator": "\t"},
        {"end": "\n", "bom": False},
        {"sections": "101,102"},
        {"email": False},
    ],
    ids=str,
)
def test_brightspace_takes_its_export_back(class_: Path, tmp_path: Path, form: dict[str, object]) -> None:
    course = _brightspace({(STRANGER, TOPIC): 1.25, (HELENE, TOPIC): 1.0, (ANA, BONUS): 2.0, (WEI, "Essay"): 9.5})
    file = _brightspace_file(course, **form)  # type: ignore[arg-type]
    filled = _fill(class_, tmp_path, "grades.csv", file)
    course.upload(filled.data)
    assert {user: grade for (user, item), grade in course.grades.items() if item == TOPIC} == pytest.approx(
        {**_marks(), STRANGER.login: 1.25, HELENE.login: 1.0}, abs=0.005
    ), filled.said
    assert {key: grade for key, grade in course.grades.items() if key[1] != TOPIC} == {
        (ANA.login, BONUS): 2.0,
        (WEI.login, "Essay"): 9.5,
    }
    assert (course.new_items, course.errors) == ([], [])


# What the importers refuse: as strict as their platforms


HEADER = "Student,ID,SIS Login ID,Section"


@pytest.mark.parametrize(
    "text",
    [
        f"Student,ID,SIS Login ID,{TOPIC}\n",  # no Section
        f"Name,ID,SIS Login ID,Section,{TOPIC}\n",
        f"{HEADER},{TOPIC}\r\nAna,4711,amuster,A,1\nBea,4713,bgarcia,A,1\r\n",  # two kinds of line
        f'{HEADER},{TOPIC}\nAna "A",4711,amuster,A,1\n',
        f'{HEADER},{TOPIC}\n"Ana" A,4711,amuster,A,1\n',
        f"LastName,FirstName,ID,SIS Login ID,Section,{TOPIC}\n",  # a feature that is off
    ],
)
def test_the_importer_of_canvas_refuses_what_canvas_refuses(text: str) -> None:
    with pytest.raises(Refused):
        _canvas().upload(text.encode())
    with pytest.raises(Refused):
        _canvas().upload(f"{HEADER},{TOPIC}\nJürgen,4717,fmuller,A,1\n".encode("cp1252"))


def test_the_importer_of_canvas_takes_a_blank_for_a_change_and_a_title_without_its_number_for_a_new_one() -> None:
    course = _canvas({(ANA, 991): 2.0, (CONOR, 991): 1.0})
    course.upload(f"{HEADER},{TOPIC} (991),Other\n,4711,,A,,1\n,4714,,A,EX,1\nNobody,,,A,1,1\n".encode())
    assert _of(course, 991) == {CONOR.login: "EX"}
    assert (course.new_assignments, course.new_students) == (["Other"], ["Nobody"])
    course.upload(f"{HEADER.replace(',', ';')};{TOPIC}\n    Points Possible;;;;6\n;4711;;A;1.234,5\n".encode())
    assert _of(course, 991)[ANA.login] == 1234.5
    assert course.new_points == {991: 6.0}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Username,T\namuster,1\nnobody,1\n", "usermappingerror"),
        ("Username,T\namuster,1,\n", "csvweirdcolumns"),
        ('Username,T\namuster,"2,5"\n', "badgrade"),
        ("Username,T\namuster,101\n", "gradevaluetoobig"),
        ("Username,T\n,1\namuster,1\n", "usernotfound"),
        ("", "csvemptyfile"),
    ],
)
def test_the_importer_of_moodles_gradebook_cancels_all_for_one_row(text: str, why: str) -> None:
    book = MoodleGradebook(USERS, {("amuster", "T"): 3.0}, frozenset({"T"}))
    with pytest.raises(Refused, match=why):
        book.upload(text.encode(), by=("Username", "username"), columns={"T": "T"})
    assert book.grades == {("amuster", "T"): 3.0}


def test_the_importer_of_moodles_gradebook_gives_a_row_without_a_user_to_the_one_before() -> None:
    book = MoodleGradebook(USERS, {}, frozenset({"T"}), mark=",")
    text = 'Username,T,New\namuster,"2,5",\ncobrien,-,-\n,1,1\n'
    book.upload(text.encode(), by=("Username", "username"), columns={"T": "T", "New": "New"})
    assert book.grades == {
        ("amuster", "T"): 2.5,
        ("amuster", "New"): 0.0,
        ("cobrien", "T"): 1.0,
        ("cobrien", "New"): 1.0,
    }


def test_the_importer_of_a_worksheet_skips_what_moodle_skips() -> None:
    moodle = _moodle()
    now = datetime.now(timezone.utc)
    moodle.grades = {ANA.login: (2.0, now)}
    file = _worksheet(moodle, identity=()).decode()
    with pytest.raises(Refused, match="invalidgradeimport"):
        _moodle("fr").upload(file.encode())
    marks = {ANA: "1", OTHER_ANA: "3.5", BEATRIZ: "2,25", CONOR: "-1", DANA: "1.5"}
    rows = [["Identifier", "Grade", "Last modified (grade)"]]
    rows += [[f"Participant {_participant(p)}", mark, "-"] for p, mark in marks.items()]
    rows += [[f"Participant{_participant(WEI)}", "2", "-"], ["Participant 1", "2", "-"]]
    moodle.upload(_csv(rows).encode())
    assert _grades(moodle) == {ANA.login: 2.0, BEATRIZ.login: 2.0, DANA.login: 1.5}
    moodle.upload(_csv(rows).encode(), ignore_modified=True)
    assert _grades(moodle)[ANA.login] == 1.0


@pytest.mark.parametrize(
    "text",
    [
        '"Last Name","T [Total Pts: 3 Score] |501"\n"Muster","1"\n',
        '"Username","T [Total Pts: 3 Score] |501"\n"","1"\n',
        '"Username","T [Total Pts: 3 Score] |501"\n"amuster",1\n',
        '"Username","T [Total Pts: 3 Score] |501"\n"amuster","1,5"\n',
        '"Username","T [Total Pts: 3 Score] |501"\n"amuster","1","2"\n',
    ],
)
def test_the_importer_of_blackboard_refuses_what_blackboard_refuses(text: str) -> None:
    with pytest.raises(Refused):
        _blackboard().upload(text.encode())


def test_the_importer_of_blackboard_makes_a_column_of_one_without_its_number() -> None:
    course = _blackboard()
    course.upload(b"Username\t01-first [Total Pts: 3 Score]\tT [Total Pts: 3] |501\namuster\t1\t2\nnobody\t1\t2\n")
    assert (course.new_columns, course.grades) == ([f"{TOPIC} [Total Pts: 3 Score]"], {("amuster", "501"): "2"})


@pytest.mark.parametrize(
    "text",
    [
        f"OrgDefinedId,{TOPIC} Points Grade\n#S4711,1\n",
        f"OrgDefinedId,{TOPIC} Points Grade,End-of-Line Indicator\n#S4711,1,\n",
        f"Last Name,OrgDefinedId,{TOPIC} Points Grade,End-of-Line Indicator\nMuster,#S4711,1,#\n",
    ],
)
def test_the_importer_of_brightspace_refuses_what_brightspace_refuses(text: str) -> None:
    with pytest.raises(Refused):
        _brightspace().upload(text.encode())


def test_the_importer_of_brightspace_cuts_marks_and_tells_of_strangers_and_new_items() -> None:
    course = _brightspace()
    header = f"OrgDefinedId,Username,{TOPIC} Points Grade,{TOPIC}: Points Grade,End-of-Line Indicator\n"
    rows = '#S4711,#amuster,7,1,#\n#S4711,#cobrien,1,1,#\n#S1,,1,1,#\n,#cobrien,"1,5",,#\n'
    course.upload((header + rows).encode())
    assert course.grades == {("amuster", TOPIC): 3.0}
    assert course.new_items == [f"{TOPIC}:"]
    assert course.errors == ["no such user: #S4711", "no such user: #S1", "'1,5' is no number"]
