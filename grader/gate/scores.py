"""What proofs found, kept beside a topic's text in `NN-topic.proof.json`: stale when the text changes.

`grader verify --mutants` and `--seeds` take minutes and are not run each time: `grader verify` compares the digest that
they kept for each exercise with its code and answers, and a score that is too low is a fault. `grader verify` itself
keeps of which code chapter, exercises and projects held, so that `--unproved` runs only what has changed since.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from grader.authoring.course import Course
from grader.authoring.exercise import owner_of
from grader.authoring.placed import Placed, chapter_cells, exercise_cells
from grader.errors import CourseError
from grader.files import write_whole
from grader.gate.findings import Findings
from grader.gate.mutants import VERSION
from grader.grading.runtime import versions

PARTS = ("chapter", "exercises", "projects")
LEAST = 0.97
SEEDS = 20


@dataclass(frozen=True)
class Mutation:
    """How many mutants of right answers were made, what became of them, and of which text; "" for several exercises."""

    digest: str
    made: int
    killed: int
    equal: int
    survived: int

    @property
    def score(self) -> float:
        """The share that died of those that differ in behaviour."""
        return self.killed / max(1, self.killed + self.survived)

    @classmethod
    def of(cls, several: Collection[Mutation]) -> Mutation:
        """The sum over exercises."""
        numbers = [(each.made, each.killed, each.equal, each.survived) for each in several]
        return cls("", *(sum(column) for column in zip((0, 0, 0, 0), *numbers, strict=True)))


@dataclass(frozen=True)
class Draws:
    """With how many seeds how many answers were tried, how many did not come out the same, and of which text."""

    digest: str
    seeds: int
    answers: int
    differing: int

    @classmethod
    def of(cls, several: Collection[Draws]) -> Draws:
        """The sum over exercises, with the fewest seeds that one was tried with."""
        fewest = min((each.seeds for each in several), default=0)
        return cls("", fewest, sum(each.answers for each in several), sum(each.differing for each in several))


@dataclass(frozen=True)
class Held:
    """Of which code a part of a topic last held, on which day, and with which package (`versions()["grader"]`)."""

    digest: str
    day: str
    package: str


@dataclass(frozen=True)
class Scores:
    """What is kept of a topic's proofs: by part when it last held, and by exercise what the long proofs found."""

    held: Mapping[str, Held] = field(default_factory=dict)
    mutants: Mapping[str, Mutation] = field(default_factory=dict)
    seeds: Mapping[str, Draws] = field(default_factory=dict)


def score_file(course: Course, topic: str) -> Path:
    """Where a topic's scores are."""
    return course.root / "solutions" / f"{topic}.proof.json"


def digests_of_exercises(course: Course, topic: str) -> dict[str, str]:
    """Of each exercise: its code, its answers, and the cells that all share. Text about them may change."""
    shared: list[Any] = [VERSION]
    own: dict[str, list[Any]] = {}
    for path in filter(Path.is_file, (course.solution(topic), course.answers(topic))):
        for cell in (cell for cell in exercise_cells(path) if cell.is_code):
            owner = _owner(cell)
            (own.setdefault(owner, []) if owner else shared).append(_code(cell))
    return {name: _short([shared, cells]) for name, cells in own.items()}


def _owner(cell: Placed) -> str | None:
    """The exercise that a code cell belongs to: as solution, as graded cell, or in the answer bank."""
    return cell.cell.metadata.get("exercise") or owner_of(cell.source)


def digests(course: Course, topic: str) -> dict[str, str]:
    """Of each part of a topic, chapter, exercises or projects, of all in it that decides how it runs.

    Prose does not: the rules for it are gone through each time. Which clauses the contracts number does.
    """
    chapter, solution, answers = course.chapter(topic), course.solution(topic), course.answers(topic)
    projects = [
        path for name in course.projects_of(topic) for path in (course.project(name), course.project_answers(name))
    ]
    files = {
        "chapter": [chapter_cells(path) for path in (chapter,) if path.is_file()],
        "exercises": [exercise_cells(path) for path in (solution, answers) if path.is_file()],
        "projects": [exercise_cells(path) for path in projects if path.is_file()],
    }
    return {part: _digest_of(files[part]) for part in PARTS if files[part]}


def _digest_of(files: Sequence[Sequence[Placed]]) -> str:
    """Of the code in the cells of some files, and of the numbers of clauses in their text."""
    return _short(
        [[_code(cell) if cell.is_code else [*filter(_is_number, cell.source)] for cell in cells] for cells in files]
    )


def _code(cell: Placed) -> tuple[str, list[Any]]:
    """What a code cell is: its text, and its metadata in one order."""
    return cell.source, sorted(cell.cell.metadata.items())


def _short(parts: Sequence[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _is_number(letter: str) -> bool:
    return "①" <= letter <= "⑳"


def standing(course: Course, topic: str) -> dict[str, Held | None]:
    """When and with what each part of a topic held as it is now; None for a part that has not.

    Nothing is proved where the text or the proof file cannot be read; the rules say what is wrong with them.
    """
    try:
        now = digests(course, topic)
        held = load(course, topic).held
    except CourseError:
        return dict.fromkeys(PARTS)
    return {part: held[part] if part in held and held[part].digest == digest else None for part, digest in now.items()}


def keep_held(course: Course, topic: str, parts: Collection[str]) -> None:
    """Keep that these parts of a topic hold; where their code and this package are as before, the day stays."""
    before, now = load(course, topic), digests(course, topic)
    held = {part: kept for part, kept in before.held.items() if part in now}
    for part in (part for part in parts if part in now):
        new = Held(now[part], time.strftime("%Y-%m-%d"), versions()["grader"])
        if part not in held or replace(held[part], day=new.day) != new:
            held[part] = new
    if held != before.held:
        _store(course, topic, replace(before, held=held))


def load(course: Course, topic: str) -> Scores:
    """What is kept of a topic.

    Raises:
        CourseError: the file cannot be read.
    """
    path = score_file(course, topic)
    if not path.is_file():
        return Scores()
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        held = {part: Held(**fields) for part, fields in kept.get("held", {}).items()}
        mutants = {name: Mutation(**fields) for name, fields in kept.get("mutants", {}).items()}
        return Scores(held, mutants, {name: Draws(**fields) for name, fields in kept.get("seeds", {}).items()})
    except (ValueError, TypeError, AttributeError) as error:
        raise CourseError(
            f"{path.name}:1: it cannot be read ({error}); remove it and run 'grader verify {topic}'."
        ) from error


def store(
    course: Course,
    topic: str,
    *,
    mutants: Mapping[str, Mutation] | None = None,
    seeds: Mapping[str, Draws] | None = None,
) -> None:
    """Keep new scores of exercises beside the other ones; those of an exercise that is no more are forgotten."""
    before, there = load(course, topic), digests_of_exercises(course, topic)
    mutants, seeds = {**before.mutants, **(mutants or {})}, {**before.seeds, **(seeds or {})}
    kept = {name: mutants[name] for name in there if name in mutants}
    _store(course, topic, replace(before, mutants=kept, seeds={name: seeds[name] for name in there if name in seeds}))


def _store(course: Course, topic: str, scores: Scores) -> None:
    kept = {name: value for name, value in asdict(scores).items() if value}
    write_whole(score_file(course, topic), (json.dumps(kept, indent=1) + "\n").encode(), durable=False)


def check_scores(course: Course, topic: str, found: Findings) -> tuple[Mutation | None, Draws | None]:
    """Hold the kept scores to the text as it is and to what they must be; the sum of each over the exercises."""
    path = course.solution(topic)
    try:
        kept = load(course, topic)
        now = digests_of_exercises(course, topic)
    except CourseError as error:
        found.caught(score_file(course, topic), error)
        return None, None
    for kind, scores in (("mutants", kept.mutants), ("seeds", kept.seeds)):
        run = f"run 'grader verify --{kind} {topic}'."
        if missing := [name for name in now if name not in scores]:
            whose = _names(missing) if len(missing) < len(now) else "its exercises"
            found.warn(path, 1, f"no score of the {kind} of {whose} is kept yet; {run}")
        if stale := [name for name, digest in now.items() if name in scores and scores[name].digest != digest]:
            whose = _names(stale) if len(stale) < len(now) else "its exercises"
            found.error(path, 1, f"the code of {whose} has changed since their {kind} were tried; {run}")
    mutants = [score for name, score in kept.mutants.items() if name in now]
    seeds = [score for name, score in kept.seeds.items() if name in now]
    mutation = Mutation.of(mutants) if mutants else None
    draws = Draws.of(seeds) if seeds else None
    if mutation and mutation.score < LEAST:
        text = f"{mutation.survived} mutants survive, {mutation.score:.2%} died, and {LEAST:.0%} is the least; "
        found.error(path, 1, text + f"'grader verify --mutants {topic}' lists them.")
    if draws and (draws.differing or draws.seeds < SEEDS):
        text = f"{draws.differing} answers do not come out the same with {draws.seeds} seeds of {SEEDS}; "
        found.error(path, 1, text + f"'grader verify --seeds {topic}' names them.")
    return mutation, draws


def _names(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
