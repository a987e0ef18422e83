"""What the long proofs found, kept beside a topic's text: stale when its code changes, a fault when too low.

`grader verify --mutants` and `--seeds` take minutes and are not run each time. They write `NN-topic.proof.json`;
`grader verify` compares its digest with the topic's code and answers.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grader.authoring.course import Course
from grader.authoring.placed import exercise_cells
from grader.errors import CourseError
from grader.files import write_whole
from grader.gate.findings import Findings
from grader.gate.mutants import VERSION

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


def load(course: Course, topic: str) -> tuple[Mutation | None, Draws | None]:
    """The scores of a topic, None for one that was never measured.

    Raises:
        CourseError: the file cannot be read.
    """
    path = score_file(course, topic)
    if not path.is_file():
        return None, None
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        mutation, draws = kept.get("mutants"), kept.get("seeds")
        return Mutation(**mutation) if mutation else None, Draws(**draws) if draws else None
    except (ValueError, TypeError, AttributeError) as error:
        raise CourseError(
            f"{path.name}:1: it cannot be read ({error}); run 'grader verify --mutants {topic}'."
        ) from error


def store(course: Course, topic: str, *, mutation: Mutation | None = None, draws: Draws | None = None) -> None:
    """Keep a new score beside the other one."""
    before = load(course, topic)
    mutation, draws = mutation or before[0], draws or before[1]
    kept = {"mutants": mutation and asdict(mutation), "seeds": draws and asdict(draws)}
    text = json.dumps(kept, indent=1) + "\n"
    write_whole(score_file(course, topic), text.encode(), durable=False)


def check_scores(course: Course, topic: str, found: Findings) -> tuple[Mutation | None, Draws | None]:
    """Hold the kept scores to the text as it is and to what they must be."""
    path = course.solution(topic)
    try:
        mutation, draws = load(course, topic)
        now = digest(course, topic)
    except CourseError as error:
        found.caught(score_file(course, topic), error)
        return None, None
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
