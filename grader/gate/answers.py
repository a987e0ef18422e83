"""Hands the answers of a bank in, the stub and the reference with them, and sees that each comes out as it must."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, TypeVar

from nbformat import NotebookNode

from grader.authoring.bank import Answer
from grader.authoring.exercise import stub, without_stub
from grader.gate.clauses import Broken, clauses_of
from grader.gate.names import ALWAYS_THERE, names_of_set_up, needs
from grader.gate.rules_chapter import first_line
from grader.gate.rules_exercise import Parts
from grader.gate.runs import Run, Witness
from grader.gate.topic import REFERENCE, Proof, Topic, graded, records, verdicts_on
from grader.gate.twins import TWIN, twins_of
from grader.grading.judge import Verdict

OTHER_RIGHT, WRONG = 2, 3
# How many submissions one kernel runs in turns.
TURNS = 8
STUB = "the untouched stub"
_WORST_FIRST = ("error", "not attempted", "wrong", "right")

T = TypeVar("T")


@dataclass(frozen=True)
class Trial:
    """An answer to try: one of the bank's, the reference solution or the stub."""

    part: Parts
    answer: Answer
    alone: bool


def trials(topic: Topic) -> Iterator[Trial]:
    """Everything that is tried, for each exercise in turn."""
    there = ALWAYS_THERE | names_of_set_up(topic.source)
    for part in topic.parts:
        name, source = part.exercise.name, part.solution.source
        fails, line = tuple(part.exercise.points), part.solution.line
        own = [Answer(name, REFERENCE, "right", (), "", (), without_stub(source), line)]
        expected = "fix it" if part.fix_it else "not attempted"
        own.append(Answer(name, STUB, expected, fails, "", (), stub(source, name), line))
        checks = [cell.source for cell in part.graded.values()]
        own += [answer for answer in topic.answers if answer.exercise == name]
        twins = [twin for answer in own if answer.expect == "right" for twin in twins_of(answer)]
        for answer in own + twins:
            yield Trial(part, answer, alone=bool(needs([answer.source, *checks]) - there))


def groups_of(topic: Topic, trials: Sequence[Trial]) -> list[list[Trial]]:
    """What is handed in together: the k-th of every exercise, and alone what needs names that others may change."""
    columns = [[t for t in trials if t.part is part and not t.alone] for part in topic.parts]
    together = [[trial for trial in row if trial] for row in zip_longest(*columns)]
    return together + [[trial] for trial in trials if trial.alone]


def parts_of(topic: Topic, groups: Sequence[Sequence[Trial]]) -> list[Parts]:
    """The exercises that these groups have answers to."""
    return [part for part in topic.parts if any(trial.part is part for group in groups for trial in group)]


def in_batches(groups: Sequence[T]) -> list[Sequence[T]]:
    """What is handed in by turns in one kernel."""
    return [groups[start : start + TURNS] for start in range(0, len(groups), TURNS)]


async def try_answers(
    topic: Topic, proof: Proof, trials: Sequence[Trial], reference: Run, shown: Mapping[str, int]
) -> None:
    """Hand the answers in, the k-th of every exercise together, and see that each has its outcome."""
    results = await try_groups(topic, proof, groups_of(topic, trials), reference, shown)
    wrong = [tried for tried in results if tried.trial.answer.expect in ("wrong", "error")]
    proof.broken = [Broken(tried.trial.answer, not tried.problem, _visibly(tried, shown)) for tried in wrong]
    _idle_checks(topic, proof, wrong)


@dataclass(frozen=True)
class Tried:
    """What came of an answer.

    Attributes:
        trial: the answer.
        problem: what is wrong with its outcome, or "".
        verdicts: on each graded cell of its exercise.
        caught: for each graded cell, the positions of the checks that it is known to fail.
        outputs: those of each graded cell.
    """

    trial: Trial
    problem: str
    verdicts: dict[str, Verdict]
    caught: dict[str, set[int]]
    outputs: dict[str, list[Any]]

    @property
    def fails(self) -> set[str]:
        """The graded cells that it failed."""
        return {name for name, verdict in self.verdicts.items() if not verdict.passed}


async def try_groups(
    topic: Topic, proof: Proof, groups: Sequence[Sequence[Trial]], reference: Run, shown: Mapping[str, int]
) -> list[Tried]:
    """Hand each group in, several by turns, and see what comes of each answer."""
    sound = witness(topic, reference, parts_of(topic, groups))

    async def by_turns(batch: Sequence[Sequence[Trial]]) -> list[Tried]:
        notebooks = [_submission(topic, group) for group in batch]
        runs = await topic.runner.in_turns(notebooks, topic.seed(topic.number), sound)
        tried = []
        for group, notebook, run in zip(batch, notebooks, runs, strict=True):
            results = [] if run is None else _judged(topic, group, notebook, run, reference, shown)
            if not results or any(each.problem for each in results):
                results = await _try_group(topic, proof, group, reference, shown)
            else:
                proof.alone += sum(each.trial.alone and each.trial.answer.expect != TWIN for each in results)
            tried += results
        return tried

    results = await asyncio.gather(*map(by_turns, in_batches(groups)))
    return [tried for result in results for tried in result]


def witness(topic: Topic, reference: Run, parts: Sequence[Parts]) -> Witness:
    """The reference solutions of these exercises, which earn everything where nothing before them has left a trace."""
    notebook = topic.submission(topic.reference_texts(parts))
    return Witness(notebook, lambda run: all(earns(topic, part, reference, notebook, run) for part in parts))


def earns(topic: Topic, part: Parts, reference: Run, notebook: NotebookNode, run: Run) -> bool:
    """Whether the answer to an exercise passes all its graded cells."""
    return all(verdict.passed for verdict in verdicts_on(topic, part, reference, notebook, run).values())


async def _try_group(
    topic: Topic, proof: Proof, group: Sequence[Trial], reference: Run, shown: Mapping[str, int]
) -> list[Tried]:
    """Hand answers in together in a kernel of their own, and again alone where one does not do as it should."""
    results = []
    for together in await _hand_in(topic, group, reference, shown):
        tried = together
        if together.problem and len(group) > 1:
            [tried] = await _hand_in(topic, [together.trial], reference, shown)
            if not tried.problem:
                _disturbed(topic, together, group)
        proof.alone += together.trial.answer.expect != TWIN and (together.trial.alone or tried is not together)
        if tried.problem:
            _complain(topic, tried)
        results.append(tried)
    return results


async def _hand_in(topic: Topic, group: Sequence[Trial], reference: Run, shown: Mapping[str, int]) -> list[Tried]:
    """Execute one submission that holds these answers, and judge each."""
    notebook = _submission(topic, group)
    run = await topic.runner.graded(notebook, topic.seed(topic.number))
    return _judged(topic, group, notebook, run, reference, shown)


def _submission(topic: Topic, group: Sequence[Trial]) -> NotebookNode:
    """These answers; beside one that needs names of other exercises, their reference solutions."""
    others = topic.reference_texts() if any(trial.alone for trial in group) else {}
    return topic.submission({**others, **{trial.answer.exercise: trial.answer.source for trial in group}})


def _judged(
    topic: Topic, group: Sequence[Trial], notebook: NotebookNode, run: Run, reference: Run, shown: Mapping[str, int]
) -> list[Tried]:
    """What came of each answer of a submission that has run."""
    outputs = graded(notebook, run)
    results = []
    for trial in group:
        verdicts = verdicts_on(topic, trial.part, reference, notebook, run)
        caught = {name: _failed_checks(verdict, outputs[name]) for name, verdict in verdicts.items()}
        own = {name: outputs[name] for name in verdicts}
        tried = Tried(trial, "", verdicts, caught, own)
        twin = trial.answer.expect == TWIN
        problem = _flag_problem(tried) or (_twin_problem(tried, shown) if twin else _outcome_problem(tried))
        if not problem and trial.answer.says:
            problem = _words_problem(trial.answer, own, shown)
        results.append(replace(tried, problem=problem))
    return results


def _failed_checks(verdict: Verdict, outputs: Sequence[Any]) -> set[int]:
    """The positions of the checks that an answer fails; of those after an error nothing is known.

    A check that fails has recorded what it saw, unless it saw nothing: no gradient, no graph.
    """
    recorded = len(records(outputs))
    errors = {output["ename"] for output in outputs if output["output_type"] == "error"}
    silent = "Failed" in errors and all(holds for _, holds in verdict.checks[:recorded])
    known = recorded + (silent or bool(errors - {"Failed"}))
    return {i for i, (_, holds) in enumerate(verdict.checks[:known]) if not holds}


def _visibly(tried: Tried, shown: Mapping[str, int]) -> bool:
    """Whether an answer is known to fail a visible check: one of the first, of which there are so many."""
    return any(position < shown[name] for name, failed in tried.caught.items() for position in failed)


def _flag_problem(tried: Tried) -> str:
    """What an instructor would be told of an answer, in which nothing was forged, or ""."""
    flags = [flag for verdict in tried.verdicts.values() for flag in verdict.flags]
    return f"is flagged to the instructor as forged: {flags[0]}" if flags else ""


def _outcome_problem(tried: Tried) -> str:
    """What differs between what an answer must do and what it did, or ""."""
    answer, verdicts, fails = tried.trial.answer, tried.verdicts, tried.fails
    outcome = next(kind for kind in _WORST_FIRST if kind in {verdict.outcome for verdict in verdicts.values()})
    if answer.name == STUB:
        return _stub_problem(answer, outcome, verdicts)
    missed = [name for name in answer.fails if name not in fails]
    extra = sorted(fails - set(answer.fails))
    if missed and not fails:
        return f"should fail {', '.join(missed)} and passes everything"
    if missed:
        return f"should fail {', '.join(missed)} and passes it (it fails {', '.join(sorted(fails))})"
    if extra:
        verdict = verdicts[extra[0]]
        reason = verdict.reasons[0] if verdict.reasons else "; ".join(verdict.flags)
        return f"should pass {', '.join(extra)} and does not: {first_line(reason).rstrip('.')}"
    if outcome != answer.expect:
        return f'should be "{answer.expect}" and is "{outcome}"'
    return ""


def _twin_problem(tried: Tried, shown: Mapping[str, int]) -> str:
    """What is wrong where a check breaks on a twin, or the twin is right to the eye and not to the grade, or ""."""
    errors = [output for outputs in tried.outputs.values() for output in outputs if output["output_type"] == "error"]
    for error in errors:
        if error["evalue"].endswith("has no attribute 'numpy'"):
            return f"stops a check ({first_line(error['evalue'])}); let the check take what the notebook's head allows"
    failing = [verdict for verdict in tried.verdicts.values() if not verdict.passed]
    if _visibly(tried, shown) or not failing or any(verdict.outcome == "error" for verdict in failing):
        return ""
    reason = failing[0].reasons[0] if failing[0].reasons else "; ".join(failing[0].flags)
    text = f"is right in the notebook and loses its points to a hidden check: {first_line(reason).rstrip('.')}; "
    return text + "let a visible check refuse it, or the hidden one accept it"


def _stub_problem(answer: Answer, outcome: str, verdicts: Mapping[str, Verdict]) -> str:
    earns = [name for name, verdict in verdicts.items() if verdict.passed or verdict.points]
    if earns:
        return f"earns points in {', '.join(earns)}"
    allowed = ("wrong", "error") if answer.expect == "fix it" else ("not attempted",)
    return "" if outcome in allowed else f'should be "{allowed[0]}" and is "{outcome}"'


def _words_problem(answer: Answer, outputs: Mapping[str, Sequence[Any]], shown: Mapping[str, int]) -> str:
    """What is wrong with the words that a student reads, or ""."""
    said = []
    for name in answer.fails:
        error = next((output for output in outputs[name] if output["output_type"] == "error"), None)
        if error is None:
            continue
        # A check that fails has recorded before it does; an error of the answer's own comes before its check records.
        before = len(records(outputs[name])) - (error["ename"] == "Failed")
        if before < shown[name]:
            said.append(" ".join(f"{error['ename']}: {error['evalue']}".split()))
    if not said:
        return f"fails in a hidden check only, whose words a student does not read ({answer.says!r})"
    wanted = " ".join(answer.says.split())
    return "" if any(wanted in text for text in said) else f"should say {wanted!r}, and says: {said[0][:200]}"


def _complain(topic: Topic, tried: Tried) -> None:
    answer = tried.trial.answer
    own = answer.name in (REFERENCE, STUB) or answer.name.endswith(f" of {REFERENCE!r}")
    path = topic.course.solution(topic.name) if own else topic.course.answers(topic.name)
    name = answer.name if own or answer.expect == TWIN else repr(answer.name)
    # That a twin loses points is a fault once the contracts say, clause by clause, what they want.
    numbered = any(clauses_of(part) for part in topic.parts)
    say = topic.found.error if numbered or answer.expect != TWIN else topic.found.warn
    say(path, answer.line, f"{name} of {answer.exercise} {tried.problem}.")


def _disturbed(topic: Topic, together: Tried, group: Sequence[Trial]) -> None:
    """Tell that an answer does as it should alone, but not beside others."""
    answer = together.trial.answer
    others = ", ".join(f"{t.answer.exercise}: {t.answer.name!r}" for t in group if t is not together.trial)
    text = f"{answer.name!r} of {answer.exercise} is disturbed by other answers ({others}): {together.problem};"
    text += " an exercise should not depend on another."
    topic.found.warn(topic.course.answers(topic.name), answer.line, text)


def _idle_checks(topic: Topic, proof: Proof, wrong: Sequence[Tried]) -> None:
    """Graded cells that catch nothing, and checks in them that could go without any wrong answer getting through."""
    path = topic.course.solution(topic.name)
    for part in topic.parts:
        own = [tried for tried in wrong if tried.trial.part is part]
        for name, cell in part.graded.items():
            failing = [tried for tried in own if name in tried.fails]
            if not failing:
                proof.idle.append(name)
                text = f"the graded cell {name} is idle: no wrong answer fails it; add one to the bank."
                topic.found.error(path, cell.line, text)
                continue
            alone = {next(iter(tried.caught[name])) for tried in failing if len(tried.caught[name]) == 1}
            labels = [label for label, _ in failing[0].verdicts[name].checks]
            spare = [label for i, label in enumerate(labels) if i not in alone]
            if spare:
                proof.spare[name] = spare


def check_bank(topic: Topic) -> None:
    """Each exercise has enough answers."""
    path = topic.course.answers(topic.name)
    for part in topic.parts:
        own = [answer for answer in topic.answers if answer.exercise == part.exercise.name]
        right = sum(answer.expect == "right" for answer in own)
        line = own[0].line if own else 1
        if right < OTHER_RIGHT:
            text = f"{part.exercise.name} has {right} other right answers; write at least {OTHER_RIGHT}."
            topic.found.error(path, line, text)
        if len(own) - right < WRONG:
            text = f"{part.exercise.name} has {len(own) - right} wrong answers; write at least {WRONG}."
            topic.found.error(path, line, text)
