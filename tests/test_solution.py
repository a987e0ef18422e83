"""Worked solutions: for somebody who learns alone after an attempt, and for a class from a date on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from rich.console import Console

from grader.authoring import build
from grader.authoring.course import Course
from grader.classroom import class_directory
from grader.classroom.release_solutions import release_solutions_command
from grader.errors import UsageError
from grader.progress import kept as progress
from grader.student import scoreboard
from grader.student.solution import solution_command

HINTS = """\
# Return the norm of each row.
#
# <details><summary>Hint 1: the idea</summary>
#
# Pythagoras, row by row.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Square, add along the last axis, take the root.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# `np.____((x * x).sum(axis=____))`
#
# </details>
"""
BANK = """\
# %% [markdown]
# # Answer bank

# %% exercise="row_norms" answer="a loop" expect="right"
# exercise: row_norms
def row_norms(x):
    return np.array([sum(v * v for v in row) ** 0.5 for row in x])


# %% exercise="row_norms" answer="columns" expect="wrong" fails="row_norms-1"
# exercise: row_norms
def row_norms(x):
    return np.linalg.norm(x, axis=0)
"""

WHY = """\
# Why the solutions work: first

## row_norms

The root of a sum of squares is a length. `axis=-1` adds along each row.

### Another way

A loop is for those who like to wait.

## double_it

A sum of two equal parts is twice the part.
"""


@pytest.fixture
def course(small_course: Course, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A built course with hints and an answer bank; the working directory is in it."""
    text = small_course.solution("01-first").read_text()
    small_course.solution("01-first").write_text(text.replace("# Return the norm of each row.\n", HINTS))
    small_course.answers("01-first").write_text(BANK)
    small_course.why("01-first").write_text(WHY)
    build.write(build.build(small_course))
    monkeypatch.chdir(small_course.root)
    return small_course


def _shown(name: str, *, now: bool = False) -> str:
    console = Console(width=100)
    with console.capture() as capture:
        solution_command(name, console, now=now)
    return capture.get()


def test_before_an_attempt_the_solution_is_refused_with_the_way_round(course: Course) -> None:
    with pytest.raises(UsageError, match=r"You have not tried row_norms yet: .* grader solution row_norms --now\."):
        _shown("row_norms")


def test_the_solution_comes_with_the_reason_and_another_way(course: Course) -> None:
    page = _shown("row_norms", now=True)
    parts = [
        "secret_of_rows = np.sqrt",
        "Why it works",
        "The root of a sum",
        "Another way: a loop",
        "for row in x",
        "who like to wait",
    ]
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    for not_shown in ("BEGIN SOLUTION", "# exercise:", "np.____", "axis=0", "check.", "Pythagoras"):
        assert not_shown not in page


def test_broken_code_of_a_fix_it_is_no_part_of_its_solution(course: Course) -> None:
    page = _shown("double_it", now=True)
    assert "return x + x" in page
    assert "x ** 2" not in page
    assert "Another way" not in page  # its bank has none


def test_an_answer_that_was_saved_is_an_attempt(course: Course) -> None:
    path = course.exercise_notebook("01-first")
    path.write_text(path.read_text().replace('raise NotImplementedError(\\"row_norms\\")', "return x"))
    assert "Why it works" in _shown("row_norms")
    with pytest.raises(UsageError, match="not tried double_it"):
        _shown("double_it")


def test_a_check_that_was_run_is_an_attempt(course: Course) -> None:
    progress.append(progress.file(course.root), [("double_it-1", "wrong")])
    assert "return x + x" in _shown("double_it")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("row_norm", "There is no exercise 'row_norm'. Did you mean row_norms?"),
        ("first", "01-first is a chapter; name one of its exercises: row_norms, double_it."),
        ("xyz", "There is no exercise 'xyz'. Its name stands in its cell: '# exercise: name'."),
    ],
)
def test_a_wrong_name_is_told_with_a_right_one(course: Course, name: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        _shown(name)
    assert str(caught.value) == says


def test_the_command_prints_code_that_can_be_copied(course: Course) -> None:
    command = [sys.executable, "-m", "grader", "solution", "row_norms", "--now"]
    run = subprocess.run(command, cwd=course.root, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert "\ndef row_norms(x):\n" in run.stdout
    assert "\n    secret_of_rows = np.sqrt((x * x).sum(axis=-1))\n" in run.stdout


# A class


@pytest.fixture(scope="module")
def made_once() -> dict[str, Path]:
    return {}


@pytest.fixture
def classroom(
    course: Course, made_once: dict[str, Path], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A class directory as `grader init` makes it, in every test the same."""
    if not made_once:
        made_once["class"] = tmp_path_factory.mktemp("once") / "class"
        class_directory.create(course, made_once["class"], ["01-first"])
    return Path(shutil.copytree(made_once["class"], tmp_path / "class"))


def _dated(classroom: Path, text: str) -> None:
    config = classroom / "nbgrader_config.py"
    lines = [line for line in config.read_text().splitlines() if not line.startswith("c.WorkedSolutions")]
    config.write_text("\n".join([*lines, f"c.WorkedSolutions.dates = {text}", ""]))


def _released(classroom: Path, *names: str, now: bool = False) -> list[str]:
    said: list[str] = []
    release_solutions_command([*names], directory=classroom, now=now, show=said.append)
    return said


def test_a_class_gets_worked_solutions_from_their_date_on(classroom: Path) -> None:
    path = classroom / "solutions" / "01-first.ipynb"
    soon = datetime.now().astimezone() + timedelta(hours=1)
    _dated(classroom, repr({"01-first": soon.isoformat()}))
    assert _released(classroom) == [f"01-first: due {soon:%Y-%m-%d %H:%M}"]
    assert not path.exists()
    _dated(classroom, repr({"01-first": (soon - timedelta(hours=2)).isoformat()}))
    assert _released(classroom) == ["01-first: wrote solutions/01-first.ipynb; give it to the class"]
    written = path.stat().st_mtime_ns
    assert _released(classroom) == ["01-first: released already, in solutions/01-first.ipynb"]
    assert path.stat().st_mtime_ns == written


def test_what_is_released_runs_explains_and_holds_no_hidden_check(classroom: Path) -> None:
    _released(classroom, now=True)
    path = classroom / "solutions" / "01-first.ipynb"
    nb = nbformat.read(path, as_version=4)
    nbformat.validate(nb)
    text = path.read_text()
    for part in ("secret_of_rows", "Why it works", "a sum of squares", "Another way: a loop", "like to wait"):
        assert part in text
    for secret in (
        "HIDDEN",
        "hidden_label",
        "check.reference",
        "np.____",
        "x ** 2",
        "Pythagoras",
        "nbgrader",
        "progress.show",
    ):
        assert secret not in text
    scoreboard.execute(nb, path.parent)
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    assert [output for cell in code for output in cell.outputs if output.output_type == "error"] == []
    assert "Right: row_norms" in str(code)
    assert not progress.file(path.parent).exists()  # reading a solution is no progress


@pytest.mark.parametrize(
    ("dates", "says"),
    [
        ("{}", "No topic has a date yet"),
        ("{'01-first': 'soon'}", "'soon' is no date; write it as 2026-12-01 18:00"),
        ("{'09-last': '2026-12-01'}", "'09-last' has a date, but is no assignment"),
        ("['2026-12-01']", "are a dict, such as"),
    ],
)
def test_a_date_that_is_none_is_told(classroom: Path, dates: str, says: str) -> None:
    _dated(classroom, dates)
    with pytest.raises(UsageError, match=says):
        _released(classroom)


def test_a_topic_without_a_date_is_released_by_hand_only(classroom: Path) -> None:
    assert _released(classroom, "01-first") == ["01-first: has no date for its solutions; --now releases it"]
    assert _released(classroom, "01-first", now=True)[0].startswith("01-first: wrote")
