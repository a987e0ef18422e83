"""The first thing in which two values differ: type, then shape, then dtype, then values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from grader import devices
from grader.checks.show import ratio, show
from grader.checks.values import Value, element_kind, split

Layer = Literal["type", "shape", "dtype", "values"]


@dataclass(frozen=True)
class Tolerance:
    """Values are close where |got - want| <= atol + rtol * |want|.

    whole: whether that holds for integers too, as where the author asked for it; else they must be equal.
    """

    rtol: float
    atol: float
    whole: bool = False


EXACT = Tolerance(0.0, 0.0)


@dataclass(frozen=True)
class Difference:
    """What differs first.

    told: a sentence for the student, without a full stop.
    hidden: the same for a hidden check: it may name shapes and dtypes, never an expected value.
    advice: what the difference suggests, a full sentence, or "". It is for visible checks only.
    where: of a difference inside a structure, the place of the part that differs, such as "[1]" or "['loss']".
    parts: what stands there in both.
    """

    layer: Layer
    told: str
    hidden: str
    advice: str = ""
    where: str = ""
    parts: tuple[Value, Value] | None = None


def usual(dtype: str) -> Tolerance:
    """What right floats of the dtype may differ by on the device of this process."""
    return Tolerance(*devices.tolerances()[dtype])


def tolerance_for(*values: Value) -> Tolerance:
    """The default tolerance of a comparison: the coarsest of the parts' own; integers, text and bools are exact.

    A Python float counts as float32: it was either written by hand or computed in TensorFlow.
    """
    found = [_own_tolerance(value) for value in values]
    return max(found, key=lambda tolerance: tolerance.rtol, default=EXACT)


def _own_tolerance(value: Value) -> Tolerance:
    if value.kind == "array":
        if element_kind(value.dtype) not in ("f", "c"):
            return EXACT
        return usual(value.dtype if value.typed else "float32")
    return tolerance_for(*value.items)


def difference(got: Value, want: Value, tolerance: Tolerance | None = None, where: str = "") -> Difference | None:
    """The first difference between two values, or None. Without a tolerance the values must be equal.

    A dtype is compared when both sides state one, as tensors and arrays do. A Python number or list only says
    what sort of number it holds; beside a tolerance an integer there may stand for a float. NaN equals NaN.
    """
    got, want = _aligned(got, want)
    if want.kind == "none" and got.kind == "none":
        return None
    found = _type_difference(got, want)
    if found is None and want.kind == "array":
        found = _array_difference(got, want, tolerance)
    if found is None and want.kind == "dtype" and got.dtype != want.dtype:
        told = f"it is the dtype {got.dtype}, expected {want.dtype}"
        found = Difference("values", told, f"the dtype {got.dtype} is not the expected one")
    if found is not None:
        return _located(found, where, got, want)
    if want.kind in ("list", "dict", "set"):
        return _parts_difference(got, want, tolerance, where)
    return None


def plainly(got: Value, want: Value) -> Value:
    """What the reference solution gave, as an author would write it for a visible check: numbers without a dtype.

    So a hidden check accepts what a visible one does. A tensor, a NumPy array, a list and a number are told apart by
    neither; float64 is as good as float32, and int64 as int32. Other dtypes stay demands: half precision, unsigned
    integers, and a tensor of float64, which nobody makes without meaning it.
    """
    if want.kind in ("list", "dict") and want.kind == got.kind and len(want.items) == len(got.items):
        pairs = zip(got.items, want.items, strict=True)
        return replace(want, items=tuple(plainly(mine, theirs) for mine, theirs in pairs))
    if want.kind != "array" or not want.typed:
        return want
    numpy = not want.name.startswith(("a tf.", "a Keras"))
    if want.dtype == "float32" or (want.dtype == "float64" and numpy):
        return replace(want, typed=False)
    if want.dtype in _WHOLE and (got.dtype in _WHOLE or got.kind == "list"):
        return replace(want, typed=False)
    return want


_WHOLE = ("int32", "int64")


def _located(found: Difference, where: str, got: Value, want: Value) -> Difference:
    if not where:
        return found
    told, hidden = f"in part {where}, {found.told}", f"in part {where}, {found.hidden}"
    advice = "" if got.kind == "none" else found.advice  # what is not there was not forgotten by a return
    return replace(found, told=told, hidden=hidden, advice=advice, where=where, parts=(got, want))


def _aligned(got: Value, want: Value) -> tuple[Value, Value]:
    """Bring two spellings of one thing to the same kind: a dtype and its name, a list of tensors and a plain list."""
    if {got.kind, want.kind} == {"dtype", "array"}:
        return _as_dtype(got), _as_dtype(want)
    if got.kind == "list" and want.kind == "array" and not want.typed and want.shape and not want.moments:
        return got, replace(want, kind="list", items=split(want))
    if want.kind == "list" and got.kind == "array" and not got.typed and got.shape and not got.moments:
        return replace(got, kind="list", items=split(got)), want
    return got, want


def _as_dtype(value: Value) -> Value:
    if value.kind == "array" and value.dtype == "str" and value.shape == () and value.array is not None:
        return Value("dtype", value.name, dtype=value.array.item().decode("utf-8", "replace"))
    return value


def _type_difference(got: Value, want: Value) -> Difference | None:
    if got.kind == "opaque" or (got.kind == "none") != (want.kind == "none"):
        return _type(got, want, "" if got.kind == "array" else not_a_value(got))
    special = ("a SparseTensor", "a tf.IndexedSlices", "a pandas DataFrame")
    named = got.name != want.name and (got.name in special or want.name in special)
    # A list has a tensor's values but none of its methods. The other way round, a list is how an author writes values.
    untyped = got.kind == "array" and not got.typed and bool(got.shape) and want.typed
    if _text_for_number(got, want):
        return _type(got, want, "")
    if got.kind != want.kind or named or (untyped and want.kind == "array" and want.shape != ()):
        return _type(got, want, _type_advice(got, want))
    return None


def _text_for_number(got: Value, want: Value) -> bool:
    """Whether a Python text came for a number, or a Python number for a text: that is told as another type."""
    sorts = [element_kind(value.dtype) for value in (got, want) if value.kind == "array"]
    if len(sorts) < 2 or "" in sorts or (sorts[0] == "s") == (sorts[1] == "s"):
        return False
    return not got.typed and (got.shape == () or (want.shape == () and not want.typed))


def _type(got: Value, want: Value, advice: str) -> Difference:
    expected = want.name if want.kind != "none" else "None"
    told = f"got {got.name}, expected {expected}"
    if got.kind == "none":
        told = "got None"
    elif got.kind == "opaque":
        told = f"got {got.name} in place of a value"
    return Difference("type", told, told, advice)


def not_a_value(value: Value) -> str:
    """What to do about a result that is no value: a sentence, or "" when there is nothing to add."""
    if value.kind == "none":
        return "Did you forget to return?"
    return {
        "function": "Call it, with its arguments in round brackets.",
        "class": "Create an object of the class first, then compute with it.",
        "symbolic": "It has no numbers yet: call the function or the model with real data.",
        "dataset": "Take elements out of it: list(dataset), or next(iter(dataset)) for the first.",
        "generator": "Turn it into a list: list(...). A function that contains yield returns a generator.",
        "coroutine": "Its function was defined with async def: write plain def.",
        "error": "You returned the error: write `raise` before it, not `return`.",
        "model": "Call it on data to get its output, or ask for its weights.",
        "large": "It has too many parts to compare: return a tensor.",
    }.get(value.reason, "")


_RAGGED = "The rows of a RaggedTensor have lengths of their own: to_tensor() fills them up."


def _type_advice(got: Value, want: Value) -> str:
    if got.name == "a RaggedTensor":
        return _RAGGED
    if got.name == "a tf.IndexedSlices":
        return "Turn it into a tensor: tf.convert_to_tensor(...)."
    if got.name == "a SparseTensor":
        return "Turn it into a dense tensor: tf.sparse.to_dense(...)."
    if got.kind in ("list", "array") and want.kind == "array" and not got.typed:
        return "Make one tensor of it: tf.stack(...) or tf.convert_to_tensor(...)."
    if got.kind == "list" and want.kind == "array":
        return f"{got.name.capitalize()} of {len(got.items)} parts came, where one value is expected."
    return ""


def _array_difference(got: Value, want: Value, tolerance: Tolerance | None) -> Difference | None:
    if got.shape != want.shape:
        told = f"the shape is {got.shape}, expected {want.shape}"
        if not (got.typed or want.typed) and len(got.shape) == len(want.shape) == 1:  # two of Python's lists
            told = f"it has {got.shape[0]} value{'' if got.shape[0] == 1 else 's'}, expected {want.shape[0]}"
        return Difference("shape", told, told, shape_advice(got.shape, want.shape))
    found = _dtype_difference(got, want, close=tolerance is not None)
    numbers = {element_kind(got.dtype), element_kind(want.dtype)}
    if tolerance is None or not (tolerance.whole or numbers & {"f", "c"}):
        tolerance = EXACT
    return found or _values_difference(got, want, tolerance)


def shape_advice(got: tuple[int, ...], want: tuple[int | None, ...]) -> str:
    """What a wrong shape suggests."""
    axes = len(got) == len(want)
    cases = (
        (
            tuple(n for n in got if n != 1) == want,
            "An axis of length 1 is left over: look for keepdims=True, or use tf.squeeze.",
        ),
        (tuple(n for n in want if n != 1) == got, "An axis of length 1 is missing: keepdims=True keeps it."),
        (got == (), "Everything was reduced to one number: name the axis to reduce over."),
        (len(got) > 1 and got[::-1] == want, "The axes are in the opposite order: tf.transpose turns them round."),
        (axes and sorted(got) == sorted(n or 0 for n in want), "The axes are the right ones, in another order."),
        (got[1:] == want, "There is one axis too many in front: is the batch axis still there?"),
        (want[1:] == got, "The first axis is missing: was the batch axis reduced or indexed away?"),
        (not axes, f"It has {_axes(len(got))}, expected {_axes(len(want))}."),
        (axes and len(got) > 1, _axis_at_fault(got, want)),
    )
    return next((advice for holds, advice in cases if holds), "")


def _axis_at_fault(got: tuple[int, ...], want: tuple[int | None, ...]) -> str:
    """The first axis whose length is wrong, in words."""
    for axis, (mine, theirs) in enumerate(zip(got, want, strict=False)):
        if theirs is not None and mine != theirs:
            return f"Axis {axis} has length {mine}, expected {theirs}."
    return ""


def _axes(count: int) -> str:
    return {0: "no axes", 1: "1 axis"}.get(count, f"{count} axes")


_ELEMENTS = {"b": "bools", "i": "integers", "f": "floats", "c": "complex numbers", "s": "strings"}


def _dtype_difference(got: Value, want: Value, close: bool) -> Difference | None:
    if "" in (got.dtype, want.dtype) or got.dtype == want.dtype:
        return None
    kinds = element_kind(got.dtype), element_kind(want.dtype)
    if not (got.typed and want.typed):
        plain = close and ((not want.typed and kinds == ("f", "i")) or (not got.typed and kinds == ("i", "f")))
        text = {got.dtype, want.dtype} == {"str", "bytes"}
        if (kinds[0] == kinds[1] and not text) or plain:
            return None
    if {got.dtype, want.dtype} == {"string", "str"} or {got.dtype, want.dtype} == {"string", "bytes"}:
        return None
    came = got.dtype if got.typed or kinds[0] == "s" else f"a Python {got.dtype.rstrip('0123456789')}"
    expected = want.dtype if want.typed or kinds[1] == "s" else _ELEMENTS[kinds[1]]
    told = f"the dtype is {came}, expected {expected}"
    return Difference("dtype", told, told, _dtype_advice(got, want, kinds))


def _dtype_advice(got: Value, want: Value, kinds: tuple[str, str]) -> str:
    if kinds[0] == "s" and kinds[1] == "s":
        return (
            "Turn bytes into text with .decode()." if got.dtype == "bytes" else "Turn text into bytes with .encode()."
        )
    if "s" in kinds or not got.typed:
        return ""
    if "NumPy" in got.name or "pandas" in got.name:
        return (
            f"Convert it with .astype({want.dtype if want.typed else _ELEMENTS[kinds[1]][:-1].replace('eger', '')!r})."
        )
    target = want.dtype if want.typed else {"b": "tf.bool", "i": "tf.int32", "f": "tf.float32"}.get(kinds[1], "")
    return f"Convert it with tf.cast(..., {target if target.startswith('tf.') else f'tf.{target}'})." if target else ""


def _values_difference(got: Value, want: Value, tolerance: Tolerance) -> Difference | None:
    assert got.array is not None and want.array is not None
    if (got.moments is None) != (want.moments is None):
        return Difference("values", "the values were not recorded", "the values were not recorded")
    if (
        element_kind(got.dtype) == "s"
        or element_kind(want.dtype) == "s"
        or object in (got.array.dtype, want.array.dtype)
    ):
        return _text_difference(got, want)
    with np.errstate(all="ignore"):
        wrong = ~_close(got.array, want.array, tolerance)
        if wrong.any():
            return _numbers_told(got, want, wrong, tolerance)
        if got.moments and want.moments and not _moments_close(got, want, tolerance):
            told = "the values differ from the expected ones outside the sample that was compared"
            return Difference("values", told, "some of the values are not the expected ones")
    return None


def _text_difference(got: Value, want: Value) -> Difference | None:
    assert got.array is not None and want.array is not None
    for index in np.ndindex(got.array.shape):
        if got.array[index] != want.array[index]:
            at = f" at {list(index)}" if index else ""
            mine, theirs = (
                show(replace(v, shape=(), array=np.asarray(v.array[index], object)))
                for v in (got, want)
                if v.array is not None
            )
            told = f"the text{at} is {mine}, expected {theirs}"
            return Difference("values", told, "the text is not the expected one")
    return None


def _close(got: np.ndarray[Any, Any], want: np.ndarray[Any, Any], tolerance: Tolerance) -> np.ndarray[Any, Any]:
    if tolerance == EXACT:
        same = got == want
    else:
        error = np.abs(_wide(got) - _wide(want))
        within = error <= tolerance.atol + tolerance.rtol * np.abs(_wide(want))
        same = (got == want) | (within & np.isfinite(error))  # around infinity everything would be within
    if got.dtype.kind in "fc" and want.dtype.kind in "fc":
        same |= np.isnan(got) & np.isnan(want)
    return np.asarray(same, bool)


def _wide(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """In double precision, so that the comparison itself adds no error and no overflow."""
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def _moments_close(got: Value, want: Value, tolerance: Tolerance) -> bool:
    mine, theirs = got.moments, want.moments
    assert mine is not None and theirs is not None
    counts = ("finite", "nan", "posinf", "neginf")
    if any(getattr(mine, name) != getattr(theirs, name) for name in counts):
        return False
    allowed = tolerance.atol + tolerance.rtol * max(abs(theirs.low), abs(theirs.high))
    # Exact values still have a mean that depends on the order of the additions.
    slack = max(allowed, 1e-12 * max(abs(theirs.low), abs(theirs.high)))
    ends = all(abs(getattr(mine, name) - getattr(theirs, name)) <= allowed for name in ("low", "high"))
    return ends and all(abs(getattr(mine, name) - getattr(theirs, name)) <= slack for name in ("mean", "std"))


def _numbers_told(got: Value, want: Value, wrong: np.ndarray[Any, Any], tolerance: Tolerance) -> Difference:
    """Tell how many numbers are wrong, NaNs first, then the largest error and its index."""
    assert got.array is not None and want.array is not None
    nans = _new(np.isnan, got.array, want.array)
    infs = _new(np.isinf, got.array, want.array)
    for count, label in ((nans, "NaN"), (infs, "infinite")):
        if count:
            told = f"{count} of {wrong.size} values are {label}" if wrong.size > 1 else f"the value is {label}"
            return Difference("values", told, told, _NOT_FINITE)
    error = np.where(wrong, np.abs(_wide(got.array) - _wide(want.array)), -1.0)
    index = np.unravel_index(int(np.argmax(np.nan_to_num(error, nan=np.inf))), error.shape)
    mine, theirs = _pair(got.array[index], want.array[index])
    at = f" at {[int(i) for i in index]}" if index and got.moments is None else ""
    if wrong.size == 1:
        told = f"the value{at} is {mine}, expected {theirs}"
        return Difference("values", told, "the value is not the expected one", _near(got, want, tolerance))
    count, whole = int(wrong.sum()), got.array.dtype.kind in "iu" and want.array.dtype.kind in "iu"
    largest = ratio(int(error[index]) if whole else float(error[index]))
    told = f"{count} of {wrong.size} values {'is' if count == 1 else 'are'} wrong"
    if count > 1:
        binary = _binary(got.array) and _binary(want.array)
        told += f"; the first{at}" if binary else f"; the largest error is {largest}{at}"
    elif at:
        told += f",{at}"
    told += f": got {mine}, expected {theirs}"
    hidden = "some of the values are not the expected ones"
    return Difference("values", told, hidden, _pattern(got, want, tolerance) or _near(got, want, tolerance))


_NOT_FINITE = "Look for a division by zero, the log or the root of a negative number, or a number grown too large."


def _new(test: Any, got: np.ndarray[Any, Any], want: np.ndarray[Any, Any]) -> int:
    """How many elements of `got` pass the test (are NaN, are infinite) where those of `want` do not."""
    if got.dtype.kind not in "fc":
        return 0
    return int((test(got) & ~(test(want) if want.dtype.kind in "fc" else np.zeros(want.shape, bool))).sum())


def _binary(array: np.ndarray[Any, Any]) -> bool:
    """Whether there is nothing but 0 and 1 in it, or bools: then every error is as large as any other."""
    return array.dtype.kind == "b" or bool(np.isin(array, (0, 1)).all())


def _pair(mine: Any, theirs: Any) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to tell them apart."""
    for digits in (6, 9, 17):
        pair = ratio(mine, digits), ratio(theirs, digits)
        if pair[0] != pair[1]:
            break
    return pair


def _pattern(got: Value, want: Value, tolerance: Tolerance) -> str:
    """A simple relation between all the wrong numbers and the right ones, if there is one."""
    assert got.array is not None and want.array is not None
    mine, theirs = got.array, want.array
    if got.moments is not None or mine.size < 2 or "c" in (mine.dtype.kind, theirs.dtype.kind):
        return ""
    binary = _binary(mine) and _binary(theirs)
    if binary and bool(np.all(mine != theirs)):
        return "Every value is the opposite of the expected one."
    loose = tolerance if tolerance != EXACT else Tolerance(1e-9, 1e-12)
    mine, theirs = _wide(mine), _wide(theirs)
    if mine.ndim == 2 and mine.shape[0] == mine.shape[1] and _close(mine.T, theirs, loose).all():
        return "It is the transpose of what is expected."
    if binary:
        return ""  # there are too few different numbers for the rest to mean anything
    if _close(np.sort(mine, axis=None), np.sort(theirs, axis=None), loose).all():
        return "The numbers are right, but they stand in another order."
    return _factor_or_shift(mine, theirs, loose)


def _near(got: Value, want: Value, tolerance: Tolerance) -> str:
    """What a small error suggests, where rounding is allowed for at all."""
    assert got.array is not None and want.array is not None
    near = tolerance != EXACT and bool(_close(got.array, want.array, Tolerance(0.01, 0.0)).all())
    return (
        "It is near: look for a rounded number, or for a small constant added to avoid a division by zero."
        if near
        else ""
    )


def _factor_or_shift(mine: np.ndarray[Any, Any], theirs: np.ndarray[Any, Any], loose: Tolerance) -> str:
    """Whether all numbers are the right ones times one factor, or plus one number."""
    if not np.isfinite(theirs).all() or np.unique(theirs).size < 2:
        return ""
    largest = int(np.argmax(np.abs(theirs)))
    factor = float(mine.flat[largest]) / float(theirs.flat[largest])
    if factor not in (0.0, 1.0) and _close(mine, theirs * factor, loose).all():
        minus = abs(factor + 1) < 1e-4
        return (
            "Every value has the wrong sign." if minus else f"Every value is {ratio(factor, 4)} times the expected one."
        )
    shift = float(mine.flat[largest]) - float(theirs.flat[largest])
    if shift != 0 and _close(mine, theirs + shift, loose).all():
        size = ratio(abs(shift), 4).removesuffix(".0")
        return f"Every value is {size} too {'large' if shift > 0 else 'small'}."
    return ""


def _parts_difference(got: Value, want: Value, tolerance: Tolerance | None, where: str) -> Difference | None:
    """The first difference between the parts of two lists, dicts or sets."""
    if want.kind == "list":
        if len(got.items) != len(want.items):
            told = f"the length is {len(got.items)}, expected {len(want.items)}"
            return _located(Difference("shape", told, told), where, got, want)
        places = [f"{where}[{i}]" for i in range(len(want.items))]
    else:
        mine, theirs = _members(got), _members(want)
        if mine != theirs:
            found = _members_told(mine, theirs, "key" if want.kind == "dict" else "element")
            return _located(found, where, got, want)
        places = [f"{where}[{key}]" for key in want.keys] if want.kind == "dict" else []
    for place, mine_part, their_part in zip(places, got.items, want.items, strict=False):
        inside = difference(mine_part, their_part, tolerance, place)
        if inside is not None:
            ragged = got.name == "a RaggedTensor" and inside.layer == "shape"
            return replace(inside, advice=_RAGGED) if ragged else inside
    return None


def _members(value: Value) -> tuple[str, ...]:
    return value.keys if value.kind == "dict" else tuple(sorted(show(item) for item in value.items))


def _members_told(mine: tuple[str, ...], theirs: tuple[str, ...], label: str) -> Difference:
    missing = [key for key in theirs if key not in mine]
    extra = [key for key in mine if key not in theirs]
    parts = []
    for keys, word in ((missing, "missing"), (extra, "not expected")):
        if keys:
            shown = ", ".join(keys[:4]) + (" …" if len(keys) > 4 else "")
            parts.append(f"the {label}{'s' if len(keys) > 1 else ''} {shown} {'are' if len(keys) > 1 else 'is'} {word}")
    told = " and ".join(parts) or f"the {label}s differ"
    return Difference("values", told, f"the {label}s are not the expected ones")
