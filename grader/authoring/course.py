"""Where the course's files are, and which topics it has."""

from __future__ import annotations

import difflib
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import CourseError, UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CHAPTER = "-chapter"
"""What the name of a chapter's notebook has after the topic."""
MARKER = re.compile(r"^# exercise: ([a-z][a-z0-9_]*)[ \t]*$", re.MULTILINE)
TOPIC = re.compile(r"\d\d-[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Course:
    """A checkout of the course: `root` is the folder that holds `course/`, `solutions/` and `pyproject.toml`."""

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> Course:
        """The course around `start` (the working directory), else the one this package was installed from.

        Raises:
            UsageError: there is none.
        """
        return cls._first([*_with_parents((start or Path.cwd()).resolve()), Path(__file__).resolve().parents[2]])

    @classmethod
    def around(cls, start: Path) -> Course:
        """The course around `start`, and no other.

        Raises:
            UsageError: there is none.
        """
        return cls._first(_with_parents(start.resolve()))

    @classmethod
    def _first(cls, places: list[Path]) -> Course:
        for place in places:
            if (place / "course").is_dir() and (place / "pyproject.toml").is_file():
                return cls(place)
        raise UsageError(
            f"There is no course in {places[0]}: go to a checkout of it, where course/ and pyproject.toml are."
        )

    @property
    def settings(self) -> dict[str, Any]:
        """The table `[tool.course]` of `pyproject.toml`: `repository` and `branch`."""
        with (self.root / "pyproject.toml").open("rb") as file:
            table: dict[str, Any] = tomllib.load(file).get("tool", {}).get("course", {})
        missing = {"repository", "branch"} - table.keys()
        if missing:
            raise CourseError(f"pyproject.toml: [tool.course] lacks {' and '.join(sorted(missing))}; add it.")
        return table

    @property
    def topics(self) -> list[str]:
        """Every topic that has a chapter, in order, as `NN-topic`."""
        return sorted(path.stem for path in (self.root / "course").glob("*.md") if TOPIC.fullmatch(path.stem))

    def chapter(self, topic: str) -> Path:
        """The text of the chapter."""
        return self.root / "course" / f"{topic}.md"

    def solution(self, topic: str) -> Path:
        """The reference notebook as text; chapter 00 has none."""
        return self.root / "solutions" / f"{topic}.py"

    def answers(self, topic: str) -> Path:
        """The answer bank."""
        return self.root / "solutions" / f"{topic}.answers.py"

    def why(self, name: str) -> Path:
        """Why the solutions of a topic or a project work."""
        folder = self.root / "solutions"
        return (folder / "projects" if name in self.projects else folder) / f"{name}.why.md"

    def chapter_notebook(self, topic: str) -> Path:
        """The chapter as built. JupyterLab's tabs show the file's name: it is another one than the exercises'."""
        return self.root / "notebooks" / "chapters" / f"{topic}{CHAPTER}.ipynb"

    def exercise_notebook(self, topic: str) -> Path:
        """The exercise notebook as built: the student's version."""
        return self.root / "notebooks" / "exercises" / f"{topic}.ipynb"

    def exercise_topics(self) -> list[str]:
        """The topics that have an exercise notebook."""
        return [topic for topic in self.topics if self.solution(topic).is_file()]

    @property
    def projects(self) -> list[str]:
        """Every project, in order, as `NN-name`; its chapter has the same number."""
        folder = self.root / "solutions" / "projects"
        return sorted(path.stem for path in folder.glob("*.py") if TOPIC.fullmatch(path.stem))

    def project(self, name: str) -> Path:
        """The text of a project's notebook."""
        return self.root / "solutions" / "projects" / f"{name}.py"

    def project_answers(self, name: str) -> Path:
        """The answer bank of a project."""
        return self.root / "solutions" / "projects" / f"{name}.answers.py"

    def project_notebook(self, name: str) -> Path:
        """A project's notebook as built: the student's version."""
        return self.root / "notebooks" / "projects" / f"{name}.ipynb"

    def projects_of(self, topic: str) -> list[str]:
        """The projects that belong to a chapter."""
        return [name for name in self.projects if name[:2] == topic[:2]]

    def topics_by_exercise(self) -> dict[str, str]:
        """The topic of every exercise, by the markers in its reference text."""
        texts = ((topic, self.solution(topic).read_text(encoding="utf-8")) for topic in self.exercise_topics())
        return {name: topic for topic, text in texts for name in MARKER.findall(text)}

    def resolve(self, name: str) -> str:
        """The topic that `name` stands for: `01-tensors`, `01`, `1` or `tensors`.

        Raises:
            UsageError: no topic is called so.
        """
        return _resolve("topic", name, self.topics)

    def resolve_project(self, name: str) -> str:
        """The project that `name` stands for: `20-passengers`, `20` or `passengers`.

        Raises:
            UsageError: no project is called so.
        """
        return _resolve("project", name, self.projects)


def _resolve(kind: str, name: str, known: list[str]) -> str:
    number = f"{int(name):02d}-" if name.isdigit() else None
    for one in known:
        if one == name or one[3:] == name or (number and one.startswith(number)):
            return one
    near = difflib.get_close_matches(name, [*known, *(one[3:] for one in known)], n=1)
    hint = f" Did you mean {near[0]}?" if near else f" {kind.capitalize()}s: {', '.join(known)}."
    raise UsageError(f"There is no {kind} {name!r}.{hint}")


def _with_parents(path: Path) -> list[Path]:
    return [path, *path.parents]
