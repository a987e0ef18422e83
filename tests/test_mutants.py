"""Mutants: what is changed in an answer, what becomes of it, and the score that is kept with the topic."""

# ruff: noqa: E501  (tables of one case a line read better)

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console
from small_course import TOPIC, edit, line_of, make_course

from grader.authoring.course import Course
from grader.commands import long_proofs
from grader.gate import scores
from grader.gate.answers import Trial, groups_of
from grader.gate.findings import Findings
from grader.gate.long_proofs import Drawn, try_mutants, try_seeds
from grader.gate.mutants import mutants
from grader.gate.topic import Topic


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


@pytest.fixture
def course(tmp_path: Path, results: Path) -> Course:
    return make_course(tmp_path / "small", results)


@pytest.mark.parametrize(
    ("line", "new"),
    [
        ("return tf.reduce_sum(x, axis=-1, keepdims=True)", "return tf.reduce_sum(x, axis=-1)"),
        ("return tf.reduce_sum(x, axis=-1, keepdims=True)", "return tf.reduce_sum(x, axis=-1, keepdims=False)"),
        ("return tf.reduce_sum(x, axis=-1, keepdims=True)", "return tf.reduce_sum(x, axis=-2, keepdims=True)"),
        ("return tf.reduce_sum(x, axis=-1, keepdims=True)", "return tf.reduce_sum(x, keepdims=True)"),
        ("return tf.reduce_sum(x, axis=-1, keepdims=True)", "return tf.reduce_mean(x, axis=-1, keepdims=True)"),
        ("return tf.cast(x, tf.float32)", "return x"),
        ("return x.astype('float32')", "return x"),
        ("return loss(x, y, from_logits=True)", "return loss(x, y, from_logits=False)"),
        ("return loss(x, y, from_logits=True)", "return loss(x, y)"),
        ("return loss(x, y, from_logits=True)", "return loss(y, x, from_logits=True)"),
        ("return self.drop(x, training=training)", "return self.drop(x)"),
        ("if x < y: return 0", "if x <= y: return 0"),
        ("if x < y: return 0", "pass"),
        ("return x if x >= 0 else y", "return x if x > 0 else y"),
        ("return tf.maximum(x, y)", "return tf.minimum(x, y)"),
        ("return max(x, y)", "return min(x, y)"),
        ("return x[1:]", "return x[:]"),
        ("return range(len(x) + 1)", "return range(len(x) + 2)"),
        ("return range(len(x) + 1)", "return range(len(x) - 1)"),
        ("return -x", "return x"),
        ("return x and not y", "return x or not y"),
        ("self.total.assign(0.0)", "pass"),
        ("self.seen = 0", "pass"),
        ("x = x[0]", "pass"),
        ("raise ValueError('no rows')", "raise RuntimeError('no rows')"),
        ("for each in x: y += each", "for each in x: y += each break"),
        ("return x + x_train", "x = x_train"),
    ],
)  # fmt: skip
def test_the_slips_of_the_field_are_made(line: str, new: str) -> None:
    source = f"def f(self, x, y, training=False):\n    {line}\n"
    made = {mutant.new for mutant in mutants("f", "it", source, ["x_train"])}
    assert any(new in each for each in made), made


def test_a_mutant_is_another_program_and_words_are_left_alone() -> None:
    source = 'def f(x):\n    """Return 1."""\n    if x < 1:\n        raise ValueError(f"{x} is below 1")\n    return g(x, name="one")\n'
    made = mutants("f", "it", source)
    assert all('"""Return 1."""' in mutant.source for mutant in made)
    assert not any("below 2" in mutant.source or "is above" in mutant.source for mutant in made)
    assert not any(mutant.new == "return g(x)" for mutant in made)
    assert len({mutant.source for mutant in made} | {source}) == len(made) + 1


def test_a_bounded_choice_is_the_same_each_time_and_part_of_the_whole() -> None:
    source = "def f(x):\n    return [x[1:], x[2:], x[3:], x[4:], x[5:]]\n"
    few = mutants("f", "it", source, bound=4)
    assert len(few) == 4
    assert few == mutants("f", "it", source, bound=4)
    assert {each.source for each in few} < {each.source for each in mutants("f", "it", source)}


def run(course: Course, monkeypatch: pytest.MonkeyPatch, work: str = "mutants") -> tuple[int, str]:
    monkeypatch.chdir(course.root)
    out = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    code = {"mutants": long_proofs.run_mutants, "seeds": long_proofs.run_seeds}[work](out, [TOPIC])
    return code, out.export_text()


def test_a_mutant_that_earns_full_marks_is_shown_until_it_dies_or_is_declared(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = course.solution(TOPIC)
    code, _ = run(course, monkeypatch)
    kept = scores.Mutation.of(scores.load(course, TOPIC).mutants.values())
    assert code == 0
    assert kept.score >= 0.97
    assert kept.made == kept.killed + kept.equal + kept.survived > 20
    edit(path, "    return tf.reduce_mean(x, axis=-1)\n", "    return tf.reduce_mean(x + 0, axis=-1)\n")
    code, text = run(course, monkeypatch)
    assert "lives   01-audio: audio_row_means, line 12 of the reference solution" in text
    assert "# - return tf.reduce_mean(x + 0, axis=-1)\n# + return tf.reduce_mean(x - 0, axis=-1)" in text
    bank = course.answers(TOPIC)
    declared = '\n\n# %% exercise="audio_row_means" equal="nothing added is nothing taken away"\n'
    bank.write_text(
        bank.read_text()
        + declared
        + "# - return tf.reduce_mean(x + 0, axis=-1)\n# + return tf.reduce_mean(x - 0, axis=-1)\n"
    )
    code, text = run(course, monkeypatch)
    assert "x - 0" not in text
    assert scores.load(course, TOPIC).mutants["audio_row_means"].equal == 1
    assert code == 0
    edit(bank, "# + return tf.reduce_mean(x - 0, axis=-1)", "# + return tf.reduce_mean(x + 1, axis=-1)")
    bank.write_text(bank.read_text() + declared + "# - return x\n# + return y\n")
    code, text = run(course, monkeypatch)
    assert code == 1
    line = line_of(bank, "nothing added")
    assert (
        f"01-audio.answers.py:{line}: a check tells this mutant apart: it is not equal; take the declaration out."
        in text
    )
    assert f"01-audio.answers.py:{line + 5}: there is no such mutant; take the declaration out." in text
    assert run(course, monkeypatch) == (1, text)


def test_an_answer_whose_outcome_hangs_on_the_draw_is_named(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = run(course, monkeypatch, "seeds")
    assert code == 0
    assert "01-audio: 15 answers with 20 seeds, 0 of them differ." in text
    lucky = '\n\n# %% exercise="audio_row_means" answer="lucky" expect="wrong" fails="audio_row_means-1"\n# exercise: audio_row_means\n'
    body = "def audio_row_means(x):\n    mean = tf.reduce_mean(x, axis=-1)\n    return mean if len(x) < 6 or x[0, 0] < 0 else mean + 1\n"
    course.answers(TOPIC).write_text(course.answers(TOPIC).read_text() + lucky + body)
    code, text = run(course, monkeypatch, "seeds")
    assert code == 1
    assert "01-audio: 'lucky' of audio_row_means should fail audio_row_means-1 and passes everything, with seed" in text
    draws = scores.Draws.of(scores.load(course, TOPIC).seeds.values())
    assert (draws.answers, draws.differing) == (16, 1)


def test_only_answers_that_a_draw_reaches_are_tried_with_all_seeds(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[set[str]] = []

    def noted(topic: Topic, chosen: Sequence[Trial]) -> list[list[Trial]]:
        tried.append({trial.answer.name for trial in chosen})
        return groups_of(topic, chosen)

    monkeypatch.setattr("grader.gate.long_proofs.groups_of", noted)
    [drawn] = try_seeds(course, [TOPIC], jobs=2, force=False, told=lambda _, count: None)
    assert drawn.draws.seeds == 20
    assert "the reference solution" in tried[-1]
    assert tried[-1] < tried[0]


# What is kept


def told(course: Course) -> list[tuple[bool, str]]:
    found = Findings(TOPIC)
    scores.check_scores(course, TOPIC, found)
    return [(each.warning, each.text) for each in found]


def keep(course: Course, survived: int = 2, differing: int = 0) -> None:
    """Keep a score of its first exercise, of a hundred mutants, and of nothing more of the others."""
    digests = scores.digests_of_exercises(course, TOPIC)
    numbers = [(100, 99 - survived, 1, survived), *[(0, 0, 0, 0)] * (len(digests) - 1)]
    mutants = {name: scores.Mutation(digests[name], *each) for name, each in zip(digests, numbers, strict=True)}
    seeds = {
        name: scores.Draws(digests[name], 20, 13, differing * (each[0] > 0))
        for name, each in zip(digests, numbers, strict=True)
    }
    scores.store(course, TOPIC, mutants=mutants, seeds=seeds)


def test_a_kept_score_is_stale_when_the_code_changes_and_not_when_words_do(course: Course) -> None:
    assert [(warning, text.partition(";")[0]) for warning, text in told(course)] == [
        (True, "no score of the mutants of its exercises is kept yet"),
        (True, "no score of the seeds of its exercises is kept yet"),
    ]
    keep(course)
    assert told(course) == []
    edit(course.solution(TOPIC), "# Reduce over the last axis.", "# Reduce over the last of the axes.")
    assert told(course) == []
    edit(course.answers(TOPIC), "keepdims=True", "keepdims=1")
    name = "'audio_row_means'"
    assert [(warning, text.partition(";")[0]) for warning, text in told(course)] == [
        (False, f"the code of {name} has changed since their mutants were tried"),
        (False, f"the code of {name} has changed since their seeds were tried"),
    ]
    edit(course.solution(TOPIC), "import tensorflow as tf", "import tensorflow as tf  # of which all make use")
    assert [text.partition(";")[0] for _, text in told(course)] == [
        "the code of its exercises has changed since their mutants were tried",
        "the code of its exercises has changed since their seeds were tried",
    ]


def test_only_exercises_that_have_changed_are_tried_again(course: Course) -> None:
    heard: list[int] = []

    def tell(_: str, count: int) -> None:
        heard.append(count)

    for work in (try_mutants, try_seeds):
        before = work(course, [TOPIC], jobs=2, force=False, told=tell)
        heard.clear()
        again = work(course, [TOPIC], jobs=2, force=False, told=tell)
        assert heard == []
        assert [each.draws if isinstance(each, Drawn) else each.score for each in again] == [
            each.draws if isinstance(each, Drawn) else each.score for each in before
        ]
    kept = scores.load(course, TOPIC)
    edit(course.answers(TOPIC), "keepdims=True", "keepdims=1")
    [result] = try_mutants(course, [TOPIC], jobs=2, force=False, told=tell)
    now = scores.load(course, TOPIC).mutants
    assert {name for name, score in now.items() if score != kept.mutants[name]} == {"audio_row_means"}
    assert result.score == scores.Mutation.of(now.values())


def test_a_kept_score_that_is_too_low_or_unreadable_is_a_fault(course: Course) -> None:
    keep(course, survived=4, differing=2)
    assert [warning for warning, _ in told(course)] == [False, False]
    assert told(course)[0][1].startswith("4 mutants survive, 95.96% died, and 97% is the least;")
    assert told(course)[1][1].startswith("2 answers do not come out the same with 20 seeds of 20;")
    scores.score_file(course, TOPIC).write_text(json.dumps({"mutants": {"digest": 1}}))
    [(warning, text)] = told(course)
    assert not warning
    assert "it cannot be read" in text


def test_what_takes_long_tells_how_far_it_is(course: Course) -> None:
    for work in (try_mutants, try_seeds):
        heard: list[int] = []
        work(course, [TOPIC], jobs=2, force=False, told=lambda _, count, heard=heard: heard.append(count))
        assert heard[0] > 5
        assert sum(heard) == 0
