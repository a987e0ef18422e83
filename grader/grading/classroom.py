"""What a class directory holds: its nbgrader configuration, its gradebook, and the notebooks of its assignments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook

from grader.errors import UsageError
from grader.grading.handed_in import Person, Wanted
from grader.grading.nbgrader_course import CONFIG_FILE, NbgraderCourse
from grader.grading.sanitise import is_answer


@dataclass(frozen=True)
class Classroom:
    """A class directory: `root` is the folder that holds `nbgrader_config.py`."""

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> Classroom:
        """The class directory around `start`, by default the working directory.

        Raises:
            UsageError: there is none.
        """
        here = (start or Path.cwd()).resolve()
        for place in (here, *here.parents):
            if (place / CONFIG_FILE).is_file() and (place / "source").is_dir():
                return cls(place)
        raise UsageError(f"{here} is no class directory: run this in one, or make one with 'grader init DIRECTORY'.")

    @cached_property
    def _nbgrader(self) -> NbgraderCourse:
        return NbgraderCourse.open(self.root)

    @property
    def config(self) -> Any:
        """The class's nbgrader configuration."""
        return self._nbgrader.config

    @property
    def coursedir(self) -> Any:
        """nbgrader's view of the directory."""
        return self._nbgrader.course

    @property
    def name(self) -> str:
        """The course's id, else the directory's name."""
        return str(self.coursedir.course_id) or self.root.name

    @contextmanager
    def gradebook(self) -> Iterator[Any]:
        """The gradebook, open."""
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as book:
            yield book

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
            Wanted(name, notebook, frozenset(_answers(self.source(name, notebook))))
            for name in assignments
            for notebook in self.notebooks(name)
        ]

    def people(self) -> list[Person]:
        """The students in the gradebook."""
        with self.gradebook() as book:
            return [
                Person(s.id, s.first_name or "", s.last_name or "", s.email or "", s.lms_user_id or "")
                for s in book.students
            ]


def _answers(source: nbformat.NotebookNode) -> list[str]:
    return [cell.metadata.nbgrader.grade_id for cell in source.cells if is_answer(cell)]
