"""What proofs found, kept beside a topic's text in `NN-topic.proof.json`: stale when the text changes.

`grader verify --mutants` and `--seeds` take minutes and are not run each time: `grader verify` compares the digest that
they kept with the topic's code and answers, and a score that is too low is a fault. `grader verify` itself keeps of
which text all held, so that `--unproved` runs only what has changed since.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from grader.authoring.course import Course
from grader.authoring.placed import exercise_cells
from grader.errors import CourseError
from grader.files import write_whole
from grader.gate.findings import Findings
from grader.gate.mutants import VERSION
from grader.grading.runtime import versions

LEAST = 0.97
SEEDS = 20


@dataclass(frozen=True)
class Mutation:
    """How many mutants of a topic's right answers were made, what became of them, and of which text."""

    digest: str
    made: int
    killed: int
    equal: int
    survived: int

    @property
    def score(self) -> float:
        """The share that died of those that differ in behaviour."""
        return self.killed / max(1, self.killed + self.survived)


@dataclass(frozen=True)
class Draws:
    """With how many seeds how many answers were tried, how many did not come out the same, and of which text."""

    digest: str
    seeds: int
    answers: int
    differing: int


@dataclass(frozen=True)
class Held:
    """Of which text a topic last held, on which day, and with which code of this package (`versions()["grader"]`)."""

    digest: str
    day: str
    package: str


@dataclass(frozen=True)
class Scores:
    """What is kept of a topic's proofs; None for what was never tried."""

    held: Held | None = None
    mutants: Mutation | None = None
    seeds: Draws | None = None


def score_file(course: Course, topic: str) -> Path:
    """Where a topic's scores are."""
    return course.root / "solutions" / f"{topic}.proof.json"


def digest(course: Course, topic: str) -> str:
    """Of the code of a topic's exercise notebook and of its bank: text about it may change."""
    parts: list[Any] = [VERSION]
    for path in filter(Path.is_file, (course.solution(topic), course.answers(topic))):
        parts.append(
            [(cell.source, sorted(cell.cell.metadata.items())) for cell in exercise_cells(path) if cell.is_code]
        )
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def digest_of_text(course: Course, topic: str) -> str:
    """Of all that the gate runs of a topic: chapter, exercises, bank and projects."""
    paths = [course.chapter(topic), course.solution(topic), course.answers(topic)]
    for name in course.projects_of(topic):
        paths += [course.project(name), course.project_answers(name)]
    parts = [[path.name, path.read_text(encoding="utf-8")] for path in paths if path.is_file()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def proved(course: Course, topic: str) -> Held | None:
    """When and with what a topic has held as its text is now; None where it has not.

    A proof file that cannot be read proves nothing; `check_scores` says what is wrong with it.
    """
    try:
        held = load(course, topic).held
    except CourseError:
        return None
    return held if held and held.digest == digest_of_text(course, topic) else None


def keep_held(course: Course, topic: str) -> None:
    """Keep that a topic holds; where its text and this package are the same as before, the day stays."""
    before = load(course, topic)
    now = Held(digest_of_text(course, topic), time.strftime("%Y-%m-%d"), versions()["grader"])
    if before.held is None or replace(before.held, day=now.day) != now:
        _store(course, topic, replace(before, held=now))


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
        kinds = {"held": Held, "mutants": Mutation, "seeds": Draws}
        return Scores(**{name: kind(**kept[name]) for name, kind in kinds.items() if kept.get(name)})
    except (ValueError, TypeError, AttributeError) as error:
        raise CourseError(
            f"{path.name}:1: it cannot be read ({error}); remove it and run 'grader verify {topic}'."
        ) from error


def store(course: Course, topic: str, *, mutation: Mutation | None = None, draws: Draws | None = None) -> None:
    """Keep a new score beside the other ones."""
    before = load(course, topic)
    _store(course, topic, replace(before, mutants=mutation or before.mutants, seeds=draws or before.seeds))


def _store(course: Course, topic: str, scores: Scores) -> None:
    kept = {name: value for name, value in asdict(scores).items() if value}
    write_whole(score_file(course, topic), (json.dumps(kept, indent=1) + "\n").encode(), durable=False)


def check_scores(course: Course, topic: str, found: Findings) -> tuple[Mutation | None, Draws | None]:
    """Hold the kept scores to the text as it is and to what they must be."""
    path = course.solution(topic)
    try:
        kept_scores = load(course, topic)
        now = digest(course, topic)
    except CourseError as error:
        found.caught(score_file(course, topic), error)
        return None, None
    mutation, draws = kept_scores.mutants, kept_scores.seeds
    for name, kept in (("mutants", mutation), ("seeds", draws)):
        if kept is None:
            found.warn(path, 1, f"no score of its {name} is kept yet; run 'grader verify --{name} {topic}'.")
        elif kept.digest != now:
            text = f"its code has changed since its {name} were tried; run 'grader verify --{name} {topic}'."
            found.error(path, 1, text)
    if mutation and mutation.score < LEAST:
        text = f"{mutation.survived} mutants survive, {mutation.score:.2%} died, and {LEAST:.0%} is the least; "
        found.error(path, 1, text + f"'grader verify --mutants {topic}' lists them.")
    if draws and (draws.differing or draws.seeds < SEEDS):
        text = f"{draws.differing} answers do not come out the same with {draws.seeds} seeds of {SEEDS}; "
        found.error(path, 1, text + f"'grader verify --seeds {topic}' names them.")
    return mutation, draws
