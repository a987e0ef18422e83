"""Scores what a project's `predict` gives for rows: in a notebook on those shown, in a grading run on those held out.

The student's process never has the truth of the rows that count: the grader puts their features beside the notebook,
and the truth only beside the reference solution's. The judge compares the two.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.checks.model_file import ModelFileError
from grader.checks.values import Value, describe, element_kind
from grader.data import projects

Array = npt.NDArray[Any]

FEATURES, TRUTH = ".held-out/{}.features", ".held-out/{}.truth"
"""Where the rows of a grading run lie, beside the notebook. A student's hidden files are never taken."""
try:
    _FOLDER = Path.cwd()  # where the notebook lies when it imports the checks; its code may go elsewhere later
except OSError:
    _FOLDER = Path(".")


def accuracy(predicted: Array, truth: Array) -> float:
    """The share of chances that lie on the right side of one half."""
    return float(np.mean((predicted >= 0.5) == (truth == 1)))


def log_loss(predicted: Array, truth: Array) -> float:
    """The mean of -log of the chance that was given to what came; none counts as below 0.001."""
    right = np.where(truth == 1, predicted, 1 - predicted)
    return float(np.mean(-np.log(np.maximum(right, 0.001))))


def log_error(predicted: Array, truth: Array) -> float:
    """The mean distance of the logarithms of count + 1: 0.1 is about ten per cent."""
    return float(np.mean(np.abs(np.log1p(predicted) - np.log1p(truth))))


@dataclass(frozen=True)
class Metric:
    """One way to score predictions.

    Attributes:
        measure: the score of predictions by the truth.
        word: "at least" where a higher score is better, else "at most".
        largest: what a prediction may be, from 0 on; said: that in words.
    """

    measure: Callable[[Array, Array], float]
    word: str
    largest: float
    said: str


_CHANCE = "a chance lies between 0 and 1"
METRICS = {
    "accuracy": Metric(accuracy, "at least", 1.0, _CHANCE),
    "log loss": Metric(log_loss, "at most", 1.0, _CHANCE),
    "log error": Metric(log_error, "at most", math.inf, "a count is 0 or more, and finite"),
}


def validation(name: str) -> tuple[Any, Array]:
    """The rows of a project that students see their score on."""
    return projects.known(name, "validation")


def held_out(name: str) -> tuple[Any, Array | None]:
    """The rows of this grading run; their truth in the reference run alone."""
    features = projects.PROJECTS[name].read((_FOLDER / FEATURES.format(name)).read_bytes())
    truth = _FOLDER / TRUTH.format(name)
    return features, projects.read_array(truth.read_bytes()) if truth.is_file() else None


def predictions(predict: Callable[[Any], object], features: Any) -> Value:
    """What `predict` gives, taken apart, or why a model file was refused, as `{"refused": a word}`."""
    try:
        given = predict(features)
    except ModelFileError as problem:
        return describe({"refused": problem.word})
    return describe(given)


def refused(predicted: Value) -> str:
    """The word for what is wrong with the model file, or ""."""
    words = predicted.items if predicted.kind == "dict" and predicted.keys == ("'refused'",) else ()
    array = words[0].array if words else None
    if array is None or array.shape != () or array.dtype != object:
        return ""
    return bytes(array.item()).decode("utf-8", "replace")


def score(metric: str, predicted: Value, truth: Array) -> float | str:
    """How good predictions are, or what is wrong with them."""
    way, array, shape = METRICS[metric], predicted.array, predicted.shape
    if predicted.kind != "array" or array is None or element_kind(predicted.dtype) not in ("i", "f", "b"):
        return "predict must return numbers, one for each row"
    if predicted.moments is not None or math.prod(shape) != truth.size or shape[:1] != truth.shape[:1]:
        return f"predict must return the shape {truth.shape}, not {shape}"
    array = array.astype(np.float64).reshape(truth.shape)
    if not bool(np.all((array >= 0) & (array <= way.largest) & np.isfinite(array))):
        return f"predict returns a number that cannot be: {way.said}"
    return way.measure(array, truth)


def reached(metric: str, found: float, bound: float) -> bool:
    """Whether a score reaches its bound."""
    return found >= bound if METRICS[metric].word == "at least" else found <= bound


def told(metric: str, found: float, bound: float) -> str:
    """A score and its bound in words."""
    return f"{metric} {found:.3f}, {METRICS[metric].word} {bound:g} is asked"
