"""`grader init`: a class directory that plain nbgrader works in."""

from __future__ import annotations

import grp
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from classes import hand_in, make_class
from conftest import SOLUTION
from nbgrader.api import Gradebook

from grader.authoring import build
from grader.authoring.course import Course
from grader.classroom import class_directory, plug_ins
from grader.classroom.classroom import Classroom
from grader.errors import UsageError
from grader.gate import rules_links
from grader.submissions.sanitise import assemble
from grader.submissions.submitted import parse_submission

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


def _grader(classroom: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "grader", *arguments]
    return subprocess.run(command, cwd=classroom, capture_output=True, text=True, check=False)


TRICK = """
import ast, os, socket
print(socket.gethostname(), sorted(os.environ), os.getcwd())
class Drop(ast.NodeTransformer):
    def visit_Expr(self, node): return None
get_ipython().ast_transformers.append(Drop())"""


def test_in_an_untouched_class_nbgraders_own_command_sandboxes_and_judges(classroom: Path) -> None:
    _hand_in(classroom, "reference", classroom / "source" / TOPIC / f"{TOPIC}.ipynb")
    _hand_in(classroom, "stub", classroom / "release" / TOPIC / f"{TOPIC}.ipynb")
    nb = nbformat.read(classroom / "release" / TOPIC / f"{TOPIC}.ipynb", as_version=4)
    nb.cells.insert(0, nbformat.v4.new_code_cell(TRICK))
    folder = classroom / "submitted" / "mallory" / TOPIC
    folder.mkdir(parents=True)
    nbformat.write(nb, folder / f"{TOPIC}.ipynb")
    environment = {**os.environ, "INSTRUCTORS_SECRET": "1"}
    command = [sys.executable, "-m", "nbgrader", "autograde", TOPIC, "--create"]
    run = subprocess.run(command, cwd=classroom, capture_output=True, text=True, check=False, env=environment)
    assert run.returncode == 0, run.stderr
    with Gradebook(f"sqlite:///{classroom / 'gradebook.db'}") as gradebook:
        scores = {s.student.id: (s.score, s.max_score) for s in gradebook.assignment_submissions(TOPIC)}
    assert scores == {"reference": (3.0, 3.0), "stub": (0.0, 3.0), "mallory": (0.0, 3.0)}
    done = nbformat.read(classroom / "autograded" / "mallory" / TOPIC / f"{TOPIC}.ipynb", as_version=4)
    (printed,) = (output.text for output in done.cells[0].outputs)
    assert printed.startswith("sandbox ")
    assert "INSTRUCTORS_SECRET" not in printed and str(classroom) not in printed


OLD = """# mine
c = get_config()
c.CourseDirectory.course_id = "old"
c.Autograde.autograde_preprocessors = ["nbgrader.preprocessors.SaveAutoGrades"]
"""


def test_grade_and_doctor_tell_of_an_older_class_and_repair_adds_what_it_lacks(classroom: Path) -> None:
    path = classroom / "nbgrader_config.py"
    assert plug_ins.warning(Classroom.open(classroom).config) is None
    made = path.read_text()
    assert plug_ins.repair(classroom) == ["nbgrader_config.py has all that it needs."]
    assert path.read_text() == made
    path.write_text(OLD)
    _hand_in(classroom, "stub", classroom / "release" / TOPIC / f"{TOPIC}.ipynb")
    said = " ".join(_grader(classroom, "grade").stdout.split())
    assert "run students' code with all your rights" in said and "grader init --repair" in said
    assert "grader init --repair" in " ".join(_grader(classroom, "doctor").stdout.split())
    done = " ".join(_grader(classroom, "init", "--repair", ".").stdout.split())
    assert "your c.Autograde.autograde_preprocessors stands above it" in done
    assert path.read_text().startswith(OLD)
    config = Classroom.open(classroom).config
    assert plug_ins.lacking(config) == [] and config.CourseDirectory.course_id == "old"
    assert "--repair" not in _grader(classroom, "grade", "--force").stdout


def test_an_assignment_without_evidence_is_named_with_what_that_means(tmp_path: Path) -> None:
    plain = SOLUTION[: SOLUTION.index("# %%\n# exercise: double_it")].replace("from grader import check", "")
    plain = re.sub("check.close.*", "assert row_norms(np.array([[3.0, 4.0]])) == [5.0]", plain)
    class_ = make_class(tmp_path, re.sub("check.reference.*", "assert row_norms(np.ones([2, 4]))[1] == 2", plain))
    nb = nbformat.read(class_ / "source" / TOPIC / f"{TOPIC}.ipynb", as_version=4)
    hand_in(class_, "ada", dict(nb))
    done = _grader(class_, "grade")
    assert done.returncode == 0, done.stdout + done.stderr
    said = " ".join(done.stdout.split())
    assert "judged by" in said and "outputs alone" in said and f"{TOPIC}: its checks record no evidence" in said
    assert json.loads(_grader(class_, "grade", "--json").stdout)["submissions"][0]["evidence"] is False
    assert _grader(class_, "report").returncode == 0
    page = (class_ / "grading" / "report" / "report.html").read_text()
    assert "graded by outputs alone" in page and "is not proved" in page


def test_what_is_released_is_what_the_course_builds_with_links_to_the_published_course(
    classroom: Path, small_course: Course
) -> None:
    built = nbformat.reads(build.build(small_course)[small_course.exercise_notebook(TOPIC)], as_version=4)
    released = nbformat.read(classroom / "release" / TOPIC / f"{TOPIC}.ipynb", as_version=4)
    assert [cell.source for cell in released.cells[1:]] == [cell.source for cell in built.cells[1:]]
    assert [cell.id for cell in released.cells] == [cell.id for cell in built.cells]
    address = "https://github.com/tensorflow-by-exercise/course/blob/main/notebooks/chapters/01-first-chapter.ipynb"
    assert f"after [the chapter]({address})" in released.cells[0].source
    assert not [link for cell in released.cells for link in rules_links.relative_links(cell.source)]
    source = nbformat.read(classroom / "source" / TOPIC / f"{TOPIC}.ipynb", as_version=4)
    submitted, mended = parse_submission(nbformat.writes(built).encode())  # solved in a checkout, not in this copy
    assert assemble(source, submitted).notes == mended == []


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
    class_directory.create(small_course, tmp_path / "class", [TOPIC], group=group)
    assert (tmp_path / "class").stat().st_mode & 0o7777 == 0o2770
    assert (tmp_path / "class" / "gradebook.db").stat().st_mode & 0o777 == 0o660
    assert (tmp_path / "class" / "source" / TOPIC).stat().st_mode & 0o2770 == 0o2770
    assert Classroom.open(tmp_path / "class").coursedir.groupshared
