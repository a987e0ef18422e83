"""The course in Colab: its Python, packages and kernel, its first cell, and what comes back from it to be graded.

`make test-colab` runs these. COLAB_PYTHON names the interpreter of an environment with Colab's versions and nothing of
this project; the package is installed into it by the first cell of a notebook, as Colab would.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from grader.authoring.course import Course
from grader.authoring.exercise import source_notebook
from grader.classroom import class_directory
from grader.classroom.classroom import Classroom
from grader.commands.collect import collect_command
from grader.grading import pipeline
from grader.submissions.sanitise import is_answer

ROOT = Path(__file__).resolve().parents[1]
COLAB = os.environ.get("COLAB_PYTHON", "")
PACKAGE = "tensorflow-by-exercise"
TOPICS = Course(ROOT).exercise_topics()
# In Colab the module is there before the first cell runs; nothing of it is used but its name.
IN_COLAB = "import sys, types; sys.modules['google.colab'] = types.ModuleType('google.colab')"

pytestmark = pytest.mark.skipif(not COLAB, reason="needs an environment like Colab's: run 'make test-colab'")


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A kernelspec of Colab's own kernel, found by its name; no other kernel of this project is."""
    folder = tmp_path_factory.mktemp("jupyter")
    spec = folder / "kernels" / "colab"
    spec.mkdir(parents=True)
    argv = [COLAB, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Colab", "language": "python"}))
    before = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = str(folder)
    yield "colab"
    os.environ.pop("JUPYTER_PATH")
    if before is not None:
        os.environ["JUPYTER_PATH"] = before


@pytest.fixture(scope="module")
def installed(kernel: str, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Run the first cell of a notebook, with this checkout in place of the address; the packages that came by it."""
    subprocess.run([COLAB, "-m", "pip", "uninstall", "--yes", "--quiet", PACKAGE], check=True)
    before = _packages()
    first = _exercises(TOPICS[0]).cells[1]
    assert len(first.source.split("\n")) <= 3
    checkout = tmp_path_factory.mktemp("published") / "course"
    kept = ("grader", "data", "notebooks", "pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT")
    checkout.mkdir()
    for name in kept:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, checkout / name)
    here, found = re.subn(r"git\+https://\S+", str(checkout), first.source)
    assert found == 1
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(IN_COLAB), nbformat.v4.new_code_cell(here)])
    _run(nb, checkout.parent, kernel)
    return sorted(set(_packages()) - set(before))


def _packages() -> list[str]:
    told = subprocess.run([COLAB, "-m", "pip", "freeze"], capture_output=True, text=True, check=True).stdout
    return [line.split("==")[0].split(" @")[0] for line in told.splitlines()]


def _exercises(topic: str) -> Any:
    return nbformat.read(Course(ROOT).exercise_notebook(topic), as_version=4)


def _run(nb: Any, folder: Path, kernel: str) -> None:
    NotebookClient(nb, kernel_name=kernel, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()


def _answered(topic: str) -> Any:
    """The student's notebook with the reference answers in it."""
    answers = {
        c.metadata.nbgrader.grade_id: c.source for c in source_notebook(Course(ROOT), topic).cells if is_answer(c)
    }
    nb = _exercises(topic)
    for cell in nb.cells:
        if is_answer(cell):
            cell.source = answers[cell.metadata.nbgrader.grade_id]
    return nb


def test_the_first_cell_brings_this_package_and_nothing_else(installed: list[str]) -> None:
    assert installed == [PACKAGE]


@pytest.mark.parametrize("topic", TOPICS)
def test_every_exercise_notebook_holds_with_its_reference_answers(
    topic: str, installed: list[str], kernel: str, tmp_path: Path
) -> None:
    nb = _answered(topic)
    nb.cells = [cell for cell in nb.cells if "google.colab" not in cell.source]
    nb.cells.insert(0, nbformat.v4.new_code_cell(IN_COLAB))
    _run(nb, tmp_path, kernel)  # a check that fails would raise
    assert not [output for cell in nb.cells for output in cell.get("outputs", []) if output.output_type == "error"]


def test_a_notebook_that_colab_has_saved_earns_everything(tmp_path: Path) -> None:
    topic = TOPICS[0]
    nb = _answered(topic)
    for number, cell in enumerate(nb.cells):
        cell.metadata = nbformat.from_dict({"id": f"colab{number}", "outputId": "0c"})  # all of nbgrader's is lost
        del cell["id"]
    nb.nbformat_minor = 0
    nb.metadata.colab = {"provenance": [], "name": "Copy of 01-tensors.ipynb"}
    handed_in = tmp_path / "downloads" / "ada"
    handed_in.mkdir(parents=True)
    (handed_in / f"{topic}.ipynb").write_text(json.dumps(nb))
    class_directory.create(Course(ROOT), tmp_path / "class", [topic])
    assert collect_command(str(handed_in.parent), None, directory=tmp_path / "class") == 0
    summary = pipeline.grade_class(Classroom.find(tmp_path / "class").root, pipeline.Options())
    (row,) = summary.rows
    assert row.points == row.possible > 0 and row.student == "ada", row.notes
