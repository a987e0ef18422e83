"""Twins of right answers: as float64 and as NumPy arrays they are refused where it can be read, or paid in full."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from small_course import TOPIC, edit, line_of, make_course

from grader.authoring.bank import Answer
from grader.authoring.course import Course
from grader.gate.twins import twins_of
from grader.gate.verify import verify

RIGHT = """# exercise: parts
def half(x):
    return x / 2


def parts(x):
    return x, [half(x)], {"n": 3, "x": half(x).numpy()}
"""


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return make_course(tmp_path / "small", tmp_path)


def test_a_twin_gives_the_same_values_in_another_form() -> None:
    double, numpy = twins_of(Answer("parts", "halves", "right", (), "", (), RIGHT, 9))
    assert (double.name, numpy.name) == ("the float64 twin of 'halves'", "the NumPy twin of 'halves'")
    given = {}
    for kind, twin in (("double", double), ("numpy", numpy)):
        space: dict[str, object] = {}
        exec(compile(ast.parse(twin.source), "twin", "exec"), space)
        given[kind] = space["parts"](tf.constant([1.0, 3.0]))  # type: ignore[operator]
    whole, [half], named = given["double"]
    assert (whole.dtype, half.dtype, named["x"].dtype, named["n"]) == (tf.float64, tf.float64, np.float64, 3)
    whole, [half], named = given["numpy"]
    assert [type(each) for each in (whole, half, named["x"], named["n"])] == [np.ndarray] * 3 + [int]
    assert half.tolist() == [0.5, 1.5]


def test_an_answer_without_functions_has_no_twin() -> None:
    assert not [*twins_of(Answer("net", "a layer", "right", (), "", (), "class Net:\n    pass\n", 9))]


def test_a_twin_that_only_a_hidden_check_refuses_is_named(course: Course) -> None:
    path = course.solution(TOPIC)
    edit(path, "tf.constant([4.0, 5.0]), but", "[4.0, 5.0], but")
    edit(
        path,
        'check.reference("no rows"',
        'check.equal("ones", audio_row_means(tf.ones((1, 5))), tf.constant([1.0]))\ncheck.reference("no rows"',
    )
    [result] = verify(course, [TOPIC])
    twins = [str(each) for each in result.errors if "twin" in each.text]
    line = line_of(path, "# exercise: audio_row_means")
    assert twins[-1] == (
        f"01-audio.py:{line}: the float64 twin of 'the reference solution' of audio_row_means is right in the notebook "
        "and loses its points to a hidden check: ones: the dtype is float64, expected float32; "
        "let a visible check refuse it, or the hidden one accept it."
    )
    assert len(twins) == 3
    edit(path, "[4.0, 5.0], but", "tf.constant([4.0, 5.0]), but")
    assert verify(course, [TOPIC])[0].errors == []


def test_a_check_that_breaks_on_numpy_is_named(course: Course) -> None:
    path = course.solution(TOPIC)
    edit(path, "audio_row_means(x), tf", "audio_row_means(x).numpy(), tf")
    [result] = verify(course, [TOPIC])
    twins = [each.text for each in result.errors if "twin" in each.text]
    assert twins and all(each.startswith("the NumPy twin of ") for each in twins)
    assert "stops a check ('numpy.ndarray' object has no attribute 'numpy'); let the check take" in twins[-1]
