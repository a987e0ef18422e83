"""A course of one topic, as `grader new` makes it, for the tests of the authors' gate."""

from __future__ import annotations

import shutil
from pathlib import Path

from grader.authoring import new
from grader.authoring.course import Course
from grader.gate.verify import CACHE

ROOT = Path(__file__).resolve().parents[1]
TOPIC = "01-audio"


def make_course(root: Path, results: Path) -> Course:
    """The course in the new folder `root`; what its notebooks give is kept, by content, in `results`."""
    (root / "course").mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", root)
    made = Course(root)
    new.create(made, TOPIC)
    (root / CACHE).parent.mkdir()
    (root / CACHE).symlink_to(results)
    return made


def edit(path: Path, old: str, new: str) -> None:
    """Replace the first `old` in a file."""
    text = path.read_text()
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1))


def line_of(path: Path, text: str) -> int:
    """The line of a file that holds `text`, from 1."""
    return next(i for i, row in enumerate(path.read_text().splitlines(), start=1) if text in row)
