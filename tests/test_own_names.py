"""Graded cells leave no trace: whatever they bind, the student's names are as they were, and work meanwhile."""

# ruff: noqa: E501  (tables of one case a line read better)

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from kernel_sessions import Session, session
from small_course import TOPIC, edit, line_of, make_course

from grader.authoring.course import Course
from grader.authoring.exercise import check_of, exercise_of, source_notebook
from grader.gate import rules_exercise, rules_names
from grader.gate.findings import Findings
from grader.gate.names import names, names_of_set_up
from grader.grading.execute import execute
from grader.grading.judge import judge_cell

COURSE = Course(Path(__file__).resolve().parents[1])
# Those whose cells take least time; the rule that is tested below holds in all.
RUN = ("01-tensors", "02-tensor-maths", "07-feature-preprocessing", "11-metrics")


@pytest.fixture(scope="module")
def kernel() -> Iterator[Session]:
    with session("python3") as made:
        made.run("from grader import check\ncalls = 0\ndef helper(x):\n    return x + 1")
        made.run("def answer(x):\n    global calls\n    calls += 1\n    return helper(x)")
        yield made


def test_what_a_graded_cell_binds_is_gone_and_what_the_student_had_is_there(kernel: Session) -> None:
    cell = "# check: answer-1\nimport math as helper\nx, calls = 2, 'mine'\nfor other in range(2): pass\n"
    said = kernel.run(f"{cell}check.equal('twice', [answer(x), helper.floor(2.5)], [3, 2])\nx + 40")
    assert said == "Right: twice\n42"
    assert kernel.run("helper(5), calls, sorted({'x', 'other', '<graded cell>'} & set(globals()))") == "(6, 1, [])"


def test_a_graded_cell_that_fails_or_deletes_leaves_the_names_as_well(kernel: Session) -> None:
    said = kernel.run("# check: answer-1\nhelper = x = 5\ncheck.equal('five', answer(1), 5)")
    assert "five" in said
    assert "Failed" in said
    assert kernel.run("helper(1)") == "2"
    assert "UnboundLocalError" in kernel.run("# check: answer-1\ndel helper")
    assert "Interrupt" in kernel.run("# check: answer-1\nhelper = 1\nraise KeyboardInterrupt")
    assert kernel.run("helper(2), 'x' in globals()") == "(3, False)"


def test_functions_and_classes_of_a_graded_cell_see_its_names_and_autograph_reads_them(kernel: Session) -> None:
    kernel.run("import tensorflow as tf")
    cell = """# check: answer-1
factor, rows = tf.constant(3.0), [tf.constant(n) for n in (1.0, 2.0)]
class Scale(tf.Module):
    by = factor
    def __call__(self, x):
        return x * self.by if x is not None else factor
@tf.function
def graph(x):
    if x > 0:
        x = helper(x) * factor
    return x
check.close("graph", [graph(x) for x in rows] + [Scale()(factor)], [6.0, 9.0, 9.0])"""
    assert kernel.run(cell) == "Right: graph"
    assert kernel.run("'Scale' in globals(), 'graph' in globals()") == "(False, False)"


def test_an_error_in_a_graded_cell_is_told_with_its_line(kernel: Session) -> None:
    kernel.run("def answer_b(x):\n    return x.nothing")
    said = kernel.run("# check: answer_b-1\n\ncheck.equal('b', answer_b(1), 1)")
    assert said.endswith("AttributeError: 'int' object has no attribute 'nothing'")
    shown: list[str] = []
    kernel.client.execute_interactive(
        "# check: answer_b-1\n\ncheck.equal('b', answer_b(1), 1)",
        output_hook=lambda message: shown.extend(message["content"].get("traceback", [])),
    )
    assert [line.strip() for line in shown[0].splitlines()[1::2]][-1] == "this cell, line 3"


def test_an_ordinary_cell_goes_on_binding_names_within_a_graded_one_too(kernel: Session) -> None:
    kernel.run("def answer_c():\n    get_ipython().run_cell('kept = 7')\n    return kept")
    assert kernel.run("# check: answer_c-1\ncheck.equal('c', answer_c(), 7)") == "Right: c"
    assert kernel.run("kept") == "7"
    assert kernel.run("# A note\n# check: answer_c-1\nbound = 1\nbound") == "1"
    assert kernel.run("bound") == "1"


def _bound_anywhere() -> set[str]:
    """Every name that a graded cell of the course binds, but those in which IPython keeps what came last."""
    cells = [cell for topic in COURSE.exercise_topics() for cell in source_notebook(COURSE, topic).cells]
    return {name for cell in cells if check_of(cell.source) for name in names(cell.source)[1]} - {"_", "_i"}


CHECKED = """
MINE = {mine!r}
class Helper:
    pass
helper = Helper()
globals().update(dict.fromkeys(MINE, helper))
def helpers_are_there():
    gone = [name for name in MINE if globals().get(name) is not helper]
    assert not gone, gone
"""


class _Asks(ast.NodeTransformer):
    """Makes each function of an answer ask whether the student's helpers are there."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        asks = ast.parse("helpers_are_there()").body
        first = ast.get_docstring(node) is not None
        node.body = [*node.body[:first], *asks, *node.body[first:]]
        return node


@pytest.mark.parametrize("topic", RUN)
def test_every_name_that_any_graded_cell_binds_may_be_a_students_helper(topic: str) -> None:
    parts = rules_exercise.parts(COURSE, topic)
    source = source_notebook(COURSE, topic)
    taken = {name for part in parts for name in names(part.solution.source)[1]} | names_of_set_up(source)
    mine = sorted(_bound_anywhere() - taken)
    assert len(mine) > 200
    submitted = nbformat.from_dict(source)
    for cell in submitted.cells:
        if exercise_of(cell.source):
            cell.source = ast.unparse(_Asks().visit(ast.parse(cell.source)))
    first = next(
        i for i, cell in enumerate(submitted.cells) if exercise_of(cell.source) or "helpers_are" in cell.source
    )
    submitted.cells.insert(first, nbformat.v4.new_code_cell(CHECKED.format(mine=mine)))
    submitted.cells.append(nbformat.v4.new_code_cell("helpers_are_there(); 'all there'"))

    async def both() -> list[nbformat.NotebookNode]:
        runs = (execute(notebook, {}, seed=3) for notebook in (source_notebook(COURSE, topic), submitted))
        return [run.notebook for run in await asyncio.gather(*runs)]

    expected, given = asyncio.run(both())
    assert given.cells[-1].outputs[0]["data"]["text/plain"] == "'all there'"
    outputs = [{check_of(cell.source): cell.get("outputs") for cell in run.cells} for run in (expected, given)]
    for name in (name for name in outputs[0] if name):
        verdict = judge_cell(outputs[0][name], outputs[1][name], points=1)
        assert verdict.passed, (name, verdict.reasons)


# The gate's rule


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return make_course(tmp_path / "small", tmp_path)


def found_in(course: Course, topic: str) -> list[str]:
    found = Findings(topic)
    parts = rules_exercise.parts(course, topic)
    rules_names.check_names_of_cells(course.solution(topic), source_notebook(course, topic), parts, found)
    return [str(each) for each in found]


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ('check.reference("one column"', 'check.reference("a", audio_centred(many))\ncheck.reference("one column"', '"a"', "the graded cell audio_centred-1 uses `many`, which only audio_row_means-1 binds; bind it here as well."),
        ("square = check.inputs(5, 5)", "square = np.ones((5, 5))", "np.ones", "uses `np`, which no cell before it is sure to define"),
        ("square = check.inputs(5, 5)", "global square\nsquare = check.inputs(5, 5)", "global square", "changes the notebook's `square`; it may bind names of its own only"),
        ("square = check.inputs(5, 5)", "from math import *\nsquare = check.inputs(5, 5)", "from math", "cannot run as a function, as it must: import * only allowed at module level"),
        ("    #| return x - tf.reduce", "    #| return rows - tf.reduce", "", ""),
    ],
)  # fmt: skip
def test_a_graded_cell_that_does_not_stand_alone_is_named(
    course: Course, old: str, new: str, at: str, said: str
) -> None:
    path = course.solution(TOPIC)
    assert found_in(course, TOPIC) == []
    edit(path, old, new)
    found = found_in(course, TOPIC)
    if not said:
        assert found == []
        return
    [message] = found
    assert message.startswith(f"01-audio.py:{line_of(path, at)}: ")
    assert said in message


@pytest.mark.parametrize("topic", COURSE.exercise_topics())
def test_every_graded_cell_of_the_course_stands_alone(topic: str) -> None:
    assert found_in(COURSE, topic) == []
