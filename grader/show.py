"""What the chapters show things with: colours, boxes of numbers, an error's own words, a time.

Nothing here is about TensorFlow; read it if you are curious, and use it in notebooks of your own.
"""

from __future__ import annotations

import re
import textwrap
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

__all__ = ["BLUE", "GREY", "INK", "LINE", "ORANGE", "attempt", "boxes", "canvas", "seconds"]

BLUE, ORANGE = "#2F6DB5", "#C75B00"
"""What a figure is about, and what it is compared with."""
GREY, LINE, INK = "#E6EAF0", "#B8C2D0", "#5B6678"
"""The ground, thin lines, and words and axes."""

_WIDTH = 125
# Words of TensorFlow and Keras around what an error says: the place in a graph, colours of a terminal, where it arose.
_PLACE = re.compile(r"\{\{\w+ [^}]*\}\}\s*")
_OPERATION = re.compile(r"\s*\[Op:\w+\].*$")
_SENTENCE = re.compile(r"\. +(?=[A-Z`'\"])")
_INK = re.compile(r"\033\[\d*m")
_BOLD = re.compile(r"\033\[1m(.+?)\033\[0m", re.DOTALL)
_REASON = "Exception encountered: "
_ABOUT = ("in user code:", "Exception encountered when calling", "Graph execution error")


def attempt(action: Callable[[], object]) -> None:
    """Call `action` and print what it returns, if that is not None; where it fails, the kind of error and its words.

    Of the words the first sentence is printed, on one line and without the trace that TensorFlow and Keras put around
    it. The notebook goes on.
    """
    try:
        result = action()
    except Exception as error:
        print(said_by(error))
        return
    if result is not None:
        print(result)


def said_by(error: Exception) -> str:
    """The kind of an error and the first sentence of its words, in a line of at most 125 characters."""
    kind, text = type(error).__name__, str(error)
    bold = _BOLD.search(text)
    lines = [line.strip() for line in _INK.sub("", bold[1] if bold else text).splitlines()]
    lines = [_PLACE.sub("", line) for line in lines if line]
    # An error out of a graph ends in its own kind and words, below the lines of the code that it went through.
    own = next((line.removeprefix(f"{kind}: ") for line in lines if line.startswith(f"{kind}: ")), None)
    # Where a file cannot be loaded, Keras gives the whole configuration first and the reason last.
    own = own or next((line.removeprefix(_REASON) for line in lines if line.startswith(_REASON)), None)
    rest = [line for line in lines if not line.startswith(_ABOUT)]
    first = own or (rest or lines or ["(no words)"])[0]
    sentence = _SENTENCE.split(_OPERATION.sub("", first))[0].removesuffix(".")
    return textwrap.shorten(f"{kind}: {sentence}", _WIDTH, placeholder=" …")


def seconds(action: Callable[[], object], *, runs: int = 5, calls: int = 1) -> float:
    """The seconds that one call of `action` takes: the shortest of `runs` measured, each of so many calls.

    A first call, which may trace a graph or fill a cache, does not count. The shortest is the one that least else
    disturbed.
    """
    action()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        for _ in range(calls):
            action()
        times.append(time.perf_counter() - start)
    return min(times) / calls


def canvas(width: float, height: float) -> Axes:
    """Empty axes for `boxes`, in which one unit is the side of one box and y goes down."""
    import matplotlib.pyplot as plt

    ax: Axes = plt.figure(figsize=(9, 9 * height / width), layout="constrained").add_subplot()
    ax.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    ax.axis("off")
    return ax


def boxes(
    ax: Axes,
    values: ArrayLike,
    title: str = "",
    *,
    at: tuple[float, float] = (0, 0),
    fill: Any = BLUE,
    wide: float = 1,
    text: str = "{}",
) -> None:
    """Draw a number, a vector or a matrix as boxes with their numbers in them.

    Args:
        ax: the axes, from `canvas`, or any whose y goes down.
        values: what stands in the boxes; a vector is one row.
        title: what stands above them.
        at: the upper left corner.
        fill: a colour, or one for each box.
        wide: the width of a box, where its height is 1.
        text: how a value is written, a format such as `"{:.2f}"`.
    """
    from matplotlib.patches import Rectangle

    table = np.atleast_2d(np.asarray(values))
    fills = np.broadcast_to(fill, table.shape)
    for (row, column), value in np.ndenumerate(table):
        x, y, colour = at[0] + wide * column, at[1] + row, str(fills[row, column])
        ax.add_patch(Rectangle((x, y), wide, 1, facecolor=colour, edgecolor="white", linewidth=2.5))
        ink = INK if colour == GREY else "white"
        ax.text(x + wide / 2, y + 0.53, text.format(value), ha="center", va="center", color=ink, zorder=1)
    ax.text(at[0] + 0.05, at[1] - 0.2, title, fontsize=11)
