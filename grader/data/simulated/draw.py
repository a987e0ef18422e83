"""Draws that come out the same on every NumPy: everything rests on `Generator(PCG64).random()` alone."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")


class Draw:
    """One stream of random numbers, fixed by its seed."""

    def __init__(self, seed: int) -> None:
        self.stream = np.random.Generator(np.random.PCG64(seed))

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """A number in [low, high)."""
        return low + (high - low) * float(self.stream.random())

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.uniform() < probability

    def below(self, stop: int) -> int:
        """A whole number in [0, stop)."""
        return int(self.uniform() * stop)

    def pick(self, items: Sequence[Item], weights: Sequence[float] | None = None) -> Item:
        """One of the items; the weights, if any, add up to 1."""
        if weights is None:
            return items[self.below(len(items))]
        position = self.uniform()
        for item, weight in zip(items, weights, strict=True):
            position -= weight
            if position < 0:
                return item
        return items[-1]

    def normal(self, mean: float = 0.0, deviation: float = 1.0) -> float:
        """A normal number, by the inverse of the distribution function."""
        return NormalDist(mean, deviation).inv_cdf(max(self.uniform(), 1e-12))

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """The items in random order (Fisher–Yates)."""
        result = list(items)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result
