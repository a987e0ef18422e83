"""The author's gate: holds topics to every rule, runs them, and says what is wrong and where."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType

import nbformat

from grader.authoring import bank
from grader.authoring.chapter import CLAIM
from grader.authoring.course import Course
from grader.authoring.exercise import source_notebook
from grader.authoring.placed import Placed
from grader.authoring.task import tasks
from grader.errors import CourseError
from grader.files import write_whole
from grader.gate import answers as handed_in
from grader.gate import clauses, prove, rules_chapter, rules_exercise, rules_links, rules_names, scores
from grader.gate.clauses import Clause
from grader.gate.findings import Finding, Findings
from grader.gate.projects import prove_projects
from grader.gate.rules_exercise import Parts
from grader.gate.rules_why import check_why
from grader.gate.run_all import check_left, only_look, run_all
from grader.gate.runs import Places, Runner, forget_old
from grader.gate.scores import Draws, Mutation
from grader.gate.topic import Topic
from grader.grading.runtime import versions

CACHE = Path(".cache") / "verify"


@dataclass
class Result:
    """What the gate found out about one topic.

    Attributes:
        topic: as `NN-topic`.
        ran: the parts of it that were run, and not only read: chapter, exercises, projects.
        findings: faults and warnings.
        words, cells, figures: of the chapter.
        chapter_seconds, exercise_seconds: how long chapter and reference notebook run; 0 where they did not.
        exercises, points, graded: of the exercise notebook.
        right, wrong: answers in the bank.
        idle: graded cells that no wrong answer fails.
        spare: for each graded cell, the checks that no wrong answer needs: without any one of them all are caught.
        clauses: those of the contracts, each with what guards it.
        mutants, seeds: what the long proofs found when they were last run, None where they never were.
        alone: answers that had to run alone.
        executed, remembered: how many notebooks were run, and how many results were known.
        verified: when all of it last held, as `2026-11-21`, or "".
        versions: what it last held with.
    """

    topic: str
    ran: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    words: int = 0
    cells: int = 0
    figures: int = 0
    chapter_seconds: float = 0.0
    exercise_seconds: float = 0.0
    exercises: int = 0
    points: float = 0.0
    graded: int = 0
    right: int = 0
    wrong: int = 0
    idle: list[str] = field(default_factory=list)
    spare: dict[str, list[str]] = field(default_factory=dict)
    clauses: list[Clause] = field(default_factory=list)
    mutants: Mutation | None = None
    seeds: Draws | None = None
    alone: int = 0
    executed: int = 0
    remembered: int = 0
    verified: str = ""
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether all of it was run that there is, as far as can be told from its text."""
        return len(self.ran) == len(scores.PARTS)

    @property
    def errors(self) -> list[Finding]:
        """What must be put right."""
        return [finding for finding in self.findings if not finding.warning]

    @property
    def warnings(self) -> list[Finding]:
        """What is advice."""
        return [finding for finding in self.findings if finding.warning]


Progress = Callable[[str, str], None]


def verify(
    course: Course,
    topics: Sequence[str],
    *,
    only_read: Mapping[str, Collection[str]] = MappingProxyType({}),
    jobs: int | None = None,
    force: bool = False,
    progress: Progress = lambda topic, state: None,
) -> list[Result]:
    """Put topics through the gate.

    Args:
        course: the course.
        topics: which, as `NN-topic`.
        only_read: parts of them that are held to all rules for their text, and are not run.
        jobs: how many notebooks run at once; as many as there are cores when None.
        force: run everything anew.
        progress: called with a topic and "run", "done" or "end" each time one of its notebooks is asked for, has come
            back, and when all of it is over.

    Raises:
        KernelError: no kernel can be started here.
    """
    results = asyncio.run(_verify(course, topics, only_read, jobs or os.cpu_count() or 1, force, progress))
    _remember(course, results)
    forget_old(course.root / CACHE)
    return results


async def _verify(
    course: Course,
    topics: Sequence[str],
    only_read: Mapping[str, Collection[str]],
    jobs: int,
    force: bool,
    progress: Progress,
) -> list[Result]:
    students = student_versions_of(course, topics)
    places = Places(jobs)
    # Topics are begun one after the other, so that reports come early and memory stays small; two more than places
    # keep every place busy while a topic waits for its last notebook.
    open_topics = asyncio.Semaphore(jobs + 2)

    async def one(topic: str) -> Result:
        async with open_topics:
            runner = Runner(course.root / CACHE, places=places, force=force, told=lambda state: progress(topic, state))
            parts = [part for part in scores.PARTS if part not in only_read.get(topic, ())]
            result = await _one_topic(course, topic, students.get(topic), runner, parts)
            progress(topic, "end")
            return result

    tasks = [asyncio.create_task(one(topic)) for topic in topics]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def student_versions_of(
    course: Course, topics: Sequence[str]
) -> dict[str, tuple[nbformat.NotebookNode, nbformat.NotebookNode]]:
    """Source notebook and student's version of every topic that has one that can be read."""
    from grader.authoring.release import student_versions

    sources = {}
    for topic in topics:
        try:
            if course.solution(topic).is_file():
                sources[topic] = source_notebook(course, topic)
        except CourseError:
            continue  # its rules say so
    students = student_versions(sources)
    return {topic: (source, students[topic]) for topic, source in sources.items()}


@dataclass
class _Gate:
    """One topic on its way through the gate; a part that is not in `result.ran` is only read."""

    course: Course
    topic: str
    runner: Runner
    found: Findings
    result: Result

    async def chapter(self, cells: list[Placed]) -> None:
        """Run the chapter as its readers do, with its claims in between; again without them where they do something."""
        if not cells or "chapter" not in self.result.ran:
            return
        path, before = self.course.chapter(self.topic), len(self.found.errors)
        run, asked = await run_all(self.course, self.topic, cells, self.runner, rules_chapter.SECONDS)
        self.result.chapter_seconds = run.seconds
        rules_chapter.check_chapter_run(self.course, self.topic, cells, run, self.found)
        if not only_look(cells) and len(self.found.errors) == before:
            shown = [cell for cell in cells if CLAIM not in cell.tags]
            run, asked = await run_all(self.course, self.topic, shown, self.runner, rules_chapter.SECONDS)
            rules_chapter.check_outputs(path, shown, run, self.found)
        if len(self.found.errors) == before:
            check_left(path, asked, self.found)

    async def exercises(self, notebooks: tuple[nbformat.NotebookNode, nbformat.NotebookNode] | None) -> None:
        """Check the exercise notebook and prove it by its bank."""
        course, topic, found = self.course, self.topic, self.found
        if not course.solution(topic).is_file():
            if not topic.startswith("00-"):
                found.error(course.chapter(topic), 1, f"there is no exercise notebook; write solutions/{topic}.py.")
            return
        parts = rules_exercise.check_exercises(course, topic, found)
        if not parts or notebooks is None:
            return
        rules_exercise.check_student_version(course, topic, parts, notebooks[1], found)
        rules_names.check_names_of_cells(course.solution(topic), notebooks[0], parts, found)
        answers = self.answers(parts)
        self.count(parts, answers)
        numbered = clauses.check_numbers(course.solution(topic), parts, answers, found)
        work = Topic(course, topic, parts, answers, *notebooks, self.runner, found)
        if answers:
            handed_in.check_bank(work)
            others = {answer.exercise for answer in answers if answer.expect == "right"}
            check_why(course.why(topic), tasks(notebooks[0].cells), others, found)
        self.result.clauses = numbered
        self.result.mutants, self.result.seeds = scores.check_scores(course, topic, found)
        if "exercises" not in self.result.ran:
            return
        proof = await prove.prove(work)
        self.result.exercise_seconds, self.result.alone = proof.seconds, proof.alone
        self.result.idle, self.result.spare = proof.idle, proof.spare
        if proof.broken:
            clauses.check_broken(course.solution(topic), numbered, proof.broken, found)

    async def projects(self) -> None:
        """Prove the projects that belong to the topic."""
        if "projects" not in self.result.ran:
            return
        right, wrong = await prove_projects(self.course, self.topic, self.runner, self.found)
        self.result.right += right
        self.result.wrong += wrong

    def answers(self, parts: Sequence[Parts]) -> list[bank.Answer]:
        """The bank, or nothing where it cannot be read."""
        path = self.course.answers(self.topic)
        try:
            return bank.read(path, [part.exercise for part in parts])
        except CourseError as error:
            self.found.caught(path, error)
            return []

    def count(self, parts: Sequence[Parts], answers: Sequence[bank.Answer]) -> None:
        """Note how much there is."""
        self.result.exercises, self.result.graded = len(parts), sum(len(part.graded) for part in parts)
        self.result.points = sum(sum(part.exercise.points.values()) for part in parts)
        self.result.right += sum(answer.expect == "right" for answer in answers)
        self.result.wrong += sum(answer.expect != "right" for answer in answers)


async def _one_topic(
    course: Course,
    topic: str,
    notebooks: tuple[nbformat.NotebookNode, nbformat.NotebookNode] | None,
    runner: Runner,
    parts: list[str],
) -> Result:
    gate = _Gate(course, topic, runner, Findings(topic), Result(topic, parts))
    result = gate.result
    cells = rules_chapter.check_chapter(course, topic, gate.found)
    if cells:
        _check_built(course, topic, gate.found)
    result.words, result.cells = rules_chapter.words(cells), rules_chapter.code_cells(cells)
    result.figures = rules_chapter.figures(cells)
    await asyncio.gather(gate.chapter(cells), gate.exercises(notebooks), gate.projects())
    result.findings = sorted(set(gate.found), key=lambda finding: (finding.warning, finding))
    result.executed, result.remembered = runner.executed, runner.remembered
    return result


def _check_built(course: Course, topic: str, found: Findings) -> None:
    """The links of what is built; where the exercises cannot be read, their own rules say so."""
    try:
        rules_links.check_built_links(course, topic, found)
    except CourseError:
        return


def _remember(course: Course, results: Sequence[Result]) -> None:
    """Add to each result when it last held, and keep the results for the report and what holds for `--unproved`."""
    path = course.root / CACHE / "topics.json"
    known = recall(course)
    for result in results:
        if not result.ran:
            continue
        if not result.errors:
            scores.keep_held(course, result.topic, result.ran)
            result.verified, result.versions = time.strftime("%Y-%m-%d"), versions()
        elif result.topic in known:
            result.verified, result.versions = known[result.topic].verified, known[result.topic].versions
        if result.whole or result.errors:
            known[result.topic] = result
    text = json.dumps({topic: asdict(result) for topic, result in sorted(known.items())}, indent=1)
    write_whole(path, text.encode() + b"\n", durable=False)


def recall(course: Course) -> dict[str, Result]:
    """The last result of every topic that this checkout has verified."""
    try:
        text = (course.root / CACHE / "topics.json").read_text(encoding="utf-8")
        found = {topic: Result(**fields) for topic, fields in json.loads(text).items()}
    except (OSError, ValueError, TypeError):
        return {}
    for result in found.values():
        result.findings = [Finding(**finding) for finding in result.findings]  # type: ignore[arg-type]
        result.mutants = Mutation(**result.mutants) if result.mutants else None  # type: ignore[arg-type]
        result.seeds = Draws(**result.seeds) if result.seeds else None  # type: ignore[arg-type]
        result.clauses = [Clause(**clause) for clause in result.clauses]  # type: ignore[arg-type]
    return {topic: result for topic, result in found.items() if topic in course.topics}
