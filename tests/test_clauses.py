"""The clauses of a contract: each is numbered where it stands, and a wrong answer of the bank breaks it alone."""

# ruff: noqa: E501  (tables of one case a line read better)

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from small_course import TOPIC, edit, line_of, make_course

from grader.authoring import bank
from grader.authoring.course import Course
from grader.gate import clauses, rules_exercise
from grader.gate.clauses import Broken, Clause
from grader.gate.findings import Findings
from grader.gate.verify import recall, verify
from grader.gate.verify_report import page

OUT = "# - **Out**: ① a `float32` tensor ② of shape `[rows]`: ③ the mean of each row."


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return make_course(tmp_path / "small", tmp_path)


def found_in(course: Course) -> tuple[list[Clause], Findings]:
    """What the numbers of a topic show before anything is run."""
    found, path = Findings(TOPIC), course.solution(TOPIC)
    parts = rules_exercise.parts(course, TOPIC)
    answers = bank.read(course.answers(TOPIC), [part.exercise for part in parts])
    return clauses.check_numbers(path, parts, answers, found), found


def test_a_clause_goes_from_its_digit_to_the_next_or_to_the_end_of_its_bullet(course: Course) -> None:
    text = "# - **Out**: ① a tensor\n#   of floats: ② the `mean` of each;\n#     - ③ `[0]`\n#       where none is.\n# - **State**: ④ none.\n#"
    edit(course.solution(TOPIC), OUT, f"{text}\n# ⑤ It is quick. ⑥ It is short.")
    edit(course.solution(TOPIC), "# A mean takes one axis away.", "# ⑨ A mean takes one axis away.")
    made, found = found_in(course)
    first = line_of(course.solution(TOPIC), "① a tensor")
    assert [(each.sign, each.text, each.line - first) for each in made if each.exercise == "audio_row_means"] == [
        ("①", "a tensor of floats", 0),
        ("②", "the `mean` of each", 1),
        ("③", "`[0]` where none is.", 2),
        ("④", "none.", 4),
        ("⑤", "It is quick.", 6),
        ("⑥", "It is short.", 6),
    ]
    assert not found


def test_a_topic_without_numbers_is_warned_once(course: Course) -> None:
    path = course.solution(TOPIC)
    path.write_text("".join(sign for sign in path.read_text() if sign not in "①②③"))
    course.answers(TOPIC).write_text(course.answers(TOPIC).read_text().replace(' breaks="', ' says="'))
    edit_all(
        course.answers(TOPIC),
        lambda row: row.replace(' says="1"', "").replace(' says="2"', "").replace(' says="3"', ""),
    )
    _, found = found_in(course)
    assert [(each.warning, each.text.partition(";")[0]) for each in found] == [(True, "contracts are not numbered")]


def edit_all(path: Path, change: Callable[[str], str]) -> None:
    path.write_text("".join(change(row) for row in path.read_text().splitlines(keepends=True)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("① a `float32` tensor of the same shape: ② each", "a tensor: each", "the contract of audio_centred is not numbered"),
        ("② of shape", "③ of shape", "clause ③ of audio_row_means stands where ② should"),
        ("① a `float32` tensor ②", "② a `float32` tensor ①", "clause ② of audio_row_means stands where ① should"),
        ("③ the mean of each row.", "③", "clause ③ of audio_row_means says nothing"),
        (OUT, "# - **Out**: a mean.\n# - **State**: ① a ② b ③ c", "what must come out of audio_row_means is not numbered"),
    ],
)  # fmt: skip
def test_a_contract_that_is_not_numbered_well_is_named(course: Course, old: str, new: str, said: str) -> None:
    edit(course.solution(TOPIC), old, new)
    _, found = found_in(course)
    assert any(said in each.text and not each.warning for each in found), found


def test_a_number_that_no_contract_has_is_named(course: Course) -> None:
    edit(course.answers(TOPIC), 'breaks="3"', 'breaks="3,7"')
    _, found = found_in(course)
    [each] = found
    assert str(each) == (
        f"01-audio.answers.py:{line_of(course.answers(TOPIC), '3,7')}: 'the sum' breaks clause 7 of audio_row_means, "
        "and its clauses are 1, 2, 3."
    )


def test_a_clause_that_no_answer_breaks_alone_is_named_and_the_page_says_what_guards_each(course: Course) -> None:
    edit(
        course.answers(TOPIC),
        '"the sum" expect="wrong" fails="audio_row_means-1" breaks="3"',
        '"the sum" expect="wrong" fails="audio_row_means-1" breaks="2,3"',
    )
    edit(
        course.answers(TOPIC),
        'means" expect="wrong" fails="audio_row_means-1" breaks="2"',
        'means" expect="wrong" fails="audio_row_means-1" breaks="1,2"',
    )
    [result] = verify(course, [TOPIC])
    line = line_of(course.solution(TOPIC), "② of shape")
    assert [str(each) for each in result.errors] == [
        f"01-audio.py:{line}: no wrong answer breaks clause ② of audio_row_means alone (of shape `[rows]`); "
        'add one with breaks="2" to the bank, or take the clause out.'
    ]
    seen = {(each.exercise, each.number): (each.seen, each.answers) for each in result.clauses}
    assert seen["audio_row_means", 1] == ("visible", ["float64"])
    assert seen["audio_row_means", 2] == ("none", [])
    # Divided by a fixed number, which the visible check has columns of: only a hidden one sees it.
    assert seen["audio_row_means", 3] == ("hidden", ["divided by a fixed number"])
    html = page(course, recall(course))
    assert "3 visible, 1 hidden, 1 none" in html
    assert "of shape `[rows]`" in html


def test_an_answer_that_did_not_come_out_as_stated_proves_no_clause(course: Course) -> None:
    made, _ = found_in(course)
    answers = bank.read(course.answers(TOPIC), [part.exercise for part in rules_exercise.parts(course, TOPIC)])
    broken = [Broken(answer, answer.breaks != (3,), visible=True) for answer in answers if answer.breaks]
    found = Findings(TOPIC)
    clauses.check_broken(course.solution(TOPIC), made, broken, found)
    assert [each.text.partition(" alone")[0] for each in found] == [
        "no wrong answer breaks clause ③ of audio_row_means"
    ]


def test_a_visible_check_that_fails_before_it_saw_anything_is_a_visible_one(course: Course) -> None:
    """`check.gradient` of what has no gradient records nothing."""
    edit(
        course.solution(TOPIC),
        "# check: audio_row_means-1\n",
        '# check: audio_row_means-1\ncheck.gradient("a slope", audio_row_means, tf.constant([[1.0, 2.0]]))\n',
    )
    cut = (
        "# exercise: audio_row_means\ndef audio_row_means(x):\n    return tf.stop_gradient(tf.reduce_mean(x, axis=1))\n"
    )
    new = f'# %% exercise="audio_row_means" answer="cut off" expect="wrong" fails="audio_row_means-1" breaks="3"\n{cut}'
    path = course.answers(TOPIC)
    path.write_text(f"{path.read_text().rstrip()}\n\n{new}")
    for name in ('by a fixed number"', '"the sum"'):
        old = f'{name} expect="wrong" fails="audio_row_means-1" breaks="3"'
        edit(path, old, old.replace(' breaks="3"', ""))
    [result] = verify(course, [TOPIC])
    [clause] = [each for each in result.clauses if (each.exercise, each.number) == ("audio_row_means", 3)]
    assert (clause.answers, clause.seen) == (["cut off"], "visible")
