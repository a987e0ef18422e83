"""The judge: from the outputs of a graded cell, as the reference solution and as a student left it, to a verdict.

A pure function over nbformat outputs. It believes nothing that the student's side says about what was expected:
expected values, tolerances, bounds and misconceptions are the reference run's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, Literal

from grader.checks.compare import Difference, difference, plainly, tolerance_for
from grader.checks.evidence import MIME, EvidenceError, Record, decode_record
from grader.checks.message import is_stub
from grader.checks.values import Value, element_kind, split
from grader.grading.outputs import ENDED

Outcome = Literal["right", "wrong", "error", "not attempted"]
Output = Mapping[str, Any]

_ONLY_HERE = ("reference", "graph", "traces", "compiles", "gradient", "serializes", "trains")
"""Checks of which the student's side cannot know whether they hold: it has not seen what the reference gave."""
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")


class JudgeError(Exception):
    """The reference run itself cannot be judged by: the author has to act, no student is to blame."""


@dataclass(frozen=True)
class Verdict:
    """What a graded cell earns, and why.

    points, possible: earned, and what the cell is worth.
    passed: every check of the cell holds. A cell with partial credit passes when it earned all of it.
    reasons: for the student, one sentence for each thing that is wrong. None tells a value of a hidden check.
    misconceptions: the `but=` sentences that the student's values match.
    flags: for the instructor: signs of evidence that was forged, repeated, dropped or moved.
    checks: for every check of the reference run, its label and whether it holds.
    """

    points: float
    possible: float
    passed: bool
    outcome: Outcome
    reasons: tuple[str, ...] = ()
    misconceptions: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    checks: tuple[tuple[str, bool], ...] = ()


@dataclass
class _Findings:
    """What comes to light while the records of one cell are compared."""

    reasons: list[str] = field(default_factory=list)
    misconceptions: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    checks: list[tuple[str, bool]] = field(default_factory=list)


def outcome_of(outputs: Sequence[Output]) -> Outcome:
    """The outcome that a graded cell's outputs show: by its first error, and right where there is none.

    `check.Failed` and a plain `assert` are wrong, the stub's NotImplementedError is not attempted, else error.
    TensorFlow and Keras raise NotImplementedError, too; theirs says more than a name.
    """
    for output in outputs:
        if output.get("output_type") == "error":
            name = str(output.get("ename"))
            if name == "NotImplementedError":
                return "not attempted" if is_stub(str(output.get("evalue") or "")) else "error"
            return _OUTCOMES.get(name, "error")
    return "right"


_OUTCOMES: dict[str, Outcome] = {"Failed": "wrong", "AssertionError": "wrong"}


def _data(output: Output) -> Mapping[str, Any]:
    """The MIME bundle of an output. A forged message may hold anything in its place."""
    data = output.get("data")
    return data if isinstance(data, Mapping) else {}


def judge_cell(
    reference_outputs: Sequence[Output] | None,
    student_outputs: Sequence[Output],
    *,
    points: float,
    strict: bool = True,
    visible: Collection[str] | None = None,
    answer_lines: Collection[str] = (),
) -> Verdict:
    """Judge one graded cell.

    reference_outputs: the cell's outputs in the reference run, or None where the assignment has no reference run.
    student_outputs: the same cell's outputs in the student's run, with the same seed on the same sort of device.
    points: what the cell is worth.
    strict: in a cell without evidence, whether an error anywhere fails it and stderr does not. If False, nbgrader's
      own rule applies to such a cell: the first of an error, a line on stderr and an execute_result decides.
    visible: labels of checks that the student can read; the reasons for these may name the expected value.
    answer_lines: the lines of the student's answers, without indentation; the reason for an error names the one in
      which it arose.
    Raises JudgeError if the reference run ended in an error or recorded nothing that can be compared.
    """
    expected = _reference_records(reference_outputs)
    if not expected and not strict:
        return _nbgrader_verdict(student_outputs, points, answer_lines)
    found = _Findings()
    if expected:
        _judge_records(expected, student_outputs, found, visible or ())
    elif any(MIME in _data(output) for output in student_outputs):
        found.flags.append("evidence in a cell whose checks record none")
    outcome = outcome_of(student_outputs)
    if outcome != "right" and not found.reasons:
        found.reasons.append(_error_reason(student_outputs, outcome, answer_lines))
    if outcome == "right" and (found.reasons or found.flags):
        outcome = "wrong" if expected else outcome
    earned = points if outcome == "right" else 0.0
    if outcome == "right":
        earned = _partial_credit(reference_outputs, student_outputs, points, found)
        outcome = "right" if earned >= points else "wrong"
    return Verdict(
        earned,
        points,
        outcome == "right",
        outcome,
        tuple(_plain(reason) for reason in found.reasons),
        tuple(found.misconceptions),
        tuple(_plain(flag) for flag in found.flags),
        tuple(found.checks),
    )


def _plain(text: str) -> str:
    """A sentence that may hold a student's words, short and without control characters."""
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= 300 else text[:298] + " …"


def _reference_records(outputs: Sequence[Output] | None) -> list[Record]:
    """The records of the reference run, which must all be there and be values."""
    records = []
    for output in outputs or ():
        if output.get("output_type") == "error":
            raise JudgeError(f"The reference solution ends in {output.get('ename')}: {output.get('evalue')}")
        node = _data(output).get(MIME)
        if node is None:
            continue
        try:
            record = decode_record(node)
        except EvidenceError as error:
            raise JudgeError(f"The reference run recorded {error}.") from error
        if _has_opaque(record.want or record.value):
            raise JudgeError(f"The reference run recorded no value for {record.label!r}: it gave {record.value.name}.")
        records.append(record)
    return records


def _has_opaque(value: Value) -> bool:
    return value.kind == "opaque" or any(_has_opaque(item) for item in value.items)


def _judge_records(
    expected: list[Record], outputs: Sequence[Output], found: _Findings, visible: Collection[str]
) -> None:
    """Compare the student's records with the reference's, one by one and in order."""
    given = _student_records(outputs, found, len(expected) + 5)
    failed = outcome_of(outputs) != "right"
    for number, want in enumerate(expected):
        got = given[number] if number < len(given) else None
        if got is None:
            found.checks.append((want.label, False))
            continue
        if (got.check, got.label) != (want.check, want.label):
            found.flags.append(
                f"evidence out of order: {got.label!r} ({got.check}) in place of {want.label!r} ({want.check})"
            )
            found.reasons.append(f"{want.label}: this check was not recorded.")
            found.checks.append((want.label, False))
            break
        if (got.cell, got.seed) != (want.cell, want.seed):
            found.flags.append(f"evidence for {want.label!r} from another cell or another run")
        difference = compare_records(want, got)
        found.checks.append((want.label, difference is None))
        if difference is not None:
            told = difference.told if want.label in visible else difference.hidden
            found.reasons.append(f"{want.label}: {told}.")
            found.misconceptions.extend(_misconceptions(want, got))
    found.checks.extend((want.label, False) for want in expected[len(found.checks) :])
    _look_at_the_whole(expected, given, found, failed)


def _look_at_the_whole(expected: list[Record], given: list[Record], found: _Findings, failed: bool) -> None:
    """What the number of records says, and whether a failure was hidden."""
    if len(given) > len(expected):
        labels = [record.label for record in given]
        again = sorted({label for label in labels if labels.count(label) > [e.label for e in expected].count(label)})
        found.flags.append("repeated or extra evidence: " + ", ".join(repr(label) for label in again[:5]))
        found.reasons.append("More was recorded in this cell than its checks record.")
    if len(given) < len(expected) and not failed:
        found.flags.append(f"evidence dropped: {len(given)} of {len(expected)} checks recorded and no error shown")
        found.reasons.append(f"{expected[len(given)].label}: this check was not recorded.")
    for want, (label, holds) in zip(expected, found.checks, strict=False):
        if not holds and not failed and want.check not in _ONLY_HERE and len(given) >= len(expected):
            found.flags.append(f"the check {label!r} does not hold, but no error was shown")


def _student_records(outputs: Sequence[Output], found: _Findings, limit: int) -> list[Record]:
    """The student's first `limit` records; what cannot be read is flagged, and stops the reading."""
    records: list[Record] = []
    for output in outputs:
        node = _data(output).get(MIME)
        if node is None:
            continue
        if output.get("output_type") != "display_data":
            found.flags.append(f"evidence in an output of type {output.get('output_type')}")
            found.reasons.append("What this cell recorded cannot be used.")
            break
        try:
            records.append(decode_record(node))
        except EvidenceError as error:
            found.flags.append(f"malformed evidence: {error}")
            found.reasons.append("What this cell recorded cannot be read.")
            break
        if len(records) == limit:
            break
    return records


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
        return Difference("type", f"got {value.name}, expected one number", f"got {value.name}, expected one number")
    number = float(value.array)
    if number >= bound if word == "at least" else number <= bound:
        return None
    hidden = "the number is too small" if word == "at least" else "the number is too large"
    return Difference("values", f"got {number:.6g}, expected {word} {bound:.6g}", hidden)


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
    told = f"the shape is {found}, expected {pattern}"
    return Difference("shape", told, told)


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
    names = _strings(want.want)
    parts = dict(zip(got.value.keys, got.value.items, strict=False))
    if not parts:
        told = f"no error was raised, expected {' or '.join(names)}"
        return Difference("values", told, told)
    raised = _strings(parts.get("'error'"))
    if not set(names) & set(_strings(parts.get("'bases'"))):
        told = f"{raised[0] if raised else 'another error'} was raised, expected {' or '.join(names)}"
        return Difference("values", told, told)
    message = "".join(_strings(parts.get("'message'")))
    if want.match is not None and not re.search(want.match, message[:2000]):
        told = "the error's message does not say what it should"
        return Difference("values", told, told)
    return None


def _strings(value: Value | None) -> list[str]:
    if value is None or value.kind != "array" or value.array is None or element_kind(value.dtype) != "s":
        return []
    return [part.decode("utf-8", "replace") for part in value.array.ravel().tolist()]


def _is_true(value: Value) -> bool:
    one = value.kind == "array" and value.dtype == "bool" and value.shape == () and value.array is not None
    return one and bool(value.array)


_NATIVE = ("graph", "traces", "compiles", "serializes", "trains")


def _native(want: Record, got: Record) -> Difference | None:
    """The TensorFlow checks, whose value is a dict of what they saw."""
    mine = dict(zip(got.value.keys, got.value.items, strict=False))
    theirs = dict(zip(want.value.keys, want.value.items, strict=False))
    if set(mine) != set(theirs):
        return Difference("type", "nothing was recorded", "nothing was recorded")
    for key, value in theirs.items():
        if key in ("'count'", "'loss'"):
            if want.bound is None:
                raise JudgeError(f"The reference run recorded no bound for {want.label!r}.")
            found = _bounded(mine[key], want.bound, "at most")
            if found is not None and key == "'count'":
                found = replace(found, hidden="it was traced too often")
        else:
            found = _like(mine[key], value, want)
            if found is not None and key == "'refused'":
                found = Difference("type", "a TPU cannot run it", "a TPU cannot run it")
        if found is not None:
            return found
    if "'first'" in mine and "'second'" in mine:
        tolerance = want.tolerance or tolerance_for(theirs["'first'"])
        return difference(mine["'second'"], mine["'first'"], tolerance)
    return None


def _like(mine: Value, theirs: Value, want: Record) -> Difference | None:
    """The same value, or where random numbers are in play only one of the same type, shape and dtype."""
    found = difference(mine, theirs, want.tolerance or tolerance_for(theirs))
    return found if want.deterministic or found is None or found.layer != "values" else None


def _misconceptions(want: Record, got: Record) -> list[str]:
    tolerance = want.tolerance if want.check != "equal" else None
    return [said for said, wrong in want.wrong if difference(got.value, wrong, tolerance) is None]


def _error_reason(outputs: Sequence[Output], outcome: Outcome, answer_lines: Collection[str]) -> str:
    """What is said of a cell that ended in an error.

    Not the error's text, nor a line of the graded cell: these may hold what is hidden. A line that the student wrote
    into an answer may be told, and so may the reason of an end that the grader itself made.
    """
    if outcome == "not attempted":
        return "Not attempted yet."
    if outcome == "wrong":
        return "A check did not pass."
    first = next(output for output in outputs if output.get("output_type") == "error")
    name = str(first.get("ename", ""))[:80]
    if name == ENDED:
        why = str(first.get("evalue"))
        return f"The cell was {why if why.startswith('not run') else f'ended: {why}'}."
    # Innermost first, as grader.checks.notebook writes it; IPython's own traceback is the other way round.
    frames = [str(line).strip() for part in first.get("traceback", ()) for line in str(part).split("\n")]
    line = next((line for line in frames if line in answer_lines), None)
    return f"The cell ended in {name or 'an error'}" + (f", in your line `{line}`." if line else ".")


def _results(outputs: Sequence[Output] | None) -> list[str]:
    """The texts of a cell's execute_results."""
    found = []
    for output in outputs or ():
        if output.get("output_type") == "execute_result":
            text = _data(output).get("text/plain", "")
            found.append("".join(map(str, text)) if isinstance(text, list) else str(text))
    return found


def _partial_credit(
    reference: Sequence[Output] | None, student: Sequence[Output], points: float, found: _Findings
) -> float:
    """What an execute_result makes of the points. With a reference run it counts only where that has one, a number."""
    results = _results(student)
    if reference is not None:
        theirs = _results(reference)
        if len(results) > len(theirs):
            found.flags.append("a result in a cell that has none")
        if not theirs or not _NUMBER.fullmatch(theirs[-1]):
            return points
        if len(results) != len(theirs) or not _NUMBER.fullmatch(results[-1]):
            found.reasons.append("The cell did not end in the number that says its points.")
            return 0.0
        return min(max(float(results[-1]), 0.0), points)
    return _nbgrader_credit(results[0], points) if results else points


def _nbgrader_credit(text: str, points: float) -> float:
    """nbgrader's `get_partial_grade`, but a number above the cell's points earns nothing where nbgrader stops."""
    try:
        credit = float(text)
    except ValueError:
        return points
    if credit > points:
        return 0.0
    return credit if credit >= 0 else points


def _nbgrader_verdict(outputs: Sequence[Output], points: float, answer_lines: Collection[str]) -> Verdict:
    """nbgrader's `determine_grade` for a code cell: the first error, stderr or execute_result decides."""
    for output in outputs:
        kind = output.get("output_type")
        if kind == "error" or (kind == "stream" and output.get("name") == "stderr"):
            outcome = outcome_of(outputs)
            reason = _error_reason(outputs, outcome, answer_lines) if kind == "error" else "The cell wrote to stderr."
            return Verdict(0.0, points, False, "wrong" if outcome == "right" else outcome, (reason,))
        if kind == "execute_result":
            credit = _nbgrader_credit(_results([output])[0], points)
            return Verdict(credit, points, credit >= points, "right" if credit >= points else "wrong")
    return Verdict(points, points, True, "right")


def judged_outputs(outputs: Sequence[Output], verdict: Verdict) -> list[dict[str, Any]]:
    """The cell's outputs for the student: without evidence, and with a readable verdict at the end.

    A failed check's own text is replaced by the judge's reasons, for it may tell the expected value of a hidden check.
    """
    kept = []
    for output in outputs:
        if MIME in _data(output):
            continue
        copy = dict(output)
        if copy.get("output_type") == "error" and copy.get("ename") == "Failed":
            told = "\n".join(verdict.reasons) or "A check did not pass."
            copy.update(evalue=told, traceback=["Failed: " + told])
        kept.append(copy)
    return [*kept, _verdict_output(verdict)]


def _verdict_output(verdict: Verdict) -> dict[str, Any]:
    """The verdict as one display_data output, as HTML in colours of the page and as plain text."""
    title = f"{verdict.outcome.capitalize()}: {verdict.points:g} of {verdict.possible:g} points"
    notes = [*verdict.reasons, *(f"Hint: {said}" for said in verdict.misconceptions)]
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    colour = "#3a8a4d" if verdict.passed else "#c9722e"
    html = (
        f'<div role="group" aria-label="Verdict" style="border-left:4px solid {colour};padding:.3em .8em;'
        f'margin:.3em 0;color:inherit;background:none"><p style="margin:0"><strong>{escape(title)}</strong></p>'
        + (f'<ul style="margin:.3em 0 0 1.2em">{items}</ul>' if items else "")
        + "</div>"
    )
    plain = "\n".join([title, *(f"  {note}" for note in notes)])
    return {"output_type": "display_data", "data": {"text/html": html, "text/plain": plain}, "metadata": {}}
