"""Settings that a notebook left on change no verdict: the checks run without them, say so, and put them back."""

# ruff: noqa: E501  (tables of one case a line read better)

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from kernel_sessions import Session, session

from grader.authoring.course import Course
from grader.authoring.exercise import check_of, source_notebook
from grader.grading.execute import execute
from grader.grading.judge import judge_cell

COURSE = Course(Path(__file__).resolve().parents[1])
TOPIC = "11-metrics"
CHECK = "# check: width-1\ncheck.equal('as it is', width(), ['float32', 'float32', 'False'])"
WITHOUT = "; checks run without it, as in grading. Remove it.\nRight: as it is"
NOW = "tf.config.functions_run_eagerly(), keras.config.floatx(), keras.layers.Dense(1).dtype_policy.name"


@pytest.fixture(scope="module")
def kernel() -> Iterator[Session]:
    with session("python3") as made:
        made.run("import tensorflow as tf\nimport keras\nfrom grader import check")
        answer = "return [keras.layers.Dense(1).dtype_policy.name, keras.config.floatx(), str(tf.config.functions_run_eagerly())]"
        made.run(f"def width():\n    {answer}")
        yield made


@pytest.mark.parametrize(
    ("call", "undo", "left"),
    [
        ("keras.config.set_floatx('float64')", "keras.config.set_floatx('float32'), keras.config.set_dtype_policy('float32')", "(False, 'float64', 'float64')"),
        ("keras.config.set_dtype_policy('mixed_float16')", "keras.config.set_dtype_policy('float32')", "(False, 'float32', 'mixed_float16')"),
        ("tf.config.run_functions_eagerly(True)", "tf.config.run_functions_eagerly(False)", "(True, 'float32', 'float32')"),
    ],
)  # fmt: skip
def test_a_setting_left_on_is_told_has_no_effect_and_stays(kernel: Session, call: str, undo: str, left: str) -> None:
    assert kernel.run(CHECK) == "Right: as it is"
    kernel.run(call)
    assert kernel.run(CHECK) == f"This notebook has called {call}{WITHOUT}"
    assert kernel.run(NOW) == left
    assert kernel.run("# check: width-1\ncheck.equal('wrong', width(), [])").startswith(
        f"This notebook has called {call}"
    )
    kernel.run(undo)
    assert kernel.run(CHECK) == "Right: as it is"


def test_what_a_graded_cell_sets_is_put_back(kernel: Session) -> None:
    kernel.run("# check: width-1\ntf.config.run_functions_eagerly(True)\nkeras.config.set_floatx('float16')\n1 / 0")
    assert kernel.run(NOW) == "(False, 'float32', 'float32')"


def test_right_answers_under_any_setting_earn_everything_and_nobody_is_flagged() -> None:
    calls = ["set_floatx('float64')", "set_dtype_policy('mixed_float16')"]
    calls = [f"import keras\nkeras.config.{call}" for call in calls] + ["tf.config.run_functions_eagerly(True)"]

    def submitted(call: str) -> nbformat.NotebookNode:
        made = source_notebook(COURSE, TOPIC)
        made.cells.insert(3, nbformat.v4.new_code_cell(f"import tensorflow as tf\n{call}"))
        return made

    async def all_of_them() -> list[nbformat.NotebookNode]:
        notebooks = [source_notebook(COURSE, TOPIC), *map(submitted, calls)]
        runs = (execute(notebook, {}, seed=3) for notebook in notebooks)
        return [run.notebook for run in await asyncio.gather(*runs)]

    runs = asyncio.run(all_of_them())
    expected, *given = [{check_of(c.source): c.get("outputs") for c in run.cells if check_of(c.source)} for run in runs]
    for call, outputs in zip(calls, given, strict=True):
        for name in expected:
            verdict = judge_cell(expected[name], outputs[name], points=1)
            assert (verdict.passed, verdict.flags) == (True, ()), (call, name, verdict.reasons)
