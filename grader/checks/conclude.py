"""How a check ends: with one printed line, or with the failure that carries the message."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from types import FrameType
from typing import NoReturn

from grader.checks.calls import argument_source
from grader.checks.compare import Difference, Tolerance, difference, tolerance_for
from grader.checks.message import Failed, Message
from grader.checks.show import show
from grader.checks.values import Value, describe

But = Mapping[str, object]


def check_label(check: str, what: object) -> None:
    """Raise TypeError unless the label is a text that says something."""
    if type(what) is not str or not what.strip():
        name = describe(what).name
        raise TypeError(f"check.{check}: the first argument is a label for the reader, a string; got {name}.")


def expected_value(check: str, want: object) -> Value:
    """The expected value taken apart; an author who gives no value learns it at once."""
    expected = describe(want)
    if found := _opaque_part(expected):
        raise TypeError(f"check.{check}: the expected value must be a value, but it is {found.name}.")
    return expected


def _opaque_part(value: Value) -> Value | None:
    if value.kind == "opaque":
        return value
    return next((found for item in value.items if (found := _opaque_part(item))), None)


def tolerance_of(check: str, rtol: float | None, atol: float | None, *values: Value) -> Tolerance:
    """The tolerance asked for, where one left out beside one given is zero; else the dtypes' usual one."""
    for name, given in (("rtol", rtol), ("atol", atol)):
        if given is not None and not (isinstance(given, int | float) and math.isfinite(given) and given >= 0):
            raise ValueError(f"check.{check}: {name} must be a number from 0 upwards, got {given!r}.")
    if rtol is None and atol is None:
        return tolerance_for(*values)
    return Tolerance(rtol or 0.0, atol or 0.0, whole=True)


def conclude(
    check: str,
    what: str,
    mine: Value,
    expected: Value,
    *,
    tolerance: Tolerance | None,
    but: But | None,
    hint: str | None,
) -> None:
    """Pass, or fail with the first difference and the misconception that the value shows."""
    found = difference(mine, expected, tolerance)
    if found is None:
        passed(what)
        return
    named = (said for said, wrong in (but or {}).items() if difference(mine, describe(wrong), tolerance) is None)
    misconception = next(named, "")
    got, want = both(mine, expected, found)
    advice = "" if misconception else found.advice
    fail(
        check,
        what,
        found.told,
        got=got,
        want=want,
        part=found.where,
        advice=advice,
        hint=hint,
        misconception=misconception,
    )


def both(mine: Value, expected: Value, found: Difference) -> tuple[str, str]:
    """What came and what was expected, in the part that differs, where the first line has not said it all."""
    mine, expected = found.parts or (mine, expected)
    if mine.kind in ("opaque", "none"):
        return "", "" if expected.kind == "none" else show(expected, about=True)
    if found.layer == "values" and mine.kind == "array" and mine.shape == ():
        return "", ""
    if mine.kind == expected.kind == "dtype":
        return "", ""
    return show(mine, about=True), show(expected, about=True)


def fail(
    check: str,
    what: str,
    told: str,
    *,
    call: str = "",
    got: str = "",
    want: str = "",
    part: str = "",
    advice: str = "",
    hint: str | None = None,
    misconception: str = "",
    cause: BaseException | None = None,
) -> NoReturn:
    """Raise the failure that carries the message."""
    call = call or argument_source(_caller(), check, 1)
    message = Message(
        f"{what}: {told}",
        call="" if call == what else call,
        got=got,
        expected=want,
        part=part,
        advice="\n".join(part for part in (misconception, advice) if part),
        hint=hint or "",
    )
    raise Failed(what, message, misconception) from cause


def _caller() -> FrameType | None:
    """The frame of the student's that called the check."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and str(frame.f_globals.get("__name__", "")).startswith("grader.check"):
        frame = frame.f_back
    return frame


def passed(what: str) -> None:
    """Print the one line of a check that holds."""
    print(f"Right: {what}")
