"""The answer bank's reader: what it takes, and the sentence for each thing that it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring import bank
from grader.authoring.exercise import Exercise
from grader.errors import CourseError

EXERCISES = [
    Exercise("row_norms", {"row_norms-1": 2.0, "row_norms-2": 1.0}, 9),
    Exercise("double_it", {"double_it-1": 1.0}, 30),
]

BANK = """\
# %% [markdown]
# # Answer bank: first

# %% exercise="row_norms" answer="loop over rows" expect="right"
# exercise: row_norms
def row_norms(x):
    return np.array([np.sqrt((row * row).sum()) for row in x])


# %% exercise="row_norms" answer="each \\"column\\"" expect="wrong" fails="row_norms-1, row_norms-2" says="axis=-1"
# exercise: row_norms
def row_norms(x):
    return np.sqrt((x * x).sum(axis=0))


# %% exercise="double_it" answer="an index" expect="error" fails="double_it-1"
# exercise: double_it
def double_it(x):
    return x[0]
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "01-first.answers.py"
    made.write_text(BANK)
    return made


def test_an_answer_is_read_with_all_that_is_said_of_it(path: Path) -> None:
    right, wrong, error = bank.read(path, EXERCISES)
    assert (right.exercise, right.name, right.expect, right.fails, right.says) == (
        "row_norms", "loop over rows", "right", (), "",
    )  # fmt: skip
    assert right.source.startswith("# exercise: row_norms\ndef row_norms(x):")
    assert wrong.name == 'each "column"'
    assert wrong.fails == ("row_norms-1", "row_norms-2")
    assert wrong.says == "axis=-1"
    assert error.expect == "error"
    assert [answer.line for answer in (right, wrong, error)] == [4, 10, 16]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('exercise="double_it" answer="an', 'exercise="triple_it" answer="an', 16, "there is no exercise 'triple_it'"),
        (' answer="an index"', "", 16, "the answer has no answer; write answer="),
        (' expect="error"', "", 16, "the answer has no expect"),
        ('exercise="double_it" ', "", 16, "the answer has no exercise"),
        ('expect="error"', 'expect="fail"', 16, 'expect is "right", "wrong" or "error", not \'fail\''),
        (' fails="double_it-1"', "", 16, 'a wrong answer says which graded cells must fail, as in fails="double_it-1"'),
        ('fails="double_it-1"', 'fails="double_it-2"', 16, "no graded cell 'double_it-2'; it has double_it-1"),
        ('fails="double_it-1"', 'fails="row_norms-1"', 16, "double_it has no graded cell 'row_norms-1'"),
        ('fails="double_it-1"', 'fails="double_it-1" hint="x"', 16, "there is no field 'hint'"),
        ('fails="double_it-1"', 'fails="double_it-1" fails="double_it-1"', 16, "the field 'fails' is there twice"),
        ('fails="double_it-1"', "fails=double_it-1", 16, "is no name=\"value\" pair; quote it"),
        ('fails="double_it-1"', 'fails="double_it-1" says=" "', 16, "says is empty"),
        ('rows" expect="right"', 'rows" expect="right" fails="row_norms-1"', 4, "fails nowhere; remove fails"),
        ("# exercise: double_it\n", "", 16, "the answer must begin with its marker line '# exercise: double_it'"),
        ("# exercise: double_it\n", "# exercise: row_norms\n", 16, "must begin with its marker line"),
        ("return x[0]", "return x[0", 19, "the answer is not Python"),
        ("    return x[0]", "    ### BEGIN SOLUTION\n    return x[0]", 16, "remove the line '### BEGIN SOLUTION'"),
        ("# %% [markdown]\n# # Answer bank: first\n\n", "", 1, "the first cell must be Markdown"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_with_file_and_line(path: Path, old: str, new: str, line: int, said: str) -> None:
    assert BANK.count(old) >= 1
    head, _, tail = BANK.rpartition(old)
    path.write_text(head + new + tail)
    with pytest.raises(CourseError) as caught:
        bank.read(path, EXERCISES)
    message = str(caught.value)
    assert message.startswith(f"01-first.answers.py:{line}: ")
    assert said in message
    assert "\n" not in message


EQUAL = """

# %% exercise="double_it" equal="a sum does not depend on the order"
# - return x + 1 * x
# + return 1 * x + x
"""


def test_a_mutant_declared_equal_is_read_and_is_no_answer(path: Path) -> None:
    path.write_text(BANK + EQUAL)
    assert len(bank.read(path, EXERCISES)) == 3
    [equal] = bank.equals(path, EXERCISES)
    assert (equal.exercise, equal.line) == ("double_it", 22)
    assert (equal.old, equal.new) == ("return x + 1 * x", "return 1 * x + x")
    assert equal.reason == "a sum does not depend on the order"
    path.write_text(BANK + EQUAL.replace("# - return x + 1 * x", "# -"))  # a line that was not there
    assert bank.equals(path, EXERCISES)[0].old == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'exercise="double_it" equal',
            'exercise="triple_it" equal',
            "exercise; there are row_norms, double_it",
        ),
        ('exercise="double_it" equal', "equal", "names its exercise"),
        ("a sum does not depend on the order", "yes", "says in a sentence why no check can tell"),
        ("# + return 1 * x + x\n", "", "the two lines of the mutant, '# - old' and '# + new'"),
        ("# + return", "# return", "the two lines of the mutant"),
        ("# + return", "# or\n# + return", "the two lines of the mutant"),
        (' equal="a sum', ' answer="x" equal="a sum', "there is no field 'answer'; there are exercise, equal"),
    ],
)
def test_a_declaration_of_another_form_is_refused(path: Path, old: str, new: str, said: str) -> None:
    assert EQUAL.count(old) == 1
    path.write_text(BANK + EQUAL.replace(old, new))
    with pytest.raises(CourseError) as caught:
        bank.read(path, EXERCISES)
    assert str(caught.value).startswith("01-first.answers.py:22: ")
    assert said in str(caught.value)


def test_two_answers_of_one_name_are_refused(path: Path) -> None:
    path.write_text(BANK.replace('answer="each \\"column\\""', 'answer="loop over rows"'))
    with pytest.raises(CourseError, match=r"answers.py:10: row_norms has an answer 'loop over rows' in line 4 already"):
        bank.read(path, EXERCISES)


def test_the_same_answer_twice_is_refused(path: Path) -> None:
    again = BANK.split("\n\n\n", maxsplit=1)[0].split("\n\n")[1].replace("loop over rows", "another name")
    path.write_text(f"{BANK}\n\n{again}\n")
    with pytest.raises(CourseError, match=r"answers.py:22: this answer is the same as 'loop over rows'; remove one"):
        bank.read(path, EXERCISES)


def test_a_missing_bank_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"09-x.answers.py:1: there is no answer bank"):
        bank.read(tmp_path / "09-x.answers.py", EXERCISES)
