"""Records graded submissions with nbgrader's own converter and gradebook, each in one transaction.

nbgrader's autograde opens the gradebook anew in each of its steps and commits after each cell. Here its steps find one
gradebook, and what they write for a submission is committed together or not at all.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import sqlite3
import time
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import nbgrader.converters.autograde
import nbgrader.preprocessors.latesubmissions
import nbgrader.preprocessors.saveautogrades
from nbconvert.writers import FilesWriter
from nbgrader.api import (
    Assignment,
    Base,
    Grade,
    Gradebook,
    Notebook,
    SubmittedAssignment,
)
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute
from nbgrader.utils import parse_utc, rmtree
from sqlalchemy import create_engine, insert, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from sqlalchemy.orm import scoped_session, sessionmaker
from traitlets.utils.importstring import import_item

from grader.classroom.classroom import Classroom, Submission, locked_is_told
from grader.errors import CourseError
from grader.grading import rows
from grader.grading.autograde import Judge, SandboxedExecute
from grader.submissions.submitted import own_files

KEPT_BACKUPS = 5
TIMESTAMP = "timestamp.txt"
_STEPS = (
    nbgrader.converters.autograde,
    nbgrader.preprocessors.saveautogrades,
    nbgrader.preprocessors.latesubmissions,
)


class Book(Gradebook):
    """nbgrader's gradebook, opened once for a grading run. Use it in one thread."""

    db: Any

    @classmethod
    def open(cls, db_url: str, course_id: str) -> Book:
        """Open a gradebook; its tables are made where it has none.

        Raises:
            CourseError: that cannot be done; the message says why.
        """
        try:
            with locked_is_told():
                return cls(db_url, course_id)
        except (SQLAlchemyError, ModuleNotFoundError) as problem:
            reason = str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]
            shown = db_url if "@" not in db_url else "the database"  # a password may stand before the @
            raise CourseError(
                f"The gradebook cannot be opened at {shown} ({reason}): give its URL as SQLAlchemy writes it."
            ) from None

    def close(self) -> None:
        """Nothing: nbgrader's steps close the gradebook when they have ended; `end` closes it."""

    def end(self) -> None:
        """Close it."""
        super().close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Until the end of this context a commit is only noted; then all is committed, or nothing after an error."""
        outside: Any = self.db
        with self.engine.begin() as connection:
            self.db = scoped_session(sessionmaker(bind=connection, join_transaction_mode="rollback_only"))
            try:
                yield
                self.db.flush()
            finally:
                self.db.remove()
                self.db = outside

    def assignments(self) -> dict[str, list[str]]:
        """The names of the notebooks of each assignment."""
        with self._reading() as session:
            rows = session.execute(select(Assignment.name, Notebook.name).join(Notebook).order_by(Notebook.name))
            found: dict[str, list[str]] = {}
            for assignment, notebook in rows:
                found.setdefault(assignment, []).append(notebook)
            return found

    def scores(
        self, assignment: str
    ) -> tuple[dict[tuple[str, str], dict[str, float | None]], dict[str, dict[str, float]]]:
        """What the gradebook holds, by name of the cell.

        Returns:
            the automatic scores, by student and notebook; and the marks given by hand, by student.
        """
        automatic: dict[tuple[str, str], dict[str, float | None]] = {}
        by_hand: dict[str, dict[str, float]] = {}
        with self._reading() as session:
            parts = rows.parts(session, assignment)
            if parts is None:
                return automatic, by_hand
            whose = {one.number: one.student for one in rows.submissions(session, parts)}
            written = {one.number: one for one in rows.notebooks(session, parts)}
            found = session.execute(rows.of_cells(parts, Grade, Grade.auto_score, Grade.manual_score)).all()
        for number, cell, score, mark in found:
            one, name = written[number], parts.cells[cell].name
            student = whose[one.submission]
            automatic.setdefault((student, parts.notebooks[one.notebook]), {})[name] = score
            if mark is not None:
                by_hand.setdefault(student, {})[name] = mark
        return automatic, by_hand

    def deadlines(self, assignment: str) -> tuple[datetime.datetime | None, dict[str, datetime.timedelta]]:
        """The due date of an assignment, in UTC, and the extensions by student."""
        due = select(Assignment.duedate).where(Assignment.name == assignment)
        query = (
            select(SubmittedAssignment.student_id, SubmittedAssignment.extension)
            .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
            .where(Assignment.name == assignment, SubmittedAssignment.extension.is_not(None))
        )
        with self._reading() as session:
            extensions = {student: extension for student, extension in session.execute(query)}
            return session.execute(due).scalar(), extensions

    def set_deadlines(
        self, assignment: str, due: datetime.datetime, extensions: Mapping[str, datetime.timedelta | None]
    ) -> None:
        """Write an assignment's due date, in UTC, and extensions of who has handed in; None takes one away."""
        number = self.update_or_create_assignment(assignment, duedate=due).id
        for student, extension in extensions.items():
            theirs = (SubmittedAssignment.assignment_id == number) & (SubmittedAssignment.student_id == student)
            self.db.execute(update(SubmittedAssignment).where(theirs).values(extension=extension))

    def handed_in(self, assignment: str) -> set[str]:
        """The students of whom the gradebook has a submission."""
        query = select(SubmittedAssignment.student_id).join(Assignment).where(Assignment.name == assignment)
        with self._reading() as session:
            return set(session.execute(query).scalars())

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Any]:
        """A session that holds nothing afterwards: an open one would keep others from writing."""
        try:
            yield self.db()
        finally:
            self.db.remove()


class Recorder(Autograde):
    """The part of nbgrader's `autograde` that comes after execution; nothing is read from the submitted folder."""

    _book: Book
    _handed_in: str | None = None
    _made: str | None = None

    @classmethod
    def of(cls, classroom: Classroom, book: Book) -> Recorder:
        """The recorder of a class, with the steps that its configuration names, but those that execute and judge."""
        recorder = cls(coursedir=classroom.coursedir, config=classroom.config)
        recorder._book = book
        recorder.writer = FilesWriter(parent=recorder, config=recorder.config)
        recorder.exporter = recorder.exporter_class(parent=recorder, config=recorder.config)
        for named in recorder.autograde_preprocessors:
            step = import_item(named) if isinstance(named, str) else named
            if not (isinstance(step, type) and issubclass(step, Execute | SandboxedExecute | Judge)):
                recorder.exporter.register_preprocessor(step)
        return recorder

    def own_files(self, assignment: str) -> dict[str, bytes]:
        """The instructor's files beside the source notebooks, without those that students may replace."""
        found = own_files(Path(self.coursedir.format_path(self.coursedir.source_directory, ".", assignment)))
        kept = self.exclude_overwriting.get(assignment, [])
        return {path: data for path, data in found.items() if path not in kept}

    def record(
        self,
        submission: Submission,
        notebooks: Mapping[str, nbformat.NotebookNode],
        files: Mapping[str, bytes],
        extension: datetime.timedelta | None = None,
    ) -> None:
        """Write the autograded folder and the gradebook for one submission, as nbgrader's autograde does.

        Args:
            submission: whose.
            notebooks: executed and judged, by name; those of the assignment that are absent get no points.
            files: what lies beside them.
            extension: the student's, if there is one.
        """
        target = self.coursedir.format_path(
            self.coursedir.autograded_directory, submission.student, submission.assignment
        )
        made = os.path.join(os.path.dirname(target), f".{os.path.basename(target)}.new")
        before = os.path.join(os.path.dirname(target), f".{os.path.basename(target)}.old")
        for left in (made, before):
            if os.path.lexists(left):
                rmtree(left)  # of a run that was killed
        self._handed_in, self._made = os.path.join(made, ".handed-in"), made
        try:
            _write_files(Path(self._handed_in), files)
            with (
                locked_is_told(),
                warnings.catch_warnings(),
                _found_by_nbgrader(self._book),
                self._book.transaction(),
            ):
                warnings.simplefilter("ignore", SAWarning)
                self._convert(submission, notebooks, extension)
                rmtree(self._handed_in)
                self.set_permissions(submission.assignment, submission.student)
            if os.path.lexists(target):
                os.rename(target, before)
            os.rename(made, target)
        finally:
            self._handed_in = self._made = None
            for left in (made, before):
                if os.path.lexists(left):
                    rmtree(left)

    def _convert(
        self,
        submission: Submission,
        notebooks: Mapping[str, nbformat.NotebookNode],
        extension: datetime.timedelta | None,
    ) -> None:
        self.coursedir.assignment_id, self.coursedir.student_id = submission.assignment, submission.student
        self.notebooks = [f"{name}.ipynb" for name in notebooks]
        self.init_assignment(submission.assignment, submission.student)
        if extension is not None:
            self._book.find_submission(submission.assignment, submission.student).extension = extension
        for name, notebook in notebooks.items():
            resources = {
                "unique_key": name,
                "output_files_dir": f"{name}_files",
                "nbgrader": {
                    "student": submission.student,
                    "assignment": submission.assignment,
                    "notebook": name,
                    "db_url": self.coursedir.db_url,
                },
            }
            output, resources = self.exporter.from_notebook_node(notebook, resources=resources)
            self.write_single_notebook(output, resources)

    def _format_source(self, assignment_id: str, student_id: str, escape: bool = False) -> str:
        return self._handed_in or super()._format_source(assignment_id, student_id, escape)

    def _format_dest(self, assignment_id: str, student_id: str, escape: bool = False) -> str:
        return self._made or super()._format_dest(assignment_id, student_id, escape)


@contextlib.contextmanager
def _found_by_nbgrader(book: Book) -> Iterator[None]:
    """Let nbgrader's steps find `book` where they would open the gradebook."""
    for module in _STEPS:
        module.Gradebook = lambda *_, **__: book
    try:
        yield
    finally:
        for module in _STEPS:
            module.Gradebook = Gradebook


def _write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def time_of(files: Mapping[str, bytes]) -> datetime.datetime | None:
    """When a submission was handed in, in UTC, by its timestamp.txt; None if that is absent or empty.

    Raises:
        ValueError: it holds no time.
    """
    text = files.get(TIMESTAMP, b"").decode("utf-8", "replace").strip()
    if not text:
        return None
    try:
        parsed = parse_utc(text)
    except Exception as error:
        raise ValueError(f"{TIMESTAMP} holds no time: {text[:50]!r}") from error
    assert isinstance(parsed, datetime.datetime)
    return parsed


def back_up(db_url: str, folder: Path) -> Path:
    """Copy a gradebook into `folder`, which keeps the last few.

    A SQLite file is copied as it is; of any other database the tables are copied into a SQLite file, which nbgrader
    can open.
    """
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.datetime.now(datetime.timezone.utc)
    made = folder / f"gradebook-{now:%Y%m%d-%H%M%S-%f}.db"
    fresh = made.with_suffix(f".{os.getpid()}")
    url = make_url(db_url)
    if url.get_backend_name() == "sqlite":
        with contextlib.ExitStack() as opened:
            source, copy = (
                opened.enter_context(contextlib.closing(sqlite3.connect(path))) for path in (str(url.database), fresh)
            )
            source.backup(copy)
    else:
        _copy_tables(db_url, f"sqlite:///{fresh}")
    fresh.replace(made)
    for old in sorted(folder.glob("gradebook-*.db"))[:-KEPT_BACKUPS]:
        old.unlink()
    return made


def backed_up(folder: Path, within: datetime.timedelta) -> Path | None:
    """The last backup in `folder`, if it is no older than that."""
    last = max(folder.glob("gradebook-*.db"), default=None)
    return last if last and time.time() - last.stat().st_mtime < within.total_seconds() else None


def _copy_tables(source_url: str, target_url: str) -> None:
    source, target = create_engine(source_url), create_engine(target_url)
    try:
        Base.metadata.create_all(target)
        with source.connect() as reading, target.begin() as writing:
            for table in Base.metadata.sorted_tables:
                rows = [dict(row) for row in reading.execute(select(table)).mappings()]
                if rows:
                    writing.execute(insert(table), rows)
            heads = reading.exec_driver_sql("SELECT version_num FROM alembic_version").all()
            writing.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            for (head,) in heads:
                writing.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (head,))
    finally:
        source.dispose()
        target.dispose()
