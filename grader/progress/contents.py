"""What the course holds, as `grader build` lists it in `notebooks/contents.json`: topics, titles, exercises, checks."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

NAME = "contents.json"
_INSTALLED = Path(__file__).with_name(NAME)
_CHECKOUT = Path(__file__).resolve().parents[2] / "notebooks" / NAME


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    Attributes:
        name: as in its marker.
        title: its heading in the notebook.
        checks: its graded cells.
        given: the fingerprint of the code that students start from.
    """

    name: str
    title: str
    checks: tuple[str, ...]
    given: str


@dataclass(frozen=True)
class Topic:
    """A chapter and its exercises; `name` is `NN-topic`."""

    name: str
    title: str
    exercises: tuple[Exercise, ...]

    @property
    def number(self) -> int:
        """The number that its name begins with."""
        return int(self.name[:2])


@dataclass(frozen=True)
class Contents:
    """The topics in order, where the course is published, and the checkout around the reader, if there is one."""

    topics: tuple[Topic, ...]
    repository: str = ""
    branch: str = ""
    root: Path | None = None

    def exercise(self, name: str) -> Exercise | None:
        """The exercise of this name."""
        return next((known for topic in self.topics for known in topic.exercises if known.name == name), None)

    def link(self, kind: str, topic: str, folder: Path) -> str:
        """The address of a topic's notebook for a reader in `folder`: its file, or in Colab where there is no checkout.

        kind: "chapters" or "exercises".
        """
        path = f"notebooks/{kind}/{topic}{'-chapter' if kind == 'chapters' else ''}.ipynb"
        if self.root is not None and (self.root / path).is_file():
            return os.path.relpath(self.root / path, folder).replace(os.sep, "/")
        return f"https://colab.research.google.com/github/{self.repository}/blob/{self.branch}/{path}"


def load(folder: Path) -> Contents:
    """The contents of the course around `folder`, else of the one that this package came with; empty without either."""
    for place in (folder, *folder.parents):
        if (place / "notebooks" / NAME).is_file():
            return _read(place / "notebooks" / NAME, place, _version(place / "notebooks" / NAME))
    return next((_read(path, None, _version(path)) for path in (_INSTALLED, _CHECKOUT) if path.is_file()), Contents(()))


def _version(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=4)
def _read(path: Path, root: Path | None, version: int) -> Contents:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        topics = tuple(_topic(name, fields) for name, fields in told["topics"].items())
        return Contents(topics, told["repository"], told["branch"], root)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Contents((), root=root)  # half written or merged by hand: only the list of exercises is missing


def _topic(name: str, fields: dict[str, Any]) -> Topic:
    found = fields["exercises"].items()
    exercises = (Exercise(each, told["title"], tuple(told["checks"]), told["given"]) for each, told in found)
    return Topic(name, fields["title"], tuple(exercises))


def fingerprint(source: str) -> str:
    """Eight hexadecimal digits that tell one cell's text from another; blanks at the ends of lines do not count."""
    plain = "\n".join(line.rstrip() for line in source.strip().split("\n"))
    return hashlib.sha256(plain.encode()).hexdigest()[:8]
