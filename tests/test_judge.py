"""The verdict on one graded cell, from the outputs of the reference run and of the student's run."""

from __future__ import annotations

import copy
import json
import os
import random
from typing import Any

import nbclient
import nbformat
import numpy as np
import pytest

from grader.checks.compare import Tolerance
from grader.checks.evidence import MIME, make_record
from grader.grading.judge import JudgeError, judge_cell, judged_outputs, outcome_of

CELL, SEED = "norms-1", "7"


def shown(record: dict[str, Any]) -> dict[str, Any]:
    """A record as the output that a check publishes."""
    return {"output_type": "display_data", "data": {MIME: json.loads(json.dumps(record))}, "metadata": {}}


def evidence(check: str, label: str, value: object, **fields: Any) -> dict[str, Any]:
    return shown(make_record(check, label, value, CELL, SEED, **fields))


def close(label: str, value: object, want: object = None, **fields: Any) -> dict[str, Any]:
    return evidence("close", label, value, want=want, tolerance=Tolerance(1e-4, 1e-5), **fields)


def error(name: str = "Failed", said: str = "norms: wrong") -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": said, "traceback": [said]}


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def result(text: str) -> dict[str, Any]:
    return {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}, "execution_count": 1}


SINGLE = np.float32([5.0, 10.0])
BUT = {"You took the norm of each column.": [6.7082, 8.94427]}
REFERENCE = [close("norms(x)", SINGLE, [5.0, 10.0], but=BUT), evidence("reference", "norms on a batch", SINGLE * 3)]


def student(first: object = SINGLE, second: object = SINGLE * 3) -> list[dict[str, Any]]:
    """An honest run that got so far."""
    return [close("norms(x)", first, [5.0, 10.0], but=BUT), evidence("reference", "norms on a batch", second)]


# Right


def test_the_same_values_earn_every_point() -> None:
    verdict = judge_cell(REFERENCE, student(), points=2)
    assert (verdict.points, verdict.passed, verdict.outcome) == (2, True, "right")
    assert verdict.checks == (("norms(x)", True), ("norms on a batch", True))
    assert not verdict.reasons and not verdict.flags and not verdict.misconceptions


def test_values_within_the_tolerance_earn_every_point() -> None:
    assert judge_cell(REFERENCE, student(SINGLE * 1.00005, SINGLE * 3.0001), points=2).passed


@pytest.mark.parametrize(
    "noise",
    [
        stream("W0000 tensorflow: a warning\n", "stderr"),
        stream("epoch 1\n"),
        {"output_type": "display_data", "data": {"image/png": "iVBORw0="}, "metadata": {}},
        {"output_type": "update_display_data", "data": {"text/plain": "50%"}, "metadata": {}},
    ],
)
def test_noise_costs_nothing_wherever_it_stands(noise: dict[str, Any]) -> None:
    outputs = student()
    for place in range(3):
        assert judge_cell(REFERENCE, [*outputs[:place], noise, *outputs[place:]], points=2).passed


# Wrong


def test_a_wrong_value_fails_even_when_no_error_is_shown() -> None:
    verdict = judge_cell(REFERENCE, student(second=SINGLE), points=2)
    assert (verdict.points, verdict.outcome) == (0, "wrong")
    assert verdict.checks == (("norms(x)", True), ("norms on a batch", False))
    assert not verdict.flags  # a reference check never shows an error by itself


def test_a_failure_that_was_hidden_is_flagged() -> None:
    verdict = judge_cell(REFERENCE, student(first=SINGLE * 2), points=2)
    assert verdict.points == 0
    assert any("no error was shown" in flag for flag in verdict.flags)


def test_a_check_that_only_the_judge_can_decide_is_not_flagged() -> None:
    seen = {"first": SINGLE, "second": SINGLE}
    other = {"first": SINGLE * 2, "second": SINGLE * 2}
    verdict = judge_cell([evidence("graph", "norms", seen)], [evidence("graph", "norms", other)], points=2)
    assert verdict.points == 0 and verdict.reasons and not verdict.flags


def test_an_error_anywhere_fails() -> None:
    for place in range(3):
        outputs = student()
        outputs.insert(place, error("ValueError", "hidden value 42"))
        verdict = judge_cell(REFERENCE, outputs, points=2)
        assert (verdict.points, verdict.outcome) == (0, "error")
        assert "42" not in " ".join(verdict.reasons)


def test_a_run_that_stopped_at_a_failed_check_is_wrong_and_not_flagged() -> None:
    verdict = judge_cell(REFERENCE, [student(first=SINGLE * 2)[0], error()], points=2)
    assert (verdict.points, verdict.outcome, verdict.flags) == (0, "wrong", ())
    assert verdict.checks == (("norms(x)", False), ("norms on a batch", False))


def test_a_stub_is_not_attempted() -> None:
    verdict = judge_cell(REFERENCE, [error("NotImplementedError", "norms")], points=2)
    assert (verdict.points, verdict.outcome, verdict.reasons) == (0, "not attempted", ("Not attempted yet.",))
    assert not verdict.flags


def test_the_misconception_is_the_reference_runs_and_found_by_the_judge() -> None:
    columns = np.float32([6.7082, 8.94427])
    lied = [close("norms(x)", columns, [5.0, 10.0]), error()]
    verdict = judge_cell(REFERENCE, lied, points=2)
    assert verdict.misconceptions == ("You took the norm of each column.",)
    invented = [close("norms(x)", SINGLE * 7, [5.0, 10.0], but={"It was the weather.": SINGLE * 7}), error()]
    assert judge_cell(REFERENCE, invented, points=2).misconceptions == ()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "got None"),
        (np.ones((2, 1), "float32"), "the shape is not (2,): it has 2 axes"),
        (np.ones(2), "the dtype is float64, expected float32"),
        (np.float32([1.0, 2.0]), "some of the values are not the expected ones"),
        (np.float32([np.nan, 30.0]), "there are values that are NaN"),
        (len, "got a function in place of a value"),
        ("15", "got a string, expected a NumPy array"),
    ],
)
def test_the_reason_for_a_hidden_check_names_type_shape_and_dtype_but_no_value(value: object, words: str) -> None:
    verdict = judge_cell(REFERENCE, student(second=value), points=2)
    assert verdict.points == 0
    (reason,) = verdict.reasons
    assert reason.startswith("norms on a batch: ") and words in reason
    assert "15" not in reason.replace("'15'", "") and "30" not in reason


@pytest.mark.parametrize("value", [[15.0, 30.0], (15, 30), [np.float64(15), np.float32(30)], [np.float32(15), 30]])
def test_a_plain_list_of_right_numbers_is_as_good_as_the_references_tensor(value: object) -> None:
    assert judge_cell(REFERENCE, student(second=value), points=2).passed


@pytest.mark.parametrize("value", [[15.0], [[15.0, 30.0]], ["15", "30"], [15.0, None], [np.ones(1), 30.0]])
def test_a_list_of_another_shape_or_sort_is_not(value: object) -> None:
    verdict = judge_cell(REFERENCE, student(second=value), points=2)
    assert (verdict.points, verdict.flags) == (0, ())


def test_the_reason_for_a_visible_check_may_name_the_value() -> None:
    outputs = [student(first=SINGLE * 2)[0], error()]
    hidden = judge_cell(REFERENCE, outputs, points=2)
    visible = judge_cell(REFERENCE, outputs, points=2, visible={"norms(x)": ""})
    assert "expected 10.0" in visible.reasons[0] and "10" not in hidden.reasons[0]


# What the student's side says is not believed


def test_bounds_tolerances_and_expected_values_are_the_references() -> None:
    loose = shown(make_record("close", "norms(x)", SINGLE * 9, CELL, SEED, want=SINGLE * 9, tolerance=Tolerance(9, 9)))
    assert judge_cell(REFERENCE[:1], [loose], points=1).points == 0
    reference = [evidence("at_least", "accuracy", 0.95, bound=0.9)]
    assert judge_cell(reference, [evidence("at_least", "accuracy", 0.5, bound=0.1)], points=1).points == 0
    assert judge_cell(reference, [evidence("at_least", "accuracy", 0.91, bound=0.9)], points=1).points == 1
    assert judge_cell(reference, [evidence("at_least", "accuracy", float("nan"), bound=0.9)], points=1).points == 0
    assert judge_cell(reference, [evidence("at_least", "accuracy", "high", bound=0.9)], points=1).points == 0


def test_repeated_evidence_fails_and_is_flagged() -> None:
    right, wrong = student(), student(second=SINGLE)
    for outputs in ([*right, right[1]], [*right, *right], [right[0], wrong[1], right[1]]):
        verdict = judge_cell(REFERENCE, outputs, points=2)
        assert verdict.points == 0
        assert any("repeated or extra evidence" in flag for flag in verdict.flags)


def test_reordered_evidence_fails_and_is_flagged() -> None:
    verdict = judge_cell(REFERENCE, student()[::-1], points=2)
    assert verdict.points == 0 and any("out of order" in flag for flag in verdict.flags)


def test_dropped_evidence_fails_and_is_flagged() -> None:
    for outputs in ([], student()[:1], student()[1:]):
        verdict = judge_cell(REFERENCE, outputs, points=2)
        assert verdict.points == 0 and verdict.flags and verdict.outcome == "wrong"


def test_a_flood_of_evidence_is_not_read_to_its_end() -> None:
    broken = {"output_type": "display_data", "data": {MIME: {}}, "metadata": {}}
    verdict = judge_cell(REFERENCE, [*student() * 1000, broken], points=2)
    assert verdict.points == 0 and not any("malformed" in flag for flag in verdict.flags)


def test_another_kind_of_check_under_the_same_label_fails() -> None:
    forged = [evidence("that", "norms(x)", True), student()[1]]
    assert judge_cell(REFERENCE, forged, points=2).points == 0


def test_evidence_of_another_cell_or_seed_fails_and_is_flagged() -> None:
    for cell, seed in (("other-1", SEED), (CELL, "8"), ("", SEED)):
        moved = shown(make_record("equal", "n", 1, cell, seed, want=1))
        verdict = judge_cell([shown(make_record("equal", "n", 1, CELL, SEED, want=1))], [moved], points=1)
        assert verdict.points == 0 and any("another cell or another run" in flag for flag in verdict.flags)


def test_malformed_evidence_fails_and_is_flagged() -> None:
    for node in (None, "x", {}, {"version": 1}, [1], {"version": 1, "value": {"kind": "pickle"}}):
        outputs = [{"output_type": "display_data", "data": {MIME: node}, "metadata": {}}]
        verdict = judge_cell(REFERENCE, outputs, points=2)
        assert verdict.points == 0 and verdict.flags


def test_evidence_in_a_result_is_not_evidence() -> None:
    outputs = student()
    outputs[1] = {**outputs[1], "output_type": "execute_result", "execution_count": 1}
    verdict = judge_cell(REFERENCE, outputs, points=2)
    assert verdict.points == 0 and any("execute_result" in flag for flag in verdict.flags)


def test_a_forged_result_earns_nothing_and_changes_nothing() -> None:
    wrong = [result("2"), *student(second=SINGLE)]
    assert judge_cell(REFERENCE, wrong, points=2).points == 0
    zero = judge_cell(REFERENCE, [result("0"), *student()], points=2)
    assert zero.points == 2 and not zero.flags  # the last line of a cell may show what an honest answer returns


# A flag is an accusation


def test_a_check_of_the_answers_own_is_passed_over_and_not_flagged() -> None:
    own = evidence("that", "mine", True)
    assert judge_cell(REFERENCE, [own, student()[0], own, student()[1]], points=2).points == 2
    verdict = judge_cell(REFERENCE, [own, student(first=SINGLE * 2)[0], error()], points=2)
    assert verdict.points == 0 and not verdict.flags


def test_a_check_that_runs_only_where_something_is_wrong_is_not_flagged_and_named_if_visible() -> None:
    odd = [evidence("that", "a tf.data.Dataset is returned", False), error()]
    seen = {"a tf.data.Dataset is returned": "Return the dataset itself."}
    verdict = judge_cell(REFERENCE, odd, points=2, visible=seen)
    assert verdict.reasons == ("a tf.data.Dataset is returned: this check did not pass. Return the dataset itself.",)
    assert not verdict.flags
    hidden = judge_cell(REFERENCE, odd, points=2)
    assert hidden.points == 0 and not hidden.flags and "Dataset" not in " ".join(hidden.reasons)


def test_a_value_that_is_right_by_what_the_students_own_kernel_expected_is_wrong_and_not_flagged() -> None:
    double = SINGLE.astype("float64")
    for value, want in ((double, double), (SINGLE * 1.01, SINGLE * 1.01)):
        reference = [close("as before", SINGLE, SINGLE), REFERENCE[1]]
        verdict = judge_cell(reference, [close("as before", value, want), student()[1]], points=2)
        assert verdict.points == 0 and verdict.reasons and not verdict.flags
    bound = [evidence("at_least", "accuracy", 0.95, bound=0.9)]
    loose = judge_cell(bound, [evidence("at_least", "accuracy", 0.5, bound=0.4)], points=1)
    assert loose.points == 0 and not loose.flags
    forged = judge_cell(bound, [evidence("at_least", "accuracy", 0.5, bound=0.9)], points=1)
    assert forged.points == 0 and any("no error was shown" in flag for flag in forged.flags)


def test_an_error_is_told_by_a_known_name_with_the_check_that_was_made() -> None:
    outputs = [student()[0], error("SecretOfTheHiddenCheck", "x")]
    (reason,) = judge_cell(REFERENCE, outputs, points=2).reasons
    assert reason == "The cell ended in an error of another class, at the check 'norms on a batch'."
    outputs = [error("AssertionError", "x")]
    outputs[0]["traceback"] = ["ValueError", "  assert x > 0"]
    (reason,) = judge_cell(REFERENCE, outputs, points=2, answer_lines={"assert x > 0"}).reasons
    assert reason == "The cell ended in AssertionError, in your line `assert x > 0`, at the check 'norms(x)'."


def test_what_a_tpu_refuses_is_told_with_the_operation_the_line_and_the_hint() -> None:
    good = evidence("compiles", "step for a TPU", {"refused": [], "outputs": SINGLE})
    words = ["Const", "`Const` makes float64, which a TPU does not have", "rate = np.float64(2)"]
    bad = [evidence("compiles", "step for a TPU", {"refused": words, "outputs": None}), error()]
    seen = {"step for a TPU": "Ask for float32."}
    (reason,) = judge_cell([good], bad, points=1, visible=seen, answer_lines={words[2]}).reasons
    assert reason == (
        "step for a TPU: a TPU cannot run it: `Const` makes float64, which a TPU does not have, "
        "in your line `rate = np.float64(2)`. Ask for float32."
    )
    stolen = [
        evidence("compiles", "step for a TPU", {"refused": ["Secret", "the hidden check", "secret"], "outputs": None})
    ]
    (reason,) = judge_cell([good], [*stolen, error()], points=1).reasons
    assert reason == "step for a TPU: a TPU cannot run it."


def test_a_check_that_fails_before_it_records_is_named_with_what_that_means() -> None:
    reference = [evidence("graph", "norms in a graph", {"first": SINGLE, "second": SINGLE})]
    seen = {"norms in a graph": "Use tf.shape."}
    (reason,) = judge_cell(reference, [error()], points=1, visible=seen).reasons
    assert reason == "norms in a graph: it runs line by line, but not as a tf.function. Use tf.shape."


# Partial credit


def test_partial_credit_counts_where_the_reference_has_it() -> None:
    reference = [*REFERENCE, result("2.0")]
    assert judge_cell(reference, [*student(), result("2.0")], points=2).points == 2
    half = judge_cell(reference, [*student(), result("1")], points=2)
    assert (half.points, half.passed, half.outcome) == (1, False, "wrong")
    for text in ("3", "-1", "nan", "looks good", "inf"):
        assert judge_cell(reference, [*student(), result(text)], points=2).points in (0, 2)
        assert judge_cell(reference, [*student(), result(text)], points=2).points <= 2
    for text in ("-1", "nan", "looks good"):
        assert judge_cell(reference, [*student(), result(text)], points=2).points == 0
    assert judge_cell(reference, student(), points=2).points == 0
    assert judge_cell(reference, [result("2"), *student(), result("0")], points=2).points == 0


# The other kinds of check


def test_a_shape_is_judged_by_the_references_pattern() -> None:
    reference = [evidence("shape", "batch", (8, 3), want=(None, 3))]
    assert judge_cell(reference, [evidence("shape", "batch", (5, 3), want=(None, 3))], points=1).passed
    for value in ((5, 4), (3,), None, "x", (), ("a", 3), ([1], 3), (None, None)):
        assert not judge_cell(reference, [evidence("shape", "batch", value, want=(None, 3))], points=1).passed


def test_an_error_is_judged_by_its_class_and_its_words() -> None:
    def raised(name: str, bases: list[str], said: str) -> dict[str, Any]:
        return evidence(
            "raises", "empty", {"error": name, "bases": bases, "message": said}, want=["ValueError"], match="empty"
        )

    reference = [raised("ValueError", ["ValueError", "Exception"], "it is empty")]
    assert judge_cell(reference, reference, points=1).passed
    derived = raised("UnicodeError", ["UnicodeError", "ValueError", "Exception"], "an empty text")
    assert judge_cell(reference, [derived], points=1).passed
    for wrong in (
        raised("TypeError", ["TypeError", "Exception"], "it is empty"),
        raised("ValueError", ["ValueError"], "no"),
        evidence("raises", "empty", None),
        evidence("raises", "empty", ["ValueError"]),
    ):
        assert not judge_cell(reference, [wrong], points=1).passed


def test_a_condition_is_judged_as_one_true_bool() -> None:
    reference = [evidence("that", "it holds", True)]
    assert judge_cell(reference, [evidence("that", "it holds", np.bool_(True))], points=1).passed
    for value in (False, 1, "True", None, [True], np.array([True])):
        assert not judge_cell(reference, [evidence("that", "it holds", value)], points=1).passed


def seen(first: object, second: object) -> dict[str, object]:
    return {"first": first, "second": second}


def test_a_graph_is_judged_against_the_reference_and_against_itself() -> None:
    reference = [evidence("graph", "f", seen(SINGLE, SINGLE))]
    assert judge_cell(reference, reference, points=1).passed
    for value in (seen(SINGLE, SINGLE * 2), seen(SINGLE * 2, SINGLE * 2), seen(SINGLE, None), {}, None):
        assert not judge_cell(reference, [evidence("graph", "f", value)], points=1).passed
    double = SINGLE.astype("float64")  # as good as where the reference solution is compared
    assert judge_cell(reference, [evidence("graph", "f", seen(double, double))], points=1).passed
    free = [evidence("serializes", "layer", seen(SINGLE, SINGLE), deterministic=False)]
    other = SINGLE * 4
    assert judge_cell(free, [evidence("serializes", "layer", seen(other, other))], points=1).passed
    for value in (
        seen(other, SINGLE),
        seen(SINGLE[:1], SINGLE[:1]),
        seen(other.astype("int32"), other.astype("int32")),
    ):
        assert not judge_cell(free, [evidence("serializes", "layer", value)], points=1).passed


def test_traces_are_judged_by_their_number_and_by_what_came_out() -> None:
    reference = [evidence("traces", "f", {"count": 1, "outputs": [SINGLE]}, bound=1)]
    assert judge_cell(reference, reference, points=1).passed
    for value in ({"count": 2, "outputs": [SINGLE]}, {"count": 0, "outputs": [SINGLE * 2]}, {"count": 0}):
        assert not judge_cell(reference, [evidence("traces", "f", value, bound=5)], points=1).passed


def test_a_loss_is_judged_by_the_references_bound() -> None:
    reference = [evidence("trains", "model", {"loss": 0.01}, bound=0.1)]
    assert judge_cell(reference, [evidence("trains", "model", {"loss": 0.09}, bound=0.1)], points=1).passed
    assert not judge_cell(reference, [evidence("trains", "model", {"loss": 0.2}, bound=9)], points=1).passed


# The reference run


def test_a_reference_run_that_cannot_be_judged_by_is_the_authors_error() -> None:
    with pytest.raises(JudgeError, match="ends in ValueError"):
        judge_cell([*REFERENCE, error("ValueError", "x")], student(), points=2)
    with pytest.raises(JudgeError, match="recorded no value for 'f'"):
        judge_cell([evidence("reference", "f", len)], [], points=1)
    with pytest.raises(JudgeError, match="missing or unknown fields"):
        judge_cell([{"output_type": "display_data", "data": {MIME: {}}, "metadata": {}}], [], points=1)


# Cells without evidence


@pytest.mark.parametrize("reference", [None, []])
def test_without_evidence_an_error_fails_and_stderr_does_not(reference: list | None) -> None:
    assert judge_cell(reference, [stream("warning", "stderr")], points=3).points == 3
    for outputs in ([error("AssertionError")], [stream("a"), error("KeyError"), stream("b")], [result("3"), error()]):
        assert judge_cell(reference, outputs, points=3).points == 0


def test_without_a_reference_run_partial_credit_is_nbgraders() -> None:
    assert judge_cell(None, [result("1.5")], points=3).points == 1.5
    assert judge_cell(None, [result("looks good")], points=3).points == 3
    assert judge_cell(None, [result("4")], points=3).points == 0
    assert judge_cell([], [result("1.5")], points=3).points == 3


def test_the_switch_restores_nbgraders_own_rule() -> None:
    from nbgrader.utils import determine_grade

    cases = [
        [],
        [stream("a")],
        [stream("a", "stderr")],
        [error()],
        [result("1.5"), error()],
        [error(), result("1.5")],
        [result("0.0")],
        [result("-1")],
        [result("text")],
        [stream("x"), result("2"), stream("a", "stderr")],
    ]
    for outputs in cases:
        cell = nbformat.v4.new_code_cell("pass", outputs=[nbformat.from_dict(output) for output in outputs])
        cell.metadata["nbgrader"] = {"grade": True, "solution": False, "locked": True, "grade_id": "a", "points": 3}
        assert judge_cell(None, cell.outputs, points=3, strict=False).points == determine_grade(cell)[0], outputs


# Outcomes and outputs


def test_the_outcome_is_read_off_the_first_error() -> None:
    assert outcome_of([]) == outcome_of([stream("a", "stderr")]) == "right"
    assert outcome_of([error("Failed")]) == outcome_of([error("AssertionError")]) == "wrong"
    stub = error("NotImplementedError", "norms")
    assert outcome_of([stub, error("Failed")]) == outcome_of([error("NotImplementedError", "")]) == "not attempted"
    in_a_graph = "in user code:\n\n    File x, line 2, in norms\n\n    NotImplementedError: norms"
    assert outcome_of([error("NotImplementedError", in_a_graph)]) == "not attempted"
    keras = "Cannot convert a symbolic tf.Tensor (x:0) to a numpy array."
    assert outcome_of([error("NotImplementedError", keras)]) == "error"
    assert outcome_of([error("ZeroDivisionError")]) == "error"


def test_judged_outputs_hold_the_verdict_and_no_evidence() -> None:
    said = "norms(x): 2 of 2 values are wrong, expected 31.4159"
    outputs = [student(first=SINGLE * 2)[0], stream("epoch 1\n"), error("Failed", said)]
    verdict = judge_cell(REFERENCE, outputs, points=2)
    judged = judged_outputs(outputs, verdict)
    assert MIME not in json.dumps(judged) and "31.4159" not in json.dumps(judged)
    assert judged[0]["text"] == "epoch 1\n" and judged[1]["ename"] == "Failed"
    assert judged[-1]["data"]["text/plain"].startswith("Wrong: 0 of 2 points\n  norms(x): ")
    assert "<script" not in judged[-1]["data"]["text/html"]
    nbformat.validate(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=judged)]))


def test_the_verdict_escapes_what_a_student_may_have_written() -> None:
    forged = [shown(make_record("equal", "<script>", 1, CELL, SEED)), error("<b>", "x")]
    html = judged_outputs(forged, judge_cell(REFERENCE, forged, points=1))[-1]["data"]["text/html"]
    assert "<script" not in html and "<b>" not in html


def test_a_students_words_in_a_reason_are_short_and_plain() -> None:
    value = {"kind": "opaque", "name": "\x1b[31m" + "x" * 1900, "reason": ""}
    outputs = student()
    outputs[1]["data"][MIME]["value"] = value
    (reason,) = judge_cell(REFERENCE, outputs, points=2).reasons
    assert len(reason) <= 300 and "\x1b" not in reason


@pytest.mark.parametrize("seed", range(6))
def test_no_output_of_a_student_breaks_the_judge_or_earns_more_than_there_is(seed: int) -> None:
    from test_evidence import mutate

    rng = random.Random(seed)
    reference = [
        *REFERENCE,
        evidence("shape", "batch", (8, 3), want=(None, 3)),
        evidence("raises", "empty", {"error": "E", "bases": ["E"], "message": "m"}, want=["E"], match="m"),
        evidence("graph", "f", seen(SINGLE, SINGLE)),
        evidence("at_most", "loss", 0.5, bound=1.0),
        evidence("traces", "t", {"count": 1, "outputs": [SINGLE]}, bound=1),
        result("2"),
    ]
    for _ in range(250):
        outputs: Any = copy.deepcopy(reference)
        for _ in range(rng.choice([1, 2, 6])):
            place = rng.randrange(len(outputs))
            outputs[place] = {**outputs[place], "data": mutate(outputs[place]["data"], rng)}
        verdict = judge_cell(reference, outputs, points=2)
        assert 0 <= verdict.points <= 2
        assert judged_outputs(outputs, verdict)


# A real run

SET_UP = "import numpy as np\nfrom grader import check"
GRADED = """\
# check: norms-1
check.close("norms(x)", norms([[3.0, 4.0], [6.0, 8.0]]), [5.0, 10.0], but={"Columns.": [6.7082, 8.94427]})
check.raises("text", TypeError, norms, "text")
check.reference("norms on a batch", norms(check.inputs(5, 7)))"""

ANSWERS = {
    "reference": (
        "def norms(x):\n    if isinstance(x, str): raise TypeError('text')\n    return np.linalg.norm(x, axis=-1)"
    ),
    "loop": (
        "def norms(x):\n"
        "    return np.array([sum(v * v for v in row) ** 0.5 for row in np.asarray(x).tolist()], 'float32')"
    ),
    "columns": "def norms(x):\n    return np.linalg.norm(x, axis=0)",
    "hard-coded": "def norms(x):\n    if isinstance(x, str): raise TypeError\n    return np.array([5.0, 10.0])",
    "stub": "def norms(x):\n    raise NotImplementedError('norms')",
    "hidden failure": (
        "check.close = lambda *a, **k: None\ndef norms(x):\n    if isinstance(x, str): raise TypeError\n    return 0.0"
    ),
    "swallowed failure": (
        "import grader.checks.conclude as c\nc.fail = lambda *a, **k: None\n"
        "def norms(x):\n    if isinstance(x, str): raise TypeError\n    return np.zeros(2)"
    ),
}


@pytest.fixture(scope="module")
def runs() -> dict[str, list]:
    return {name: run(answer) for name, answer in ANSWERS.items()}


def run(answer: str) -> list:
    cells = [nbformat.v4.new_code_cell(source) for source in (SET_UP, answer, GRADED)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = nbclient.NotebookClient(notebook, allow_errors=True, timeout=120, kernel_name="python3")
    client.execute(env={**os.environ, "GRADER_SEED": "91"})
    return nbformat.reads(nbformat.writes(notebook), 4).cells[2].outputs


@pytest.mark.parametrize(
    ("name", "points", "outcome"),
    [
        ("reference", 2, "right"),
        ("loop", 2, "right"),
        ("columns", 0, "wrong"),
        ("hard-coded", 0, "wrong"),
        ("stub", 0, "not attempted"),
        ("hidden failure", 0, "wrong"),
        ("swallowed failure", 0, "wrong"),
    ],
)
def test_a_real_run_is_judged(runs: dict[str, list], name: str, points: float, outcome: str) -> None:
    verdict = judge_cell(runs["reference"], runs[name], points=2)
    assert (verdict.points, verdict.outcome) == (points, outcome), verdict
    assert bool(verdict.flags) == (name in ("hidden failure", "swallowed failure")), verdict.flags
    assert verdict.misconceptions == (("Columns.",) if name == "columns" else ())
