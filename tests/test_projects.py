"""A project from `grader init --project` to the feedback page: eleven hand-ins, the good, the weak and the hostile."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import ROOT
from nbclient import NotebookClient
from nbgrader.api import Grade, Gradebook

from grader.authoring import bank
from grader.authoring.course import Course
from grader.authoring.exercise import cells, exercise_of, exercises, without_stub
from grader.authoring.notebook import KERNELSPEC
from grader.classroom.classroom import Classroom
from grader.data import projects
from grader.gate.findings import Findings
from grader.gate.projects import prove_projects
from grader.gate.runs import Places, Runner
from grader.grading import results
from grader.grading.held_out import secret_of
from grader.kernels import sandbox
from grader.kernels.manager import kernel_manager, run_cells
from grader.report import feedback

pytestmark = pytest.mark.skipif(bool(sandbox.available()), reason=str(sandbox.available()))
PROJECT, MODEL = "20-passengers", "passengers.keras"
COURSE = Course(ROOT)
REPORT = "<!-- written: passengers_report -->\nThe baseline of sex alone reaches 0.53."
STUDENTS = {
    "gina": "",  # the reference solution
    "simon": "simple: logistic regression on four columns",
    "basil": "the same for all",
    "memo": "memorised: the training and the validation rows by name",
    "peek": "peeking: the generator, run again with the seed of the grading run",
    "finn": "no file is saved",
    "lambert": "hostile: a Lambda layer with code",
    "paul": "hostile: a pickled object",
    "zippy": "hostile: a ZIP file that unpacks to a gigabyte",
}
"""Whose answer is which of the bank's. `lina` hands in a link in place of her file, `max` a file of 21 MB."""


def _answers() -> dict[str, str]:
    """The text of each answer of the bank by its name; the reference solution's is ""."""
    found = bank.read(COURSE.project_answers(PROJECT), exercises(COURSE.project(PROJECT)))
    reference = next(cell.source for cell in cells(COURSE.project(PROJECT)) if exercise_of(cell.source))
    return {"": without_stub(reference), **{answer.name: answer.source for answer in found}}


def _run(folder: Path, *words: object) -> None:
    command = [sys.executable, "-m", *map(str, words)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for each student, with what running the notebook at home leaves: one kernel trains them all."""
    folder = tmp_path_factory.mktemp("home")
    texts = _answers()
    notebook = nbformat.read(COURSE.project_notebook(PROJECT), as_version=4)
    setup = [cell for cell in notebook.cells if cell.cell_type == "code"][:3]
    for student, name in STUDENTS.items():
        (folder / student).mkdir()
        setup += [
            nbformat.v4.new_code_cell(texts[name]),
            nbformat.v4.new_code_cell(f"train().save('{student}/{MODEL}')"),
        ]
    notebook.cells = setup
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, km=kernel_manager(KERNELSPEC["name"]), timeout=300, resources=resources)
    asyncio.run(run_cells(client))
    return folder


def _answered(class_: Path, source: str, report: str = "") -> bytes:
    notebook: dict[str, Any] = json.loads((class_ / "release" / PROJECT / f"{PROJECT}.ipynb").read_text())
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name == "passengers":
            cell["source"] = source
        elif name == "passengers_report" and report:
            cell["source"] = report
    return json.dumps(notebook).encode()


@pytest.fixture(scope="module")
def class_(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class, collected from a ZIP file and graded."""
    root = tmp_path_factory.mktemp("class")
    class_ = root / "class"
    _run(ROOT, "grader", "init", class_, "--project", "20")
    texts = _answers()
    with zipfile.ZipFile(root / "export.zip", "w") as export:
        for student, name in STUDENTS.items():
            # A train() that raises shows that nothing is trained when it is graded.
            source = texts[name] + "\n\ndef train():\n    raise AssertionError('trained while it is graded')"
            report = REPORT if student in ("gina", "simon") else ""
            export.writestr(f"{student}/{PROJECT}.ipynb", _answered(class_, source, report))
            for path in (files / student).iterdir():
                export.write(path, f"{student}/{path.name}")
    _run(class_, "grader", "collect", root / "export.zip")
    lina = class_ / "submitted" / "lina" / PROJECT
    lina.mkdir(parents=True)
    (lina / f"{PROJECT}.ipynb").write_bytes(_answered(class_, texts[""]))
    (lina / MODEL).symlink_to(files / "gina" / MODEL)
    huge = class_ / "submitted" / "max" / PROJECT
    huge.mkdir(parents=True)
    (huge / f"{PROJECT}.ipynb").write_bytes(_answered(class_, texts[""]))
    (huge / MODEL).write_bytes(bytes(21_000_000))
    _run(class_, "grader", "grade")
    return class_


def _points(class_: Path) -> dict[str, float]:
    with Gradebook(f"sqlite:///{class_ / 'gradebook.db'}") as book:
        return {each.student.id: each.score for each in book.assignment_submissions(PROJECT)}


def test_each_level_is_paid_to_whom_reaches_it_and_nothing_to_whom_cheats(class_: Path) -> None:
    assert _points(class_) == {
        "gina": 10,
        "simon": 7,
        **dict.fromkeys(("basil", "memo", "peek", "finn", "lambert", "paul", "zippy", "lina", "max"), 0),
    }


@pytest.mark.parametrize(
    ("student", "said"),
    [
        ("simon", "at most 0.39 is asked, on rows that nobody has seen"),
        ("finn", "there is no such file beside the notebook"),
        ("lina", "it was not taken (a link"),
        ("max", "a file of more than 20 MB)"),
        ("lambert", "it holds Python code"),
        ("paul", "it is no .keras file"),
        ("zippy", "more than 200 MB unpacked"),
    ],
)
def test_who_is_refused_reads_why(class_: Path, student: str, said: str) -> None:
    page = _page(class_, student)
    assert said in page


def _page(class_: Path, student: str) -> str:
    path = class_ / "feedback" / student / PROJECT / f"{PROJECT}.html"
    if not path.is_file():
        feedback.write(Classroom.find(class_))
    return path.read_text()


def test_a_report_waits_for_a_mark_by_hand_which_then_counts(class_: Path) -> None:
    with Gradebook(f"sqlite:///{class_ / 'gradebook.db'}") as book:
        waiting = {each.student.id for each in book.assignment_submissions(PROJECT) if each.needs_manual_grade}
        assert waiting == {"gina", "simon"}
        grade: Grade = book.find_grade("passengers_report", PROJECT, PROJECT, "gina")
        assert grade.max_score == 5
        grade.manual_score, grade.needs_manual_grade = 4.0, False  # what formgrader's field writes
        book.db.commit()
    assert _points(class_)["gina"] == 14
    feedback.write(Classroom.find(class_))
    assert "14</strong> of 15 points" in _page(class_, "gina")
    assert "has <strong>7</strong>" not in _page(class_, "gina")


def test_grading_again_asks_about_the_same_rows_and_another_class_about_others(class_: Path, tmp_path: Path) -> None:
    before = results.read(class_, PROJECT, "simon", PROJECT)
    _run(class_, "grader", "grade", "--student", "simon", "--force")
    after = results.read(class_, PROJECT, "simon", PROJECT)
    assert before and after and before.verdicts == after.verdicts
    assert secret_of(class_) == secret_of(class_) != secret_of(tmp_path)


def test_nbgraders_autograde_gives_the_same(class_: Path) -> None:
    _run(class_, "nbgrader", "autograde", PROJECT, "--student", "simon", "--force")
    assert _points(class_)["simon"] == 7


def test_the_truth_reaches_no_students_process(class_: Path) -> None:
    for path in (class_ / "submitted").rglob("*"):
        assert "truth" not in path.name
    notebook = (class_ / "release" / PROJECT / f"{PROJECT}.ipynb").read_text()
    assert "truth" not in notebook and "columns(x_train)" not in notebook and "What earns points" not in notebook


@pytest.mark.parametrize("name", projects.PROJECTS)
def test_a_projects_data_are_drawn_by_their_seed_alone(name: str) -> None:
    rows = {"train": 30, "validation": 20, "held out": 40}
    small = projects.Project(**{**vars(projects.PROJECTS[name]), "rows": rows})
    one, two = small.draw(5, 40), small.draw(5, 40)
    assert one[0] == two[0] and (one[1] == two[1]).all()
    assert len(small.read(one[0])) == len(one[1]) == 40
    assert small.draw(6, 40)[0] != one[0]


def test_held_out_rows_fit_into_evidence_whole() -> None:
    from grader.checks.evidence import MAX_ELEMENTS

    for project in projects.PROJECTS.values():
        _, truth = project.draw(1, 2)
        assert project.rows["held out"] * truth[0].size <= MAX_ELEMENTS


SMALL = """\
# %% [markdown]
# # A project

# %%
import numpy as np
from grader import check

MODEL = "model.txt"

# %% [markdown]
# ## Task

# %%
# exercise: small
def train():
    ### BEGIN SOLUTION
    return 0.38
    ### END SOLUTION


def predict(features):
    ### BEGIN SOLUTION
    return np.full(len(features), float(open(MODEL).read()))
    ### END SOLUTION


# %%
if not check.grading():
    open(MODEL, "w").write(str(train()))

# %% points=1
# check: small-1
check.score("Level 1", predict, "passengers", at_most=0.68)

# %% points=1
# check: small-2
check.score("Level 2", predict, "passengers", at_most=0.70)

# %% [markdown] points=2
# <!-- written: small_report -->
# What earns points.
"""
SMALL_BANK = """\
# %% [markdown]
# # Bank

# %% exercise="small" answer="one half" expect="wrong" fails="small-1" says="at most 0.68 is asked"
# exercise: small
def train():
    return 0.5


def predict(features):
    return np.full(len(features), float(open(MODEL).read()))

# %% exercise="small" answer="said to be right" expect="right"
# exercise: small
def train():
    return 2.0


def predict(features):
    return np.full(len(features), float(open(MODEL).read()))
"""

SMALL_WHY = """# Why the solutions work: small

## small

The share of those who are saved is one number, and no other single number is nearer to all the answers on the mean.

### Another way

A file with a number is as good as a model here.
"""


def test_the_gate_trains_hands_in_and_grades_every_answer_of_a_bank(small_course: Course, tmp_path: Path) -> None:
    topic = small_course.topics[-1]
    folder = small_course.root / "solutions" / "projects"
    folder.mkdir()
    (folder / f"{topic[:2]}-small.py").write_text(SMALL)
    (folder / f"{topic[:2]}-small.answers.py").write_text(SMALL_BANK)
    (folder / f"{topic[:2]}-small.why.md").write_text(SMALL_WHY)
    found = Findings(topic)
    runner = Runner(tmp_path / "cache", places=Places(2))
    assert asyncio.run(prove_projects(small_course, topic, runner, found)) == (1, 1)
    (only,) = found
    assert "'said to be right' fails small-1 and small-2; stated: nowhere" in str(only)
    assert "a chance lies between 0 and 1" in str(only)
    asyncio.run(prove_projects(small_course, topic, runner, found))
    assert runner.remembered == runner.executed == 3
