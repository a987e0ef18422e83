"""Compares one piece of evidence with the reference run's: what a student's record lacks, check by check."""

from __future__ import annotations

import re
from dataclasses import replace

from grader.checks import score as scores
from grader.checks.compare import Difference, difference, plainly, tolerance_for
from grader.checks.evidence import Record
from grader.checks.model_file import SAID
from grader.checks.values import Value, element_kind, split
from grader.grading.vocabulary import error_name


class JudgeError(Exception):
    """The reference run itself cannot be judged by: the author has to act, no student is to blame."""


def compare_records(want: Record, got: Record) -> Difference | None:
    """What the student's record lacks against the reference's, or None. Both are of one check and one label."""
    if want.check in ("at_least", "at_most"):
        return _outside(want, got)
    if want.check == "shape":
        return _other_shape(want, got)
    if want.check == "raises":
        return _other_error(want, got)
    if want.check == "that":
        return None if _is_true(got.value) else Difference("values", "this is not true", "this is not true")
    if want.check == "score":
        return _too_low(want, got)
    return _native(want, got) if want.check in _NATIVE else _other_value(want, got)


def _other_value(want: Record, got: Record) -> Difference | None:
    """A value against the expected one of the reference run, or against what the reference solution gave."""
    expected = want.want if want.want is not None else want.value
    tolerance = want.tolerance
    if tolerance is None and want.check != "equal":
        tolerance = tolerance_for(want.value, expected)
    found = difference(got.value, expected, tolerance)
    if found is None or want.check != "reference":
        return found
    plain = plainly(got.value, expected)
    if tolerance is None or not tolerance.whole:  # what the author did not ask for
        tolerance = tolerance_for(plain)
    return None if difference(got.value, plain, tolerance) is None else found


def _outside(want: Record, got: Record) -> Difference | None:
    """One number against the reference's bound."""
    value, word = got.value, "at least" if want.check == "at_least" else "at most"
    if want.bound is None:
        raise JudgeError(f"The reference run recorded no bound for {want.label!r}.")
    return _bounded(value, want.bound, word)


def _bounded(value: Value, bound: float, word: str) -> Difference | None:
    if value.kind != "array" or value.shape != () or element_kind(value.dtype) not in ("i", "f") or value.array is None:
        told = f"got {value.name}, expected one number"
        return Difference("type", told, told)
    number = float(value.array)
    if number >= bound if word == "at least" else number <= bound:
        return None
    hidden = "the number is too small" if word == "at least" else "the number is too large"
    return Difference("values", f"got {number:.6g}, expected {word} {bound:.6g}", hidden)


def _too_low(want: Record, got: Record) -> Difference | None:
    """Predictions for rows that nobody has seen against their truth, which the reference run recorded."""
    truth, metric = want.want.array if want.want else None, want.match or ""
    if truth is None or want.bound is None or metric not in scores.METRICS:
        raise JudgeError(f"The reference run recorded no truth, metric and bound for {want.label!r}.")
    if word := scores.refused(got.value):
        told = f"the model file cannot be used: {SAID.get(word, SAID['damaged'])}"
        return Difference("type", told, told)
    found = scores.score(metric, got.value, truth)
    if isinstance(found, str):
        return Difference("type", found, found)
    if scores.reached(metric, found, want.bound):
        return None
    told = f"{scores.told(metric, found, want.bound)}, on rows that nobody has seen"
    return Difference("values", told, told)


def _other_shape(want: Record, got: Record) -> Difference | None:
    """A shape against the reference's pattern, in which None stands for any length."""
    pattern = _lengths(want.want)
    found = _lengths(got.value)
    if pattern is None:
        raise JudgeError(f"The reference run recorded no shape for {want.label!r}.")
    if found is None:
        return Difference("type", "what came has no shape", "what came has no shape")
    if len(found) == len(pattern) and all(w is None or g == w for g, w in zip(found, pattern, strict=True)):
        return None
    return Difference("shape", f"the shape is {found}, expected {pattern}", f"the shape is not {pattern}")


def _lengths(value: Value | None) -> tuple[int | None, ...] | None:
    """A recorded shape: a list of integers, or of integers and None."""
    if value is None or value.kind not in ("array", "list"):
        return None
    parts = split(value) if value.kind == "array" and len(value.shape) == 1 and value.moments is None else value.items
    if any(part.kind != "none" and (part.dtype != "int64" or part.shape != ()) for part in parts):
        return None
    return tuple(None if part.array is None else int(part.array) for part in parts)


def _other_error(want: Record, got: Record) -> Difference | None:
    """The exception that was raised against the ones that the reference asks for, by name."""
    names = strings(want.want)
    parts = dict(zip(got.value.keys, got.value.items, strict=False))
    if not parts:
        told = f"no error was raised, expected {' or '.join(names)}"
        return Difference("values", told, told)
    raised = strings(parts.get("'error'"))
    if not set(names) & set(strings(parts.get("'bases'"))):
        told = f"{error_name(raised[0] if raised else '')} was raised, expected {' or '.join(names)}"
        return Difference("values", told, told)
    message = "".join(strings(parts.get("'message'")))
    if want.match is not None and not re.search(want.match, message[:2000]):
        told = "the error's message does not say what it should"
        return Difference("values", told, told)
    return None


def strings(value: Value | None) -> list[str]:
    """The elements of an array of text."""
    if value is None or value.kind != "array" or value.array is None or element_kind(value.dtype) != "s":
        return []
    return [part.decode("utf-8", "replace") for part in value.array.ravel().tolist()]


def contradicts_itself(record: Record) -> bool:
    """Whether a check that recorded this must have failed, by what it was itself given to expect."""
    own = Value("none", "None") if record.want is None else record.want
    if record.check in ("equal", "close", "variables"):
        return difference(record.value, own, record.tolerance) is not None
    if record.check in ("at_least", "at_most", "shape", "raises", "that"):
        try:
            return compare_records(record, record) is not None
        except (JudgeError, re.error):
            return True
    return False


def _is_true(value: Value) -> bool:
    one = value.kind == "array" and value.dtype == "bool" and value.shape == () and value.array is not None
    return one and bool(value.array)


REFUSED = "a TPU cannot run it"
_NATIVE = ("graph", "traces", "compiles", "serializes", "trains")


def _native(want: Record, got: Record) -> Difference | None:
    """The TensorFlow checks, whose value is a dict of what they saw."""
    mine = dict(zip(got.value.keys, got.value.items, strict=False))
    theirs = dict(zip(want.value.keys, want.value.items, strict=False))
    if set(mine) != set(theirs):
        return Difference("type", "nothing was recorded", "nothing was recorded")
    if "'refused'" in theirs and _like(mine["'refused'"], theirs["'refused'"], want) is not None:
        return Difference("values", REFUSED, REFUSED)
    for key, value in theirs.items():
        if key in ("'count'", "'loss'"):
            if want.bound is None:
                raise JudgeError(f"The reference run recorded no bound for {want.label!r}.")
            found = _bounded(mine[key], want.bound, "at most")
            if found is not None and key == "'count'":
                found = replace(found, hidden="it was traced too often")
        else:
            found = _like(mine[key], value, want)
        if found is not None:
            return found
    if "'first'" in mine and "'second'" in mine:
        tolerance = want.tolerance or tolerance_for(theirs["'first'"])
        return difference(mine["'second'"], mine["'first'"], tolerance)
    return None


def _like(mine: Value, theirs: Value, want: Record) -> Difference | None:
    """The same value, or where random numbers are in play only one of the same type, shape and dtype."""
    plain = plainly(mine, theirs)
    found = difference(mine, plain, want.tolerance or tolerance_for(plain))
    return found if want.deterministic or found is None or found.layer != "values" else None
