"""`grader update`: a newer version of the course arrives, and nothing that a student wrote is lost."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import CHAPTER, ROOT, SOLUTION

from grader.authoring import build
from grader.authoring.course import Course
from grader.errors import CourseError, UsageError
from grader.student.update import Change, apply, update_command

THIRD = '''\
# %% [markdown]
# ## A third one

# %%
# exercise: third
def third(x):
    """A third of `x`."""
    ### BEGIN SOLUTION
    return x / 3
    ### END SOLUTION

# %% points=1
# check: third-1
check.close("third(3)", third(3), 1.0)

'''
# The second version: another text and docstring, another check, a new exercise in front of the last one.
NEWER = (
    SOLUTION.replace("Return the norm of each row.", "Return the Euclidean norm of each row.")
    .replace('"""The norm of each row."""', '"""The Euclidean norm of each row of `x`."""')
    .replace("[[3, 4]]", "[[6, 8]]")
    .replace("[[3.0, 4.0]]", "[[6.0, 8.0]]")
    .replace("[5.0]", "[10.0]")
    .replace("# %%\n# exercise: double_it", THIRD + "# %%\n# exercise: double_it")
)
# The third version: one of the exercises is gone.
SMALLER = NEWER.split("# %%\n# exercise: double_it")[0]
Cells = list[dict[str, Any]]


def _course(root: Path, solution: str) -> Course:
    (root / "course").mkdir(parents=True, exist_ok=True)
    (root / "solutions").mkdir(exist_ok=True)
    shutil.copy(ROOT / "pyproject.toml", root)
    shutil.copy(ROOT / ".gitignore", root)
    (root / "course" / "00-welcome.md").write_text(CHAPTER.format(title="Welcome"))
    (root / "course" / "01-first.md").write_text(CHAPTER.format(title="First"))
    (root / "solutions" / "01-first.py").write_text(solution)
    course = Course(root)
    build.write(build.build(course))
    return course


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Course]:
    """Three versions of a course, built."""
    texts = {"old": SOLUTION, "newer": NEWER, "smaller": SMALLER}
    return {name: _course(tmp_path_factory.mktemp(name), text) for name, text in texts.items()}


def _notebook(course: Course) -> bytes:
    return course.exercise_notebook("01-first").read_bytes()


def _find(cells: Cells, marker: str) -> dict[str, Any]:
    return next(cell for cell in cells if "".join(cell["source"]).startswith(marker))


def _set(cell: dict[str, Any], text: str) -> None:
    cell["source"] = text.splitlines(keepends=True)


def _own(text: str, kind: str = "code") -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": f"own-{abs(hash(text)) % 10**8}", "metadata": {}, "source": [text]}
    return {**cell, "outputs": [], "execution_count": None} if kind == "code" else cell


def _solve(cells: Cells, body: str = "return mine_1(x)") -> None:
    _set(_find(cells, "# exercise: row_norms"), f"# exercise: row_norms\ndef row_norms(x):\n    {body}")


# What students do to their notebooks. Everything that they write has the word mine_ and a number in it.


def answered(cells: Cells) -> None:
    _solve(cells)


def both_answered(cells: Cells) -> None:
    _solve(cells)
    _set(_find(cells, "# exercise: double_it"), "# exercise: double_it\ndef double_it(x):\n    return mine_2(x)")


def moved_to_the_end(cells: Cells) -> None:
    _solve(cells)
    cell = _find(cells, "# exercise: row_norms")
    cells.remove(cell)
    cells.append(cell)


def all_in_reverse_order(cells: Cells) -> None:
    both_answered(cells)
    cells.reverse()


def copied_and_the_copy_edited(cells: Cells) -> None:
    _solve(cells)
    copy = json.loads(json.dumps(_find(cells, "# exercise: row_norms")))
    _set(copy, "# exercise: row_norms\ndef row_norms(x):\n    return mine_2(x)")
    cells.append({**copy, "id": "copied"})


def copied_before_it_was_edited(cells: Cells) -> None:
    cells.insert(3, {**json.loads(json.dumps(_find(cells, "# exercise: row_norms"))), "id": "copied"})
    _solve(cells)


def three_tries_in_three_copies(cells: Cells) -> None:
    cell = _find(cells, "# exercise: row_norms")
    for number in (1, 2, 3):
        copy = json.loads(json.dumps(cell))
        _set(copy, f"# exercise: row_norms\ndef row_norms(x):\n    return mine_{number}(x)")
        cells.append({**copy, "id": f"copied{number}"})


def metadata_lost(cells: Cells) -> None:
    both_answered(cells)
    for cell in cells:
        cell["metadata"] = {"id": "x9", "colab": {"base_uri": "https://localhost:8080/"}}


def metadata_and_markers_lost(cells: Cells) -> None:
    metadata_lost(cells)
    for cell in cells:
        text = "".join(cell["source"])
        _set(cell, text.split("\n", 1)[1] if text.startswith("# exercise:") else text)


def marker_removed(cells: Cells) -> None:
    _set(_find(cells, "# exercise: row_norms"), "def row_norms(x):\n    return mine_1(x)")


def marker_spelt_otherwise(cells: Cells) -> None:
    _set(_find(cells, "# exercise: row_norms"), "#  Exercise : row_norms\ndef row_norms(x):\n    return mine_1(x)")


def comments_above_the_marker(cells: Cells) -> None:
    _set(_find(cells, "# exercise: row_norms"), "# mine_1\n\n# exercise: row_norms\ndef row_norms(x):\n    return 1")


def check_edited(cells: Cells) -> None:
    _solve(cells)
    _find(cells, "# check: row_norms-1")["source"].append("\nprint('mine_2')")


def check_deleted(cells: Cells) -> None:
    _solve(cells)
    cells.remove(_find(cells, "# check: row_norms-1"))


def task_edited(cells: Cells) -> None:
    _solve(cells)
    _find(cells, "## `row_norms`")["source"].append("\nmine_2: ask about this")


def imports_edited(cells: Cells) -> None:
    _find(cells, "import numpy")["source"].append("\nimport math as mine_1")


def answer_deleted_and_written_elsewhere(cells: Cells) -> None:
    cells.remove(_find(cells, "# exercise: row_norms"))
    cells.append(_own("def row_norms(x):\n    return mine_1(x)"))


def two_answers_joined(cells: Cells) -> None:
    both_answered(cells)
    second = _find(cells, "# exercise: double_it")
    cells.remove(second)
    _find(cells, "# exercise: row_norms")["source"] += ["\n\n", *second["source"]]


def answer_split_in_two(cells: Cells) -> None:
    at = cells.index(_find(cells, "# exercise: row_norms"))
    cells.insert(at, _own("def mine_1(x):\n    return x"))
    _solve(cells, "return mine_2(x)")


def answer_became_text(cells: Cells) -> None:
    _solve(cells)
    cell = _find(cells, "# exercise: row_norms")
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


def own_cells_everywhere(cells: Cells) -> None:
    _solve(cells)
    for number, at in enumerate(range(len(cells), -1, -1), start=2):
        cells.insert(
            at, _own(f"# mine_{number}" if number % 2 else f"mine_{number} words", ("code", "markdown")[number % 2])
        )


def answer_emptied(cells: Cells) -> None:
    _set(_find(cells, "# exercise: row_norms"), "")
    cells.append(_own("mine_1"))


def answer_commented_out(cells: Cells) -> None:
    _set(_find(cells, "# exercise: row_norms"), "# exercise: row_norms\n# def row_norms(x):\n#     return mine_1(x)")


def run_and_saved(cells: Cells) -> None:
    both_answered(cells)
    for number, cell in enumerate(cells):
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["Right: x\n"]}]


def picture_pasted(cells: Cells) -> None:
    _solve(cells)
    cells.append({**_own("mine_2 ![s](attachment:s.png)", "markdown"), "attachments": {"s.png": {"image/png": "AA=="}}})


def blanks_and_other_line_ends(cells: Cells) -> None:
    _set(
        _find(cells, "# exercise: row_norms"),
        "# exercise: row_norms\r\ndef row_norms(x):   \r\n    return mine_1(x)\r\n",
    )


def only_own_cells_left(cells: Cells) -> None:
    cells[:] = [_own("mine_1 = 1"), _own("mine_2", "markdown")]


# Each with how many of a student's texts need the old file: 0 means that no `.orig` is kept.
WAYS: list[tuple[Callable[[Cells], None], str, int]] = [
    (answered, "mine_1", 0),
    (both_answered, "mine_1", 0),
    (moved_to_the_end, "mine_1", 0),
    (all_in_reverse_order, "mine_1", 0),
    (copied_and_the_copy_edited, "mine_1", 0),
    (copied_before_it_was_edited, "mine_1", 0),
    (three_tries_in_three_copies, "mine_3", 0),
    (metadata_lost, "mine_1", 0),
    (metadata_and_markers_lost, "", 0),
    (marker_removed, "mine_1", 0),
    (marker_spelt_otherwise, "mine_1", 0),
    (comments_above_the_marker, "mine_1", 0),
    (check_edited, "mine_1", 1),
    (check_deleted, "mine_1", 0),
    (task_edited, "mine_1", 0),
    (imports_edited, "", 0),
    (answer_deleted_and_written_elsewhere, "", 0),
    (two_answers_joined, "mine_1", 0),
    (answer_split_in_two, "mine_2", 0),
    (answer_became_text, "mine_1", 0),
    (own_cells_everywhere, "mine_1", 0),
    (answer_emptied, "", 0),
    (answer_commented_out, "mine_1", 0),
    (run_and_saved, "mine_1", 0),
    (picture_pasted, "mine_1", 1),
    (blanks_and_other_line_ends, "mine_1", 0),
    (only_own_cells_left, "", 0),
]


def _words(data: bytes) -> set[bytes]:
    return set(re.findall(rb"mine_\d+", data))


def _edited(course: Course, edit: Callable[[Cells], None]) -> bytes:
    content = json.loads(_notebook(course))
    edit(content["cells"])
    return json.dumps(content, indent=1).encode()


def _answer(path: Path, name: str) -> str:
    nb = nbformat.read(path, as_version=4)
    return next(cell.source for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name)


@pytest.mark.parametrize("version", ["newer", "smaller"])
@pytest.mark.parametrize(("edit", "answer", "kept"), WAYS, ids=lambda value: getattr(value, "__name__", ""))
def test_no_answer_is_lost(
    versions: dict[str, Course], tmp_path: Path, edit: Callable[[Cells], None], answer: str, kept: int, version: str
) -> None:
    mine = _edited(versions["old"], edit)
    path = tmp_path / "01-first.ipynb"
    path.write_bytes(mine)
    said: list[str] = []
    apply([Change(path, _notebook(versions[version]), mine, _notebook(versions["old"]))], said.append)
    beside = sorted(tmp_path.glob("*.orig*.ipynb"))
    assert _words(mine) == _words(path.read_bytes()).union(*(_words(file.read_bytes()) for file in beside))
    assert [file.read_bytes() for file in beside] in ([], [mine])
    # The new notebook is complete, whatever became of the old one.
    nb = nbformat.read(path, as_version=4)
    nbformat.validate(nb)
    fresh = nbformat.reads(_notebook(versions[version]).decode(), as_version=4)
    ids = [cell.metadata.nbgrader.grade_id for cell in fresh.cells]
    assert [cell.metadata.nbgrader.grade_id for cell in nb.cells if "nbgrader" in cell.metadata] == ids
    for cell in fresh.cells:
        if not cell.metadata.nbgrader.solution:
            assert cell in nb.cells
    assert answer in _answer(path, "row_norms")
    if version == "newer":
        assert bool(beside) == bool(kept), said


def test_an_untouched_notebook_becomes_the_new_one_and_leaves_no_copy(
    versions: dict[str, Course], tmp_path: Path
) -> None:
    path = tmp_path / "01-first.ipynb"
    path.write_bytes(_notebook(versions["old"]))
    apply([Change(path, _notebook(versions["newer"]), path.read_bytes())], lambda line: None)
    assert path.read_bytes() == _notebook(versions["newer"])
    assert list(tmp_path.iterdir()) == [path]


def test_an_answer_to_an_exercise_that_is_gone_is_kept_beside_and_named(
    versions: dict[str, Course], tmp_path: Path
) -> None:
    path = tmp_path / "01-first.ipynb"
    path.write_bytes(_edited(versions["old"], both_answered))
    said: list[str] = []
    apply([Change(path, _notebook(versions["smaller"]), path.read_bytes())], said.append)
    assert "mine_2" not in path.read_text()
    assert "mine_2" in (tmp_path / "01-first.orig.ipynb").read_text()
    assert "01-first.orig.ipynb keeps what does not fit: an answer to double_it" in said[-1]


def test_an_answer_follows_its_exercise_into_another_notebook(versions: dict[str, Course], tmp_path: Path) -> None:
    other = _notebook(versions["newer"])
    without = _notebook(versions["smaller"])
    paths = tmp_path / "01-first.ipynb", tmp_path / "02-second.ipynb"
    paths[0].write_bytes(_edited(versions["old"], both_answered))
    apply([Change(paths[0], without, paths[0].read_bytes()), Change(paths[1], other, None)], lambda line: None)
    assert "mine_2" in _answer(paths[1], "double_it")


def test_a_changed_beginning_is_said(versions: dict[str, Course], tmp_path: Path) -> None:
    path = tmp_path / "01-first.ipynb"
    path.write_bytes(_edited(versions["old"], both_answered))
    said: list[str] = []
    apply([Change(path, _notebook(versions["newer"]), path.read_bytes())], said.append)
    assert said == [
        "01-first: new version, 2 answers put back: row_norms, double_it",
        "  what is given for row_norms has changed: read its task again",
    ]


@pytest.mark.parametrize("damage", [b'{"cells": [', b"<<<<<<< HEAD\n{}", b"\xff\xfe\x00", b"[1]"])
def test_a_file_that_is_no_notebook_any_more_is_kept_whole(
    versions: dict[str, Course], tmp_path: Path, damage: bytes
) -> None:
    path = tmp_path / "01-first.ipynb"
    path.write_bytes(damage)
    said: list[str] = []
    apply([Change(path, _notebook(versions["newer"]), damage)], said.append)
    assert path.read_bytes() == _notebook(versions["newer"])
    assert (tmp_path / "01-first.orig.ipynb").read_bytes() == damage
    assert "keeps what does not fit: all of it" in said[-1]


def test_updating_twice_changes_nothing_and_keeps_every_try(versions: dict[str, Course], tmp_path: Path) -> None:
    path = tmp_path / "01-first.ipynb"
    path.write_bytes(_edited(versions["old"], three_tries_in_three_copies))
    for _ in range(2):
        apply([Change(path, _notebook(versions["newer"]), path.read_bytes())], lambda line: None)
    assert "mine_3" in _answer(path, "row_norms")
    assert all(path.read_text(encoding="utf-8").count(f"mine_{number}(") == 1 for number in (1, 2, 3))
    assert not list(tmp_path.glob("*.orig*"))


# The command, with git, with a copy, with a single notebook


def _git(folder: Path, *arguments: str) -> str:
    name = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    run = subprocess.run(["git", *name, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return run.stdout


def _update(folder: Path, *names: str, source: Path | None = None) -> list[str]:
    """What the command says when it is run in `folder`."""
    said: list[str] = []
    before = Path.cwd()
    os.chdir(folder)
    try:
        update_command(list(names), source, said.append)
    finally:
        os.chdir(before)
    return said


@pytest.fixture
def clone(versions: dict[str, Course], tmp_path: Path) -> tuple[Course, Path]:
    """A student's clone of the old version, and the repository that it came from, which has the newer one since."""
    origin = tmp_path / "origin"
    shutil.copytree(versions["old"].root, origin)
    _git(origin, "init", "-q")
    _git(origin, "add", "-A")
    _git(origin, "commit", "-qm", "one")
    _git(tmp_path, "clone", "-q", "origin", "mine")
    shutil.copytree(versions["newer"].root, origin, dirs_exist_ok=True)
    chapter = origin / "course" / "01-first.md"
    chapter.write_text(chapter.read_text().replace("One sentence", "Another sentence"))
    build.write(build.build(Course(origin)))
    _git(origin, "add", "-A")
    _git(origin, "commit", "-qm", "two")
    return Course(tmp_path / "mine"), origin


def test_a_checkout_is_updated_where_git_pull_refuses(clone: tuple[Course, Path], versions: dict[str, Course]) -> None:
    course, origin = clone
    exercises, chapter = course.exercise_notebook("01-first"), course.chapter_notebook("01-first")
    exercises.write_bytes(_edited(versions["old"], answered))
    chapter.write_text(chapter.read_text().replace('"x = 1\\n"', '"x = 1  # mine_9\\n"'))
    with pytest.raises(subprocess.CalledProcessError):
        _git(course.root, "pull", "-q", "--ff-only")
    run = subprocess.run(
        [sys.executable, "-m", "grader", "update"], cwd=course.root, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert "01-first: new version, 1 answer put back: row_norms" in run.stdout
    assert "mine_1" in _answer(exercises, "row_norms")
    assert '"""A third of `x`."""' in _answer(exercises, "third")
    assert "Another sentence" in chapter.read_text()
    assert "mine_9" in chapter.with_suffix(".orig.ipynb").read_text()
    assert _git(course.root, "rev-parse", "HEAD") == _git(origin, "rev-parse", "HEAD")
    assert _git(course.root, "status", "--short").split() == ["M", "notebooks/exercises/01-first.ipynb"]
    assert _update(course.root) == ["The course is up to date."]


def test_committed_answers_are_merged_too(clone: tuple[Course, Path], versions: dict[str, Course]) -> None:
    course, _ = clone
    _git(course.root, "config", "user.name", "A")
    _git(course.root, "config", "user.email", "a@example.org")
    course.exercise_notebook("01-first").write_bytes(_edited(versions["old"], both_answered))
    _git(course.root, "commit", "-qam", "my answers")
    _update(course.root)
    path = course.exercise_notebook("01-first")
    assert "mine_1" in _answer(path, "row_norms")
    assert "mine_2" in _answer(path, "double_it")
    assert "third" in _answer(path, "third")


def test_where_git_cannot_merge_everything_stays_as_it_was(
    clone: tuple[Course, Path], versions: dict[str, Course]
) -> None:
    course, _ = clone
    course.exercise_notebook("01-first").write_bytes(_edited(versions["old"], answered))
    (course.root / "START_HERE.md").write_text("my notes")
    (course.root / "course" / "01-first.md").write_text("my own chapter")
    before = {path: path.read_bytes() for path in course.root.rglob("*") if path.is_file() and ".git" not in path.parts}
    with pytest.raises(
        CourseError, match=r"^git cannot merge, for you have changed .*course/01-first\.md.*: commit or"
    ):
        _update(course.root)
    after = {path: path.read_bytes() for path in course.root.rglob("*") if path.is_file() and ".git" not in path.parts}
    assert after == before


def test_a_chapter_that_was_only_run_leaves_no_copy(clone: tuple[Course, Path]) -> None:
    course, _ = clone
    path = course.chapter_notebook("01-first")
    nb = nbformat.read(path, as_version=4)
    nb.cells[-1].execution_count = 7
    nbformat.write(nb, path)
    _update(course.root)
    assert "Another sentence" in path.read_text()
    assert list(course.root.rglob("*.orig*")) == []


@pytest.mark.parametrize("packed", [False, True])
def test_a_copy_of_the_course_does_as_well(versions: dict[str, Course], tmp_path: Path, packed: bool) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(versions["old"].root, mine)
    path = Course(mine).exercise_notebook("01-first")
    path.write_bytes(_edited(versions["old"], answered))
    source = versions["newer"].root
    if packed:
        source = tmp_path / "course.zip"
        with zipfile.ZipFile(source, "w") as archive:
            for file in sorted(versions["newer"].root.rglob("*")):
                archive.write(file, Path("course-main") / file.relative_to(versions["newer"].root))
    _update(mine, source=source)
    assert "mine_1" in _answer(path, "row_norms")
    assert "third" in (mine / "notebooks" / "contents.json").read_text()
    assert _update(mine, source=source) == ["Nothing to do: this version already."]


def test_a_notebook_back_from_colab_is_brought_to_this_version(versions: dict[str, Course], tmp_path: Path) -> None:
    path = tmp_path / "Copy of 01-first (1).ipynb"
    path.write_bytes(_edited(versions["old"], metadata_lost))
    _update(versions["newer"].root, str(path))
    assert "mine_1" in _answer(path, "row_norms")
    assert "mine_2" in _answer(path, "double_it")


@pytest.mark.parametrize(
    ("names", "source", "says"),
    [
        ([], None, "was not fetched by git"),
        ([], "nowhere", "neither a folder nor a ZIP"),
        ([], "course", "is no copy of the course"),
        (["nothing.ipynb"], None, "There is no notebook nothing.ipynb"),
        (["notebooks/chapters/00-welcome-chapter.ipynb"], None, "has no exercise of this course"),
        (["01"], "course", "not both"),
    ],
)
def test_wrong_use_is_one_sentence(
    versions: dict[str, Course], names: list[str], source: str | None, says: str
) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        _update(versions["old"].root, *names, source=Path(source) if source else None)
    assert "\n" not in str(caught.value)


def test_without_a_network_nothing_is_touched(clone: tuple[Course, Path]) -> None:
    from grader.student.checkout import Checkout

    course, origin = clone
    shutil.rmtree(origin)
    with pytest.raises(CourseError, match=r"git fetch failed .*: is there a network\?"):
        Checkout.of(course.root).fetch("nobody/nothing", "main")
