"""nbgrader's own autograde, unmodified, with our steps in its configuration, and the courses that ship with it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import nbgrader
import pytest
from attacks.assignment import CANARY, RIGHT, WRONG, as_bytes, cell_of, code, hand_in, source
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader

from grader.classroom.plug_ins import AUTOGRADE
from grader.errors import UsageError
from grader.grading import seeds
from grader.kernels import sandbox

pytestmark = pytest.mark.skipif(bool(sandbox.available()), reason=str(sandbox.available()))
DEMO = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide"
TRICK = """
import ast
class Drop(ast.NodeTransformer):
    def visit_Expr(self, node): return None
get_ipython().ast_transformers.append(Drop())"""


def _class(directory: Path, *, plug_in: bool = True, more: str = "") -> Path:
    """A class directory with a configuration."""
    directory.mkdir()
    config = 'c = get_config()\nc.CourseDirectory.course_id = "c"\n'
    (directory / "nbgrader_config.py").write_text(config + (AUTOGRADE if plug_in else "") + more)
    return directory


def _api(directory: Path) -> NbGraderAPI:
    config = PyFileConfigLoader("nbgrader_config.py", path=str(directory)).load_config()
    config.CourseDirectory.root = str(directory)
    return NbGraderAPI(config=config)


def _generate(directory: Path, assignment: str) -> None:
    here = Path.cwd()
    os.chdir(directory)
    try:
        result = _api(directory).generate_assignment(assignment)
    finally:
        os.chdir(here)
    assert result["success"], result


def _autograde(directory: Path, assignment: str, *options: str) -> subprocess.CompletedProcess[str]:
    """The command, as an instructor gives it."""
    command = [sys.executable, "-m", "nbgrader", "autograde", assignment, *options]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False, timeout=300)


def _scores(directory: Path, assignment: str) -> dict[str, dict[str, float | None]]:
    """The automatic score of every graded cell, by student."""
    found: dict[str, dict[str, float | None]] = {}
    with Gradebook(f"sqlite:///{directory}/gradebook.db", "c") as book:
        for submission in book.assignment_submissions(assignment):
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            found[submission.student.id] = {grade.cell.name: grade.auto_score for grade in grades}
    return found


def _sum(scores: dict[str, float | None]) -> float:
    return sum(score or 0.0 for score in scores.values())


def _ours(directory: Path, student: str) -> dict[str, Any]:
    path = directory / "autograded" / student / "attack" / "attack.ipynb"
    return dict(nbformat.read(path, as_version=4).metadata.grader)


def _hand_in(directory: Path, student: str, data: bytes) -> Path:
    folder = directory / "submitted" / student / "attack"
    folder.mkdir(parents=True)
    (folder / "attack.ipynb").write_bytes(data)
    return folder


def _copied_cells() -> bytes:
    """What stops a class under plain nbgrader: one grade_id twice."""
    nb = hand_in(RIGHT)
    nb["cells"] += [json.loads(json.dumps(cell_of(nb, name))) for name in ("slope", "slope-1")]
    return as_bytes(nb)


def _killed() -> bytes:
    nb = hand_in({**RIGHT, "slope": "# exercise: slope\nimport os\ndef slope(f, x): os._exit(1)"})
    nb["cells"].append(code("print('the end')"))
    return as_bytes(nb)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A class with all sorts of students, after one `nbgrader autograde`."""
    directory = _class(tmp_path_factory.mktemp("plugged") / "class", more="c.SandboxedExecute.timeout = 30\n")
    (directory / "source" / "attack").mkdir(parents=True)
    nbformat.write(source(), directory / "source" / "attack" / "attack.ipynb")
    (directory / "source" / "attack" / "table.csv").write_text("1")
    _generate(directory, "attack")
    _hand_in(directory, "ada", as_bytes(hand_in(RIGHT)))
    _hand_in(directory, "bob", as_bytes(hand_in(WRONG, before=TRICK)))
    _hand_in(directory, "cut", as_bytes(hand_in(RIGHT))[:-300])
    _hand_in(directory, "dee", _copied_cells())
    _hand_in(directory, "eve", _killed())
    folder = _hand_in(directory, "fay", as_bytes(hand_in(RIGHT, before="open('table.csv').read()")))
    (folder / "table.csv").write_text("mine")
    (folder / "secret.txt").symlink_to(directory / "source" / "attack" / "attack.ipynb")
    os.mkfifo(folder / "pipe")
    folder = _hand_in(directory, "gus", b"")
    (folder / "attack.ipynb").unlink()
    (folder / "attack.ipynb").symlink_to(directory / "source" / "attack" / "attack.ipynb")
    (directory / "submitted" / "hal").mkdir()
    (directory / "submitted" / "hal" / "attack").symlink_to(directory / "submitted" / "ada" / "attack")
    _hand_in(directory, "zoe", b"\xef\xbb\xbf" + as_bytes(hand_in(RIGHT)))
    return directory, _autograde(directory, "attack", "--create")


def test_everybody_gets_the_verdicts_points_and_nobody_stops_the_class(
    attacked: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    directory, done = attacked
    assert done.returncode == 0, done.stderr[-3000:]
    points = {student: _sum(scores) for student, scores in _scores(directory, "attack").items()}
    assert points == {"ada": 7, "bob": 0, "cut": 0, "dee": 7, "eve": 4, "fay": 7, "gus": 0, "hal": 0, "zoe": 7}


def test_the_autograded_notebook_says_what_an_instructor_should_know(
    attacked: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    directory, done = attacked
    assert _ours(directory, "ada")["state"] == "graded" and _ours(directory, "ada")["notes"] == []
    assert "evidence dropped" in " ".join(_ours(directory, "bob")["notes"])
    assert _ours(directory, "cut")["not_gradable"].startswith("The file is cut off at line")
    assert _ours(directory, "eve")["state"] == "graded in part"
    assert _ours(directory, "gus")["not_gradable"] == "The notebook file is a link: hand in the file itself."
    assert "is a link" in _ours(directory, "hal")["not_gradable"]
    assert "eve: Cell 'slope-1': it ended the kernel (exit code 1)." in done.stderr


def test_no_link_of_a_student_is_followed(attacked: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    directory, _ = attacked
    for path in (directory / "autograded").rglob("*"):
        if path.is_file() and path.parts[-3] != "ada":
            assert CANARY not in path.read_text(errors="replace"), path
    assert (directory / "autograded" / "fay" / "attack" / "table.csv").read_text() == "1"


def test_a_regrade_uses_the_same_seed_and_keeps_manual_scores_and_comments(
    attacked: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    directory, first = attacked
    seed = json.loads((directory / "grading" / "seeds.json").read_text())["attack"]
    assert f"The seed of this assignment is {seed} (grading/seeds.json)." in first.stderr
    with Gradebook(f"sqlite:///{directory}/gradebook.db", "c") as book:
        grade = book.find_grade("slope-1", "attack", "attack", "bob")
        grade.manual_score, grade.extra_credit = 1.5, 0.5
        book.find_comment("slope", "attack", "attack", "bob").manual_comment = "See me."
        book.db.commit()
    done = _autograde(directory, "attack", "--force", "--student", "bob")
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"The seed of this assignment is {seed} " in done.stderr
    with Gradebook(f"sqlite:///{directory}/gradebook.db", "c") as book:
        grade = book.find_grade("slope-1", "attack", "attack", "bob")
        assert (grade.auto_score, grade.manual_score, grade.extra_credit) == (0, 1.5, 0.5)
        assert book.find_comment("slope", "attack", "attack", "bob").manual_comment == "See me."
        assert book.find_submission("attack", "bob").score == 2.0


def test_a_source_that_no_longer_fits_the_gradebook_is_told_with_the_remedy(
    attacked: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    directory, _ = attacked
    path = directory / "source" / "attack" / "attack.ipynb"
    before = path.read_bytes()
    nb = nbformat.read(path, as_version=4)
    nb.cells = [c for c in nb.cells if c.metadata.nbgrader.grade_id != "one_hot-2"]
    nbformat.write(nb, path)
    try:
        done = _autograde(directory, "attack", "--force", "--student", "zoe")
    finally:
        path.write_bytes(before)
    assert done.returncode == 1
    assert "lacks the graded cell 'one_hot-2' of the gradebook: run 'nbgrader generate_assignment attack" in done.stderr


# The course that comes with nbgrader


def _demo(directory: Path, *, plug_in: bool) -> dict[str, dict[str, float | None]]:
    """The scores of the two submissions in nbgrader's documentation."""
    _class(directory, plug_in=plug_in)
    shutil.copytree(DEMO / "source" / "ps1", directory / "source" / "ps1")
    shutil.copytree(DEMO / "submitted", directory / "submitted")
    _generate(directory, "ps1")
    done = _autograde(directory, "ps1", "--create")
    assert done.returncode == 0, done.stderr[-3000:]
    return _scores(directory, "ps1")


def test_the_documentations_course_gets_the_scores_that_nbgrader_gives(tmp_path: Path) -> None:
    plain, ours = _demo(tmp_path / "plain", plug_in=False), _demo(tmp_path / "ours", plug_in=True)
    assert ours == plain
    assert {student: _sum(scores) for student, scores in ours.items()} == {"bitdiddle": 1.5, "hacker": 3.0}


def _quickstart(directory: Path, plug_in: str) -> Path:
    """nbgrader's quickstart course with generated tests; one student hands in all solutions, one the first."""
    command = [sys.executable, "-m", "nbgrader", "quickstart", str(directory), "--autotest"]
    subprocess.run(command, check=True, capture_output=True, cwd=directory.parent)
    with open(directory / "nbgrader_config.py", "a") as config:
        config.write('\nc.CourseDirectory.course_id = "c"\n' + plug_in)
    _generate(directory, "ps1")
    for student in ("solver", "half"):
        shutil.copytree(directory / "release" / "ps1", directory / "submitted" / student / "ps1")
    for path in (directory / "source" / "ps1").glob("*.ipynb"):
        solutions = {c.metadata.get("nbgrader", {}).get("grade_id"): c.source for c in nbformat.read(path, 4).cells}
        for student in ("solver", "half"):
            target = directory / "submitted" / student / "ps1" / path.name
            nb = nbformat.read(target, as_version=4)
            for cell in nb.cells:
                meta = cell.metadata.get("nbgrader", {})
                if meta.get("solution") and (student == "solver" or meta["grade_id"] == "squares"):
                    cell.source = solutions[meta["grade_id"]]
            nbformat.write(nb, target)
    return directory


def test_the_quickstart_course_with_generated_tests_gets_the_scores_that_nbgrader_gives(tmp_path: Path) -> None:
    directory = _quickstart(tmp_path / "demo", "")

    async def from_a_running_loop() -> list[dict[str, Any]]:
        """As the formgrader's server does for its button."""
        return [_api(directory).autograde("ps1", student, force=True) for student in ("solver", "half")]

    found = []
    for plug_in in ("", AUTOGRADE):
        with open(directory / "nbgrader_config.py", "a") as config:
            config.write(plug_in)
        here = Path.cwd()
        os.chdir(directory)
        try:
            results = (
                asyncio.run(from_a_running_loop())
                if plug_in
                else [_api(directory).autograde("ps1", student, force=True) for student in ("solver", "half")]
            )
        finally:
            os.chdir(here)
        assert [result["success"] for result in results] == [True] * 2, results
        found.append(_scores(directory, "ps1"))
    assert found[1] == found[0]
    assert _sum(found[0]["solver"]) > _sum(found[0]["half"]) > 0


# Seeds


def test_a_seed_is_drawn_once_and_can_be_set(tmp_path: Path) -> None:
    first = seeds.seed_of(tmp_path, "a")
    assert seeds.seed_of(tmp_path, "a") == first
    assert seeds.seed_of(tmp_path, "b") != first
    assert seeds.seed_of(tmp_path, "a", new=True) != first
    seeds.keep(tmp_path, "a", 5)
    assert seeds.seed_of(tmp_path, "a") == 5


@pytest.mark.parametrize("seed", [0, -1, 2**31])
def test_a_seed_out_of_range_is_refused(tmp_path: Path, seed: int) -> None:
    with pytest.raises(UsageError, match="A seed is a whole number"):
        seeds.keep(tmp_path, "a", seed)


@pytest.mark.parametrize("text", ["", "[1]", '{"a": "b"}', "{"])
def test_a_damaged_file_of_seeds_is_told_and_not_overwritten(tmp_path: Path, text: str) -> None:
    (tmp_path / "grading").mkdir()
    (tmp_path / "grading" / "seeds.json").write_text(text)
    with pytest.raises(UsageError, match=r"seeds\.json"):
        seeds.seed_of(tmp_path, "a")
    assert (tmp_path / "grading" / "seeds.json").read_text() == text
