"""The author's gate: it lets a sound topic through, and names file and line of whatever breaks one of its rules."""

# ruff: noqa: E501  (tables of one case a line read better)

from __future__ import annotations

import asyncio
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from rich.console import Console
from small_course import ROOT, TOPIC, edit, line_of, make_course

from grader.authoring import new
from grader.authoring.course import Course
from grader.commands import verify as verify_command
from grader.errors import UsageError
from grader.gate import rules_chapter, rules_exercise, rules_links, runs, scores
from grader.gate.draw import drawn
from grader.gate.findings import Findings
from grader.gate.verify import CACHE, recall, verify
from grader.gate.verify_report import page
from grader.grading.runtime import versions


@pytest.fixture(scope="module")
def results_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results by content, which all courses of these tests share, so that each runs what it has changed only."""
    return tmp_path_factory.mktemp("results")


@pytest.fixture
def course(tmp_path: Path, results_folder: Path) -> Course:
    """A course of one topic, as `grader new` makes it."""
    return make_course(tmp_path / "small", results_folder)


def errors(course: Course, topic: str = TOPIC) -> list[str]:
    [result] = verify(course, [topic])
    return [str(finding) for finding in result.errors]


def chapter_errors(course: Course, topic: str = TOPIC) -> list[str]:
    found = Findings(topic)
    cells = rules_chapter.check_chapter(course, topic, found)
    nothing = runs.Run([[] for _ in cells], 0.0)
    rules_chapter.check_chapter_run(course, topic, cells, nothing, found)
    return [str(finding) for finding in found if not finding.warning]


def exercise_errors(course: Course) -> list[str]:
    found = Findings(TOPIC)
    rules_exercise.check_exercises(course, TOPIC, found)
    return [str(finding) for finding in found if not finding.warning]


# A sound topic


def test_a_sound_topic_passes_and_its_second_run_executes_nothing(course: Course) -> None:
    [first] = verify(course, [TOPIC])
    assert first.errors == []
    assert (first.exercises, first.graded, first.right, first.wrong, first.idle) == (2, 2, 4, 9, [])
    assert first.verified
    assert set(first.versions) >= {"python", "tensorflow", "keras"}
    assert first.chapter_seconds > 0 < first.exercise_seconds
    [second] = verify(course, [TOPIC])
    assert second.executed == 0
    assert second.remembered == first.executed + first.remembered
    assert second.findings == first.findings


def test_force_runs_everything_anew_and_comes_to_the_same(course: Course) -> None:
    [known] = verify(course, [TOPIC])
    [anew] = verify(course, [TOPIC], force=True)
    assert anew.remembered == 0
    assert anew.executed == known.executed + known.remembered
    assert anew.findings == known.findings


def test_sizes_are_warnings(course: Course) -> None:
    [result] = verify(course, [TOPIC])
    said = [finding.text for finding in result.warnings]
    assert any(re.match(r"the chapter has 2\d\d words; 1,300 to 1,900", text) for text in said)
    assert any(text.startswith("the notebook has 2 exercises; 4 to 6") for text in said)


# Chapters: their text

CHAPTER = "\n## One idea in a section\n"


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("level: 2\n", "level: 9\n", "level: 9", "front matter 'level' must be a number from 1 to 5"),
        ("data: [digits]", "date: [digits]", "date:", "front matter 'date' must be one of the known fields"),
        (CHAPTER, "\n### One idea in a section\n\n#### a\n\n## b\n\n#### c\n", "#### c", "skips a level; write '### c'"),
        (CHAPTER, "\n# One idea in a section\n", "# One idea", "a text has one title '# …'"),
        (CHAPTER, f"\n![](ink.svg)\n{CHAPTER}", "![](", "the image ink.svg needs alt text"),
        (CHAPTER, f'\n<img src="ink.svg" alt="">\n{CHAPTER}', "<img", "an image needs alt text"),
        (CHAPTER, f"\n![ink](ink.svg)\n{CHAPTER}", "![ink]", "the link ink.svg leads nowhere; there is no course/ink.svg"),
        (CHAPTER, f"\n[a](02-maths.md)\n{CHAPTER}", "[a]", "leads nowhere; there is no course/02-maths.md"),
        (CHAPTER, f"\n[a](#in-short)\n{CHAPTER}", "[a]", "no heading has the anchor #in-short; write #In-short"),
        (CHAPTER, f"\n[a](#nothing)\n{CHAPTER}", "[a]", "no heading has the anchor #nothing"),
        (CHAPTER, f"\n[a](http://example.org)\n{CHAPTER}", "[a]", "link to http://example.org by https"),
        (CHAPTER, f"\n[a](../../b.md)\n{CHAPTER}", "[a]", "the link ../../b.md leads out of the course"),
        ("needs: []", "needs: [gradient]", "needs:", "needs 'gradient', and no earlier chapter teaches it"),
        ("plt.show()\n```\n\n*Figure: ten", "plt.show()\n```\n\n*Ten", "figure, ax", "this cell draws; begin the Markdown"),
        (" stands out a little.*", " stands out a little.", "figure, ax", "this cell draws; begin the Markdown"),
        ("assert round", "x = round", "x = round", "a claim cell holds assert statements only"),
        ('tags=["claim"]', 'tags=["clame"]', "assert round", "there is no tag 'clame'; there is claim"),
        (CHAPTER, f'\n```python tags=["claim"]\nx = (\n```\n{CHAPTER}', "x = (", "this cell is not Python"),
        (CHAPTER, f'\n```python tags=["skip-execution"]\nx = 1\n```\n{CHAPTER}', "x = 1", "there is no tag 'skip-execution'"),
        (CHAPTER, f"\n```python\n%pip install -q keras\n```\n{CHAPTER}", "%pip", "this cell installs packages when all cells"),
        (CHAPTER, f"\n```python\nfor _ in [1]:\n    !wget -q x\n```\n{CHAPTER}", "!wget", "this cell downloads when all cells"),
        (CHAPTER, f"\n```python\n%tensorboard --logdir x\n```\n{CHAPTER}", "%tensorboard", "this cell starts a server when"),
        (CHAPTER, f'\n```python\ndatasets.load("cifar10")\n```\n{CHAPTER}', '"cifar10"', "this cell downloads when all cells"),
        (CHAPTER, f'\n```python\nkeras.applications.VGG16(weights="imagenet")\n```\n{CHAPTER}', "VGG16", "this cell downloads weights"),
        (CHAPTER, f'\n```python\nON = True\nif ON:\n    datasets.load("cifar10")\nelse:\n    print("Not run: 1")\n```\n{CHAPTER}', "ON = ", "this switch is on"),
        (CHAPTER, f'\n```python\nON = False\nif ON:\n    datasets.load("cifar10")\n```\n{CHAPTER}', "if ON", "say what it would do"),
        ("check.predicted(\n", "print(\n", "check.predict(", "nothing answers this guess; add check.predicted(…) behind"),
        ("print(tf.reduce_mean(images, axis=(1, 2)).shape)\n```\n\n```python\n", "", "check.predicted(", "put check.predicted behind the cell that"),
        (CHAPTER, f"\n```python\ncheck.predict('a?', ['b', 'c'])\ncheck.predict('a?', ['b'])\n```\n{CHAPTER}", "['b'])", "asks the same; word it"),
        ("check.predicted(\n    \"What", "check.predicted(\n    \"How", "check.predicted(", "no check.predict above asks this question"),
        ("check.predicted(\n", "x = 1\ncheck.predicted(\n", "x = 1", "give check.predicted a cell of its own"),
        ("right=\"(1437,)", "right=\"(1,)", "check.predicted(", "write right= as one of the choices: '(8, 8)', '(1437,), a"),
        ("\"(), a single number\": ", "\"()\": ", "check.predicted(", "with a sentence for each choice, in their order: '(8, 8)', "),
        ("where none is named.", "where none is named", "check.predicted(", "say in a whole sentence what holds for '(), a single number'"),
        ("check.predict(\n", "check.predict(*\n", "check.predict(*", "write the question and the list of choices out"),
        (CHAPTER, "\n```python\n" + "x = 1\n" * 26 + "```\n", "x = 1", "this code cell has 26 lines, and 25 is the most"),
    ],
)  # fmt: skip
def test_a_chapters_text_that_breaks_a_rule_is_named(course: Course, old: str, new: str, at: str, said: str) -> None:
    path = course.chapter(TOPIC)
    assert chapter_errors(course) == []
    edit(path, old, new)
    assert any(
        message.startswith(f"{TOPIC}.md:{line_of(path, at)}: ") and said in message
        for message in chapter_errors(course)
    ), chapter_errors(course)


def test_what_a_later_chapter_teaches_cannot_be_needed(course: Course) -> None:
    new.create(course, "02-more")
    edit(course.chapter(TOPIC), "needs: []", "needs: [more first idea]")
    [message] = chapter_errors(course)
    assert message == (
        "01-audio.md:7: needs 'more first idea', and chapter 02 comes later; name what an earlier chapter teaches."
    )
    edit(course.chapter("02-more"), "needs: []", "needs: [audio first ideas]")
    [message] = chapter_errors(course, "02-more")
    assert message.endswith("no earlier chapter teaches it; did you mean 'audio first idea'?")
    edit(course.chapter("02-more"), "first ideas", "first idea")
    assert chapter_errors(course, "02-more") == []


def test_links_to_headings_of_chapters_and_exercises_resolve(course: Course) -> None:
    links = "\n[a](01-audio.md#In-short) [b](../notebooks/exercises/01-audio.ipynb#1.-A-mean-for-each-row) `[c](d)`\n"
    edit(course.chapter(TOPIC), CHAPTER, links + CHAPTER)
    assert chapter_errors(course) == []


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ('[a](ink.svg "a title")', "ink.svg"),
        ('<a href="02-maths.md">a</a>', "02-maths.md"),
        ("[a][there]\n\n[there]: 02-maths.ipynb", "02-maths.ipynb"),
        ('[a](01-audio.md "read this")', "01-audio.md"),  # there, but not from where the notebook lies
    ],
)
def test_a_link_that_does_not_lead_anywhere_once_it_is_built_is_named(course: Course, link: str, said: str) -> None:
    for path in (course.chapter(TOPIC), course.solution(TOPIC)):
        before = path.read_text()
        comment = "# " if path.suffix == ".py" else ""
        marked = "".join(f"{comment}{row}".rstrip() + "\n" for row in f"{link}\n".split("\n"))
        at = before.index("## ") - len(comment)
        path.write_text(f"{before[:at]}{marked}{before[at:]}")
        found = Findings(TOPIC)
        rules_links.check_built_links(course, TOPIC, found)
        line = line_of(path, said)
        assert [str(finding) for finding in found][:1] == [
            f"{path.name}:{line}: as built, the link {said} leads nowhere; write it as [text](path)."
        ]
        path.write_text(before)


def test_a_chapter_without_exercises_is_named(course: Course) -> None:
    course.solution(TOPIC).unlink()
    edit(course.chapter(TOPIC), "Now the [exercises](../notebooks/exercises/01-audio.ipynb).", "")
    assert errors(course) == ["01-audio.md:1: there is no exercise notebook; write solutions/01-audio.py."]


# Chapters: what they do

BADLY = """
```python
import sys
print("careful", file=sys.stderr)
```

```python
print("UserWarning: this is deprecated")
```

```python
import socket

try:
    socket.create_connection(("1.1.1.1", 53), timeout=5)
    reached = True
except OSError:
    reached = False
```

```python tags=["claim"]
assert not reached
```

```python
from IPython.display import display

figure, ax = plt.subplots()
display(figure)
plt.close()
```

No words about it.

```python tags=["claim"]
assert 1 + 1 == 2
assert 1 + 1 == 3
```

## One idea in a section
"""


def test_a_chapter_that_runs_badly_is_named_line_by_line(course: Course) -> None:
    path = course.chapter(TOPIC)
    edit(path, CHAPTER, BADLY)
    said = errors(course)
    where = [line_of(path, text) for text in ("import sys", 'print("UserW', "from IPython", "assert 1 + 1 == 3")]
    assert sorted(said) == sorted(
        [
            f"01-audio.md:{where[0]}: this cell writes to stderr: careful",
            f"01-audio.md:{where[1]}: this cell shows a warning: UserWarning: this is deprecated",
            f"01-audio.md:{where[2]}: this cell draws; begin the Markdown after it with '*Figure: what it shows.*'.",
            f"01-audio.md:{where[3]}: this claim does not hold: assert 1 + 1 == 3",
        ]
    )


def test_a_cell_that_fails_is_named_with_its_line(course: Course) -> None:
    path = course.chapter(TOPIC)
    edit(path, "ink = tf.reduce_mean(", "shape = images.shape\nink = tf.reduce_meen(")
    [message] = errors(course)
    assert message.startswith(f"01-audio.md:{line_of(path, 'reduce_meen')}: this cell fails: AttributeError: ")


def test_a_chapter_that_takes_too_long_is_timed_alone_and_named(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules_chapter, "SECONDS", 1)
    edit(course.chapter(TOPIC), "import tensorflow as tf\n", "import time\nimport tensorflow as tf\ntime.sleep(1.2)\n")
    [message] = [said for said in errors(course) if said.startswith("01-audio.md")]  # exercises take a second, too
    assert re.fullmatch(r"01-audio.md:1: it took \d+ s to run, and 1 is the most; make it smaller.", message)


LEAVES_A_PROCESS = """
```python
import os
import subprocess
import sys

if {when}:
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
```
"""


def test_a_process_that_outlives_the_chapter_is_named(course: Course) -> None:
    path = course.chapter(TOPIC)
    edit(path, CHAPTER, LEAVES_A_PROCESS.format(when="True") + CHAPTER)
    [message] = errors(course)
    assert "a process that it has started still runs at its end" in message and "time.sleep(600)" in message


def test_the_notebook_that_readers_get_runs_without_what_only_the_gate_runs(course: Course) -> None:
    """It works with its claims and fails without: a second run, of the built notebook, finds that."""
    path = course.chapter(TOPIC)
    cells = '\n```python tags=["claim"]\nassert (seen := [1])\n```\n\n```python\nseen[0]\n```\n'
    edit(path, CHAPTER, cells + CHAPTER)
    assert errors(course) == [
        f"01-audio.md:{line_of(path, 'seen[0]')}: this cell fails: NameError: name 'seen' is not defined"
    ]


def test_claims_that_only_look_cost_no_second_run(course: Course) -> None:
    path = course.chapter(TOPIC)
    verify(course, [TOPIC])  # from here on its exercises are known
    edit(path, CHAPTER, '\n```python tags=["claim"]\nassert round(len([1.5])) == 1 and max(1, 2) == 2\n```\n' + CHAPTER)
    [looks] = verify(course, [TOPIC])
    edit(path, "assert round(len([1.5])) == 1", "assert print() is None")
    [acts] = verify(course, [TOPIC])
    assert (looks.errors, acts.errors) == ([], [])
    assert (looks.executed, acts.executed) == (1, 2)


# Exercise notebooks: their text

TASK = "# - **Out**: ① a `float32` tensor ② of shape `[rows]`: ③ the mean of each row.\n"


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("# ## 1. A mean for each row\n", "# A mean\n", "# A mean", "the task of audio_row_means needs a heading"),
        ("`audio_row_means(x)` gives", "It gives", "# ## 1.", "does not name it; write `audio_row_means(…)`"),
        (TASK, "", "# ## 1.", "the contract of audio_row_means lacks a line '- **Out**: …'"),
        ("Hint 1: the idea", "Hint 1</summary></details><details><summary>", "# ## 1.", "has 4 folded hints; write 3"),
        ("# Reduce over the last axis.\n", "#\n", "Hint 2: the plan", "the hint 'Hint 2: the plan' of audio_row_means is empty"),
        ("tf.____(x, axis=____)", "tf.reduce_mean(x, axis=-1)", "# return tf", "a hint of audio_row_means gives a line"),
        ('    """Return the mean of each row.\n', '    """\n', 'def audio_row_means', "needs a docstring"),
        ("    #| return x - tf", "    #| return x - - (tf", "# exercise: audio_centred", "the stub of audio_centred is not Python"),
        (" points=2\n", "\n", "# check: audio_row_means-1", "a graded cell needs its points"),
    ],
)  # fmt: skip
def test_an_exercises_text_that_breaks_a_rule_is_named(course: Course, old: str, new: str, at: str, said: str) -> None:
    path = course.solution(TOPIC)
    assert exercise_errors(course) == []
    edit(path, old, new)
    if new.endswith('"""\n'):  # an empty docstring
        text = path.read_text()
        begin, end = text.index('    """\n'), text.index("    ### BEGIN SOLUTION")
        path.write_text(text[:begin] + text[end:])
    assert any(
        message.startswith(f"{TOPIC}.py:{line_of(path, at)}: ") and said in message
        for message in exercise_errors(course)
    ), exercise_errors(course)


def test_an_exercise_name_is_used_once_in_the_course(course: Course) -> None:
    new.create(course, "02-more")
    other = course.solution("02-more")
    other.write_text(other.read_text().replace("more_centred", "audio_centred"))
    line = line_of(course.solution(TOPIC), "# exercise: audio_centred")
    assert exercise_errors(course) == [
        f"01-audio.py:{line}: exercise 'audio_centred' is also in 02-more.py; a name is used once in the course."
    ]


def test_a_solution_line_in_the_text_for_students_is_named(course: Course) -> None:
    path = course.solution(TOPIC)
    edit(path, TASK, f"{TASK}# - Or so: `return tf.reduce_mean(x, axis=-1)`\n")
    line = line_of(path, "# exercise: audio_row_means")
    assert f"01-audio.py:{line}: this would reach the students: return tf.reduce_mean(x, axis=-1)" in errors(course)


# Exercise notebooks: what they do


def test_a_reference_that_fails_its_own_check_is_named(course: Course) -> None:
    edit(course.solution(TOPIC), "tf.constant([4.0, 5.0])", "tf.constant([4.0, 5.1])")
    [message] = errors(course)
    line = line_of(course.solution(TOPIC), "# check: audio_row_means-1")
    assert message.startswith(f"01-audio.py:{line}: this cell fails: Failed: two rows of three:")


def test_a_reference_that_is_random_is_named(course: Course) -> None:
    noisy = "    import os\n    return tf.reduce_mean(x, axis=-1) + x[:, 0] * 0 + 1e-4 * os.urandom(1)[0]\n"
    edit(course.solution(TOPIC), "    return tf.reduce_mean(x, axis=-1)\n", noisy)
    edit(course.solution(TOPIC), "tf.constant([4.0, 5.0]), but", "tf.constant([4.0, 5.0]), atol=0.1, but")
    said = errors(course)
    assert any("does not pass audio_row_means-1 when handed in with seed" in message for message in said), said


def test_a_check_that_some_answers_skip_is_named(course: Course) -> None:
    path = course.solution(TOPIC)
    tried = 'try:\n    audio_row_means(None)\nexcept Exception:\n    check.reference("one row", 1.0)\n'
    edit(path, 'check.reference("one row", audio_row_means(many[:1]))\n', tried)
    line = line_of(path, '    check.reference("one row", 1.0)')
    assert errors(course) == [
        f"01-audio.py:{line}: a check in an except clause is skipped where nothing is raised; note what came, and "
        "check that."
    ]


def test_a_graded_cell_that_records_nothing_is_named(course: Course) -> None:
    path = course.solution(TOPIC)
    text = path.read_text()
    begin = text.index("x = tf.constant", text.index("# check: audio_centred-1"))
    path.write_text(text[:begin] + "assert audio_centred(tf.zeros((2, 3))).shape == (2, 3)\n")
    unjudged, not_compared = sorted(errors(course), reverse=True)
    assert unjudged == (
        f"01-audio.py:{line_of(path, '# check: audio_centred-1')}: the graded cell audio_centred-1 cannot be judged by: "
        "it records no evidence; end it in a check of grader.check."
    )
    assert not_compared == (
        f"01-audio.py:{line_of(path, '# exercise: audio_centred')}: no hidden check of audio_centred compares values; "
        "add a check.reference on check.inputs(…)."
    )


def test_a_check_that_a_stub_passes_and_nothing_fails_is_named(course: Course) -> None:
    path = course.solution(TOPIC)
    edit(
        path,
        "# check: audio_centred-1\n",
        "# check: audio_centred-1\ncheck.equal('always', 1, 1)\n\n# %% points=1\n# check: audio_centred-2\n",
    )
    said = errors(course)
    stub, idle = line_of(path, "# exercise: audio_centred"), line_of(path, "# check: audio_centred-1")
    assert f"01-audio.py:{stub}: the untouched stub of audio_centred earns points in audio_centred-1." in said
    assert (
        f"01-audio.py:{idle}: the graded cell audio_centred-1 is idle: no wrong answer fails it; add one to the bank."
        in said
    )


# Answer banks


def test_a_bank_that_cannot_be_read_is_named_and_the_rest_is_verified(course: Course) -> None:
    edit(course.answers(TOPIC), 'expect="error"', 'expect="eror"')
    said = errors(course)
    line = line_of(course.answers(TOPIC), "eror")
    assert f'01-audio.answers.py:{line}: expect is "right", "wrong" or "error", not \'eror\'.' in said
    assert sum("is idle" in message for message in said) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("## audio_centred", "## audio_centered", "there is no exercise 'audio_centered' in this notebook"),
        ("## audio_centred", "## audio_centered", "say why the solution of audio_centred works, in a section"),
        ("## audio_centred", "## audio_row_means", "audio_row_means has a section already; join them"),
        ("### Another way", "### Others", "write '## exercise', and within it at most one '### Another way'"),
        ("`keepdims=True` leaves", "Keep the axis of size 1 when you reduce. It leaves", "a hint has said this"),
        ("Means of shape", "Means " * 130 + "of shape", "words say why the solution works; 20 to 130 do"),
        (
            " gives the same here. In a graph whose number of columns is open that size is `None`, and only",
            "",
            "7 words under '### Another way' say when to prefer it",
        ),
    ],
)
def test_a_reason_that_is_none_is_named(course: Course, old: str, new: str, said: str) -> None:
    edit(course.why(TOPIC), old, new)
    assert [message for message in errors(course) if "01-audio.why.md:" in message and said in message]


def test_reasons_are_about_the_answers_that_the_bank_has(course: Course) -> None:
    course.why(TOPIC).unlink()
    assert sum("say why the solution of" in message for message in errors(course)) == 2


def test_too_few_answers_are_named(course: Course) -> None:
    path = course.answers(TOPIC)
    cells = path.read_text().split("\n\n\n")
    left_out = ("einsum", "fixed number", '_row_means" answer="float64"', "a column of means")
    path.write_text("\n\n\n".join(cell for cell in cells if not any(name in cell for name in left_out)))
    assert [message for message in errors(course) if "write at least" in message] == [
        "01-audio.answers.py:7: audio_row_means has 1 other right answers; write at least 2.",
        "01-audio.answers.py:7: audio_row_means has 2 wrong answers; write at least 3.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('tf.einsum("rc->r", x) / x.shape[1]', 'tf.einsum("rc->r", x)', "'einsum' of audio_row_means should pass audio_row_means-1 and does not: two rows of three:"),
        ("    return tf.reduce_sum(x, axis=-1) / 3", "    return tf.reduce_sum(x, axis=-1) / x.shape[-1]", "should fail audio_row_means-1 and passes everything"),
        ('not at all" expect="error"', 'not at all" expect="wrong"', 'should be "wrong" and is "error"'),
        ('says="You took the sum"', 'says="You took the product"', "should say 'You took the product', and says: Failed: two rows of three:"),
        ('number" expect="wrong" fails="audio_row_means-1"', 'number" expect="wrong" fails="audio_row_means-1" says="x"', "fails in a hidden check only, whose words a student does not read ('x')"),
    ],
)  # fmt: skip
def test_an_answer_without_its_stated_outcome_is_named(course: Course, old: str, new: str, said: str) -> None:
    path = course.answers(TOPIC)
    edit(path, old, new)
    changed = (
        path.read_text().split("\n").index(new.split("\n", maxsplit=1)[0]) if new in path.read_text().split("\n") else 0
    )
    found = errors(course)
    assert len(found) == 1, found
    assert said in found[0]
    match = re.match(r"01-audio\.answers\.py:(\d+): ", found[0])
    assert match
    header = int(match.group(1))
    assert path.read_text().splitlines()[header - 1].startswith("# %% exercise=")
    assert not changed or changed - header < 5


def test_a_wrong_answer_that_fails_another_cell_is_named(course: Course) -> None:
    edit(
        course.solution(TOPIC),
        "### BEGIN HIDDEN TESTS\nmany =",
        "\n# %% points=1\n# check: audio_row_means-2\n### BEGIN HIDDEN TESTS\nmany =",
    )
    said = errors(course)
    assert any(
        "'the sum' of audio_row_means should pass audio_row_means-2 and does not: random rows" in each for each in said
    )
    assert any("'divided by a fixed number' of audio_row_means should fail audio_row_means-1 and passes it (it fails audio_row_means-2)" in each for each in said)  # fmt: skip


def test_an_answer_that_disturbs_others_costs_them_nothing_and_is_told(course: Course) -> None:
    meddling = "    tf.newaxis = 'gone'\n    return tf.reduce_sum(x, axis=1) / x.shape[1]"
    edit(course.answers(TOPIC), "    return tf.reduce_sum(x, axis=1) / x.shape[1]", meddling)
    [result] = verify(course, [TOPIC])
    assert result.errors == []
    [told] = [finding.text for finding in result.warnings if "disturbed" in finding.text]
    assert told.startswith("'a new axis' of audio_centred is disturbed by other answers (audio_row_means: 'sum divided")
    assert result.alone == 1


def test_answers_that_need_another_exercise_run_alone(course: Course) -> None:
    edit(course.answers(TOPIC), "x - tf.reduce_mean(x, axis=1)[:, tf.newaxis]", "x - audio_row_means(x)[:, tf.newaxis]")
    [result] = verify(course, [TOPIC])
    assert result.errors == []
    assert result.alone == 1


# Seeded faults: exercise 01 with its checks weakened

WEAKER = {
    "checkerboard": ("seeded sizes dropped", r'    check\.reference\(f"checkerboard.*', "    pass"),
    "to_batch": (
        "good input beside bad dropped",
        r'check\.that\("a grey picture, shape \[2, 2\], is not refused".*\n',
        "",
    ),
    "true_class": ("tolerance far too wide", r"tf\.constant\(\[0\.2, 0\.6, 0\.5\]\), ", r"\g<0>atol=9.0, "),
    "pad_sentences": ("edge case dropped", r'check\.equal\("two empty sentences".*\n', ""),
    "channels_last": (
        "graphs dropped",
        r'(?s)check\.reference\("channels_last inside a graph".*?batches of any size".*?\n',
        "",
    ),
    "contact_sheet": ("bad input dropped", r'check\.raises\("no columns at all".*\n', ""),
}


def test_each_weakened_check_of_exercise_01_is_noticed(tmp_path: Path) -> None:
    root = tmp_path / "course-01"
    for name in (
        "course/00-welcome.md",
        "course/01-tensors.md",
        "solutions/01-tensors.py",
        "solutions/01-tensors.answers.py",
        "solutions/01-tensors.why.md",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    shutil.copy(ROOT / "pyproject.toml", root)
    weak = Course(root)
    path = weak.solution("01-tensors")
    for name, (_, pattern, weaker) in WEAKER.items():
        text, count = re.subn(pattern, weaker, path.read_text(), count=1)
        assert count == 1, f"exercise 01 has changed: give {name} another fault"
        path.write_text(text)
    said = errors(weak, "01-tensors")
    for name, (fault, _, _) in WEAKER.items():
        assert any(re.search(rf"answers\.py:\d+: .* of {name} ", message) for message in said), (fault, said)


# --unproved


def git(course: Course, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=course.root, check=True, capture_output=True)


def commit(course: Course) -> None:
    git(course, "add", "--all")
    git(course, "commit", "--quiet", "--message", "a step")


def ran(course: Course, capsys: pytest.CaptureFixture[str], **options: Any) -> tuple[str, str]:
    """What `grader verify` says that it will run, and what it says at the end."""
    assert verify_command.run(Console(width=200), [], **options) == 0
    lines = capsys.readouterr().out.strip().split("\n")
    return lines[0], lines[-1]


def due(course: Course) -> list[str]:
    """The parts of the topic that have not held as they are now."""
    return [part for part, kept in scores.standing(course, TOPIC).items() if not kept]


def test_unproved_runs_what_has_changed_since_it_held_and_reads_the_rest(
    course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(course.root)
    new.create(course, "02-more")
    first, last = ran(course, capsys, unproved=True)
    assert first == "2 topics changed since last held; what changed is to be run."
    assert last.startswith("2 of 2 topics hold; ")
    assert scores.load(course, TOPIC).held == {
        part: scores.Held(digest, time.strftime("%Y-%m-%d"), versions()["grader"])
        for part, digest in scores.digests(course, TOPIC).items()
    }
    first, last = ran(course, capsys, unproved=True)
    assert first == "Every topic has held as its text is now; all are read, none is run."
    assert last.startswith("2 of 2 topics hold, 2 of them only read; ")
    assert " 0 notebooks run, 0 results known" in last
    edit(course.answers("02-more"), "einsum", "by einsum")
    first, last = ran(course, capsys, unproved=True)
    assert first.startswith("1 topic changed since last held; what changed is to be run.")
    assert last.startswith("2 of 2 topics hold, 1 of them only read; ")


def test_a_topic_that_is_only_read_is_held_to_the_rules_for_its_text(
    course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(course.root)
    assert verify(course, [TOPIC])[0].errors == []
    kept = scores.score_file(course, TOPIC)
    edit(course.chapter(TOPIC), "needs: []", "needs: [gradient]")
    held = {
        part: scores.Held(digest, "2026-01-01", "other checks")
        for part, digest in scores.digests(course, TOPIC).items()
    }
    kept.write_text(json.dumps({"held": {part: asdict(each) for part, each in held.items()}}))
    assert scores.standing(course, TOPIC) == held
    assert verify_command.run(Console(width=200), [], unproved=True) == 1
    printed = capsys.readouterr().out
    assert "1 of these last held with other checks, kernels or data than now" in printed
    assert "no earlier chapter teaches it" in printed


def test_a_topic_with_a_fault_is_not_kept_as_one_that_holds(course: Course) -> None:
    verify(course, [TOPIC])
    path = course.chapter(TOPIC)
    path.write_text(path.read_text() + "\n```python\n1 / 0\n```\n")
    verify(course, [TOPIC])
    assert {part for part, kept in scores.standing(course, TOPIC).items() if kept} == {"exercises"}
    assert due(course) == ["chapter"]


def test_only_the_part_that_changed_is_run_and_prose_runs_nothing(course: Course) -> None:
    verify(course, [TOPIC])
    chapter, solution = course.chapter(TOPIC), course.solution(TOPIC)
    for path, before, after in ((chapter, "## ", "## Now: "), (solution, "# - **Out**", "# - **Out** is")):
        edit(path, before, after)
        assert due(course) == [], path
    chapter.write_text(chapter.read_text() + "\n```python\nprint(1)\n```\n")
    assert due(course) == ["chapter"]
    [result] = verify(course, [TOPIC], only_read={TOPIC: ["exercises", "projects"]})
    assert (result.ran, result.whole) == (["chapter"], False)
    assert result.exercise_seconds == 0 < result.chapter_seconds
    assert due(course) == []
    edit(solution, "①", "②")
    assert due(course) == ["exercises"]


def test_others_are_drawn_by_the_commit(
    course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(course.root)
    new.create(course, "02-more")
    verify(course, course.topics)
    git(course, "init", "--quiet", "--initial-branch", "main")
    git(course, "config", "user.email", "author@example.org")
    git(course, "config", "user.name", "An Author")
    (course.root / ".gitignore").write_text(".cache\n")
    commit(course)
    assert verify_command.run(Console(width=200), [], unproved=True, also=1) == 0
    printed = capsys.readouterr().out
    assert re.match(
        r"0 topics changed since last held; what changed is to be run\.\nDrawn beside: (01-audio|02-more)\.\n", printed
    )
    assert "2 of 2 topics hold, 1 of them only read; " in printed
    names = [f"{number:02d}-topic" for number in range(30)]
    before = drawn(course, names, 3)
    (course.root / "new.txt").touch()
    commit(course)
    assert len(before) == len(drawn(course, names, 3)) == 3
    assert drawn(course, names, 3) != before
    assert drawn(course, names, 40) == names


# The command and the report


def test_the_command_prints_a_table_writes_the_report_and_exits_1_for_a_fault(
    course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(course.root)
    report = tmp_path / "report.html"
    assert verify_command.run(Console(width=120), ["audio"], html=report) == 0
    assert "1 of 1 topics hold" in capsys.readouterr().out
    edit(course.chapter(TOPIC), "needs: []", "needs: [gradient]")
    assert verify_command.run(Console(width=120), [], html=report) == 1
    printed = capsys.readouterr().out
    assert "error   01-audio.md:7: needs 'gradient', and no earlier chapter teaches it" in printed
    assert "0 of 1 topics hold" in printed
    text = report.read_text()
    assert "<code>01-audio.md:7</code> needs &#x27;gradient&#x27;" in text
    assert not re.search(r'(src|href)="|url\(|@import', text)  # nothing from outside


def test_the_report_keeps_when_a_topic_last_held(course: Course) -> None:
    [good] = verify(course, [TOPIC])
    edit(course.chapter(TOPIC), "needs: []", "needs: [gradient]")
    [bad] = verify(course, [TOPIC])
    assert bad.errors
    assert (bad.verified, bad.versions) == (good.verified, good.versions)
    assert recall(course)[TOPIC] == bad
    new.create(course, "02-more")
    assert "not verified yet" in page(course, recall(course))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"names": ["audio"], "unproved": True}, "Name topics or use --unproved, not both."),
        ({"names": ["audio"], "also": 3}, "--also goes with --unproved"),
        ({"names": [], "jobs": 0}, "--jobs must be 1 or more, not 0."),
        ({"names": ["adio"]}, "There is no topic 'adio'. Did you mean audio?"),
    ],
)
def test_wrong_use_is_one_sentence(
    course: Course, monkeypatch: pytest.MonkeyPatch, options: dict[str, object], said: str
) -> None:
    monkeypatch.chdir(course.root)
    with pytest.raises(UsageError, match=re.escape(said)):
        verify_command.run(Console(), **options)  # type: ignore[arg-type]


# Results by content


def test_an_interrupted_run_leaves_no_kernel_and_the_next_one_goes_on(course: Course) -> None:
    (course.root / CACHE).unlink()
    command = [sys.executable, "-m", "grader", "verify"]
    with subprocess.Popen(command, cwd=course.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        while len(list((course.root / CACHE).glob("*/*.gz"))) < 2:
            assert run.poll() is None
            time.sleep(0.05)
        others = psutil.Process(run.pid).children(recursive=True)
        assert others
        run.send_signal(signal.SIGINT)
        printed, _ = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "Traceback" not in printed
    assert psutil.wait_procs(others, timeout=20)[1] == []
    [result] = verify(course, [TOPIC])
    assert result.errors == []
    assert result.remembered >= 2


def test_a_damaged_result_is_run_again(tmp_path: Path) -> None:
    async def twice() -> list[int]:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
        counts = []
        for _ in range(2):
            runner = runs.Runner(tmp_path, places=runs.Places(1))
            run = await runner.read(notebook, 60)
            assert run.outputs[0][0]["data"]["text/plain"] == "2"
            counts.append(runner.executed)
            for path in tmp_path.glob("*/*"):
                path.write_bytes(b"cut off")
        return counts

    assert asyncio.run(twice()) == [1, 1]


def test_a_result_that_took_too_long_is_run_again(tmp_path: Path) -> None:
    """A busy machine is not the notebook's fault, and is not remembered as such."""
    notebook, runner = _cells("import time; time.sleep(0.5)"), runs.Runner(tmp_path, places=runs.Places(2))
    for seconds in (60.0, 60.0, 0.1, 60.0):
        asyncio.run(runner.graded(notebook, 1, seconds=seconds))
    assert (runner.executed, runner.remembered) == (2, 2)


SPOILS = """
import keras, numpy as np, tensorflow as tf
mine, keras_name = 3, keras.layers.Dense(1).name
np.savetxt("left.txt", [1])
keras.config.set_floatx("float64")
keras.mixed_precision.set_global_policy("mixed_float16")
tf.config.run_functions_eagerly(True)
"""
LOOKS = """
import os, random
import keras, tensorflow as tf
first = ("mine" in globals(), os.path.exists("left.txt"), keras.config.floatx(), keras.config.dtype_policy().name)
print(*first, tf.config.functions_run_eagerly(), keras.layers.Dense(1).name, tf.random.uniform([]).numpy())
"""


def _cells(*sources: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])


def _by_turns(folder: Path, *sources: str, last: str = "1") -> list[str | None]:
    """What notebooks of one cell print when they run by turns, and how many results are kept."""
    runner = runs.Runner(folder, places=runs.Places(1))
    witness = runs.Witness(_cells(last), lambda run: run.outputs[0][0]["output_type"] != "error")
    found = asyncio.run(runner.in_turns([_cells(source) for source in sources], 1, witness))
    return [run and "".join(output.get("text", "") for output in run.outputs[0]) for run in found]


def test_a_turn_finds_nothing_of_the_one_before(tmp_path: Path) -> None:
    alone, _ = _by_turns(tmp_path, LOOKS, "2")
    assert alone and alone.startswith("False False float32 float32 False dense 0.")
    assert _by_turns(tmp_path / "other", SPOILS, LOOKS) == ["", alone]


def test_where_a_turn_spoils_the_kernel_or_ends_it_nothing_is_known(tmp_path: Path) -> None:
    assert _by_turns(tmp_path, "import math; math.sqrt = None", "3", last="import math; math.sqrt(4)") == [None, None]
    assert _by_turns(tmp_path, "import os; os._exit(1)", "3") == [None, None]
    assert list(tmp_path.glob("*/*.gz")) == []


def test_old_results_are_forgotten_and_used_ones_kept(tmp_path: Path) -> None:
    (tmp_path / "ab").mkdir()
    path = tmp_path / "ab" / "abc.json.gz"
    path.write_bytes(b"")
    runs.forget_old(tmp_path)
    assert path.exists()
    runs.forget_old(tmp_path, days=-1)
    assert not path.exists()
