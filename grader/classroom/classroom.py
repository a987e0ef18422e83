"""A class directory: its nbgrader configuration and gradebook, its notebooks, what was handed in, and a run's lock."""

from __future__ import annotations

import contextlib
import fcntl
import glob
import os
import re
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_core.paths import jupyter_config_dir, jupyter_config_path
from nbgrader.api import Gradebook, InvalidEntry, Student
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from traitlets.config.loader import Config, JSONFileConfigLoader, PyFileConfigLoader

from grader.authoring.exercise import stub
from grader.classroom.class_root import CONFIG_FILE, around
from grader.errors import CourseError, Passing, UsageError
from grader.submissions.handed_in import Wanted
from grader.submissions.people import Person
from grader.submissions.sanitise import is_answer

_turns: dict[str, threading.RLock] = {}


class LockedGradebook(CourseError, Passing):
    """Another program holds the gradebook."""

    PROBLEM = "Another program holds the gradebook"

    def __init__(self) -> None:
        super().__init__(f"{self.PROBLEM}: close it (nbgrader, formgrader or a database browser), and run this again.")


@contextlib.contextmanager
def locked_is_told() -> Iterator[None]:
    """Raise LockedGradebook in place of what the database says, through nbgrader or not, where it is locked."""
    try:
        yield
    except (OperationalError, InvalidEntry) as problem:
        if "locked" in str(getattr(problem, "orig", problem)):
            raise LockedGradebook from None
        raise


class Held(UsageError, Passing):
    """Another process holds a lock of the class directory."""


@dataclass(frozen=True)
class Submission:
    """What one student has handed in for one assignment: the folder where it lies."""

    assignment: str
    student: str
    folder: Path


@dataclass(frozen=True)
class Classroom:
    """A class directory. `coursedir` is nbgrader's view of it, and knows the names of folders and the database."""

    root: Path
    config: Any
    coursedir: Any

    @classmethod
    def find(cls, start: Path | None = None) -> Classroom:
        """The class directory around `start`, by default the working directory.

        Raises:
            UsageError: there is none, or its configuration cannot be read.
        """
        return cls.open(around(start))

    @classmethod
    def open(cls, directory: Path, db_url: str | None = None) -> Classroom:
        """Read the configuration of a class directory.

        Args:
            directory: it has an nbgrader_config.py.
            db_url: a database to use in place of the configured one, as SQLAlchemy writes it.

        Raises:
            UsageError: the directory has no configuration, or one that cannot be read.
        """
        directory = directory.expanduser().resolve()
        config = read_config(directory)
        if db_url:
            config.CourseDirectory.db_url = db_url
        if "root" not in config.CourseDirectory:
            config.CourseDirectory.root = str(directory)
        coursedir = CourseDirectory(config=config)
        if coursedir.groupshared:
            os.umask(0o002)  # the group of instructors changes what is made here; the class directory keeps others out
        if str(directory) not in sys.path:
            sys.path.append(str(directory))  # where nbgrader finds plug-ins, such as one for late penalties
        return cls(Path(coursedir.root), config, coursedir)

    @property
    def name(self) -> str:
        """The course's id, else the directory's name."""
        return str(self.coursedir.course_id) or self.root.name

    @contextlib.contextmanager
    def gradebook(self) -> Iterator[Any]:
        """The gradebook, open.

        Raises:
            LockedGradebook: another program holds it.
        """
        with self.gradebook_turn:
            with locked_is_told():
                opened = Gradebook(self.coursedir.db_url, self.coursedir.course_id)
            with opened as book:
                yield book

    @property
    def gradebook_turn(self) -> threading.RLock:
        """Held by the one of this process's threads that uses the gradebook: SQLite lets others wait for 5 s only."""
        return _turns.setdefault(self.coursedir.db_url, threading.RLock())

    def assignments(self) -> list[str]:
        """The assignments that have a source notebook, in order."""
        return sorted({path.parent.name for path in (self.root / "source").glob("*/*.ipynb")})

    def need(self, assignments: list[str] | None) -> list[str]:
        """The assignments named, or all.

        Raises:
            UsageError: there is no such assignment.
        """
        known = self.assignments()
        for name in assignments or []:
            if name not in known:
                raise UsageError(
                    f"There is no assignment {name!r} in source/; there are: {', '.join(known) or 'none'}."
                )
        return list(assignments or known)

    def source(self, assignment: str, notebook: str) -> nbformat.NotebookNode:
        """A source notebook."""
        return nbformat.read(self.root / "source" / assignment / f"{notebook}.ipynb", as_version=4)

    def notebooks(self, assignment: str) -> list[str]:
        """The names of an assignment's notebooks."""
        return sorted(path.stem for path in (self.root / "source" / assignment).glob("*.ipynb"))

    def wanted(self, assignments: list[str]) -> list[Wanted]:
        """Every notebook of these assignments, with its exercises."""
        return [
            Wanted(name, notebook, frozenset(_answers(self.source(name, notebook))), self._given(name, notebook))
            for name in assignments
            for notebook in self.notebooks(name)
        ]

    def _given(self, assignment: str, notebook: str) -> dict[str, str]:
        """The text of each answer as students receive it, by grade_id."""
        given = {
            cell.metadata.nbgrader.grade_id: stub(cell.source, cell.metadata.nbgrader.grade_id)
            for cell in self.source(assignment, notebook).cells
            if is_answer(cell)
        }
        released = self.root / "release" / assignment / f"{notebook}.ipynb"
        if released.is_file():
            cells = nbformat.read(released, as_version=4).cells
            given |= {cell.metadata.nbgrader.grade_id: cell.source for cell in cells if is_answer(cell)}
        return given

    def people(self) -> list[Person]:
        """The students in the gradebook."""
        columns = Student.id, Student.first_name, Student.last_name, Student.email, Student.lms_user_id
        with self.gradebook() as book:
            rows = book.db.execute(select(*columns).order_by(Student.last_name, Student.first_name)).all()
        return [Person(number, *(told or "" for told in rest)) for number, *rest in rows]

    def folder(self, step: str, student: str, assignment: str) -> Path:
        """A folder by nbgrader's directory structure; `step` is "source", "submitted" or "autograded"."""
        return Path(self.coursedir.format_path(getattr(self.coursedir, f"{step}_directory"), student, assignment))

    def submissions(self, assignment: str) -> list[Submission]:
        """What has been handed in for an assignment, by student."""
        submitted = self.coursedir.submitted_directory
        pattern = self.coursedir.format_path(submitted, "(?P<student>.*)", re.escape(assignment), escape=True)
        excluded = {name.strip() for name in self.coursedir.student_id_exclude.split(",")}
        found = []
        for folder in glob.glob(self.coursedir.format_path(submitted, "*", glob.escape(assignment))):
            match = re.fullmatch(pattern, folder)
            if match and match["student"] not in excluded:
                found.append(Submission(assignment, match["student"], Path(folder)))
        return sorted(found, key=lambda submission: submission.student)

    def locked(self) -> contextlib.AbstractContextManager[None]:
        """Hold the class directory's lock; it goes with the process, however that ends.

        Raises:
            Held: another grading run holds it.
        """
        return self._hold("lock", "A grading run ({holder}) is at work in {root}: wait until it ends.")

    def watched(self) -> contextlib.AbstractContextManager[None]:
        """Be the one that watches this class; as `locked`, which holds while something is being graded.

        Raises:
            Held: somebody watches it already.
        """
        return self._hold("watch.lock", "{root} is watched already ({holder}): end that first, by Ctrl-C.")

    @contextlib.contextmanager
    def _hold(self, name: str, refusal: str) -> Iterator[None]:
        path = self.root / "grading" / name
        path.parent.mkdir(exist_ok=True)
        with open(path, "a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.seek(0)
                holder = file.read().strip() or "another process"
                raise Held(refusal.format(holder=holder, root=self.root)) from None
            file.truncate(0)
            file.write(f"process {os.getpid()} on {os.uname().nodename}\n")
            file.flush()
            yield


def read_config(directory: Path) -> Any:
    """The configuration of a class directory: the machine's and the user's, as nbgrader reads them, then its own.

    Raises:
        UsageError: it has none, or one that cannot be read.
    """
    if not (directory / CONFIG_FILE).is_file():
        raise UsageError(f"{directory} has no {CONFIG_FILE}: name a class directory, or make one with 'grader init'.")
    found = Config()
    for place in reversed(dict.fromkeys([jupyter_config_dir(), *jupyter_config_path()])):
        for path in (Path(place) / CONFIG_FILE, Path(place) / CONFIG_FILE.replace(".py", ".json")):
            if path.is_file() and path.parent.resolve() != directory.resolve():
                found.merge(_load(path, directory))
    if "root" in found.get("CourseDirectory", {}):
        del found.CourseDirectory["root"]  # another class's: one that all commands use by default
    found.merge(_load(directory / CONFIG_FILE, directory))
    return found


def _load(path: Path, directory: Path) -> Config:
    """One configuration file; code in it runs in the class directory, as with nbgrader's commands."""
    loader = PyFileConfigLoader if path.suffix == ".py" else JSONFileConfigLoader
    here = Path.cwd()
    os.chdir(directory)
    try:
        return Config(loader(path.name, path=str(path.parent)).load_config())
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        raise UsageError(f"{path} cannot be read ({problem}): put it right.") from error
    finally:
        os.chdir(here)


def _answers(source: nbformat.NotebookNode) -> list[str]:
    return [cell.metadata.nbgrader.grade_id for cell in source.cells if is_answer(cell)]
