"""Numbers of classical test theory for a class: difficulty and discrimination of exercises, spread of scores."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, pstdev

FEWEST = 5
"""Correlations of fewer students than this are not told: they would say nothing."""


@dataclass(frozen=True)
class Item:
    """How an exercise did.

    Attributes:
        students: how many have a score for it.
        difficulty: the mean share of its points that was earned, 0 (nobody) to 1 (everybody); None without scores.
        discrimination: see `item_rest`; None where it is not defined.
    """

    students: int
    difficulty: float | None
    discrimination: float | None


@dataclass(frozen=True)
class Spread:
    """Scores of an assignment: how many, mean, median, standard deviation of the population, smallest, largest."""

    students: int
    mean: float
    median: float
    deviation: float
    smallest: float
    largest: float


def spread(scores: Sequence[float]) -> Spread | None:
    """The spread of scores; None where there are none."""
    if not scores:
        return None
    return Spread(len(scores), fmean(scores), median(scores), pstdev(scores), min(scores), max(scores))


def correlation(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Pearson's correlation; None for fewer than `FEWEST` pairs, or where one side does not vary."""
    if len(xs) != len(ys):
        raise ValueError(f"{len(xs)} values against {len(ys)}")
    if len(xs) < FEWEST:
        return None
    mx, my = fmean(xs), fmean(ys)
    sx = math.sqrt(sum((x - mx) ** 2 for x in xs))
    sy = math.sqrt(sum((y - my) ** 2 for y in ys))
    if sx < 1e-12 or sy < 1e-12:
        return None
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True)) / (sx * sy)


def item_rest(scores: Mapping[str, Mapping[str, float]], item: str) -> float | None:
    """How well an exercise tells strong students from weak ones: its correlation with the sum of the other exercises.

    For an exercise that is right or wrong this is the point-biserial correlation. The exercise itself is left out of
    the sum, for it would correlate with itself (Henrysson, Correction of item-total correlations in item analysis,
    Psychometrika 28, 1963, 211-218). Below about 0.2 an exercise is usually looked at again (Ebel and Frisbie,
    Essentials of Educational Measurement, 5th edition, 1991, chapter 13).

    Args:
        scores: points by student and exercise; a student without this exercise is left out.
        item: the exercise.
    """
    taken = [points for points in scores.values() if item in points]
    mine = [points[item] for points in taken]
    rest = [sum(value for name, value in points.items() if name != item) for points in taken]
    return correlation(mine, rest)


def items(scores: Mapping[str, Mapping[str, float]], possible: Mapping[str, float]) -> dict[str, Item]:
    """Difficulty and discrimination of each exercise.

    Args:
        scores: points by student and exercise.
        possible: the most points of each exercise.
    """
    found = {}
    for name, most in possible.items():
        mine = [points[name] for points in scores.values() if name in points]
        difficulty = fmean(mine) / most if mine and most else None
        found[name] = Item(len(mine), difficulty, item_rest(scores, name))
    return found


def histogram(scores: Sequence[float], most: float, bins: int = 10) -> list[int]:
    """How many scores lie in each of `bins` equal parts of 0 … `most`; a full score is in the last one."""
    counts = [0] * bins
    for score in scores:
        place = int(score / most * bins) if most else 0
        counts[min(max(place, 0), bins - 1)] += 1
    return counts
