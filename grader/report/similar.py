"""Finds answers of different students that are almost the same program; a reason to look, never a proof.

A program is compared without comments, docstrings, layout and the names that it makes up itself, token by token, by
RapidFuzz's normalised indel similarity. Small programs have few ways to be written, so short answers are left out, and
so are programs that many students came up with; pairs are ranked by how rare what they share is.
"""

from __future__ import annotations

import ast
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, product
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Indel

ALIKE = 0.9
"""Programs at least so similar count as almost the same."""
SHORTEST = 30
"""Programs of fewer tokens are not compared."""
LONG = 100
"""Two students who share one program only are told of if it has so many tokens."""
COMMON = 0.25
"""A program that more than this share of the class (and more than three students) wrote is the usual solution."""


@dataclass(frozen=True)
class Shared:
    """One exercise that two students solved almost alike.

    Attributes:
        similarity: from 0 to 1.
        identical: the texts agree character for character, comments included.
        students: how many students wrote almost this, the two included.
        tokens: the length of the shorter program.
    """

    exercise: str
    similarity: float
    identical: bool
    students: int
    tokens: int


@dataclass(frozen=True)
class Pair:
    """Two students, what they share, and how surprising that is: the sum of log(class / students who wrote it)."""

    first: str
    second: str
    shared: list[Shared] = field(default_factory=list)
    weight: float = 0.0


@lru_cache(maxsize=20_000)
def normalised(source: str) -> tuple[str, ...] | None:
    """The tokens of a program, with made-up names numbered in order; None for what is no Python."""
    try:
        tree = ast.parse(source)
        own: set[str] = set()
        _look(tree, own)
        tokens: list[str] = []
        _walk(tree, own, {}, tokens)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tuple(tokens)


def without_docstrings(tree: ast.AST) -> ast.AST:
    """A tree after its docstrings, and other texts that do nothing, have been taken out of it."""
    _look(tree, set())
    return tree


def _look(node: ast.AST, own: set[str], *, inside: bool = False) -> None:
    """Note the names that a program gives, and take its docstrings out, on one way through the tree.

    Its own names are variables, parameters, and functions within functions.
    """
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Store):
            own.add(node.id)
        return
    if isinstance(node, ast.arg):
        own.add(node.arg)
    elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module | ast.AsyncFunctionDef):
        node.body = [s for s in node.body if not _is_text(s)] or [ast.Pass()]
        if isinstance(node, ast.FunctionDef):
            if inside:
                own.add(node.name)
            inside = True
    for child in ast.iter_child_nodes(node):
        _look(child, own, inside=inside)


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _walk(node: ast.AST, own: set[str], numbers: dict[str, str], tokens: list[str]) -> None:
    """Write a tree down as tokens: kinds of nodes, names, and constants."""
    if isinstance(node, ast.expr_context):
        return
    tokens.append(type(node).__name__)
    named = isinstance(node, ast.Name | ast.arg | ast.FunctionDef | ast.Global | ast.Nonlocal)
    for name, value in ast.iter_fields(node):
        if name in ("type_comment", "kind", "returns", "annotation", "type_params"):
            continue
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, ast.AST):
                _walk(item, own, numbers, tokens)
            elif isinstance(item, str) and not isinstance(node, ast.Constant):
                tokens.append(numbers.setdefault(item, f"name{len(numbers)}") if named and item in own else item)
            elif item is not None:
                tokens.append(repr(item)[:50])


def pairs(answers: Mapping[str, Mapping[str, str]], stubs: Mapping[str, str], most: int = 50) -> list[Pair]:
    """The pairs of students who share the rarest programs.

    Args:
        answers: text by exercise and student.
        stubs: the text that students receive, by exercise.
        most: so many pairs at the most.
    """
    found: dict[tuple[str, str], list[_Found]] = defaultdict(list)
    for exercise, texts in answers.items():
        for couple, one in _of_one_exercise(exercise, texts, stubs.get(exercise, "")):
            found[couple].append(one)
    weights = {
        couple: sum(one.weight for one in both)
        for couple, both in found.items()
        if len(both) > 1 or both[0].tokens >= LONG
    }
    chosen = sorted(weights, key=lambda couple: (-weights[couple], couple))[:most]
    return [
        Pair(*couple, [_shared(one, answers, couple) for one in found[couple]], weights[couple]) for couple in chosen
    ]


class _Found(NamedTuple):
    """One exercise that two students solved almost alike: there are many, of which few are told."""

    exercise: str
    similarity: float
    students: int
    tokens: int
    weight: float


def _shared(one: _Found, answers: Mapping[str, Mapping[str, str]], couple: tuple[str, str]) -> Shared:
    first, second = (answers[one.exercise][student].strip() for student in couple)
    return Shared(one.exercise, one.similarity, first == second, one.students, one.tokens)


def _of_one_exercise(exercise: str, texts: Mapping[str, str], stub: str) -> Iterator[tuple[tuple[str, str], _Found]]:
    """Which students wrote almost the same."""
    programs = {student: normalised(text) for student, text in texts.items()}
    untouched = normalised(stub)
    kept = {s: p for s, p in programs.items() if p is not None and len(p) >= SHORTEST and p != untouched}
    letters: dict[str, str] = {}
    kinds = Counter(_letters(program, letters) for program in kept.values())
    written = {student: _letters(program, letters) for student, program in kept.items()}
    shapes = sorted(kinds)
    matrix = process.cdist(shapes, shapes, scorer=Indel.normalized_similarity, score_cutoff=ALIKE)
    place = {shape: number for number, shape in enumerate(shapes)}
    near = [sum(kinds[shapes[j]] for j in row.nonzero()[0]) for row in matrix]
    usual = {place[kind] for kind in shapes if (many := near[place[kind]]) > 3 and many > COMMON * len(texts)}
    by_shape: dict[int, list[str]] = defaultdict(list)
    for student in sorted(written):
        by_shape[place[written[student]]].append(student)
    for one, other in zip(*matrix.nonzero(), strict=True):
        if one > other or one in usual or other in usual:
            continue
        couples = combinations(by_shape[one], 2) if one == other else product(by_shape[one], by_shape[other])
        many = int(max(near[one], near[other]))
        weight = math.log(max(len(texts), 2) / many) if many < len(texts) else 0.0
        tokens = min(len(shapes[one]), len(shapes[other]))
        told = _Found(exercise, float(matrix[one][other]), many, tokens, weight)
        for first, second in couples:
            yield (first, second) if first < second else (second, first), told


def _letters(program: tuple[str, ...], letters: dict[str, str]) -> str:
    """A program as a string of one letter a token, which RapidFuzz compares fastest."""
    return "".join(letters.setdefault(token, chr(0x100 + len(letters))) for token in program)
