"""Finds answers of different students that are almost the same program; a reason to look, never a proof.

A program is compared without comments, docstrings, layout and the names that it makes up itself, token by token, by
RapidFuzz's normalised indel similarity. Small programs have few ways to be written, so short answers are left out, and
so are programs that many students came up with; pairs are ranked by how rare what they share is.
"""

from __future__ import annotations

import ast
import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations

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


def normalised(source: str) -> tuple[str, ...] | None:
    """The tokens of a program, with made-up names numbered in order; None for what is no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    own = _own_names(tree)
    numbers: dict[str, str] = {}
    tokens: list[str] = []
    try:
        _walk(_without_docstrings(tree), own, numbers, tokens)
    except RecursionError:
        return None
    return tuple(tokens)


def _own_names(tree: ast.AST) -> set[str]:
    """The names that a program gives: variables, parameters, and functions within functions."""
    own = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            own |= {inner.name for inner in ast.walk(node) if isinstance(inner, ast.FunctionDef) and inner is not node}
    return own


def _without_docstrings(tree: ast.AST) -> ast.AST:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module | ast.AsyncFunctionDef):
            node.body = [s for s in node.body if not _is_text(s)] or [ast.Pass()]
    return tree


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
    found: dict[tuple[str, str], list[tuple[Shared, float]]] = defaultdict(list)
    for exercise, texts in answers.items():
        for couple, shared, weight in _of_one_exercise(exercise, texts, stubs.get(exercise, "")):
            found[couple].append((shared, weight))
    made = [
        Pair(first, second, [shared for shared, _ in both], sum(weight for _, weight in both))
        for (first, second), both in found.items()
        if len(both) > 1 or both[0][0].tokens >= LONG
    ]
    return sorted(made, key=lambda pair: (-pair.weight, pair.first, pair.second))[:most]


def _of_one_exercise(exercise: str, texts: Mapping[str, str], stub: str) -> list[tuple[tuple[str, str], Shared, float]]:
    """Which students wrote almost the same, with the weight of each such couple."""
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
    made = []
    for first, second in combinations(sorted(written), 2):
        one, other = place[written[first]], place[written[second]]
        many = max(near[one], near[other])
        if matrix[one][other] < ALIKE or (many > 3 and many > COMMON * len(texts)):
            continue
        identical = texts[first].strip() == texts[second].strip()
        shared = Shared(exercise, float(matrix[one][other]), identical, many, min(len(kept[first]), len(kept[second])))
        made.append(((first, second), shared, math.log(max(len(texts), 2) / many) if many < len(texts) else 0.0))
    return made


def _letters(program: tuple[str, ...], letters: dict[str, str]) -> str:
    """A program as a string of one letter a token, which RapidFuzz compares fastest."""
    return "".join(letters.setdefault(token, chr(0x100 + len(letters))) for token in program)
