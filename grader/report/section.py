"""The pages of one assignment, and what the class report's own page and tables say of it.

    assignments/ASSIGNMENT/index.html            beside the report
    assignments/ASSIGNMENT/exercises/NAME.html   all answers to one exercise
    assignments/ASSIGNMENT/kept.json             what the report says of it, and a digest of all that this is made of

Where that digest is still the same, nothing is read or written again: of a large class one assignment changes in a
week, and thirty do not.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from markupsafe import Markup

from grader.classroom.classroom import Classroom
from grader.files import write_whole
from grader.grading import results
from grader.grading.results import Result
from grader.report import across, charts, class_results, export, nameless, pages, safe_html, similar, statistics
from grader.report.across import Group, Program
from grader.report.class_results import Assignment, ClassResults, Exercise, HandIn
from grader.report.similar import Pair

SLOWEST = 10
HARD, WEAK = 0.35, 0.15
"""An exercise is pointed out below this difficulty (share of points), or below this discrimination."""
MARKED_UP = 40
"""So many programs of a page have their syntax marked, which takes most of its time; the others are as plain text."""
FIRST_GROUPS, FIRST_PROGRAMS = 8, 3
"""So much of each exercise is on the assignment's page; the exercise's own page has all."""
PAIRS = 12
LIVE_GROUPS, LIVE_PROGRAMS = 6, 2
"""So much of each exercise is on the live pages."""


@dataclass
class Section:
    """What the report's own page and tables say of an assignment; JSON can hold it.

    Attributes:
        digest: of all that it is made of.
        exercises: their names.
        outcomes: of each student's exercises, in their order; empty where there is no verdict at all.
        states: of students whose submission has no verdict.
        feedback: students who have a page, and its path in the class directory.
        attention: what is worth a look, by kind.
        slowest: runs, as rows of a table.
        seconds, cpu, runs, cached, unsandboxed: of all runs.
        seed: of the assignment.
        versions: of packages, all that were used.
        tables: rows as CSV, by the table's file name.
        live: of each exercise, what the live pages show.
    """

    digest: str
    exercises: list[str] = field(default_factory=list)
    outcomes: dict[str, list[str | None]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    feedback: dict[str, str] = field(default_factory=dict)
    attention: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    slowest: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float | None = None
    runs: int = 0
    cached: int = 0
    unsandboxed: int = 0
    seed: int | None = None
    versions: dict[str, list[str]] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    live: list[dict[str, Any]] = field(default_factory=list)


def of(room: Classroom, found: ClassResults, assignment: Assignment, report: Path) -> Section:
    """An assignment's section: the one that is kept, or a new one, with its pages.

    Args:
        room: the class.
        found: what is known of it.
        assignment: with its marks alone, as `class_results.read` gives it without details.
        report: the page on the class, beside whose folder of assignments the pages go.
    """
    kept = folder_of(report.parent, assignment.name) / "kept.json"
    digest = _digest(room, found, assignment, report)
    try:
        section = Section(**json.loads(kept.read_text(encoding="utf-8")))
        if section.digest == digest:
            return section
    except (OSError, ValueError, TypeError):
        pass
    section = _Maker(room, found, class_results.detailed(room, assignment), report).made(digest)
    write_whole(kept, json.dumps(dataclasses.asdict(section)).encode(), durable=False)
    return section


def folder_of(folder: Path, assignment: str) -> Path:
    """Where the pages of an assignment lie, in the folder of the report."""
    return folder / "assignments" / pages.file_name(assignment)


def _digest(room: Classroom, found: ClassResults, assignment: Assignment, report: Path) -> str:
    """A digest of all that an assignment's pages are made of."""
    digest = hashlib.sha256()
    told = (
        pages.of_these_modules(),
        str(report),
        found.name,
        found.missing,
        sorted(found.people.items()),
        assignment,
        formgrader(room),
    )
    digest.update(repr(told).encode())
    for path in _files(room, assignment):
        try:
            status = os.stat(path)
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
        except OSError:
            digest.update(f"{path} is not there\n".encode())
    return digest.hexdigest()


def _files(room: Classroom, assignment: Assignment) -> Iterator[str]:
    """The files that an assignment's pages are made of, or lead to."""
    name, mark = assignment.name, "\0"
    notebooks = room.notebooks(name)
    yield from (str(room.root / "source" / name / f"{notebook}.ipynb") for notebook in notebooks)
    for notebook in notebooks:
        places = [
            str(results.path_of(room.root, name, mark, notebook)),
            str(room.folder("autograded", mark, name) / f"{notebook}.ipynb"),
            str(_feedback(room, mark, name, notebook)),
        ]
        yield from (place.replace(mark, student) for student in assignment.hand_ins for place in places)


def _feedback(room: Classroom, student: str, assignment: str, notebook: str) -> Path:
    return room.folder("feedback", student, assignment) / f"{notebook}.html"


def formgrader(room: Classroom) -> str:
    """Where the class's formgrader is, for links to the page on which an answer is marked by hand."""
    return str(room.config.get("ClassReport", {}).get("formgrader", "http://localhost:8888/formgrader")).rstrip("/")


class _Maker:
    """Makes the pages of one assignment."""

    def __init__(self, room: Classroom, found: ClassResults, assignment: Assignment, report: Path) -> None:
        self._room, self._found, self._assignment, self._report = room, found, assignment, report
        self._own = folder_of(report.parent, assignment.name)
        self._inside = report.resolve().is_relative_to(room.root)
        self._feedback = {
            student: path
            for student in assignment.hand_ins
            if (path := _feedback(room, student, assignment.name, self._notebook)).is_file()
        }

    @property
    def _notebook(self) -> str:
        exercises = self._assignment.exercises
        return exercises[0].notebook if exercises else self._assignment.name

    def made(self, digest: str) -> Section:
        """Write the pages; returns the section."""
        assignment = self._assignment
        items = assignment.items()
        pairs = _pairs(assignment)
        answers = {exercise.name: across.groups(assignment, exercise) for exercise in assignment.exercises}
        for exercise in assignment.exercises:
            self._exercise_page(exercise, answers[exercise.name])
        values = self._values(items, pairs, answers)
        up = pages.link(f"../../{self._report.name}")
        pages.write_page(self._own / "index.html", "assignment.html.j2", up=up, **values)
        timed = [result for result in _results(assignment) if result.seconds is not None]
        cpu = [result.cpu_seconds for result in timed if result.cpu_seconds is not None]
        return Section(
            digest,
            [exercise.name for exercise in assignment.exercises],
            {s: [h.outcome(e) for e in assignment.exercises] for s, h in assignment.hand_ins.items()},
            {s: bad for s, h in assignment.hand_ins.items() if (bad := _no_verdict(h))},
            {student: path.relative_to(self._room.root).as_posix() for student, path in self._feedback.items()},
            self._attention(items),
            [self._run(r) for r in sorted(timed, key=lambda result: -(result.seconds or 0))[:SLOWEST]],
            sum(result.seconds or 0 for result in timed),
            sum(cpu) if cpu else None,
            len(timed),
            sum(result.from_cache for result in timed),
            sum(not result.sandbox for result in timed),
            assignment.seed,
            _versions(assignment),
            export.of_one(assignment, items, pairs),
            self._live(),
        )

    def _values(
        self, items: dict[str, statistics.Item], pairs: list[Pair], answers: dict[str, list[Group]]
    ) -> dict[str, Any]:
        """What the template of an assignment's page shows."""
        found, assignment = self._found, self._assignment
        scores = found.scores(assignment)
        spread = statistics.spread(scores)
        histogram = statistics.histogram(scores, assignment.possible)
        return {
            "found": found,
            "now": now(),
            "name": assignment.name,
            "spread": spread,
            "possible": assignment.possible,
            "handed_in": len(assignment.hand_ins),
            "missing": [
                found.shown(student) + (f": {assignment.instead[student]}" if student in assignment.instead else "")
                for student in assignment.missing
            ],
            "late": [found.shown(h.student) for h in assignment.hand_ins.values() if h.late > 0],
            "histogram": charts.columns(histogram, assignment.possible, spread.mean if spread else None),
            "counts": histogram,
            "exercises": [self._exercise(e, items[e.name], answers[e.name]) for e in assignment.exercises],
            "misconceptions": [
                {"exercise": exercise, "said": said, "students": [found.shown(s) for s in students]}
                for (exercise, said), students in assignment.misconceptions().items()
            ],
            "pairs": [self._pair(pair) for pair in pairs[:PAIRS]],
            "more_pairs": max(len(pairs) - PAIRS, 0),
        }

    def _exercise(self, exercise: Exercise, item: statistics.Item, groups: list[Group]) -> dict[str, Any]:
        """An exercise on the assignment's page: how it went, and the first of what failed."""
        assignment, found = self._assignment, self._found
        counts = assignment.outcomes(exercise)
        untouched = [found.shown(s) for s, h in assignment.hand_ins.items() if h.outcome(exercise) == "not attempted"]
        failed = [group for group in groups if group.outcome in ("wrong", "error")]
        failed.sort(key=lambda group: (-group.students, group.reasons))
        return {
            "name": exercise.name,
            "page": pages.link(f"exercises/{pages.file_name(exercise.name)}.html"),
            "possible": exercise.possible,
            "item": item,
            "counts": counts,
            "bar": charts.stacked(counts),
            "groups": [
                {
                    "students": group.students,
                    "reasons": group.reasons,
                    "programs": [
                        ([found.shown(s) for s in program.students], Markup(safe_html.code(program.texts[0])))
                        for program in group.programs[:FIRST_PROGRAMS]
                    ],
                    "more": len(group.programs) - FIRST_PROGRAMS,
                }
                for group in failed[:FIRST_GROUPS]
            ],
            "more": len(failed) - FIRST_GROUPS,
            "untouched": untouched,
        }

    def _exercise_page(self, exercise: Exercise, groups: list[Group]) -> None:
        """All answers to one exercise."""
        counts = self._assignment.outcomes(exercise)
        marked_up = iter(range(MARKED_UP))
        path = self._own / "exercises" / f"{pages.file_name(exercise.name)}.html"
        pages.write_page(
            path,
            "exercise.html.j2",
            found=self._found,
            now=now(),
            assignment=self._assignment.name,
            name=exercise.name,
            possible=exercise.possible,
            bar=charts.stacked(counts),
            shares=pages.shares(counts),
            up=pages.link(f"../../../{self._report.name}"),
            groups=[self._group(group, exercise, path, marked_up) for group in groups],
        )

    def _group(self, group: Group, exercise: Exercise, path: Path, marked_up: Iterator[int]) -> dict[str, Any]:
        return {
            "outcome": group.outcome,
            "reasons": group.reasons,
            "students": group.students,
            "programs": [
                {
                    "people": [self._person(student, exercise, path) for student in program.students],
                    "text": Markup(
                        (safe_html.plain if next(marked_up, None) is None else safe_html.code)(program.texts[0])
                    ),
                    "others": [Markup(safe_html.plain(text)) for text in program.texts[1:6]],
                    "count": len(program.texts),
                }
                for program in group.programs
            ],
        }

    def _person(self, student: str, exercise: Exercise, path: Path) -> dict[str, Any]:
        """A student with the ways to the feedback page, and to formgrader's page on what was handed in."""
        number = self._assignment.hand_ins[student].numbers.get(exercise.notebook, "")
        return {
            "name": self._found.shown(student),
            "feedback": self._way_to_feedback(student, path),
            "by_hand": f"{formgrader(self._room)}/submissions/{number}/" if number else None,
        }

    def _way_to_feedback(self, student: str, path: Path) -> str | None:
        """The link from a page to a student's feedback; None where there is none, or the page lies elsewhere."""
        there = self._feedback.get(student) if self._inside else None
        return pages.link(os.path.relpath(there, path.parent).replace(os.sep, "/")) if there else None

    def _live(self) -> list[dict[str, Any]]:
        """Each exercise with its most frequent answers, with names and without."""
        found, assignment = self._found, self._assignment
        usual = "\n".join(
            cell.source
            for notebook in self._room.notebooks(assignment.name)
            for cell in self._room.source(assignment.name, notebook).cells
        )
        names = nameless.Names(found.people.values(), assignment.hand_ins, usual)
        return [
            {
                "name": exercise.name,
                "page": f"exercises/{pages.file_name(exercise.name)}.html",
                "counts": dict(assignment.outcomes(exercise)),
                "groups": [
                    self._live_group(group, exercise, names)
                    for group in across.groups(assignment, exercise, class_results.asked)
                    if group.outcome in ("wrong", "error", "right")
                ][:LIVE_GROUPS],
            }
            for exercise in assignment.exercises
        ]

    def _live_group(self, group: Group, exercise: Exercise, names: nameless.Names) -> dict[str, Any]:
        told = [(program, self._nameless(program, exercise, names)) for program in group.programs[:LIVE_PROGRAMS]]
        return {
            "outcome": group.outcome,
            "reasons": group.reasons,
            "students": group.students,
            "programs": [
                {
                    "students": [self._found.shown(student) for student in program.students],
                    "text": safe_html.code(program.texts[0]),
                    "nameless": text and safe_html.code(text),
                }
                for program, text in told
            ],
        }

    def _nameless(self, program: Program, exercise: Exercise, names: nameless.Names) -> str | None:
        """A program as the class may see it, if several wrote it and the judge has found no trick in it."""
        verdicts = [self._assignment.hand_ins[s].verdicts(exercise).values() for s in program.students]
        tricky = any(verdict.flags for each in verdicts for verdict in each)
        return nameless.program(program.texts[0], names) if len(program.students) > 1 and not tricky else None

    def _pair(self, pair: Pair) -> dict[str, Any]:
        exercises = {exercise.name: exercise for exercise in self._assignment.exercises}
        first, second = self._assignment.hand_ins[pair.first], self._assignment.hand_ins[pair.second]
        return {
            "first": self._found.shown(pair.first),
            "second": self._found.shown(pair.second),
            "weight": pair.weight,
            "shared": [
                {
                    "exercise": shared.exercise,
                    "similarity": shared.similarity,
                    "identical": shared.identical,
                    "students": shared.students,
                    "outcome": first.outcome(exercises[shared.exercise]),
                    "texts": [Markup(safe_html.code(h.answers[shared.exercise])) for h in (first, second)],
                }
                for shared in pair.shared
            ],
        }

    def _attention(self, items: dict[str, statistics.Item]) -> dict[str, list[dict[str, Any]]]:
        """What an instructor should look at, by kind."""
        name = self._assignment.name
        kinds: dict[str, list[dict[str, Any]]] = {"ungraded": [], "flagged": [], "part": [], "mended": []}
        bare = any(result.evidence is False for result in _results(self._assignment))
        kinds["bare"] = [{"exercise": name, "assignment": "", "notes": []}] if bare else []
        for result in _results(self._assignment):
            who = {"student": self._found.shown(result.student), "assignment": name}
            flags = {f"Cell {cell!r}: {flag}." for cell, verdict in result.verdicts.items() for flag in verdict.flags}
            others = [note for note in result.notes if note not in flags]
            if result.state in class_results.NO_VERDICT:
                kinds["ungraded"].append({**who, "state": result.state, "notes": others})
                continue
            if flags:
                kinds["flagged"].append({**who, "notes": sorted(flags)})
            if others:
                kinds["part" if result.state == "graded in part" else "mended"].append({**who, "notes": others})
        kinds["exercises"] = _odd_exercises(name, items)
        return kinds

    def _run(self, result: Result) -> dict[str, Any]:
        """A row of the table of runs."""
        return {
            "student": self._found.shown(result.student),
            "notebook": result.notebook,
            "seconds": result.seconds,
            "cpu": result.cpu_seconds,
            "memory": result.peak_memory,
            "kernels": result.kernels,
        }


def _pairs(assignment: Assignment) -> list[Pair]:
    answers = {
        exercise.name: {
            s: h.answers[exercise.name] for s, h in assignment.hand_ins.items() if exercise.name in h.answers
        }
        for exercise in assignment.exercises
    }
    return similar.pairs(answers, {exercise.name: exercise.stub for exercise in assignment.exercises})


def _results(assignment: Assignment) -> list[Result]:
    return [result for hand_in in assignment.hand_ins.values() for result in hand_in.results.values()]


def _no_verdict(hand_in: HandIn) -> str:
    """The state of a hand-in of which nothing is known."""
    return next((r.state for r in hand_in.results.values() if r.state in class_results.NO_VERDICT), "")


def _odd_exercises(assignment: str, items: dict[str, statistics.Item]) -> list[dict[str, Any]]:
    odd = []
    for name, item in items.items():
        notes = []
        if item.difficulty is not None and item.difficulty < HARD:
            notes.append(f"only {item.difficulty:.0%} of its points were earned")
        if item.discrimination is not None and item.discrimination < WEAK:
            notes.append(f"students who do well elsewhere do no better here (discrimination {item.discrimination:.2f})")
        if notes:
            odd.append({"exercise": name, "assignment": assignment, "notes": notes})
    return odd


def _versions(assignment: Assignment) -> dict[str, list[str]]:
    """The versions of packages: more than one of a package is worth knowing."""
    versions: dict[str, set[str]] = {}
    for result in _results(assignment):
        for name, version in result.versions.items():
            versions.setdefault(name, set()).add(version)
    return {name: sorted(known) for name, known in versions.items()}


def now() -> str:
    """The time, as pages say it."""
    return f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC"
