"""What proofs found, kept beside a topic's text in `NN-topic.proof.json`: stale when the text changes.

`grader verify --mutants` and `--seeds` take minutes and are not run each time: `grader verify` compares the digest that
they kept with the topic's code and answers, and a score that is too low is a fault. `grader verify` itself keeps of
which code chapter, exercises and projects held, so that `--unproved` runs only what has changed since.
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
    """Of which code a part of a topic last held, on which day, and with which package (`versions()["grader"]`)."""

    digest: str
    day: str
    package: str


@dataclass(frozen=True)
class Scores:
    """What is kept of a topic's proofs; None for what was never tried. Of `held` a part has none that never held."""

    held: Mapping[str, Held] = field(default_factory=dict)
    mutants: Mutation | None = None
    seeds: Draws | None = None


def score_file(course: Course, topic: str) -> Path:
    """Where a topic's scores are."""
    return course.root / "solutions" / f"{topic}.proof.json"


def digest(course: Course, topic: str) -> str:
    """Of the code of a topic's exercise notebook and of its bank: text about it may change."""
    parts: list[Any] = [VERSION]
    for path in filter(Path.is_file, (course.solution(topic), course.answers(topic))):
        parts.append([_code(cell) for cell in exercise_cells(path) if cell.is_code])
    return _short(parts)


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
        kinds = {"mutants": Mutation, "seeds": Draws}
        return Scores(held, **{name: kind(**kept[name]) for name, kind in kinds.items() if kept.get(name)})
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
