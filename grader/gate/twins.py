"""Twins of right answers, the same values as float64 or as NumPy arrays: what the notebook accepts, the grade accepts.

A twin may be refused by a visible check, where the student hears of it. It may not be told that it is right and then
lose its points to a hidden one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from grader.authoring.bank import Answer

TWIN = "twin"
KINDS = {"float64": "double", "NumPy": "numpy"}

_WRAP = """


def _as_twin(function):
    import functools

    import numpy as np
    import tensorflow as tf

    def double(value):
        if isinstance(value, tf.Tensor):
            return tf.cast(value, tf.float64) if value.dtype == tf.float32 else value
        wide = isinstance(value, (np.ndarray, np.float32)) and value.dtype == np.float32
        return value.astype(np.float64) if wide else value

    def numpy(value):
        return value.numpy() if isinstance(value, tf.Tensor) and hasattr(value, "numpy") else value

    def all_of(value):
        if type(value) in (list, tuple):
            return type(value)(map(all_of, value))
        return {{key: all_of(part) for key, part in value.items()}} if type(value) is dict else {kind}(value)

    return functools.wraps(function)(lambda *args, **kwargs: all_of(function(*args, **kwargs)))


{lines}
"""


def twins_of(answer: Answer) -> Iterator[Answer]:
    """The twins of a right answer: its functions with their results turned; none of an answer without functions."""
    body = ast.parse(answer.source).body
    functions = [node.name for node in body if isinstance(node, ast.FunctionDef) and not node.decorator_list]
    main = [name for name in functions if name == answer.exercise] or functions[-1:]
    for name, kind in KINDS.items() if main else ():
        lines = "\n".join(f"{each} = _as_twin({each})" for each in main)
        source = answer.source + _WRAP.format(kind=kind, lines=lines)
        yield replace(answer, name=f"the {name} twin of {answer.name!r}", expect=TWIN, source=source)
