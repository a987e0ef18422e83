"""Proves an exercise notebook: the reference earns everything, the stub nothing, each answer what its bank says."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from grader.gate.answers import trials, try_answers
from grader.gate.rules_chapter import SECONDS, check_outputs
from grader.gate.rules_exercise import Parts, placed_source
from grader.gate.runs import Run
from grader.gate.topic import REFERENCE, Proof, Topic, graded, records, verdicts_on
from grader.grading.judge import JudgeError, Verdict, judge_cell

SEEDS = 3


async def prove(topic: Topic) -> Proof:
    """Run and judge all that must be; what is wrong goes to `topic.found`."""
    proof = Proof()
    seeds = [topic.seed(number) for number in range(SEEDS)]
    shown, (first, *others) = await asyncio.gather(
        topic.shown(),
        asyncio.gather(*(topic.runner.graded(topic.source, seed, seconds=SECONDS) for seed in seeds)),
    )
    proof.seconds = max(run.seconds for run in (first, *others))
    if not _reference_is_sound(topic, [first, *others]):
        return proof
    tried = [*trials(topic)]
    await asyncio.gather(
        try_answers(topic, proof, tried, first, shown),
        *(_repeat_reference(topic, number, run) for number, run in enumerate(others, start=1)),
    )
    return proof


def _reference_is_sound(topic: Topic, runs: Sequence[Run]) -> bool:
    """Whether the reference solution runs cleanly with each seed, and every graded cell records evidence."""
    path, before = topic.course.solution(topic.name), len(topic.found)
    cells = placed_source(topic.course, topic.name, topic.source)
    for run in runs:
        check_outputs(path, cells, run, topic.found)
        if len(topic.found) > before:
            return False
    for part in topic.parts:
        for name, cell in part.graded.items():
            problem = _unjudgeable([graded(topic.source, run)[name] for run in runs])
            if problem:
                topic.found.error(path, cell.line, f"the graded cell {name} cannot be judged by: {problem}")
    return len(topic.found) == before


def _unjudgeable(runs: Sequence[Sequence[Any]]) -> str:
    """Why the judge can make nothing of what the reference solution gave in a graded cell, or ""."""
    if not all(records(outputs) for outputs in runs):
        return "it records no evidence; end it in a check of grader.check."
    try:
        verdicts = [judge_cell(outputs, outputs, points=1) for outputs in runs]
    except JudgeError as error:
        return str(error)
    return next((" ".join(verdict.reasons) for verdict in verdicts if not verdict.passed), "")


async def _repeat_reference(topic: Topic, number: int, reference: Run) -> None:
    """Hand the reference solution in, with another seed."""
    notebook = topic.submission(topic.reference_texts())
    run = await topic.runner.graded(notebook, topic.seed(number))
    for part in topic.parts:
        verdicts = verdicts_on(topic, part, reference, notebook, run)
        if any(not verdict.passed for verdict in verdicts.values()):
            _not_right(topic, part, verdicts, number)


def _not_right(topic: Topic, part: Parts, verdicts: Mapping[str, Verdict], number: int) -> None:
    name, verdict = next((name, verdict) for name, verdict in verdicts.items() if not verdict.passed)
    reason = verdict.reasons[0] if verdict.reasons else "; ".join(verdict.flags)
    text = f"{REFERENCE} of {part.exercise.name} does not pass {name} when handed in"
    text += f" with seed {topic.seed(number)}: {reason} Is it random, or its tolerance too small?"
    topic.found.error(topic.course.solution(topic.name), part.graded[name].line, text)
