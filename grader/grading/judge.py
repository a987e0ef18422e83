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

from grader.checks.compare import Difference, difference
from grader.checks.evidence import MIME, EvidenceError, Record, decode_record
from grader.checks.message import is_stub
from grader.checks.values import Value
from grader.grading.outputs import ENDED
from grader.grading.records import REFUSED, JudgeError, compare_records, contradicts_itself, strings
from grader.grading.vocabulary import UNRECORDED, error_name, refusal, told, vetted

__all__ = ["JudgeError", "Marked", "Outcome", "Verdict", "judge_cell", "judged_outputs", "outcome_of"]

Outcome = Literal["right", "wrong", "error", "not attempted"]
Output = Mapping[str, Any]

_ONLY_HERE = ("reference", "graph", "traces", "compiles", "gradient", "serializes", "trains")
"""Checks of which the student's side cannot know whether they hold: it has not seen what the reference gave."""
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")


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


class Marked:
    """What has a verdict for each of its graded cells, by grade_id."""

    verdicts: dict[str, Verdict]

    @property
    def points(self) -> float:
        """What it earns by itself."""
        return sum(verdict.points for verdict in self.verdicts.values())

    @property
    def possible(self) -> float:
        """What it could have earned."""
        return sum(verdict.possible for verdict in self.verdicts.values())


@dataclass
class _Findings:
    """What comes to light while the records of one cell are compared."""

    visible: Mapping[str, str]
    answer_lines: Collection[str]
    reasons: list[str] = field(default_factory=list)
    misconceptions: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    checks: list[tuple[str, bool]] = field(default_factory=list)

    def sentence(self, label: str, said: str, advice: str = "") -> str:
        """What is wrong with one check; of a visible one with the author's hint."""
        hints = " ".join(part for part in (advice, self.visible.get(label, "")) if part)
        return f"{label}: {said}." + (f" {hints}" if hints else "")

    def tell(self, want: Record, got: Record, difference: Difference) -> None:
        """Note what a record lacks, and the misconceptions that it shows."""
        named = _misconceptions(want, got)
        self.misconceptions.extend(named)
        shown = want.label in self.visible
        said = told(want, got, difference, visible=shown)
        if difference.told == REFUSED:
            words = dict(zip(got.value.keys, got.value.items, strict=False)).get("'refused'")
            said = refusal(strings(words), self.answer_lines)
        advice = difference.advice if shown and not named else ""
        self.reasons.append(self.sentence(want.label, said, advice))


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


NOT_ATTEMPTED = "Not attempted yet."
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
    visible: Mapping[str, str] | None = None,
    answer_lines: Collection[str] = (),
) -> Verdict:
    """Judge one graded cell.

    reference_outputs: the cell's outputs in the reference run, or None where the assignment has no reference run.
    student_outputs: the same cell's outputs in the student's run, with the same seed on the same sort of device.
    points: what the cell is worth.
    strict: in a cell without evidence, whether an error anywhere fails it and stderr does not. If False, nbgrader's
      own rule applies to such a cell: the first of an error, a line on stderr and an execute_result decides.
    visible: labels of checks that the student can read, each with the author's hint or ""; the reasons for these may
      name the expected value.
    answer_lines: the lines of the student's answers, without indentation; the reason for an error names the one in
      which it arose.
    Raises JudgeError if the reference run ended in an error or recorded nothing that can be compared.
    """
    expected = _reference_records(reference_outputs)
    if not expected and not strict:
        return _nbgrader_verdict(student_outputs, points, answer_lines)
    found = _Findings(visible or {}, answer_lines)
    outcome = outcome_of(student_outputs)
    if expected:
        _judge_records(expected, student_outputs, found, outcome)
    elif any(MIME in _data(output) for output in student_outputs):
        found.flags.append("evidence in a cell whose checks record none")
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
    return text if len(text) <= 600 else text[:598] + " …"


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


def _judge_records(expected: list[Record], outputs: Sequence[Output], found: _Findings, outcome: Outcome) -> None:
    """Compare the student's records with the reference's, one by one and in order.

    Records that the reference run has not made are passed over: an answer may call checks of its own, and a check that
    only runs where something is wrong leaves none in the reference run.
    """
    given = _student_records(outputs, found, len(expected) + 100)
    known = {(want.check, want.label) for want in expected}
    mine = [got for got in given if (got.check, got.label) in known]
    failed = outcome != "right"
    for want, got in zip(expected, mine, strict=False):
        if (got.check, got.label) != (want.check, want.label):
            if not failed:
                found.flags.append(f"evidence out of order: {got.label!r} in place of {want.label!r}")
            found.reasons.append(f"{want.label}: this check was not recorded.")
            break
        if (got.cell, got.seed) != (want.cell, want.seed):
            found.flags.append(f"evidence for {want.label!r} from another cell or another run")
        difference = compare_records(want, got)
        found.checks.append((want.label, difference is None))
        if difference is not None:
            found.tell(want, got, difference)
            if not failed and contradicts_itself(got):
                found.flags.append(f"the check {want.label!r} does not hold, but no error was shown")
    if not failed:
        _look_at_the_number(expected, mine, found)
    elif not found.reasons and outcome == "wrong" and _first_error(outputs).get("ename") == "Failed":
        _tell_what_failed(expected, mine, given, found)
    elif not found.reasons and outcome != "not attempted":
        following = expected[min(len(mine), len(expected) - 1)]
        found.reasons.append(_error_reason(outputs, outcome, found.answer_lines, following.label))
    found.checks.extend((want.label, False) for want in expected[len(found.checks) :])


def _look_at_the_number(expected: list[Record], mine: list[Record], found: _Findings) -> None:
    """What the number of records says of a cell that shows no error."""
    if len(mine) > len(expected):
        labels = [record.label for record in mine]
        again = sorted({label for label in labels if labels.count(label) > [e.label for e in expected].count(label)})
        found.flags.append("repeated or extra evidence: " + ", ".join(repr(label) for label in again[:5]))
        found.reasons.append("More was recorded in this cell than its checks record.")
    if len(mine) < len(expected):
        found.flags.append(f"evidence dropped: {len(mine)} of {len(expected)} checks recorded and no error shown")
        if not found.reasons:
            found.reasons.append(f"{expected[len(mine)].label}: this check was not recorded.")


def _tell_what_failed(expected: list[Record], mine: list[Record], given: list[Record], found: _Findings) -> None:
    """Name the check that failed in the student's run where the records themselves hold no difference."""
    if given and contradicts_itself(given[-1]):
        label = given[-1].label
        if label in found.visible or given[-1] in mine:
            found.reasons.append(found.sentence(label, "this check did not pass"))
    elif len(mine) < len(expected):
        want = expected[len(mine)]
        found.reasons.append(found.sentence(want.label, UNRECORDED.get(want.check, "this check did not pass")))
    else:
        found.reasons.append(found.sentence(expected[-1].label, "this check did not pass"))


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
            record = decode_record(node)
        except EvidenceError as error:
            found.flags.append(f"malformed evidence: {error}")
            found.reasons.append("What this cell recorded cannot be read.")
            break
        records.append(replace(record, value=vetted(record.value)))
        if len(records) == limit:
            break
    return records


def _misconceptions(want: Record, got: Record) -> list[str]:
    tolerance = want.tolerance if want.check != "equal" else None
    return [said for said, wrong in want.wrong if difference(got.value, wrong, tolerance) is None]


def _error_reason(outputs: Sequence[Output], outcome: Outcome, answer_lines: Collection[str], label: str = "") -> str:
    """What is said of a cell that ended in an error.

    Not the error's text, nor a line of the graded cell: these may hold what is hidden. A line that the student wrote
    into an answer may be told, and so may the reason of an end that the grader itself made, and the check, by its
    label, that was being made.
    """
    if outcome == "not attempted":
        return NOT_ATTEMPTED
    first = _first_error(outputs)
    if first.get("ename") == "Failed":
        return "A check did not pass."
    name = str(first.get("ename", ""))
    if name == ENDED:
        why = str(first.get("evalue"))
        return f"The cell was {why if why.startswith('not run') else f'ended: {why}'}."
    line = line_at_fault(first, answer_lines)
    told = f"The cell ended in {error_name(name)}" + (f", in your line `{line}`" if line else "")
    return told + (f", at the check {label!r}." if label else ".")


def _first_error(outputs: Sequence[Output]) -> Output:
    return next(output for output in outputs if output.get("output_type") == "error")


def line_at_fault(error: Output, lines: Collection[str]) -> str | None:
    """The innermost of these lines in an error's traceback."""
    # Innermost first, as grader.checks.notebook writes it; IPython's own traceback is the other way round.
    frames = [str(line).strip() for part in error.get("traceback", ()) for line in str(part).split("\n")]
    return next((line for line in frames if line in lines), None)


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
            said = "\n".join(verdict.reasons) or "A check did not pass."
            copy.update(evalue=said, traceback=["Failed: " + said])
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
