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
        places = [*_with_parents((start or Path.cwd()).resolve()), Path(__file__).resolve().parents[2]]
        for place in places:
            if (place / "course").is_dir() and (place / "pyproject.toml").is_file():
                return cls(place)
        raise UsageError(
            "There is no course here: run this inside a checkout of the course, where course/ and pyproject.toml are."
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

    def chapter_notebook(self, topic: str) -> Path:
        """The chapter as built. JupyterLab's tabs show the file's name: it is another one than the exercises'."""
        return self.root / "notebooks" / "chapters" / f"{topic}{CHAPTER}.ipynb"

    def exercise_notebook(self, topic: str) -> Path:
        """The exercise notebook as built: the student's version."""
        return self.root / "notebooks" / "exercises" / f"{topic}.ipynb"

    def exercise_topics(self) -> list[str]:
        """The topics that have an exercise notebook."""
        return [topic for topic in self.topics if self.solution(topic).is_file()]

    def topics_by_exercise(self) -> dict[str, str]:
        """The topic of every exercise, by the markers in its reference text."""
        texts = ((topic, self.solution(topic).read_text(encoding="utf-8")) for topic in self.exercise_topics())
        return {name: topic for topic, text in texts for name in MARKER.findall(text)}

    def resolve(self, name: str) -> str:
        """The topic that `name` stands for: `01-tensors`, `01`, `1` or `tensors`.

        Raises:
            UsageError: no topic is called so.
        """
        number = f"{int(name):02d}-" if name.isdigit() else None
        for topic in self.topics:
            if topic == name or topic[3:] == name or (number and topic.startswith(number)):
                return topic
        near = difflib.get_close_matches(name, [*self.topics, *(t[3:] for t in self.topics)], n=1)
        hint = f" Did you mean {near[0]}?" if near else f" Topics: {', '.join(self.topics)}."
        raise UsageError(f"There is no topic {name!r}.{hint}")


def _with_parents(path: Path) -> list[Path]:
    return [path, *path.parents]
