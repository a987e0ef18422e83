"""`grader init`: a class directory that plain nbgrader works in."""

from __future__ import annotations

import grp
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
from grader.classroom.classroom import Classroom
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


def test_a_new_class_is_open_to_its_owner_alone(classroom: Path, small_course: Course, tmp_path: Path) -> None:
    assert classroom.stat().st_mode & 0o7777 == 0o700
    classroom.chmod(0o755)
    done = class_directory.create(small_course, classroom, [TOPIC])
    assert done[0].startswith("Others on this machine can read solutions and marks here: chmod o-rwx")
    with pytest.raises(UsageError, match="no group 'nobody-has-this'"):
        class_directory.create(small_course, tmp_path / "other", [TOPIC], group="nobody-has-this")


def test_a_class_of_several_instructors_is_open_to_their_group(small_course: Course, tmp_path: Path) -> None:
    group = grp.getgrgid(os.getgid()).gr_name
    before = os.umask(0o022)
    try:
        class_directory.create(small_course, tmp_path / "class", [TOPIC], group=group)
    finally:
        os.umask(before)
    assert (tmp_path / "class").stat().st_mode & 0o7777 == 0o2770
    assert (tmp_path / "class" / "gradebook.db").stat().st_mode & 0o777 == 0o660
    assert (tmp_path / "class" / "source" / TOPIC).stat().st_mode & 0o2770 == 0o2770
    assert Classroom.open(tmp_path / "class").coursedir.groupshared
