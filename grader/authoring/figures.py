"""What a picture shows, for those who do not see it: the sentence `*Figure: …*` in the Markdown after its cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

FIGURE = "*Figure: "
LONGEST = 2_000
"""Characters: students' notebooks are read, too, and none of them has to say more."""
_PLAIN = re.compile(r"`([^`]*)`|\$([^$]*)\$|\[([^\]]*)\]\([^)]*\)|[*_]{2}([^*_]*)[*_]{2}")


def caption(markdown: str) -> str:
    """The sentence that a Markdown cell begins with, as plain text without the word *Figure*; "" where it has none."""
    first = markdown.strip().split("\n\n")[0].rstrip()
    if not (first.startswith(FIGURE) and first.endswith("*") and len(FIGURE) + 1 < len(first) <= LONGEST):
        return ""
    said = _PLAIN.sub(lambda match: next(part for part in match.groups() if part is not None), first[len(FIGURE) : -1])
    said = re.sub(r"\\(.)", r"\1", " ".join(said.split()))
    return said[0].upper() + said[1:]


def alt_texts(cells: Sequence[Any]) -> dict[int, str]:
    """For each code cell that such a sentence follows, by its position, what its picture shows."""
    said = {
        at: caption(after.source) if cell.cell_type == "code" and after.cell_type == "markdown" else ""
        for at, (cell, after) in enumerate(pairwise(cells))
    }
    return {at: text for at, text in said.items() if text}
