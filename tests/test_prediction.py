"""A guess is kept with the progress, and answered behind the result: in a notebook, on a terminal, without a guess."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbclient
import nbformat
import pytest
from small_course import ROOT

from grader import check
from grader.authoring import chapter
from grader.authoring.course import Course
from grader.progress import kept

IMPORT = "from grader import check"
ASK = 'check.predict("Which <one> is `x`?", ["one", "`two`", "three"]{})'
ANSWER = """check.predicted("Which <one> is `x`?", right="`two`", because={
    "one": "Because one is < `x`.", "`two`": "It is.", "three": "It is more."})"""
VIEW = "application/vnd.jupyter.widget-view+json"


def ask(letter: str) -> str:
    """The question, with a guess that was typed."""
    return ASK.format(f', my_guess="{letter}"')


def run(folder: Path, *sources: str, **environment: str) -> list[list]:
    """The outputs of each cell, of a notebook in `folder` with a kernel of its own; nothing is on stderr."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in (IMPORT, *sources)])
    resources = {"metadata": {"path": str(folder)}}
    client = nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources)
    client.execute(env={**os.environ, **environment})
    outputs = [cell.outputs for cell in notebook.cells[1:]]
    assert not [output for shown in outputs for output in shown if output.output_type != "display_data"]
    return outputs


def guesses(folder: Path) -> list[str]:
    """What the progress file says, without its head and its times."""
    path = folder / kept.FILE
    rows = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [row.split("  ", 1)[1] for row in rows if not row.startswith("#")]


def test_a_question_has_buttons_and_reads_without_them(tmp_path: Path) -> None:
    [[shown]] = run(tmp_path, ASK.format(""))
    assert VIEW in shown.data and "my_guess" not in shown.data["text/html"]
    assert "Which &lt;one&gt; is <code>x</code>?" in shown.data["text/html"]
    assert shown.data["text/html"].count('type="radio"') == 3 and " checked" not in shown.data["text/html"]
    assert "b) two" in shown.data["text/plain"] and 'my_guess="a"' in shown.data["text/plain"]


def test_without_a_guess_the_answer_to_each_choice_is_folded_and_nothing_is_kept(tmp_path: Path) -> None:
    _, [shown] = run(tmp_path, ASK.format(""), ANSWER)
    html = shown.data["text/html"]
    assert "<summary" in html and "Answer: Which &lt;one&gt;" in html
    assert html.index("Right: <code>two</code>") < html.index("Not right: one") < html.index("It is more.")
    assert "Right: two\n  It is." in shown.data["text/plain"]
    assert guesses(tmp_path) == []


def test_a_wrong_guess_hears_what_speaks_against_it_and_what_is_right(tmp_path: Path) -> None:
    [asked], [answered] = run(tmp_path, ask("a"), ANSWER)
    assert answered.data["text/plain"] == "Your guess is not right: one\n  Because one is < x.\nRight: two\n  It is."
    before, _, folded = answered.data["text/html"].partition("<details>")
    assert "Because one is &lt; <code>x</code>." in before and "It is." in before
    assert "It is more." in folded
    # The question shows the guess, and cannot be answered again.
    assert VIEW not in asked.data and "checked disabled> one" in asked.data["text/html"]
    question = '["Which <one> is `x`?", "one"]'
    assert guesses(tmp_path) == [f"guess  open  {question}", f"guess  wrong  {question}"]


def test_a_right_guess_hears_why(tmp_path: Path) -> None:
    _, [answered] = run(tmp_path, ask("b"), ANSWER)
    assert answered.data["text/plain"] == "Your guess is right: two\n  It is."
    assert "What speaks against the others" in answered.data["text/html"]


def test_the_guess_can_be_changed_until_it_is_answered_and_is_known_in_the_next_session(tmp_path: Path) -> None:
    run(tmp_path, ask("a"))
    [[again]] = run(tmp_path, ASK.format(""))
    assert "Your guess: one" in again.data["text/plain"] and " checked> one" in again.data["text/html"]
    _, [answered], [late] = run(tmp_path, ask("c"), ANSWER, ask("b"))
    assert "Your guess is not right: three" in answered.data["text/plain"]
    assert "Your guess: three" in late.data["text/plain"]
    [answered] = run(tmp_path, ANSWER)[0]
    assert "Your guess is not right: three" in answered.data["text/plain"]
    assert [row.split("  ")[1] for row in guesses(tmp_path)] == ["open", "open", "wrong"]
    assert kept.read(tmp_path / kept.FILE).strange == 0


def test_a_click_in_the_browser_is_a_guess(tmp_path: Path) -> None:
    """What JupyterLab sends is the index of the button; the rest is the same in the kernel."""
    click = """from ipywidgets.widgets.widget import _instances
[buttons] = [widget for widget in _instances.values() if hasattr(widget, "options")]
buttons.set_state({"index": 0})"""
    *_, [answered] = run(tmp_path, ASK.format(""), click, ANSWER)
    assert "Your guess is not right: one" in answered.data["text/plain"]


def test_a_file_that_cannot_be_written_costs_the_guess_nothing(tmp_path: Path) -> None:
    (tmp_path / kept.FILE).mkdir()
    _, [answered] = run(tmp_path, ask("b"), ANSWER)
    assert "Your guess is right: two" in answered.data["text/plain"]


@pytest.mark.parametrize("variable", [{"GRADER_SEED": "7"}, {"NBGRADER_EXECUTION": "autograde"}])
def test_a_grading_run_keeps_no_guess(tmp_path: Path, variable: dict[str, str]) -> None:
    run(tmp_path, ask("b"), ANSWER, **variable)
    assert guesses(tmp_path) == []


def test_a_line_that_no_longer_reads_is_counted_as_strange_and_harms_nothing(tmp_path: Path) -> None:
    path = tmp_path / kept.FILE
    path.write_text('2026-11-29 06:00  guess  open  ["Which?", "a"\n2026-11-29 06:00  guess  open  ["Which?"]\n')
    found = kept.read(path)
    assert (found.strange, found.guesses) == (2, {})


def test_on_a_terminal_the_guess_is_typed(tmp_path: Path) -> None:
    code = "\n".join([IMPORT, ASK.format(""), ask("a"), ANSWER])
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "  c) three\nTo keep your guess, add it to the call by its letter" in done.stdout
    assert "Your guess is not right: one" in done.stdout


def test_without_ipywidgets_the_notebook_says_how_to_type_the_guess(tmp_path: Path) -> None:
    """As where a notebook has what the checks need and no more."""
    _, [asked] = run(tmp_path, "import sys\nsys.modules['ipywidgets'] = None", ASK.format(""))
    assert VIEW not in asked.data
    assert "by its letter: <code>my_guess=&quot;a&quot;</code>" in asked.data["text/html"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: check.predict("Which?", ["a"]), "at least two choices"),
        (lambda: check.predict("Which?", ["a", "a"]), "same choice twice"),
        (lambda: check.predict("Which?", ["x", "y"], my_guess="c"), "no choice 'c'; write my_guess= one of 'a', 'b'"),
        (lambda: check.predicted("Which?", right="c", because={"a": "Why."}), "no sentence for 'c'"),
    ],
)
def test_choices_that_do_not_fit_are_refused_with_what_to_write(call: Callable[[], None], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def test_readers_get_the_cell_with_the_answer_folded() -> None:
    course = Course(ROOT)
    notebook = nbformat.reads(chapter.build(course, "01-tensors"), as_version=4)
    answers = [cell for cell in notebook.cells if "check.predicted(" in cell.source]
    assert answers
    for cell in answers:
        assert cell.source.startswith("# @title Was your guess right? Run this cell.\n")
        assert cell.metadata == {"jupyter": {"source_hidden": True}, "cellView": "form"}
