"""The data of the projects: drawn by the generators of the bundled sets from other seeds, and scored by one number.

What a project's model is trained on comes from a seed that everybody knows. What it is graded on comes from a secret
one, and is made in the grader's own process: the features go beside the student's notebook, the truth does not.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.data.simulated import epidemic, passengers, reviews, shapes
from grader.data.simulated.draw import Draw

Array = npt.NDArray[Any]
Part = tuple[Any, Array]

_KNOWN = {"train": 1, "validation": 2}
"""The seeds of the parts that students have."""


@dataclass(frozen=True)
class Project:
    """The data of one project.

    Attributes:
        metric: how predictions are scored: "log loss", "accuracy" or "log error".
        rows: how many there are to train on, to look at, and held out. A prediction of the last fits into evidence
            whole: 8,192 numbers.
        draw: rows from a seed: the features as the bytes of a file, and the truth.
        read: the features back from the file.
    """

    metric: str
    rows: dict[str, int]
    draw: Callable[[int, int], tuple[bytes, Array]]
    read: Callable[[bytes], Any]


def load(name: str) -> tuple[Part, Part]:
    """The features and the truth to train on, and those to see by how good a model is."""
    return known(name, "train"), known(name, "validation")


def known(name: str, part: str) -> Part:
    """One of the two parts that students have; a fresh copy at each call."""
    content, truth = _drawn(name, part)
    return PROJECTS[name].read(content), truth.copy()


@cache
def _drawn(name: str, part: str) -> tuple[bytes, Array]:
    return PROJECTS[name].draw(_KNOWN[part], PROJECTS[name].rows[part])


def held_out(name: str, seed: int) -> tuple[bytes, bytes]:
    """The rows that a model is graded on: the features, and the truth as an `.npy` file."""
    features, truth = PROJECTS[name].draw(seed, PROJECTS[name].rows["held out"])
    return features, _npy(truth)


def _passengers(seed: int, rows: int) -> tuple[bytes, Array]:
    listed, _ = passengers.people_aboard(seed, rows)
    saved = np.array([person.pop("survived") for person in listed])
    return passengers.as_csv([name for name in passengers.COLUMNS if name != "survived"], listed), saved


def _frame(content: bytes) -> Any:
    import pandas

    return pandas.read_csv(io.BytesIO(content), dtype={"ticket": str}, encoding="utf-8")


def _shapes(seed: int, rows: int) -> tuple[bytes, Array]:
    draw = Draw(seed)
    kinds = np.array([draw.below(2) for _ in range(rows)])
    return _npy(np.stack([shapes.picture(draw, shapes.CLASSES[kind]) for kind in kinds])), kinds


def _reviews(seed: int, rows: int) -> tuple[bytes, Array]:
    draw = Draw(seed)
    texts, labels = zip(*draw.shuffled(list(reviews.written(draw, rows).items())), strict=True)
    return "\n".join(texts).encode(), np.array(labels)


def _lines(content: bytes) -> Array:
    return np.array(content.decode().split("\n"))


WEEKS = 8
_PER_OUTBREAK = 6
_FEWEST = 100
"""So many cases in the last week: of fewer, chance alone decides what follows."""


def _epidemic(seed: int, rows: int) -> tuple[bytes, Array]:
    """Eight weeks of counts, Monday to Sunday, and the week that followed; each outbreak has its own measures."""
    draw = Draw(seed)
    before: list[list[int]] = []
    after: list[list[int]] = []
    while len(before) < rows:
        days = epidemic.outbreak(draw, _measures(draw))
        counts = [epidemic.newly_confirmed(draw, days, day) for day in range(epidemic.DAYS)]
        sundays = range(7 * WEEKS, epidemic.DAYS - 6, 7)
        ends = [end for end in sundays if sum(counts[end - 7 : end]) >= _FEWEST]
        for end in draw.shuffled(ends)[: min(_PER_OUTBREAK, rows - len(before))]:
            before.append(counts[end - 7 * WEEKS : end])
            after.append(counts[end : end + 7])
    return _npy(np.array(before, np.float32)), np.array(after, np.float32)


def _measures(draw: Draw) -> list[tuple[int, float]]:
    """Contact rates: free at first, then closed, half open, and so on, until the end."""
    steps, day = [(0, draw.uniform(0.28, 0.36))], 25 + draw.below(20)
    while day < epidemic.DAYS:
        closed = len(steps) % 2 == 1
        steps.append((day, draw.uniform(0.09, 0.13) if closed else draw.uniform(0.15, 0.21)))
        day += 30 + draw.below(35)
    return steps


def _npy(array: Array) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def read_array(content: bytes) -> Array:
    """An array back from the bytes of an `.npy` file; nothing is unpickled."""
    return np.asarray(np.load(io.BytesIO(content), allow_pickle=False))


PROJECTS = {
    "passengers": Project("log loss", {"train": 2000, "validation": 1000, "held out": 8000}, _passengers, _frame),
    "shapes": Project("accuracy", {"train": 1600, "validation": 400, "held out": 1500}, _shapes, read_array),
    "reviews": Project("accuracy", {"train": 4000, "validation": 1000, "held out": 2000}, _reviews, _lines),
    "epidemic": Project("log error", {"train": 2000, "validation": 500, "held out": 1000}, _epidemic, read_array),
}
