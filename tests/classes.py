"""Classes to grade: a class directory of one small assignment, and ways to hand something in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conftest import CHAPTER, ROOT, SOLUTION
from nbgrader.api import Gradebook

from grader.authoring.course import Course
from grader.classroom import class_directory

TOPIC = "01-first"
RIGHT = {
    "row_norms": "# exercise: row_norms\ndef row_norms(x):\n    return np.sqrt((x ** 2).sum(axis=-1))",
    "double_it": "# exercise: double_it\ndef double_it(x):\n    return 2 * x",
}
WRONG_AXIS = {"row_norms": "# exercise: row_norms\ndef row_norms(x):\n    return np.sqrt((x ** 2).sum(axis=0))"}


def make_class(folder: Path, solution: str = SOLUTION) -> Path:
    """A class directory with the assignment 01-first: `row_norms` (2 points) and `double_it` (1 point)."""
    root = folder / "small"
    (root / "course").mkdir(parents=True)
    (root / "solutions").mkdir()
    shutil.copy(ROOT / "pyproject.toml", root)
    for name, title in (("00-welcome", "Welcome"), (TOPIC, "First")):
        (root / "course" / f"{name}.md").write_text(CHAPTER.format(title=title))
    (root / "solutions" / f"{TOPIC}.py").write_text(solution)
    class_directory.create(Course(root), folder / "class", [TOPIC])
    return folder / "class"


def copy_class(template: Path, to: Path) -> Path:
    """A class directory like another."""
    return Path(shutil.copytree(template, to, symlinks=True))


def answered(class_: Path, answers: Mapping[str, str], comment: str = "") -> dict[str, Any]:
    """The released notebook with these answers."""
    nb: dict[str, Any] = json.loads((class_ / "release" / TOPIC / f"{TOPIC}.ipynb").read_text())
    for cell in nb["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell["source"] = answers[name] + (f"\n# {comment}" if comment else "")
    return nb


def hand_in(class_: Path, student: str, content: Mapping[str, str] | dict[str, Any] | bytes, name: str = TOPIC) -> Path:
    """Put answers, a notebook or the bytes of a file where a student's submission belongs."""
    folder = class_ / "submitted" / student / TOPIC
    folder.mkdir(parents=True, exist_ok=True)
    if not isinstance(content, bytes):
        nb = content if "cells" in content else answered(class_, content, student)
        content = json.dumps(nb, indent=1).encode()
    (folder / f"{name}.ipynb").write_bytes(content)
    return folder


def scores(class_: Path, db_url: str | None = None) -> dict[str, float]:
    """What the gradebook says of each student who handed something in."""
    with Gradebook(db_url or f"sqlite:///{class_ / 'gradebook.db'}") as book:
        return {s.student.id: s.score for s in book.assignment_submissions(TOPIC)}


def dump(class_: Path, db_url: str | None = None) -> list[tuple[Any, ...]]:
    """All that an instructor can see in the gradebook of submissions, in a fixed order, without random ids."""
    rows: list[tuple[Any, ...]] = []
    with Gradebook(db_url or f"sqlite:///{class_ / 'gradebook.db'}") as book:
        for submission in book.assignment_submissions(TOPIC):
            student = submission.student.id
            rows.append((student, str(submission.timestamp), submission.extension, submission.score))
            for notebook in submission.notebooks:
                rows.append((student, notebook.name, notebook.late_submission_penalty, notebook.needs_manual_grade))
                for grade in notebook.grades:
                    values = (grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade)
                    rows.append((student, notebook.name, grade.cell.name, *values, grade.score))
                for comment in notebook.comments:
                    texts = (comment.auto_comment, comment.manual_comment)
                    rows.append((student, notebook.name, comment.cell.name, *texts))
    return sorted(rows, key=repr)
