"""The `grader` command as a user meets it: what it prints, its exit code, and what it says of bad input."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from grader.authoring import build
from grader.authoring.course import Course
from grader.student import all_checks, scoreboard


def _grader(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "grader", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def built(small_course: Course) -> Course:
    build.write(build.build(small_course))
    return small_course


def _solved(course: Course, *, answers: dict[str, str]) -> Path:
    path = course.exercise_notebook("01-first")
    text = path.read_text()
    for old, new in answers.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    return path


NORMS = 'raise NotImplementedError(\\"row_norms\\")'
DOUBLE = "return x ** 2"


def test_the_scoreboard_tells_four_outcomes_apart(built: Course) -> None:
    path = built.exercise_notebook("01-first")
    rows = {row.exercise: row for row in scoreboard.run(path)}
    assert (rows["row_norms"].outcome, rows["row_norms"].points, rows["row_norms"].of) == ("not attempted", 0, 2)
    # Its broken code is as the course gave it: nobody has tried to mend it yet.
    assert (rows["double_it"].outcome, rows["double_it"].message) == ("not attempted", "")
    _solved(built, answers={DOUBLE: "return x ** 3"})
    rows = {row.exercise: row for row in scoreboard.run(path)}
    assert rows["double_it"].outcome == "wrong"
    assert "double_it(2)" in rows["double_it"].message
    _solved(built, answers={NORMS: "return undefined_name", "return x ** 3": "return 2 * x"})
    rows = {row.exercise: row for row in scoreboard.run(path)}
    assert rows["row_norms"].outcome == "error"
    assert rows["row_norms"].message == "NameError: name 'undefined_name' is not defined"
    assert (rows["double_it"].outcome, rows["double_it"].points) == ("right", 1)


def test_check_prints_a_scoreboard_and_its_exit_code_says_whether_all_is_right(built: Course) -> None:
    wrong = _grader("check", "first", folder=built.root)
    assert wrong.returncode == 1
    assert "not attempted" in wrong.stdout
    path = _solved(built, answers={NORMS: "return np.linalg.norm(x, axis=-1)", DOUBLE: "return 2 * x"})
    right = _grader("check", str(path), folder=built.root)
    assert right.returncode == 0, right.stdout + right.stderr
    assert "2 of 2 right" in right.stdout
    assert "3 / 3" in right.stdout
    assert right.stderr == ""


def test_messages_stand_below_the_scoreboard_and_what_goes_on_below_what_it_goes_on_from() -> None:
    said = "one number: the value is wrong\n  Call:     f(tf.constant([1.0]))\n  Got:      [1,\n             2]"
    said += "\n  Hint:     one axis too many in front, is it not?"
    rows = [scoreboard.Row("f", 0, 2, "wrong", said), scoreboard.Row("g", 1, 1, "right", "")]
    assert [text.plain for text in scoreboard.messages(rows, 36)] == [
        """
f
  one number: the value is wrong
    Call:     f(tf.constant([1.0]))
    Got:      [1,
               2]
    Hint:     one axis too many in
              front, is it not?"""
    ]


@pytest.mark.parametrize("first_line", ["", "# Exercise : row_norms\\n"])
def test_an_exercise_without_its_first_line_is_listed_with_what_to_do(built: Course, first_line: str) -> None:
    right = {NORMS: "return np.linalg.norm(x, axis=-1)"}
    path = _solved(built, answers={**right, '"# exercise: row_norms\\n",': f'"{first_line}",'})
    rows = {row.exercise: row for row in scoreboard.run(path)}
    assert list(rows) == ["row_norms", "double_it"]
    assert (rows["row_norms"].outcome, rows["row_norms"].points) == ("right", 2)
    assert rows["row_norms"].message == "its first line is gone: put `# exercise: row_norms` back above your answer"


def test_an_exercise_whose_cell_is_gone_is_listed_with_what_to_do(built: Course) -> None:
    path = built.exercise_notebook("01-first")
    nb = json.loads(path.read_text())
    nb["cells"] = [cell for cell in nb["cells"] if "# exercise: double_it\n" not in cell["source"]]
    path.write_text(json.dumps(nb))
    row = next(row for row in scoreboard.run(path) if row.exercise == "double_it")
    assert row.outcome == "error"
    assert row.message.endswith("begin your answer with `# exercise: double_it`")


def test_check_all_runs_the_hidden_checks_and_tells_no_value_of_theirs(built: Course) -> None:
    path = _solved(built, answers={NORMS: "return np.array([5.0])", DOUBLE: "return x + 5"})
    seen = _grader("check", "01", folder=built.root)
    assert (seen.returncode, "3 / 3" in seen.stdout) == (0, True)
    assert "grader check --all 01" in seen.stdout
    run = _grader("check", "--all", "01", folder=built.root)
    assert run.returncode == 1, run.stdout + run.stderr
    told = " ".join(re.sub("[│┃]", " ", run.stdout).split())
    assert "0 / 3 0 of 2 right" in told
    assert "0 of 1 hold" in told
    rows = {row.exercise: row for row in all_checks.run(path)}
    assert rows["row_norms"].message.startswith("hidden check: row_norms on a random batch: the shape is ")
    assert rows["double_it"].message == "hidden check: hidden_label: the value is not the expected one."
    _solved(
        built, answers={"return np.array([5.0])": "return np.linalg.norm(x, axis=-1)", "return x + 5": "return 2 * x"}
    )
    right = all_checks.run(path)
    assert [(row.outcome, row.points, row.hidden) for row in right] == [
        ("right", 2, "1 of 1 hold"),
        ("right", 1, "1 of 1 hold"),
    ]


def test_check_all_says_what_is_right_as_graded_and_not_in_this_notebook(built: Course) -> None:
    path = _solved(built, answers={NORMS: "return np.linalg.norm(x, axis=-1)", DOUBLE: "return 2 * x"})
    nb = nbformat.read(path, as_version=4)
    checked = next(cell for cell in nb.cells if scoreboard.checked_in(cell) == "row_norms")
    checked.source += "\nassert False, 'a line of my own'"
    nbformat.write(nb, path)
    rows = {row.exercise: row for row in all_checks.run(path)}
    row = rows["row_norms"]
    assert (row.outcome, row.points, row.hidden) == ("right", 2, "1 of 1 hold")
    assert row.message.startswith("right as it is graded, not in this notebook: ")
    assert rows["double_it"].message == ""


def test_check_all_without_the_courses_text_says_what_it_needs(built: Course) -> None:
    path = built.exercise_notebook("01-first")
    built.solution("01-first").unlink()
    run = _grader("check", "--all", str(path), folder=built.root)
    assert run.returncode == 2
    assert "needs a checkout of the course" in run.stderr
    assert "Hidden checks count when it is graded." in _grader("check", str(path), folder=built.root).stdout


def test_check_does_not_change_the_notebook(built: Course) -> None:
    path = built.exercise_notebook("01-first")
    before = path.read_bytes()
    scoreboard.run(path)
    assert path.read_bytes() == before


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 does not tell a task that it is cancelled")
def test_ctrl_c_ends_a_check_without_a_traceback_and_leaves_no_process(built: Course, tmp_path: Path) -> None:
    began = tmp_path / "began"
    answer = f"open('{began}', 'w').close(); __import__('time').sleep(300)"
    command = [sys.executable, "-m", "grader", "check", str(_solved(built, answers={NORMS: answer}))]
    taken = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, cwd=built.root, text=True, **taken) as check:
        while not began.exists() and check.poll() is None:
            time.sleep(0.1)
        children = psutil.Process(check.pid).children(recursive=True)
        check.send_signal(signal.SIGINT)
        said, _ = check.communicate(timeout=60)
    assert (check.returncode, "Traceback" in said) == (130, False), said
    assert psutil.wait_procs(children, 10)[1] == []


def test_build_writes_and_build_check_names_what_is_stale(small_course: Course) -> None:
    assert _grader("build", folder=small_course.root).returncode == 0
    assert _grader("build", "--check", folder=small_course.root).returncode == 0
    chapter = small_course.chapter("00-welcome")
    chapter.write_text(chapter.read_text().replace("One sentence", "Another sentence"))
    stale = _grader("build", "--check", folder=small_course.root)
    assert stale.returncode == 1
    assert "stale: notebooks/chapters/00-welcome-chapter.ipynb" in stale.stdout
    assert _grader("build", folder=small_course.root).stdout.startswith(
        "built notebooks/chapters/00-welcome-chapter.ipynb"
    )


def test_doctor_names_versions_devices_and_the_sandbox(tmp_path: Path) -> None:
    run = _grader("doctor", folder=tmp_path)
    assert run.returncode == 0, run.stdout
    for word in ("Python", "tensorflow", "keras", "CPU:0", "sandbox"):
        assert word in run.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["check", "--all"], 2, "Name an exercise notebook or a topic: grader check --all 01"),
        (["check", "nothing.ipynb"], 2, "There is no notebook nothing.ipynb"),
        (["check", "00"], 2, "has no exercise notebook"),
        (["check", "tensrs"], 2, "There is no topic 'tensrs'"),
        (["check", "cut.ipynb"], 1, "is not a complete notebook"),
        (["check", "empty.ipynb"], 1, "is not a complete notebook"),
        (["check", "latin.ipynb"], 1, "is not UTF-8 text"),
        (["check", "list.ipynb"], 1, "is not a complete notebook"),
        (["check", "notebooks/chapters/01-first-chapter.ipynb"], 1, "has no exercise in it"),
        (["build", "07"], 2, "There is no topic '07'"),
        (["init", "pyproject.toml"], 2, "is a file"),
        (["init", "notebooks/class"], 2, "outside the checkout"),
    ],
)
def test_bad_input_is_one_sentence_and_no_traceback(built: Course, arguments: list[str], code: int, says: str) -> None:
    whole = built.exercise_notebook("01-first").read_bytes()
    (built.root / "cut.ipynb").write_bytes(whole[: len(whole) // 2])
    (built.root / "empty.ipynb").write_bytes(b"")
    (built.root / "latin.ipynb").write_bytes('{"naïve": 1}'.encode("latin-1"))
    (built.root / "list.ipynb").write_bytes(b"[1, 2]")
    run = _grader(*arguments, folder=built.root)
    assert run.returncode == code
    assert says in run.stderr
    assert run.stderr.count("\n") == 1
    assert "Traceback" not in run.stdout + run.stderr


def test_outside_a_checkout_the_installed_course_is_found(tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "x", ignore_errors=True)
    run = _grader("build", "--check", "00", folder=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
