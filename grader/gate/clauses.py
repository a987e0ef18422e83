"""The clauses of the contracts: each has its number, and a wrong answer of the bank that breaks it alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from grader.authoring.bank import Answer
from grader.authoring.placed import Placed
from grader.authoring.task import HINT
from grader.gate.findings import Findings
from grader.gate.rules_exercise import Parts

Seen = Literal["visible", "hidden", "none"]

NUMBERS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟"
_NUMBER = re.compile(f"[{NUMBERS}]")
_ITEM = re.compile(r"(\s*)[-*+] ")
_FENCED = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.DOTALL | re.MULTILINE)
_OUT = re.compile(r"\s*[-*] \*\*Out\b")


@dataclass
class Clause:
    """One demand of a contract.

    Attributes:
        exercise: the exercise that it is of.
        number: from 1, by the circled digit before it.
        text: what it demands, from its digit to the next one or the end of its bullet.
        line: where its digit stands in the reference text.
        seen: whether a wrong answer that breaks it alone fails a visible check, or a hidden one only, or there is none.
        answers: those of the bank that break it alone.
    """

    exercise: str
    number: int
    text: str
    line: int
    seen: Seen = "none"
    answers: list[str] = field(default_factory=list)

    @property
    def sign(self) -> str:
        """Its number as the contract writes it."""
        return NUMBERS[self.number - 1]


@dataclass(frozen=True)
class Broken:
    """What a wrong answer of the bank did: whether it came out as its bank says, and whether a visible check failed."""

    answer: Answer
    holds: bool
    visible: bool


def clauses_of(part: Parts) -> list[Clause]:
    """The clauses of one exercise's contract, in the order of the text."""
    found = []
    for line, block in _blocks(part.task):
        marks = [*_NUMBER.finditer(block)]
        ends = [*(mark.start() for mark in marks), len(block)][1:]
        for mark, end in zip(marks, ends, strict=True):
            text = " ".join(block[mark.end() : end].split()).rstrip(" ;,:-")
            at = line + block.count("\n", 0, mark.start())
            found.append(Clause(part.exercise.name, NUMBERS.index(mark.group()) + 1, text, at))
    return found


def _blocks(task: Sequence[Placed]) -> Iterator[tuple[int, str]]:
    """The bullets and paragraphs of a task, each with its line; hints and code are no contract."""
    for cell in task:
        if not cell.is_markdown:
            continue
        text = _FENCED.sub(_blank, HINT.sub(_blank, cell.source))
        rows: list[str] = []
        begin = cell.line
        for number, row in enumerate([*text.split("\n"), ""], start=cell.line):
            if rows and (not row.strip() or _begins_item(row, rows[0])):
                yield begin, "\n".join(rows)
                rows = []
            if row.strip():
                begin = begin if rows else number
                rows.append(row)


def _begins_item(row: str, first: str) -> bool:
    """Whether a bullet begins here that does not belong into the one that began with `first`."""
    item, around = _ITEM.match(row), _ITEM.match(first)
    return bool(item and (not around or len(item[1]) <= len(around[1])))


def _blank(match: re.Match[str]) -> str:
    """As many lines with nothing in them."""
    return "\n" * match.group().count("\n")


def check_numbers(path: Path, parts: Sequence[Parts], answers: Sequence[Answer], found: Findings) -> list[Clause]:
    """Hold the numbers of the contracts, and those that the bank names, to the rules.

    Args:
        path: the reference text.
        parts: its exercises.
        answers: its bank.
        found: takes what is wrong.

    Returns:
        the clauses of all exercises.
    """
    clauses = {part.exercise.name: clauses_of(part) for part in parts}
    numbered = any(clauses.values())
    if not numbered:
        found.warn(path, 1, "contracts are not numbered; write ① ② … before each demand, CONTRIBUTING.md says how.")
    for part in parts if numbered else []:
        _check_contract(path, part, clauses[part.exercise.name], found)
    bank = path.with_suffix(".answers.py")
    for answer in answers:
        known = [clause.number for clause in clauses[answer.exercise]]
        for number in answer.breaks:
            if number not in known:
                has = f"its clauses are {', '.join(map(str, sorted(known)))}" if known else "it has no numbered clause"
                text = f"{answer.name!r} breaks clause {number} of {answer.exercise}, and {has}."
                found.error(bank, answer.line, text)
    return [clause for each in clauses.values() for clause in each]


def _check_contract(path: Path, part: Parts, clauses: Sequence[Clause], found: Findings) -> None:
    name = part.exercise.name
    line = part.task[0].line if part.task else part.solution.line
    if not clauses:
        found.error(path, line, f"the contract of {name} is not numbered; write ① ② … before each of its demands.")
        return
    for position, clause in enumerate(clauses, start=1):
        if clause.number != position:
            text = f"clause {clause.sign} of {name} stands where {NUMBERS[position - 1]} should; number them in order."
            found.error(path, clause.line, text)
            return
        if not re.search(r"\w", clause.text):
            found.error(path, clause.line, f"clause {clause.sign} of {name} says nothing; put it before its demand.")
    out = [(at, block) for at, block in _blocks(part.task) if _OUT.match(block)]
    if out and not any(_NUMBER.search(block) for _, block in out):
        found.error(path, out[0][0], f"what must come out of {name} is not numbered; write ① before the first demand.")


def check_broken(path: Path, clauses: Sequence[Clause], broken: Sequence[Broken], found: Findings) -> None:
    """See that each clause has a wrong answer that breaks it alone, and note in the clause what its students see.

    Args:
        path: the reference text.
        clauses: those of all its exercises; `seen` and `answers` are filled in.
        broken: the wrong answers of its bank, tried.
        found: takes the clauses without one.
    """
    known = {(clause.exercise, clause.number): clause for clause in clauses}
    for each in broken:
        answer = each.answer
        clause = known.get((answer.exercise, answer.breaks[0])) if len(answer.breaks) == 1 else None
        if clause is None or not each.holds:
            continue
        clause.answers.append(answer.name)
        clause.seen = "visible" if each.visible or clause.seen == "visible" else "hidden"
    for clause in clauses:
        if clause.seen == "none":
            text = f"no wrong answer breaks clause {clause.sign} of {clause.exercise} alone ({_short(clause.text)}); "
            text += f'add one with breaks="{clause.number}" to the bank, or take the clause out.'
            found.error(path, clause.line, text)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:58].rstrip() + " …"


def counts(clauses: Sequence[Clause]) -> Mapping[Seen, int]:
    """How many clauses a visible check guards, how many a hidden one only, how many none."""
    kinds: tuple[Seen, ...] = ("visible", "hidden", "none")
    return {kind: sum(clause.seen == kind for clause in clauses) for kind in kinds}
