"""What a student calls in a notebook: each call checks one thing, and says that it is right or what is wrong.

Every check takes a label first, then what the student's code gave, then what is expected. A check that does
not pass raises `check.Failed`, an `AssertionError`. In a grading run it first records what it was given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from grader import progress
from grader.checks import notebook, own_names, policies, stale
from grader.checks import score as scores
from grader.checks.compare import not_a_value, shape_advice
from grader.checks.conclude import But, check_label, conclude, expected_value, fail, passed, tolerance_of
from grader.checks.inputs import inputs
from grader.checks.message import Failed
from grader.checks.model_file import SAID, load_model
from grader.checks.native import compiles, gradient, graph, serializes, traces, trains, variables
from grader.checks.recorder import record, recording
from grader.checks.show import brief, ratio, show
from grader.checks.values import Value, describe, element_kind
from grader.data import projects
from grader.progress.guesses import predict, predicted

__all__ = [
    "Failed",
    "at_least",
    "at_most",
    "close",
    "compiles",
    "equal",
    "gradient",
    "grading",
    "graph",
    "inputs",
    "load_model",
    "predict",
    "predicted",
    "raises",
    "reference",
    "score",
    "serializes",
    "shape",
    "that",
    "traces",
    "trains",
    "variables",
]


def equal(what: str, got: object, want: object, *, but: But | None = None, hint: str | None = None) -> None:
    """Check that `got` is exactly `want`: numbers, text, bools, dtypes, shapes, lists, tuples, dicts, sets, None.

    The shape is compared first, then the dtype, then the values. A `want` that is a tensor or an array states a
    dtype, which `got` must then have. Python numbers, NumPy scalars and lists only state integer, float, bool or text:
    a tensor or an array of float64 is then as good as one of float32, and so is a list of the numbers. Where the
    contract asks for a dtype or for a tensor, write `want` as one: tf.constant([1.0, 2.0]). Lists and tuples count as
    the same, and of a pandas Series only the values. NaN equals NaN.

    but: wrong values, each under the sentence that tells the student the misconception it comes from.
    hint: a sentence that is added to the message when the check fails. Backticks mark code in it, and in a `but`.
    """
    check_label("equal", what)
    expected, mine = expected_value("equal", want), describe(got)
    record("equal", what, mine, want=expected, but=but)
    conclude("equal", what, mine, expected, tolerance=None, but=but, hint=hint)


def close(
    what: str,
    got: object,
    want: object,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    but: But | None = None,
    hint: str | None = None,
) -> None:
    """Check that `got` is `want` up to rounding: |got - want| <= atol + rtol * |want|, element by element.

    Shapes are compared before anything is broadcast. Tolerances left out are the usual ones of the dtype (float32:
    rtol 1e-4, atol 1e-5; integers must be equal). dtypes are compared as in `equal`, except that an integer written
    in `want` may stand for a float. Structures (lists, dicts) are compared part by part. `but` and `hint` as in
    `equal`.
    """
    check_label("close", what)
    expected, mine = expected_value("close", want), describe(got)
    tolerance = tolerance_of("close", rtol, atol, mine, expected)
    record("close", what, mine, want=expected, but=but, tolerance=tolerance)
    conclude("close", what, mine, expected, tolerance=tolerance, but=but, hint=hint)


def shape(what: str, x: object, shape: Sequence[int | None], *, hint: str | None = None) -> None:
    """Check the shape of a tensor, an array or anything that has one. None in `shape` stands for any length."""
    check_label("shape", what)
    pattern = _pattern(shape)
    mine = describe(x)
    found = _shape_of(x, mine)
    record("shape", what, found, want=pattern)
    if found is None:
        fail("shape", what, f"got {mine.name}, which has no shape", advice=not_a_value(mine), hint=hint)
    if len(found) != len(pattern) or any(w is not None and g != w for g, w in zip(found, pattern, strict=True)):
        advice = shape_advice(tuple(-1 if n is None else n for n in found), pattern)
        fail("shape", what, f"the shape is {found}, expected {_any(pattern)}", advice=advice, hint=hint)
    passed(what)


def raises(
    what: str,
    error: type[BaseException] | tuple[type[BaseException], ...],
    f: Callable[..., object],
    *args: object,
    match: str | None = None,
    hint: str | None = None,
    **kwargs: object,
) -> None:
    """Check that f(*args, **kwargs) raises the error, with a message that contains the regular expression `match`.

    A stub that was not filled in is not attempted: its NotImplementedError is let through, unless it is asked for.
    """
    check_label("raises", what)
    wanted = error if isinstance(error, tuple) else (error,)
    if not wanted or not all(isinstance(e, type) and issubclass(e, BaseException) for e in wanted):
        raise TypeError("check.raises: the second argument is an exception class, such as ValueError.")
    if not callable(f):
        raise TypeError("check.raises: the third argument is the function to call; its arguments follow it.")
    names = [e.__name__ for e in wanted]
    caught, result = _call(f, args, kwargs, wanted)
    record("raises", what, _raised(caught), want=names, match=match)
    expected = " or ".join(names)
    call = _call_text(f, args, kwargs)
    if caught is None:
        told = f"no error was raised, expected {expected}"
        returned = describe(result)
        advice = not_a_value(returned) if returned.reason == "error" else ""
        fail("raises", what, told, call=call, got=brief(returned, about=True), advice=advice, hint=hint)
    said = notebook.clean(str(caught))
    if not isinstance(caught, wanted):
        told = f"{type(caught).__name__} was raised, expected {expected}"
        fail("raises", what, told, call=call, got=f"{type(caught).__name__}: {said}", hint=hint, cause=caught)
    if match is not None and not re.search(match, str(caught)):
        told = f"{type(caught).__name__} was raised, but its message does not say what it should"
        got = f"{type(caught).__name__}: {said or 'an empty message'}"
        fail("raises", what, told, call=call, got=got, want=f"a message with {match!r}", hint=hint)
    passed(what)


def at_least(what: str, value: object, bound: float, hint: str | None = None) -> None:
    """Check that a number is `bound` or more."""
    _bounded("at_least", what, value, bound, hint)


def at_most(what: str, value: object, bound: float, hint: str | None = None) -> None:
    """Check that a number is `bound` or less."""
    _bounded("at_most", what, value, bound, hint)


def that(what: str, condition: object, hint: str | None = None) -> None:
    """Check that a condition is true: a bool, or a tensor or array with one bool in it."""
    check_label("that", what)
    mine = describe(condition)
    record("that", what, mine)
    if mine.kind != "array" or mine.dtype != "bool":
        advice = not_a_value(mine) or "A condition is True or False: use ==, <, isinstance or in."
        fail("that", what, f"got {_named(mine)}, expected True", advice=advice, hint=hint)
    if mine.shape != ():
        told = f"the condition has {mine.array.size if mine.array is not None else 0} values, expected one"
        fail("that", what, told, advice="Bring them together with tf.reduce_all or tf.reduce_any.", hint=hint)
    if mine.array is None or not bool(mine.array):
        fail("that", what, "not true yet", hint=hint)
    passed(what)


def reference(what: str, value: object, *, rtol: float | None = None, atol: float | None = None) -> None:
    """Record a value for the grading run, which compares it with the reference solution's. Checks nothing here.

    Compared as `close` compares with plain numbers, so that a hidden check refuses nothing that a visible one accepts:
    float64 is as good as float32, int64 as int32, a NumPy array or a list as a tensor. A visible check whose `want`
    states the dtype is how to demand one. Half precision, unsigned integers and a tensor of float64 stay demands.
    Tolerances as in `close`; integers, text and bools must be equal.
    """
    check_label("reference", what)
    mine = describe(value)
    record("reference", what, mine, tolerance=tolerance_of("reference", rtol, atol, mine))
    if not recording():
        print(f"Noted: {what} (compared with the reference solution when it is graded)")


def grading() -> bool:
    """Whether the notebook is being graded: then nothing is trained."""
    return recording()


def score(
    what: str,
    predict: Callable[[Any], object],
    data: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    hint: str | None = None,
) -> None:
    """Check how good predict(features) is on rows of a project's data, by that project's metric.

    In a notebook these are the rows of the validation part. In a grading run they are rows that nobody has seen: the
    call records what is predicted, and the judge, which alone has the truth, scores it. What `predict` needs comes from
    the file that is handed in, by `check.load_model`. A metric of which more is better takes `at_least`, any other
    `at_most`.
    """
    check_label("score", what)
    metric, bound = _metric_and_bound(data, at_least, at_most)
    features, truth = scores.held_out(data) if recording() else scores.validation(data)
    in_the_reference_run = recording() and truth is not None  # where no model file lies, and the truth is expected
    mine = describe(truth) if in_the_reference_run else scores.predictions(predict, features)
    expected = None if truth is None else describe(truth)
    record("score", what, mine, want=expected, bound=bound, match=metric)
    if word := scores.refused(mine):
        fail("score", what, f"the model file cannot be used: {SAID[word]}", hint=hint)
    if truth is None:
        print(f"Noted: {what}")
        return
    found = scores.score(metric, mine, truth)
    if isinstance(found, str):
        fail("score", what, found, advice=not_a_value(mine), hint=hint)
    told = scores.told(metric, found, bound)
    if not scores.reached(metric, found, bound):
        fail("score", what, told, hint=hint)
    passed(f"{what}: {told}")


def _metric_and_bound(data: str, at_least: float | None, at_most: float | None) -> tuple[str, float]:
    """A project's metric and the bound that was given for it."""
    if data not in projects.PROJECTS:
        raise ValueError(f"check.score: there is no project {data!r}; there are {', '.join(projects.PROJECTS)}.")
    metric = projects.PROJECTS[data].metric
    word = scores.METRICS[metric].word
    given, other = (at_least, at_most) if word == "at least" else (at_most, at_least)
    if given is None or other is not None:
        raise TypeError(f"check.score: the {metric} of {data} takes one bound, {word.replace(' ', '_')}=.")
    return metric, float(given)


def _pattern(shape: object) -> tuple[int | None, ...]:
    if hasattr(shape, "as_list"):
        shape = shape.as_list()
    if not isinstance(shape, tuple | list) or not all(n is None or type(n) is int for n in shape):
        raise TypeError("check.shape: give the expected shape as a tuple of whole numbers and None, such as (None, 3).")
    return tuple(shape)


def _any(pattern: tuple[int | None, ...]) -> str:
    """A shape pattern in words: (any, 3)."""
    return "(" + ", ".join("any" if n is None else str(n) for n in pattern) + ("," if len(pattern) == 1 else "") + ")"


def _shape_of(x: Any, mine: Value) -> tuple[int | None, ...] | None:
    """The shape of a value or of a symbolic tensor; None where there is none."""
    if mine.kind == "array" and mine.name != "a TensorShape":
        return mine.shape
    if mine.name == "a TensorShape":
        return tuple(None if n is None else int(n) for n in type(x).as_list(x))
    if mine.reason == "symbolic" or mine.name in ("a RaggedTensor", "a SparseTensor", "a tf.IndexedSlices"):
        return tuple(x.shape)
    if mine.name == "a pandas DataFrame":
        return (len(x), len(x.columns))
    return None


def _named(value: Value) -> str:
    """A value in a sentence: a short one itself, another by what it is."""
    text = show(value)
    return text if value.kind == "array" and value.shape == () else value.name


def _call(
    f: Callable[..., object],
    args: tuple[object, ...],
    kwargs: dict[str, object],
    wanted: tuple[type[BaseException], ...],
) -> tuple[BaseException | None, object]:
    """Call f; return what it raised or what it returned. A stub's NotImplementedError goes on upwards."""
    asked = any(issubclass(e, NotImplementedError) for e in wanted)
    try:
        return None, f(*args, **kwargs)
    except NotImplementedError as error:
        if not asked:
            raise
        return error, None
    except Exception as error:
        return error, None
    except BaseException as error:
        if not isinstance(error, wanted):
            raise
        return error, None


def _raised(error: BaseException | None) -> dict[str, object] | None:
    """An exception as plain data: its class, the classes it is derived from, what it says."""
    if error is None:
        return None
    bases = [base.__name__ for base in type(error).__mro__ if issubclass(base, BaseException)]
    return {"error": type(error).__name__, "bases": bases, "message": str(error)[:2000]}


def _call_text(f: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]) -> str:
    name = getattr(f, "__name__", type(f).__name__)
    parts = [brief(describe(arg)) for arg in args] + [f"{key}={brief(describe(arg))}" for key, arg in kwargs.items()]
    text = " ".join(f"{name}({', '.join(parts)})".split())
    return text if len(text) <= 120 else text[:118] + " …"


def _bounded(check: str, what: str, value: object, bound: object, hint: str | None) -> None:
    """Check one number against a bound."""
    check_label(check, what)
    limit = describe(bound)
    if limit.kind != "array" or limit.shape != () or element_kind(limit.dtype) not in ("i", "f") or limit.array is None:
        raise TypeError(f"check.{check}: the bound must be one number, but it is {limit.name}.")
    mine = describe(value)
    record(check, what, mine, bound=float(limit.array))
    word = "at least" if check == "at_least" else "at most"
    wanted = f"expected {word} {ratio(limit.array)}"
    if mine.kind != "array" or element_kind(mine.dtype) not in ("i", "f") or mine.array is None:
        fail(check, what, f"got {_named(mine)}, {wanted}", advice=not_a_value(mine), hint=hint)
    if mine.shape != ():
        fail(check, what, f"got {mine.name} of shape {mine.shape}, expected one number", hint=hint)
    number = float(mine.array)
    if not (number >= float(limit.array) if check == "at_least" else number <= float(limit.array)):
        fail(check, what, f"got {ratio(mine.array)}, {wanted}", hint=hint)
    passed(what)


notebook.install()
stale.install()
own_names.install()
policies.install()
progress.follow()
