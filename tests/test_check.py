"""The checks that need no TensorFlow, and what they do in a running notebook."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections import OrderedDict, namedtuple

import nbclient
import nbformat
import numpy as np
import pandas as pd
import pytest

from grader import check
from grader.kernels.manager import kernel_manager

Pair = namedtuple("Pair", "first second")


def fails(make) -> str:
    with pytest.raises(check.Failed) as caught:
        make()
    return str(caught.value)


# Values


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (3, 3),
        (2.5, 2.5),
        (True, True),
        ("tensor", "tensor"),
        (b"ab", b"ab"),
        (None, None),
        ([0, 2, 1], [0, 2, 1]),
        ((0, 2), [0, 2]),
        (np.array([0, 2, 1]), [0, 2, 1]),
        (np.array([1.5]), [1.5]),
        (np.float32(2), 2.0),
        (np.array(["a", "b"]), ["a", "b"]),
        (pd.Series([1, 2]), [1, 2]),
        (pd.Index(["a", "b"]), ["a", "b"]),
        (pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [1, 2]})),
        ({"a": [1, 2], 3: None}, {3: None, "a": [1, 2]}),
        (OrderedDict(a=1), {"a": 1}),
        (Pair(1, "x"), (1, "x")),
        ([[1], [2, 3]], [[1], [2, 3]]),
        ({1, 2, 3}, {3, 2, 1}),
        ([], []),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (np.dtype("float32"), "float32"),
        (np.float32, np.dtype("float32")),
        (math.nan, math.nan),
        (2**80, 2**80),
        (1 + 2j, 1 + 2j),
        (range(3), [0, 1, 2]),
        ([np.ones(2), np.zeros(3)], [np.ones(2), np.zeros(3)]),
        ([np.float32(1), 2.0], [1.0, 2.0]),
    ],
    ids=str,
)
def test_equal_values_pass(got, want) -> None:
    check.equal("it", got, want)


@pytest.mark.parametrize(
    ("got", "want", "layer"),
    [
        (None, 3, "got None"),
        (3, None, "expected None"),
        (2, 3, "the value is 2, expected 3"),
        ("tensors", "tensor", "the text is 'tensors'"),
        ([1, 2, 3], [1, 2], "it has 3 values, expected 2"),
        (["norm", "head"], ["head"], "it has 2 values, expected 1"),
        ([], ["head"], "it has 0 values, expected 1"),
        (np.ones((2, 1)), [1.0, 1.0], "the shape is (2, 1)"),
        (np.float64(1), [1.0], "the shape is ()"),
        (1.0, 1, "the dtype is a Python float"),
        (True, 1, "the dtype is a Python bool"),
        (np.array([1.0]), np.array([1.0], "float32"), "the dtype is float64, expected float32"),
        ([1, 2], np.array([1, 2]), "got a list, expected a NumPy array"),
        ({"a": 1}, {"b": 1}, "the key 'b' is missing"),
        ({1, 2}, {1, 3}, "the element 3 is missing"),
        ([1, "a"], [1, "b"], "in part [1], the text"),
        (2**80, 2**80 + 1, "expected"),
        (math.nan, 1.0, "NaN"),
        (np.dtype("int32"), "int64", "it is the dtype int32"),
        ([[1], [2, 3]], [[1, 2], [3, 4]], "it has 1 value, expected 2"),
        (len, 3, "the function len in place of a value"),
        (int, 3, "the class int"),
        (ValueError("bad"), 3, "got the error ValueError in place of a value"),
        (ValueError, 3, "You returned the error"),
        ({}.keys(), [1], "dict_keys"),
        (pd.DataFrame({"a": [1]}), {"a": [1]}, "a pandas DataFrame"),
    ],
    ids=str,
)
def test_different_values_fail_with_the_first_difference(got, want, layer: str) -> None:
    assert layer in fails(lambda: check.equal("it", got, want))


def test_a_scalar_never_passes_for_an_array_by_broadcasting() -> None:
    assert "the shape is ()" in fails(lambda: check.close("ones", 1.0, np.ones((3, 3))))
    assert "the shape is (1, 3)" in fails(lambda: check.close("ones", np.ones((1, 3)), np.ones((3, 3))))


def test_an_integer_in_want_may_stand_for_a_float_in_close_only() -> None:
    check.close("norms", np.array([5.0, 10.0], "float32"), [5, 10])
    assert "the dtype" in fails(lambda: check.equal("norms", np.array([5.0, 10.0], "float32"), [5, 10]))
    assert "the dtype is int64" in fails(lambda: check.close("norms", np.array([5, 10]), [5.0, 10.0]))


def test_close_uses_the_tolerance_of_the_dtype_unless_told_otherwise() -> None:
    check.close("single", np.float32([1.00005]), [1.0])
    fails(lambda: check.close("double", np.array([1.00005]), np.array([1.0])))
    check.close("half", np.array([1.005], "float16"), np.array([1.0], "float16"))
    check.close("asked for", np.array([1.3]), np.array([1.0]), atol=0.5)
    fails(lambda: check.close("asked for", np.array([1.3]), np.array([1.0]), rtol=0.1))
    fails(lambda: check.close("integers", 10001, 10000))
    fails(lambda: check.close("beside floats", {"loss": 0.5, "steps": 10001}, {"loss": 0.5, "steps": 10000}))
    check.close("integers, asked for", 10001, 10000, rtol=1e-3)


def test_infinities_are_equal_only_with_the_same_sign() -> None:
    check.close("both", np.array([np.inf, -np.inf]), np.array([np.inf, -np.inf]))
    fails(lambda: check.close("other sign", np.array([np.inf]), np.array([-np.inf])))
    fails(lambda: check.close("finite", np.array([1.0]), np.array([np.inf])))
    fails(lambda: check.close("infinite", np.array([np.inf]), np.array([1.0])))


def test_large_integers_are_compared_exactly() -> None:
    assert "9007199254740993" in fails(lambda: check.equal("big", 2**53 + 1, 2**53))


def test_a_misconception_is_named_and_recorded_in_the_failure() -> None:
    but = {"You summed over the wrong axis.": [9, 12], "You took the mean.": [2.0, 3.0]}
    with pytest.raises(check.Failed) as caught:
        check.equal("row sums", [9, 12], [7, 14], but=but)
    assert caught.value.misconception == "You summed over the wrong axis."
    assert "You summed over the wrong axis." in str(caught.value)
    with pytest.raises(check.Failed) as other:
        check.equal("row sums", [1, 1], [7, 14], but=but)
    assert other.value.misconception == ""


class Liar(np.ndarray):
    """An array that says it is something else."""

    shape = property(lambda self: (7,))
    dtype = property(lambda self: np.dtype("int8"))

    def __array__(self, *args, **kwargs):
        return np.ones(3)

    def __eq__(self, other):
        return True

    __hash__ = None


class Chameleon:
    """An object that equals and claims everything."""

    __class__ = property(lambda self: np.ndarray)

    def __eq__(self, other):
        return True

    def __array__(self, *args, **kwargs):
        return np.ones(3)

    def __float__(self):
        return 1.0

    __hash__ = None


class Sly(int):
    def __eq__(self, other):
        return True

    def __add__(self, other):
        return 3

    def __int__(self):
        return 3

    __hash__ = int.__hash__


class Items(dict):
    def items(self):
        return {"a": 1}.items()


class Parts(list):
    def __iter__(self):
        return iter([1, 2, 3])


def test_objects_that_lie_are_taken_at_what_they_hold() -> None:
    assert "3 of 3" in fails(lambda: check.equal("it", np.zeros(3).view(Liar), np.ones(3)))
    assert "Chameleon" in fails(lambda: check.equal("it", Chameleon(), np.ones(3)))
    assert "Chameleon" in fails(lambda: check.at_least("it", Chameleon(), 0.5))
    assert "the value is 0" in fails(lambda: check.equal("it", Sly(0), 3))
    assert "key" in fails(lambda: check.equal("it", Items(b=2), {"a": 1}))
    assert "it has 0 values" in fails(lambda: check.equal("it", Parts(), [1, 2, 3]))


def test_a_list_that_holds_itself_is_told_and_does_not_hang() -> None:
    endless: list = []
    endless.extend([endless] * 10)
    assert "very large list" in fails(lambda: check.equal("it", endless, [1]))


# The other checks


def test_shape_takes_none_for_any_length() -> None:
    check.shape("batch", np.zeros((5, 3)), (None, 3))
    check.shape("scalar", 2.0, ())
    check.shape("frame", pd.DataFrame({"a": [1, 2], "b": [3, 4]}), (2, 2))
    assert "expected (any, 4)" in fails(lambda: check.shape("batch", np.zeros((5, 3)), (None, 4)))
    assert "has no shape" in fails(lambda: check.shape("batch", None, (None, 4)))


def test_raises_wants_the_error_and_its_words() -> None:
    check.raises("not a number", ValueError, int, "x")
    check.raises("not a number", (TypeError, ValueError), int, "x", match="invalid literal")
    assert "no error was raised" in fails(lambda: check.raises("a number", ValueError, int, "3"))
    assert "TypeError was raised" in fails(lambda: check.raises("a list", ValueError, int, []))
    assert "its message" in fails(lambda: check.raises("not a number", ValueError, int, "x", match="negative"))


def test_a_stub_is_not_taken_for_an_error_that_was_asked_for() -> None:
    def stub() -> None:
        raise NotImplementedError("stub")

    for asked in (ValueError, RuntimeError, Exception, BaseException):
        with pytest.raises(NotImplementedError):
            check.raises("bad input", asked, stub)
    check.raises("an abstract method", NotImplementedError, stub)


def test_bounds_include_the_bound_and_exclude_nan() -> None:
    check.at_least("accuracy", 0.9, 0.9)
    check.at_most("loss", np.float32(0.5), 1)
    assert "expected at least 0.9" in fails(lambda: check.at_least("accuracy", math.nan, 0.9))
    assert "got 3, expected at most 2" in fails(lambda: check.at_most("loss", 3, 2))
    assert "got None" in fails(lambda: check.at_most("loss", None, 2))
    assert "shape (1,)" in fails(lambda: check.at_most("loss", np.array([1.0]), 2))


def test_that_wants_one_bool() -> None:
    check.that("it holds", True)
    check.that("it holds", np.bool_(True))
    assert "it holds: not true yet" in fails(lambda: check.that("it holds", False))
    assert "expected True" in fails(lambda: check.that("it holds", 1))
    assert "2 values" in fails(lambda: check.that("it holds", np.array([True, True])))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: check.equal(np.ones(3), np.ones(3), "label"), "label for the reader"),
        (lambda: check.equal("", 1, 1), "label for the reader"),
        (lambda: check.equal("it", 1, len), "it is the function len"),
        (lambda: check.close("it", 1.0, {"a": [len]}), "it is the function len"),
        (lambda: check.shape("it", 1, "3"), "tuple of whole numbers"),
        (lambda: check.raises("it", "ValueError", int), "exception class"),
        (lambda: check.raises("it", ValueError, 3), "function to call"),
        (lambda: check.at_least("it", 1, "2"), "must be one number"),
        (lambda: check.inputs((2, 3)), "whole numbers"),
        (lambda: check.inputs(2, dtype="string"), "makes floats"),
        (lambda: check.predict("Which?", "ab"), "list of answers"),
        (lambda: check.predicted("Which?", right="a", because=["a", "b"]), 'right="a", because={"a": "Why."'),
        (lambda: check.close("it", 1.0, 1.0, tol=1), "tol"),
    ],
)
def test_an_authors_mistake_is_a_type_error_that_says_what_to_write(call, words: str) -> None:
    with pytest.raises(TypeError, match=words):
        call()


def test_a_negative_tolerance_is_refused() -> None:
    with pytest.raises(ValueError, match="rtol must be a number from 0"):
        check.close("it", 1.0, 1.0, rtol=-1)


def test_a_check_that_holds_prints_one_line(capsys) -> None:
    check.close("row_norms(x)", [5.0], [5.0])
    check.reference("row_norms on a random batch", [5.0])
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        "Right: row_norms(x)",
        "Noted: row_norms on a random batch (compared with the reference solution when it is graded)",
    ]
    assert printed.err == ""


def test_inputs_have_the_shape_the_dtype_and_the_range() -> None:
    x = check.inputs(1000)
    assert x.shape == (1000,) and x.dtype == np.float32 and abs(float(np.mean(x))) < 0.2
    uniform = np.asarray(check.inputs(1000, low=2, high=4, dtype="float64"))
    assert uniform.min() >= 2 and uniform.max() < 4 and uniform.dtype == np.float64
    whole = np.asarray(check.inputs(1000, dtype="int32", low=5, high=8))
    assert set(whole.tolist()) == {5, 6, 7}
    assert set(np.asarray(check.inputs(100, dtype="bool")).tolist()) == {False, True}
    assert check.inputs().shape == ()


def test_two_inputs_of_one_process_differ() -> None:
    assert not np.array_equal(np.asarray(check.inputs(4)), np.asarray(check.inputs(4)))


def test_importing_check_pulls_in_neither_tensorflow_nor_jupyter() -> None:
    code = (
        "import sys; from grader import check; check.equal('a', 1, 1); check.inputs(2);"
        "print(sorted({'tensorflow', 'keras', 'IPython', 'nbformat', 'typer', 'pandas'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]" and run.stderr == ""


# In a notebook

STUB = "# exercise: norms\ndef norms(x):\n    raise NotImplementedError('norms')"
BROKEN = "# exercise: norms\ndef norms(x):\n    return np.linalg.norm(x, axis=5)"
WRONG = "# exercise: norms\ndef norms(x):\n    return np.linalg.norm(x, axis=0)"
GRADED = "# check: norms-1\ncheck.close('norms(x)', norms([[3.0, 4.0], [6.0, 8.0]]), [5, 10])"
DRAW = "# check: draw-1\nprint([np.asarray(check.inputs(2)).tolist() for _ in range(2)])"

CELLS = {
    "imports": "import numpy as np\nfrom grader import check",
    "stub": STUB,
    "not attempted": GRADED,
    "broken": BROKEN,
    "error": GRADED,
    "wrong answer": WRONG,
    "wrong": GRADED,
    "kept": "print('\\n'.join(list(get_ipython().history_manager.exceptions.values())[-1]['traceback']))",
    "missing name": "# check: norms-2\ncheck.equal('n', norm(3), 3)",
    "own error": "def inner():\n    return 1 / 0\ninner()",
    "own stub": "raise NotImplementedError('mine')",
    "syntax": "def f(:",
    "failed in an own cell": "check.that('it holds', False)",
    "noise": "check.inputs(3); check.inputs(3); check.inputs(3, dtype='int32')",
    "draw": DRAW,
    "more noise": "for _ in range(5): check.inputs(2)",
    "draw again": DRAW,
    "caught": "try:\n    check.equal('n', 1, 2)\nexcept check.Failed as error:\n    print(str(error).splitlines()[0])",
}


def execute(sources: dict[str, str], **environment: str) -> dict[str, list]:
    """The outputs of each cell, run in a real kernel."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources.values()])
    client = nbclient.NotebookClient(notebook, allow_errors=True, timeout=120, kernel_name="python3")
    client.execute(env={**os.environ, **environment})
    return {name: cell.outputs for name, cell in zip(sources, notebook.cells, strict=True)}


@pytest.fixture(scope="module")
def outputs() -> dict[str, list]:
    return execute(CELLS)


def error(outputs: list) -> tuple[str, str, str]:
    """Name, words and shown text of a cell's one error."""
    found = [output for output in outputs if output.output_type == "error"]
    assert len(found) == 1
    return found[0].ename, found[0].evalue, "\n".join(found[0].traceback)


def test_a_stub_is_told_as_not_attempted(outputs) -> None:
    name, said, shown = error(outputs["not attempted"])
    assert (name, said) == ("NotImplementedError", "norms")
    assert shown == "Not attempted: norms-1 (see above)"
    card = next(output for output in outputs["not attempted"] if output.output_type == "display_data")
    assert "<code># exercise: norms</code>" in card.data["text/html"] and "# exercise: norms" in card.data["text/plain"]


def test_an_error_in_the_answer_shows_the_students_lines_only(outputs) -> None:
    name, _, shown = error(outputs["error"])
    assert name == "AxisError"
    assert "return np.linalg.norm(x, axis=5)" in shown and "in norms" in shown
    assert "site-packages" not in shown and "grader" not in shown and "[5, 10]" not in shown


def test_a_failed_check_is_a_card_and_a_real_error(outputs) -> None:
    name, said, shown = error(outputs["wrong"])
    assert name == "Failed" and "Expected: [5, 10]" in said and shown == "Failed: norms-1 (see above)"
    card = next(output for output in outputs["wrong"] if output.output_type == "display_data")
    assert card.data["text/plain"] == said and "norms([[3.0, 4.0], [6.0, 8.0]])" in card.data["text/html"]
    assert "background:none" in card.data["text/html"] and "color:inherit" in card.data["text/html"]
    assert "monospace" in card.data["text/html"] and "white-space:pre;" in card.data["text/html"]


def test_ipython_keeps_the_words_of_a_failed_check_and_no_traceback(outputs) -> None:
    """That traceback would take 0.2 s, which nobody sees."""
    (kept,) = outputs["kept"]
    assert "norms(x): 2 of 2 values are wrong" in kept.text and "Traceback" not in kept.text


def test_a_name_that_was_never_defined_says_to_run_its_cell(outputs) -> None:
    name, _, shown = error(outputs["missing name"])
    assert name == "NameError" and "Nothing has defined norm yet: run the cell that does" in shown


def test_a_module_that_this_notebook_does_not_import_is_told_with_its_import() -> None:
    answer = "# exercise: norms\ndef norms(x):\n    return np.asarray(x) + own"
    cells = {"imports": "from grader import check", "answer": answer, "no module": GRADED, "np": "import numpy as np"}
    shown = execute({**cells, "no name": GRADED})
    assert "add `import numpy as np` to yours." in error(shown["no module"])[2]
    assert "Nothing has defined own yet: run the cell that does" in error(shown["no name"])[2]


FIRST = "# exercise: norms\ndef norms(x):\n    return [5, 10]"
STALE = {
    "a SyntaxError": (FIRST.replace("x):", "x:"), "The cell `# exercise: norms` ended in SyntaxError"),
    "another name": (FIRST.replace("norms(x)", "norm(x)"), "The cell `# exercise: norms` does not define it any more"),
    "an error before the definition": (
        FIRST.replace("def", "@missing\ndef"),
        "The cell `# exercise: norms` ended in NameError",
    ),
}


def test_an_answer_that_its_cell_has_not_defined_anew_is_not_judged() -> None:
    cells = {"imports": "from grader import check"}
    for why, (source, _) in STALE.items():
        cells |= {f"right, then {why}": FIRST, f"{why}: before": GRADED, f"{why}: broken": source, why: GRADED}
        cells |= {f"{why}: kept": "norms(1)", f"{why}: mended": FIRST, f"{why}: again": GRADED}
    shown = execute(cells)
    for why, (_, says) in STALE.items():
        assert "Right: norms(x)" in shown[f"{why}: before"][0].text
        name, _, told = error(shown[why])
        assert name == "NameError" and says in told and len(shown[why]) == 1
        assert shown[f"{why}: kept"][0].data["text/plain"] == "[5, 10]"  # it is there still, for the student
        assert "Right: norms(x)" in shown[f"{why}: again"][0].text


def test_an_answer_stays_judged_where_only_its_last_line_fails_or_it_was_defined_elsewhere() -> None:
    cells = {"imports": "from grader import check", "first": FIRST, "trial": FIRST + "\nnorms(1)[7]", "one": GRADED}
    cells |= {"renamed": FIRST.replace("norms(x)", "norm(x)"), "elsewhere": "norms = norm", "two": GRADED}
    shown = execute(cells)
    assert "Right: norms(x)" in shown["one"][0].text and "Right: norms(x)" in shown["two"][0].text


def test_errors_in_other_cells_look_as_ever(outputs) -> None:
    assert "ZeroDivisionError" in error(outputs["own error"])[2] and "Traceback" in error(outputs["own error"])[2]
    assert "Not attempted" not in error(outputs["own stub"])[2]
    assert "interactiveshell" not in error(outputs["syntax"])[2]
    assert error(outputs["failed in an own cell"])[::2] == ("Failed", "Failed: it holds (see above)")


def test_a_caught_failure_shows_nothing_but_what_the_cell_prints(outputs) -> None:
    assert [output.output_type for output in outputs["caught"]] == ["stream"]
    assert outputs["caught"][0].text == "n: the value is 1, expected 2\n"


def test_inputs_do_not_depend_on_what_was_drawn_in_other_cells(outputs) -> None:
    assert outputs["draw"][0].text == outputs["draw again"][0].text
    first, second = json.loads(outputs["draw"][0].text)
    assert first != second


def test_nothing_is_recorded_outside_a_grading_run_and_nothing_is_on_stderr(outputs) -> None:
    for cell in outputs.values():
        for output in cell:
            assert not any("evidence" in kind for kind in output.get("data", {}))
            assert output.get("name") != "stderr"


def test_without_cards_the_whole_message_is_the_error() -> None:
    """In a grading run, and in IPython on a terminal."""
    graded = execute(
        {name: CELLS[name] for name in ("imports", "stub", "not attempted", "wrong answer", "wrong")}, GRADER_SEED="1"
    )
    assert "Expected: [5, 10]" in error(graded["wrong"])[2]
    assert "# exercise: norms" in error(graded["not attempted"])[2]
    command = [
        sys.executable,
        "-m",
        "IPython",
        "--colors=NoColor",
        "-c",
        "from grader import check\ncheck.equal('n', [1, 2], [1, 3])",
    ]
    terminal = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "n: 1 of 2 values is wrong" in terminal.stdout + terminal.stderr
    assert "Expected: [1, 3]" in terminal.stdout + terminal.stderr and "see above" not in terminal.stdout


WHAT = "type(check.inputs(2)).__name__, 'tensorflow' in sys.modules"


def test_inputs_follow_the_notebooks_own_imports_in_a_warm_kernel() -> None:
    cells = [
        f"import sys\nfrom grader import check\n{WHAT}",
        f"import tensorflow as tf\n{WHAT}",
        f"del tf\n{WHAT}",
        f"from tensorflow import keras\n{WHAT}",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    nbclient.NotebookClient(notebook, km=kernel_manager("python3"), timeout=120).execute()
    told = [cell.outputs[-1].data["text/plain"] for cell in notebook.cells]
    array, tensor = "('ndarray', True)", "('EagerTensor', True)"
    assert told == [array, tensor, array, tensor]


def test_another_seed_draws_other_inputs_and_the_same_seed_the_same() -> None:
    sources = {"imports": CELLS["imports"], "draw": DRAW}
    one, two, again = (execute(sources, GRADER_SEED=seed)["draw"][0].text for seed in ("1", "2", "1"))
    assert one != two and one == again
