"""An nbgrader course as a grading run sees it: its configuration, what was handed in, and the lock of a run."""

from __future__ import annotations

import contextlib
import fcntl
import glob
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import Config, PyFileConfigLoader

from grader.errors import UsageError

CONFIG_FILE = "nbgrader_config.py"


@dataclass(frozen=True)
class Submission:
    """What one student has handed in for one assignment: the folder where it lies."""

    assignment: str
    student: str
    folder: Path


@dataclass(frozen=True)
class NbgraderCourse:
    """A class directory. `course` is nbgrader's view of it, and knows the names of folders and the database."""

    root: Path
    config: Any
    course: Any

    @classmethod
    def open(cls, directory: Path, db_url: str | None = None) -> NbgraderCourse:
        """Read the configuration of a class directory.

        Args:
            directory: it has an nbgrader_config.py.
            db_url: a database to use in place of the configured one, as SQLAlchemy writes it.

        Raises:
            UsageError: the directory has no configuration, or one that cannot be read.
        """
        directory = directory.expanduser().resolve()
        config = _read_config(directory)
        if db_url:
            config.CourseDirectory.db_url = db_url
        if "root" not in config.CourseDirectory:
            config.CourseDirectory.root = str(directory)
        course = CourseDirectory(config=config)
        if str(directory) not in sys.path:
            sys.path.append(str(directory))  # where nbgrader finds plug-ins, such as one for late penalties
        return cls(Path(course.root), config, course)

    def folder(self, step: str, student: str, assignment: str) -> Path:
        """A folder by nbgrader's directory structure; `step` is "source", "submitted" or "autograded"."""
        return Path(self.course.format_path(getattr(self.course, f"{step}_directory"), student, assignment))

    def submissions(self, assignment: str, students: Iterable[str] = ()) -> list[Submission]:
        """What has been handed in for an assignment, by student; of these students only, if any are named."""
        submitted = self.course.submitted_directory
        pattern = self.course.format_path(submitted, "(?P<student>.*)", re.escape(assignment), escape=True)
        excluded = {name.strip() for name in self.course.student_id_exclude.split(",")}
        found = []
        for folder in glob.glob(self.course.format_path(submitted, "*", glob.escape(assignment))):
            match = re.fullmatch(pattern, folder)
            if match and match["student"] not in excluded and (not students or match["student"] in students):
                found.append(Submission(assignment, match["student"], Path(folder)))
        return sorted(found, key=lambda submission: submission.student)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the class directory's lock; it goes with the process, however that ends.

        Raises:
            UsageError: another grading run holds it.
        """
        path = self.root / "grading" / "lock"
        path.parent.mkdir(exist_ok=True)
        with open(path, "a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.seek(0)
                holder = file.read().strip() or "another process"
                raise UsageError(f"A grading run ({holder}) is at work in {self.root}: wait until it ends.") from None
            file.truncate(0)
            file.write(f"process {os.getpid()} on {os.uname().nodename}\n")
            file.flush()
            yield


def _read_config(directory: Path) -> Any:
    if not (directory / CONFIG_FILE).is_file():
        raise UsageError(f"{directory} has no {CONFIG_FILE}: name a class directory, or make one with 'grader init'.")
    here = Path.cwd()
    os.chdir(directory)
    try:
        return Config(PyFileConfigLoader(CONFIG_FILE, path=str(directory)).load_config())
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        raise UsageError(f"{directory / CONFIG_FILE} cannot be read ({problem}): put it right.") from error
    finally:
        os.chdir(here)
