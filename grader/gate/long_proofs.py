"""The proofs that take minutes: mutants of every right answer, and every answer with many seeds."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, TypeVar

from nbformat import NotebookNode

from grader.authoring import bank
from grader.authoring.course import Course
from grader.authoring.exercise import without_stub
from grader.checks.evidence import MIME
from grader.errors import CourseError
from grader.gate import rules_exercise, scores
from grader.gate.answers import STUB, Trial, Tried, earns, groups_of, in_batches, parts_of, trials, try_groups, witness
from grader.gate.findings import Findings
from grader.gate.mutants import Mutant, mutants
from grader.gate.names import names, set_up
from grader.gate.rules_exercise import Parts
from grader.gate.runs import LIMITS, Places, Run, Runner, Witness, forget_old
from grader.gate.topic import REFERENCE, Proof, Topic, graded, records
from grader.gate.twins import TWIN
from grader.gate.verify import CACHE, student_versions_of

# How many mutants of a reference solution, and of each other right answer, are tried at most.
OF_REFERENCE, OF_ANSWER = 60, 6
# How many of the notebook's own names a mutant takes in place of an argument.
DATA = 2
# With how many seeds an answer is tried before those are left out on which a draw has no influence.
FIRST = 3
# A mutant may never end.
SHORT = replace(LIMITS, cell_seconds=20.0, notebook_seconds=120.0)

T = TypeVar("T")
Progress = Callable[[str, int], None]


@dataclass
class Mutated:
    """What came of the mutants of one topic: its score, those that live, and declarations that do not hold."""

    topic: str
    score: scores.Mutation
    survivors: list[Mutant]
    findings: Findings


@dataclass
class Drawn:
    """What came of the answers of one topic with many seeds: the sum, and a sentence for each that differs."""

    topic: str
    draws: scores.Draws
    differing: list[str]


def try_mutants(
    course: Course, names: Sequence[str], *, jobs: int | None, force: bool, told: Progress
) -> list[Mutated]:
    """Hand mutants of the right answers in, keep each exercise's score, and tell which earn full marks.

    Exercises whose kept score is of the text as it is, with no mutant that lives, are not tried again.

    Args:
        course: the course.
        names: the topics.
        jobs: how many notebooks run at once; as many as there are cores when None.
        force: try every exercise, and run everything anew.
        told: hears a topic and how many notebooks are added to what must be run, or, as -1, that one is done.

    Raises:
        CourseError: a text cannot be read, or the reference solution fails.
    """
    return asyncio.run(_each(course, names, jobs, force, told, _mutants_of))


def try_seeds(course: Course, names: Sequence[str], *, jobs: int | None, force: bool, told: Progress) -> list[Drawn]:
    """Hand every answer of the banks in with many seeds, and tell which differ; arguments as of `try_mutants`.

    An answer that leaves the same trace with three seeds, as one that fails at a fixed check, is not tried with more.
    Exercises whose kept result is of the text as it is, with no answer that differs, are not tried again.
    """
    return asyncio.run(_each(course, names, jobs, force, told, _seeds_of))


async def _each(
    course: Course,
    topics: Sequence[str],
    jobs: int | None,
    force: bool,
    told: Progress,
    work: Callable[[Topic, Progress], Awaitable[T]],
) -> list[T]:
    """Do it for one topic after the other, so that what is known of each is kept when the next is stopped."""
    students = student_versions_of(course, topics)
    places = Places(jobs or os.cpu_count() or 1)
    results = []
    for name in (name for name in topics if name in students):

        def hear(state: str, name: str = name) -> None:
            if state == "done":
                told(name, -1)

        runner = Runner(course.root / CACHE, places=places, force=force, told=hear)
        parts = rules_exercise.parts(course, name)
        answers = bank.read(course.answers(name), [part.exercise for part in parts])
        topic = Topic(course, name, parts, answers, *students[name], runner, Findings(name))
        results.append(await work(topic, told))
    forget_old(course.root / CACHE)
    return results


def _due(topic: Topic, kept: Mapping[str, scores.Mutation | scores.Draws], fault: str) -> list[Parts]:
    """The exercises to try: all that are not kept as they are now without a fault."""
    if topic.runner.force:
        return topic.parts
    digests = scores.digests_of_exercises(topic.course, topic.name)
    fine = {name for name, score in kept.items() if score.digest == digests.get(name) and not getattr(score, fault)}
    return [part for part in topic.parts if part.exercise.name not in fine]


async def _reference(topic: Topic, number: int, parts: Sequence[Parts]) -> Run:
    """The reference solutions of these exercises, which must not fail."""
    notebook = topic.submission(topic.reference_texts(parts))
    run = await topic.runner.graded(notebook, topic.seed(number))
    for name, outputs in graded(notebook, run).items():
        if any(output["output_type"] == "error" for output in outputs):
            text = f"{topic.name}.py: the reference solution fails {name}; 'grader verify {topic.name}' says why."
            raise CourseError(text)
    return run


# Mutants


async def _mutants_of(topic: Topic, told: Progress) -> Mutated:
    course, name = topic.course, topic.name
    kept = scores.load(course, name).mutants
    parts = _due(topic, kept, "survived")
    result = Mutated(name, scores.Mutation.of(kept.values()), [], Findings(name))
    if not parts:
        return result
    digests = scores.digests_of_exercises(course, name)  # of what is tried: an author may go on writing meanwhile
    made = [[*_made(topic, part)] for part in parts]
    groups = [[each for each in row if each] for row in zip_longest(*made)]
    told(name, 1 + len(groups))
    reference = await _reference(topic, 0, parts)
    sound = witness(topic, reference, parts)
    results = await asyncio.gather(*(_survivors(topic, batch, reference, sound) for batch in in_batches(groups)))
    alive = list(itertools.chain(*results))
    declared = {(each.exercise, each.old, each.new): each for each in _declared(topic)}
    result.survivors = [each for each in alive if each.key not in declared]
    found, untrue = {}, set()
    for part, own in zip(parts, made, strict=True):
        exercise = part.exercise.name
        living = [each.key for each in alive if each.exercise == exercise]
        equal = sum(key in declared for key in living)
        score = (len(own), len(own) - len(living), equal, len(living) - equal)
        found[exercise] = scores.Mutation(digests[exercise], *score)
        known = {each.key for each in own}
        for key in (key for key in declared if key[0] == exercise and key not in living):
            what = "a check tells this mutant apart: it is not equal" if key in known else "there is no such mutant"
            result.findings.error(course.answers(name), declared[key].line, f"{what}; take the declaration out.")
            untrue.add(exercise)  # so that the next run says so, too
    scores.store(course, name, mutants={exercise: each for exercise, each in found.items() if exercise not in untrue})
    result.score = scores.Mutation.of({**kept, **found}.values())
    return result


def _declared(topic: Topic) -> list[bank.Equal]:
    return bank.equals(topic.course.answers(topic.name), [part.exercise for part in topic.parts])


def _made(topic: Topic, part: Parts) -> Iterator[Mutant]:
    """The mutants of an exercise's right answers, none twice."""
    exercise = part.exercise.name
    right = [(REFERENCE, without_stub(part.solution.source), OF_REFERENCE)]
    own = [answer for answer in topic.answers if answer.exercise == exercise and answer.expect == "right"]
    right += [(answer.name, answer.source, OF_ANSWER) for answer in own]
    data = _data(topic)
    seen = {source for _, source, _ in right}
    for of, source, bound in right:
        for mutant in mutants(exercise, of, source, data if of == REFERENCE else (), bound):
            if mutant.source not in seen:
                seen.add(mutant.source)
                yield mutant


def _data(topic: Topic) -> list[str]:
    """Names that a set-up cell gives to data, such as `x_train`: what an answer may take instead of its argument."""
    loaded = [source for source in set_up(topic.source) if "datasets.load" in source]
    return sorted({name for source in loaded for name in names(source)[1] if not name.startswith("_")})[-DATA:]


async def _survivors(topic: Topic, groups: Sequence[Sequence[Mutant]], reference: Run, sound: Witness) -> list[Mutant]:
    """Hand mutants in, one of each exercise, by turns in one kernel; those that earn full marks in one of their own."""
    parts = {part.exercise.name: part for part in topic.parts}

    def survivors(group: Sequence[Mutant], notebook: NotebookNode, run: Run) -> list[Mutant]:
        return [each for each in group if earns(topic, parts[each.exercise], reference, notebook, run)]

    notebooks = [topic.submission({mutant.exercise: mutant.source for mutant in group}) for group in groups]
    seed = topic.seed(0)
    runs = await topic.runner.in_turns(notebooks, seed, sound, SHORT)
    alive: list[Mutant] = []
    for group, notebook, in_turn in zip(groups, notebooks, runs, strict=True):
        if in_turn is None or survivors(group, notebook, in_turn):
            alive += survivors(group, notebook, await topic.runner.graded(notebook, seed, SHORT))
    return alive


# Seeds


async def _seeds_of(topic: Topic, told: Progress) -> Drawn:
    """Try every answer with the first seeds, and with all others those whose trace a draw changes."""
    course, name = topic.course, topic.name
    kept = scores.load(course, name).seeds
    parts = _due(topic, kept, "differing")
    if not parts:
        return Drawn(name, scores.Draws.of(kept.values()), [])
    digests = scores.digests_of_exercises(course, name)
    tried = [trial for trial in trials(topic) if trial.answer.expect != TWIN and trial.answer.name != STUB]
    tried = [trial for trial in tried if trial.part in parts]
    groups = groups_of(topic, tried)
    told(name, 1 + FIRST * (1 + len(groups)))
    shown = await topic.shown()
    differing: dict[tuple[str, str], list[str]] = {}
    traces: dict[tuple[str, str], set[str]] = {}

    async def with_seed(number: int, groups: Sequence[Sequence[Trial]]) -> None:
        here = replace(topic, number=number, found=Findings(name))
        reference = await _reference(here, number, parts_of(topic, groups))
        for each in await try_groups(here, Proof(), groups, reference, shown):
            answer = each.trial.answer
            traces.setdefault(_key(answer), set()).add(_trace(topic, each, reference))
            if each.problem:
                said = differing.setdefault(_key(answer), [])
                said.append(f"{answer.name!r} of {answer.exercise} {each.problem}, with seed {here.seed(number)}")

    await asyncio.gather(*(with_seed(number, groups) for number in range(FIRST)))
    groups = groups_of(topic, [trial for trial in tried if len(traces[_key(trial.answer)]) > 1])
    if groups:
        told(name, (scores.SEEDS - FIRST) * (1 + len(groups)))
        await asyncio.gather(*(with_seed(number, groups) for number in range(FIRST, scores.SEEDS)))
    found = {}
    for part in parts:
        exercise = part.exercise.name
        own = sum(trial.part is part for trial in tried)
        differ = sum(key[0] == exercise for key in differing)
        found[exercise] = scores.Draws(digests[exercise], scores.SEEDS, own, differ)
    scores.store(course, name, seeds=found)
    told_of = [f"{said[0]} ({len(said)} seeds)" for _, said in sorted(differing.items())]
    return Drawn(name, scores.Draws.of({**kept, **found}.values()), told_of)


def _key(answer: bank.Answer) -> tuple[str, str]:
    return answer.exercise, answer.name


def _trace(topic: Topic, tried: Tried, reference: Run) -> str:
    """What the verdict on an answer rests on: its errors, and what it and the reference solution recorded.

    Of a wrong answer that is what the check that it fails recorded, the last. Where the trace is the same with several
    seeds, nothing drawn has a part in the verdict.
    """
    expected = graded(topic.source, reference)
    wrong = tried.trial.answer.expect in ("wrong", "error")
    trace = []
    for name, outputs in tried.outputs.items():
        own = [_without_seed(record) for record in records(outputs)]
        other = [_without_seed(record) for record in records(expected[name])]
        errors = [(each["ename"], each["evalue"]) for each in outputs if each["output_type"] == "error"]
        since = max(0, len(own) - 1) if wrong and errors else 0
        trace.append([name, own[since:], other[since : len(own) + 1], errors])
    return hashlib.sha256(json.dumps(trace, sort_keys=True).encode()).hexdigest()


def _without_seed(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record["data"][MIME].items() if name != "seed"}
