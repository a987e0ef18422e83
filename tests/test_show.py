"""`grader.show`: what an error says in a line, a time, boxes."""

import time

import keras
import matplotlib

matplotlib.use("agg")
import numpy as np
import pytest
import tensorflow as tf
from matplotlib import pyplot as plt

from grader import check, show


def mine(x):
    return x


def unknown_to_the_loader():
    layer = keras.layers.Activation(mine)
    return keras.layers.Activation.from_config(layer.get_config())


class Broken(keras.layers.Layer):
    def call(self, inputs):
        raise ValueError("A layer of mine is broken. It cannot be helped.")


@tf.function
def branches(x):
    if x > 0:
        y = x
    return y


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (lambda: tf.ones(2) + tf.ones(3), "InvalidArgumentError: Incompatible shapes: [2] vs. [3]\n"),
        (lambda: keras.layers.Dense(4, breadth=1), "ValueError: Unrecognized keyword arguments passed to Dense:"),
        (lambda: Broken()(tf.ones((1, 2))), "ValueError: A layer of mine is broken"),
        (lambda: tf.reshape(tf.ones(6), (4, -1)), "InvalidArgumentError: Input to reshape is a tensor with 6 values"),
        (lambda: branches(tf.constant(1.0)), "ValueError: 'y' must also be initialized in the else branch"),
        (lambda: check.equal("two", 1, 2), "Failed: two: the value is 1, expected 2"),
        (unknown_to_the_loader, "TypeError: Could not locate function 'mine'"),
        (lambda: {}["a"], "KeyError: 'a'"),
    ],
)
def test_an_error_is_told_in_one_line_without_the_trace_around_it(action, said, capsys):
    show.attempt(action)
    out = capsys.readouterr().out
    assert out.startswith(said), out
    assert out.count("\n") == 1 and len(out) <= 126 and "\033" not in out and "{{" not in out


def test_an_error_without_words_and_a_long_one_still_make_a_line(capsys):
    def silent():
        raise AssertionError

    def talkative():
        raise RuntimeError("word " * 100)

    show.attempt(silent)
    show.attempt(talkative)
    first, second = capsys.readouterr().out.splitlines()
    assert first == "AssertionError: (no words)"
    assert second.endswith(" …") and len(second) <= 125


def test_what_succeeds_is_printed_but_for_none_and_an_interrupt_is_no_error(capsys):
    show.attempt(lambda: 3)
    show.attempt(lambda: None)
    assert capsys.readouterr().out == "3\n"

    def stopped():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        show.attempt(stopped)


def test_seconds_are_of_one_call_and_the_first_does_not_count():
    calls = []

    def action():
        time.sleep(0.2 if not calls else 0.02)
        calls.append(1)

    assert 0.02 <= show.seconds(action, runs=2, calls=3) < 0.1
    assert len(calls) == 7


def test_boxes_hold_their_numbers_at_their_places():
    ax = show.canvas(8, 4)
    show.boxes(ax, tf.constant([[1.0, 2.0], [3.0, 4.0]]), "two by two", at=(1, 1), wide=2, text="{:.1f}")
    show.boxes(ax, 7, at=(6, 1), fill=show.GREY)
    shown = {text.get_text(): (text.get_position(), text.get_color()) for text in ax.texts if text.get_text()}
    assert shown["3.0"] == (pytest.approx((2.0, 2.53)), "white")
    assert shown["7"] == ((6.5, 1.53), show.INK)
    assert "two by two" in shown
    corners = np.array([patch.get_xy() for patch in ax.patches])
    assert corners.tolist() == [[1, 1], [3, 1], [1, 2], [3, 2], [6, 1]]
    plt.close("all")
