"""Execution: a pure function, in which one cell's trouble stays its own and nothing a kernel sends gets out of hand."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.checks.evidence import MIME
from grader.errors import CourseError
from grader.grading.execute import Executed, KernelError, execute
from grader.grading.outputs import Limits, Outputs, Room
from grader.grading.reference import reference, visible_labels
from grader.grading.submission import grade, judge_notebook, not_gradable
from grader.kernels import sandbox
from grader.kernels.policy import Policy

pytestmark = pytest.mark.skipif(bool(sandbox.available()), reason=str(sandbox.available()))
SETUP = "import numpy as np, random\nimport tensorflow as tf\nfrom grader import check"


def _cell(source: str, **flags: Any) -> nbformat.NotebookNode:
    cell = nbformat.v4.new_code_cell(source)
    plain = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    if source.startswith("# exercise: "):
        flags = {"solution": True, "grade_id": source.split("\n", maxsplit=1)[0].removeprefix("# exercise: "), **flags}
    if source.startswith("# check: "):
        name = source.split("\n", maxsplit=1)[0].removeprefix("# check: ")
        flags = {"grade": True, "locked": True, "points": 1, "grade_id": name, **flags}
    if flags:
        cell.metadata.nbgrader = nbformat.from_dict({**plain, **flags})
    return cell


def _notebook(*sources: str | nbformat.NotebookNode) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[_cell(s) if isinstance(s, str) else s for s in sources])


def _run(*sources: str | nbformat.NotebookNode, seed: int = 1, **options: Any) -> Executed:
    executed = asyncio.run(execute(_notebook(*sources), options.pop("files", {}), seed=seed, **options))
    nbformat.validate(executed.notebook)
    return executed


def _text(executed: Executed, index: int = -1) -> str:
    return "".join(o.text for o in executed.notebook.cells[index].outputs if o.output_type == "stream")


def _errors(executed: Executed, index: int = -1) -> list[str]:
    return [o.evalue for o in executed.notebook.cells[index].outputs if o.output_type == "error"]


def test_the_notebook_given_is_not_changed_and_outputs_come_back() -> None:
    nb = _notebook("print(6 * 7)", "1 + 1")
    before = deepcopy(nb)
    executed = asyncio.run(execute(nb, {}, seed=1))
    assert nb == before
    assert _text(executed, 0) == "42\n"
    assert executed.notebook.cells[1].outputs[0].data == {"text/plain": "2"}
    assert executed.kernels == 1 and not executed.in_part and executed.notes == []
    assert set(executed.cell_seconds) == {0, 1} and executed.seconds > 0


def test_one_seed_gives_one_result_and_another_seed_another() -> None:
    draw = "print(check.inputs(3).numpy(), random.random(), np.random.rand(), tf.random.normal([2]).numpy())"
    first, again, other = (_text(_run(SETUP, draw, seed=seed)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_files_lie_beside_the_notebook_and_nothing_comes_back(tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    executed = _run(
        "print(open('deep/data.csv').read()); open('deep/data.csv', 'w').write('changed')\nopen('new', 'w')",
        "import os; print(sorted(os.listdir('.')))",
        files={"deep/data.csv": b"1,2"},
    )
    assert _text(executed, 0) == "1,2\n"
    assert not data.exists()


def test_the_graders_environment_is_not_the_students(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    told = _text(_run("import os; print(dict(os.environ))", seed=99))
    assert "hush" not in told
    assert "'GRADER_SEED': '99'" in told and "'NBGRADER_EXECUTION': 'autograde'" in told


def test_cpu_time_and_memory_of_the_kernel_are_known() -> None:
    executed = _run("import time; a = bytearray(50_000_000)\nwhile time.process_time() < 0.5: pass")
    assert executed.cpu_seconds is not None and 0.4 < executed.cpu_seconds < 10
    assert executed.peak_memory is not None and 50e6 < executed.peak_memory < 4e9


def test_a_dead_kernel_costs_one_cell_and_what_came_before_is_there_again() -> None:
    executed = _run(
        "import os\nbase = 40",
        "# exercise: a\ndef a(): return base + 2",
        "# check: a-1\nos._exit(1)",
        "helper = a()",
        "# exercise: b\ndef b(): return helper",
        "# check: b-1\nprint(b(), a())",
    )
    assert _errors(executed, 2) == ["it ended the kernel (exit code 1)"]
    assert _text(executed) == "42 42\n"
    assert executed.in_part and executed.notes == ["Cell 'a-1': it ended the kernel (exit code 1)."]


def test_the_graded_cells_of_an_answer_that_died_say_so() -> None:
    executed = _run(
        "x = 1",
        "# exercise: a\nimport os; os._exit(1)",
        "# check: a-1\nprint('ran')",
        "# exercise: b\ny = 2",
        "# check: b-1\nprint(x + y)",
    )
    assert _errors(executed, 2) == ["not run: the cell of the answer 'a' was ended (it ended the kernel (exit code 1))"]
    assert _text(executed) == "3\n"


def test_a_cell_that_hangs_is_interrupted_and_the_kernel_goes_on() -> None:
    executed = _run("x = 1", "while True: pass", "print(x)", limits=Limits(cell_seconds=2))
    assert _errors(executed, 1)[-1] == "stopped after 2 s"
    assert _text(executed) == "1\n"
    assert executed.kernels == 1


def test_a_cell_that_ignores_interrupts_loses_its_kernel_only() -> None:
    deaf = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    executed = _run("x = 1", deaf, "print(x)", limits=Limits(cell_seconds=2))
    assert _errors(executed, 1) == ["stopped after 2 s"]
    assert _text(executed) == "1\n"
    assert executed.kernels == 2


def test_the_time_of_the_whole_notebook_is_limited() -> None:
    executed = _run("import time; time.sleep(9)", "print(1)", limits=Limits(notebook_seconds=3))
    assert "stopped after" in _errors(executed, 0)[-1]
    assert _errors(executed) == ["not run: the notebook took more than 3 s"]


def test_much_output_is_left_out_and_costs_nothing() -> None:
    executed = _run(SETUP, "# check: a-1\nfor _ in range(50): print('x' * 100_000)\ncheck.equal('a', 1, 1)")
    assert not executed.in_part
    assert len(_text(executed)) < 2_100_000
    assert _text(executed).endswith("… further output of this cell was left out.\n")
    assert any(MIME in o.get("data", {}) for o in executed.notebook.cells[1].outputs)


def test_a_flood_is_stopped_with_its_reason() -> None:
    slow = "import time\nfor _ in range(10**6):\n    print('x' * 500_000, flush=True); time.sleep(0.02)"
    executed = _run(slow, "print('next')")
    assert _errors(executed, 0)[-1] == "more than 24 MB of output"
    assert _text(executed) == "next\n"


def test_an_error_that_is_hidden_is_shown_all_the_same() -> None:
    hide = "get_ipython().showtraceback = lambda *a, **k: None"
    executed = _run(hide, "1 / 0")
    assert _errors(executed) == ["division by zero"]


def test_questions_to_the_student_end_in_an_error() -> None:
    executed = _run("input('name? ')", "print(1)")
    assert executed.notebook.cells[0].outputs[-1].ename == "StdinNotImplementedError"
    assert _text(executed) == "1\n"


def test_cells_that_the_source_skips_are_skipped() -> None:
    skipped = _cell("print('ran')")
    skipped.metadata.tags = ["skip-execution"]
    executed = _run(skipped, "print(2)")
    assert executed.notebook.cells[0].outputs == []


def test_several_notebooks_run_at_once() -> None:
    async def both() -> list[Executed]:
        notebooks = [_notebook(f"import time; time.sleep(0.5)\nprint({n})") for n in range(3)]
        return await asyncio.gather(*(execute(nb, {}, seed=1) for nb in notebooks))

    assert [_text(executed) for executed in asyncio.run(both())] == ["0\n", "1\n", "2\n"]


def test_without_a_sandbox_the_same_notebook_runs() -> None:
    executed = _run(SETUP, "print(len(check.inputs(3)))", sandbox=False)
    assert _text(executed) == "3\n"


def test_a_kernel_that_cannot_start_is_told_in_a_sentence() -> None:
    with pytest.raises(KernelError, match="memory"):
        _run("1", policy=Policy(memory=2**20))


def test_no_temporary_file_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(prefix="t-") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        _run("open('x', 'w').write('1')", "import os; os._exit(1)", "2")
        assert os.listdir(folder) == []


# What a kernel may send


def _outputs(*messages: tuple[str, Any], **limits: Any) -> list[Any]:
    outputs = Outputs(Limits(**limits), graded=True)
    for kind, content in messages:
        outputs.take(kind, content, len(str(content)))
    made = outputs.finish()
    cell = nbformat.v4.new_code_cell("", outputs=made)
    nb = nbformat.v4.new_notebook(cells=[cell])
    nbformat.validate(nb)
    nbformat.writes(deepcopy(nb)).encode()
    return made


DEEP: dict[str, Any] = {}
for _ in range(200):
    DEEP = {"a": DEEP}


@pytest.mark.parametrize(
    "content", [None, 5, [], "x", {}, {"data": 5}, {"data": {"application/json": DEEP}}, {"text": 7}]
)
@pytest.mark.parametrize(
    "kind", ["stream", "error", "display_data", "execute_result", "update_display_data", "clear_output"]
)
def test_malformed_messages_never_raise(kind: str, content: Any) -> None:
    assert len(_outputs((kind, content))) == (1 if kind == "error" and isinstance(content, dict) else 0)


def test_text_that_cannot_be_written_is_mended() -> None:
    made = _outputs(("stream", {"name": "stdout", "text": "a\ud800b"}), ("error", {"ename": "\udfff", "evalue": None}))
    assert made[0].text == "a?b"
    assert (made[1].ename, made[1].evalue) == ("?", "")


def test_progress_bars_are_reduced_to_their_last_state() -> None:
    made = _outputs(*[("stream", {"name": "stderr", "text": f"\r{n}%"}) for n in range(101)])
    assert [o.text for o in made] == ["100%"]


def test_clearing_keeps_errors_and_evidence() -> None:
    evidence = {"data": {MIME: {"a": 1}}}
    shown = {"data": {"text/plain": "x"}}
    error = {"ename": "E", "evalue": "v", "traceback": []}
    made = _outputs(("display_data", shown), ("display_data", evidence), ("error", error), ("clear_output", {}))
    assert [o.output_type for o in made] == ["display_data", "error"]
    assert MIME in made[0].data


def test_an_update_changes_its_display_and_never_evidence() -> None:
    known = {"transient": {"display_id": "d"}}
    messages = [
        ("display_data", {"data": {"text/plain": "1"}, **known}),
        ("update_display_data", {"data": {"text/plain": "2"}, **known}),
        ("display_data", {"data": {MIME: {"a": 1}}, **known}),
        ("update_display_data", {"data": {MIME: {"a": 2}}, **known}),
    ]
    assert [dict(o.data) for o in _outputs(*messages)] == [{"text/plain": "2"}, {MIME: {"a": 1}}, {MIME: {"a": 2}}]


def test_late_messages_count_for_a_graded_cell_alone_and_show_nothing() -> None:
    for graded in (False, True):
        outputs = Outputs(Limits(), graded)
        outputs.take("stream", {"name": "stdout", "text": "stolen"}, 1, late=True)
        outputs.take("error", {"ename": "Stolen", "evalue": "stolen", "traceback": ["stolen"]}, 1, late=True)
        outputs.take("display_data", {"data": {MIME: {}, "text/html": "stolen"}}, 1, late=True)
        assert [o.output_type for o in outputs.items] == (["error", "display_data"] if graded else [])
        assert "stolen" not in repr(outputs.items).lower()


def test_evidence_is_kept_by_itself_in_graded_cells_and_within_the_notebooks_limit() -> None:
    content = {"data": {MIME: {"a": 1}, "text/plain": "stolen"}}
    plain, left = Outputs(Limits()), Room(evidence=25, shown=0)
    plain.take("display_data", content, 10)
    assert plain.finish() == []
    cells = [Outputs(Limits(), True, left) for _ in range(2)]
    for cell in (*cells, cells[1], cells[1]):
        cell.take("display_data", content, 10)
    assert [o.get("data", o.get("ename")) for cell in cells for o in cell.finish()] == [
        {MIME: {"a": 1}},
        {MIME: {"a": 1}},
        "Stopped",
    ]


def test_what_one_cell_keeps_and_sends_is_limited() -> None:
    outputs = Outputs(Limits(kept=1000, cell_bytes=5000, cell_messages=10))
    for _ in range(10):
        outputs.take("stream", {"name": "stdout", "text": "x" * 300}, 300)
    assert sum(len(o.text) for o in outputs.items) <= 1000 and outputs.excess() is None
    outputs.take("stream", {}, 1)
    assert outputs.excess() == "more than 10 messages of output"


# The reference run, and judging by it

ANSWER = "# exercise: half\ndef half(x):\n    return x / 2"
CHECK = (
    "# check: half-1\ncheck.close('half(4)', half(4.0), 2.0)\ncheck.reference('half of some', half(check.inputs(4)))"
)


def _reference(*sources: str, seed: int = 3) -> Any:
    return asyncio.run(reference(_notebook(*sources), {}, seed=seed))


def test_the_reference_run_is_done_once_for_the_same_arguments() -> None:
    first = _reference(SETUP, ANSWER, CHECK)
    assert first.evidence and set(first.outputs) == {"half-1"} and first.seed == 3
    assert _reference(SETUP, ANSWER, CHECK) is first
    assert _reference(SETUP, ANSWER, CHECK, seed=4) is not first


@pytest.mark.parametrize(
    ("answer", "check", "message"),
    [
        ("# exercise: half\n1 / 0", CHECK, "cell 'half' fails with ZeroDivisionError: division by zero"),
        (ANSWER, "# check: half-1\nassert half(4) == 2", "cell 'half-1' records no evidence"),
        (ANSWER, CHECK.replace("2.0)", "3.0)", 1), "cell 'half-1' fails with Failed"),
    ],
)
def test_a_reference_that_cannot_be_judged_by_stops_with_the_cells_name(answer: str, check: str, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        _reference(SETUP, answer, check)


def test_a_notebook_without_evidence_goes_on_with_a_failing_reference() -> None:
    found = _reference("x = 1", "# check: a-1\nassert x == 2", "# check: b-1\nassert x == 1")
    assert not found.evidence
    assert found.outputs["a-1"] is None and found.outputs["b-1"] == []
    assert found.problems == ("The reference solution's cell 'a-1' fails with AssertionError.",)


def test_only_labels_that_students_read_are_visible() -> None:
    hidden = "### BEGIN HIDDEN TESTS\ncheck.close('b', 1, 1)\ncheck.close('d', 1, 1)\n### END HIDDEN TESTS"
    source = f"check.close('a', 1, 1)\n{hidden}\ncheck.that('c', 1)\ncheck.that('d', 1)"
    assert visible_labels(source) == {"a": "", "c": ""}
    assert visible_labels("if True:\n### BEGIN HIDDEN TESTS\n    f('x')\n### END HIDDEN TESTS\n") == {}


def test_answers_are_graded_by_name_and_nbgrader_reads_the_same_points() -> None:
    from nbgrader.utils import determine_grade

    nb = _notebook(SETUP, ANSWER, CHECK)
    master = _reference(SETUP, ANSWER, CHECK)
    for answer, points in (
        ("# exercise: half\ndef half(x):\n    return 0.5 * x", 1.0),
        ("# exercise: half\ndef half(x):\n    return 2.0", 0.0),
        ("# exercise: half\nraise NotImplementedError('half')", 0.0),
    ):
        graded = asyncio.run(grade(nb, {"half": answer}, reference=master))
        assert (graded.points, graded.possible, graded.state) == (points, 1.0, "graded")
        assert determine_grade(graded.notebook.cells[2]) == (points, 1.0)
        assert MIME not in json.dumps(graded.notebook.cells)


def test_an_error_is_told_with_the_line_of_the_answer_and_none_of_the_graded_cell() -> None:
    nb = _notebook(SETUP, ANSWER, CHECK)
    master = _reference(SETUP, ANSWER, CHECK)
    told = {}
    for name, body in {
        "own": "    y = x[:, 'a']\n    return y",
        "forged": "    class Stopped(Exception): pass\n    raise Stopped('hidden check')",
        "ended": "    import os\n    os._exit(3)",
    }.items():
        graded = asyncio.run(grade(nb, {"half": f"# exercise: half\ndef half(x):\n{body}"}, reference=master))
        (told[name],) = graded.verdicts["half-1"].reasons
    assert told["own"].endswith("Error, in your line `y = x[:, 'a']`, at the check 'half(4)'.")
    forged = "an error of another class, in your line `raise Stopped('hidden check')`, at the check 'half(4)'."
    assert told["forged"] == f"The cell ended in {forged}"
    assert told["ended"] == "The cell was ended: it ended the kernel (exit code 3)."


def test_partial_credit_reaches_nbgrader_as_the_number_it_reads() -> None:
    from nbgrader.utils import determine_grade

    nb = _notebook("x = 1", "# check: a-1\nx * 0.5")
    nb.cells[1].metadata.nbgrader.points = 2
    master = asyncio.run(reference(nb, {}, seed=1))
    graded = asyncio.run(grade(nb, {}, reference=master))
    assert graded.points == 0.5
    assert determine_grade(graded.notebook.cells[1]) == (0.5, 2.0)


def test_without_evidence_an_error_anywhere_fails_and_stderr_does_not() -> None:
    error = nbformat.v4.new_output("error", ename="AssertionError", evalue="", traceback=[])
    result = nbformat.v4.new_output("execute_result", data={"text/plain": "1"})
    stderr = nbformat.v4.new_output("stream", name="stderr", text="careful")
    for outputs, strict, exact in (([result, error], 0.0, 1.0), ([stderr], 1.0, 0.0), ([], 1.0, 1.0)):
        for rule, points in ((True, strict), (False, exact)):
            nb = _notebook("# check: a-1\npass")
            nb.cells[0].outputs = deepcopy(outputs)
            verdicts, _ = judge_notebook(nb, None, strict=rule)
            assert verdicts["a-1"].points == points, (outputs, rule)


def test_a_file_that_is_no_notebook_becomes_a_notebook_that_says_so() -> None:
    graded = not_gradable(_notebook(SETUP, ANSWER, CHECK), "The file is empty.")
    assert (graded.state, graded.points, graded.possible) == ("not gradable", 0.0, 1.0)
    assert "The file is empty." in graded.notebook.cells[0].source
    assert "return x / 2" not in json.dumps(graded.notebook)
