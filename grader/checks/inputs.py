"""Seeded random inputs: the same for every student in a grading run, different in the next one."""

from __future__ import annotations

import hashlib
import sys
from typing import Any

import numpy as np

from grader.checks import notebook, recorder

FIXED_SEED = "20200102"

_calls: dict[str, Any] = {"run": None, "index": 0}


def inputs(*shape: int, dtype: str = "float32", low: float | None = None, high: float | None = None) -> Any:
    """A random array of the shape: a tensor where TensorFlow is in use, a NumPy array otherwise.

    In a notebook TensorFlow is in use once a cell has imported it, or a part of it or of Keras, as a module:
    `import tensorflow as tf`. Outside IPython it is once anything has imported it.
    Floats are standard normal, or uniform in [low, high) when either is given; integers are uniform in
    [low, high), by default [0, 10); bools are fair coins. What comes depends on the seed of the grading run, the
    graded cell, how many inputs this cell has drawn before, the shape and the dtype, and on nothing else.
    """
    name = str(getattr(dtype, "name", dtype))
    if any(type(n) is not int or n < 0 for n in shape):
        raise TypeError(f"check.inputs: give the shape as whole numbers, check.inputs(5, 7); got {shape}.")
    rng = np.random.default_rng(_entropy(shape, name))
    return _tensor(_draw(rng, shape, name, low, high), name)


def _entropy(shape: tuple[int, ...], dtype: str) -> list[int]:
    """The seed of one call, from what makes it different from the others."""
    _, run = notebook.running_cell()
    if run != _calls["run"]:
        _calls.update(run=run, index=0)
    index = _calls["index"]
    _calls["index"] += 1
    parts = (recorder.SEED or FIXED_SEED, notebook.running_check(), index, shape, dtype)
    digest = hashlib.sha256(repr(parts).encode()).digest()
    return [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 32, 4)]


def _draw(
    rng: np.random.Generator, shape: tuple[int, ...], dtype: str, low: float | None, high: float | None
) -> np.ndarray[Any, Any]:
    if low is not None and high is not None and not low < high:
        raise ValueError(f"check.inputs: low must be below high, got low={low}, high={high}.")
    if dtype == "bool":
        return rng.random(shape) < 0.5
    if dtype.startswith(("int", "uint")):
        start = 0 if low is None else int(low)
        stop = (10 if start < 10 else start + 10) if high is None else int(high)
        return rng.integers(start, stop, shape, dtype=np.int64).astype(dtype)
    if not dtype.startswith(("float", "bfloat")):
        raise TypeError(f"check.inputs makes floats, integers and bools, not {dtype!r}.")
    if low is None and high is None:
        drawn = rng.standard_normal(shape)
    else:
        lowest = 0.0 if low is None else float(low)
        drawn = rng.uniform(lowest, lowest + 1.0 if high is None else float(high), shape)
    return np.asarray(drawn, np.float32 if dtype == "bfloat16" else dtype)


def _tensor(array: np.ndarray[Any, Any], dtype: str) -> Any:
    tf: Any = sys.modules.get("tensorflow")
    return tf.constant(array, dtype=dtype) if notebook.uses_tensorflow() and hasattr(tf, "constant") else array
