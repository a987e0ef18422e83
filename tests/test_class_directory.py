"""`grader init`: a class directory that plain nbgrader works in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from grader.authoring import build
from grader.authoring.course import Course
from grader.classroom import class_directory
from grader.errors import UsageError

TOPIC = "01-first"


@pytest.fixture
def classroom(small_course: Course, tmp_path: Path) -> Path:
    directory = tmp_path / "class"
    class_directory.create(small_course, directory, [TOPIC])
    return directory


def _hand_in(classroom: Path, student: str, notebook: Path) -> None:
    folder = classroom / "submitted" / student / TOPIC
    folder.mkdir(parents=True)
    shutil.copy(notebook, folder / f"{TOPIC}.ipynb")


def _nbgrader(classroom: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nbgrader", *arguments]
    return subprocess.run(command, cwd=classroom, capture_output=True, text=True, check=False, env=dict(os.environ))


def test_plain_nbgrader_gives_the_reference_everything_and_the_stub_nothing(classroom: Path) -> None:
    _hand_in(classroom, "reference", classroom / "source" / TOPIC / f"{TOPIC}.ipynb")
    _hand_in(classroom, "stub", classroom / "release" / TOPIC / f"{TOPIC}.ipynb")
    run = _nbgrader(classroom, "autograde", TOPIC, "--create")
    assert run.returncode == 0, run.stderr
    with Gradebook(f"sqlite:///{classroom / 'gradebook.db'}") as gradebook:
        scores = {s.student.id: (s.score, s.max_score) for s in gradebook.assignment_submissions(TOPIC)}
    assert scores == {"reference": (3.0, 3.0), "stub": (0.0, 3.0)}


def test_what_is_released_is_what_the_course_builds(classroom: Path, small_course: Course) -> None:
    built = build.build(small_course)[small_course.exercise_notebook(TOPIC)]
    assert (classroom / "release" / TOPIC / f"{TOPIC}.ipynb").read_text() == built


def test_nbgraders_own_generate_leaves_our_stubs(classroom: Path) -> None:
    release = classroom / "release" / TOPIC / f"{TOPIC}.ipynb"
    before = release.read_text()
    run = _nbgrader(classroom, "generate_assignment", TOPIC, "--force")
    assert run.returncode == 0, run.stderr
    assert 'raise NotImplementedError(\\"row_norms\\")' in release.read_text()
    assert release.read_text().strip() == before.strip()


def test_a_second_init_keeps_what_is_there(classroom: Path, small_course: Course) -> None:
    (classroom / "nbgrader_config.py").write_text("# mine\n")
    (classroom / "release" / TOPIC / "note.txt").write_text("mine")
    class_directory.create(small_course, classroom, [TOPIC])
    assert (classroom / "nbgrader_config.py").read_text() == "# mine\n"
    assert (classroom / "release" / TOPIC / "note.txt").read_text() == "mine"


def test_a_class_directory_is_not_made_among_the_courses_files(small_course: Course, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="outside the checkout"):
        class_directory.create(small_course, small_course.root / "notebooks", [TOPIC])
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="is a file"):
        class_directory.create(small_course, tmp_path / "file", [TOPIC])
