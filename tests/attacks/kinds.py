"""What a test submission is: what is handed in, and which graded cells it must never, and must, be paid for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .assignment import ALL, OTHERS, RIGHT, WRONG, as_bytes, hand_in


@dataclass(frozen=True)
class Submission:
    """One submission.

    Attributes:
        family: what kind it is.
        name: which one.
        data: the notebook file's bytes.
        never: graded cells that it must earn nothing for.
        keeps: graded cells that it must earn all for.
        files: what lies beside the notebook.
        prepare: changes the folder after that: links, special files.
    """

    family: str
    name: str
    data: bytes
    never: tuple[str, ...] = ALL
    keeps: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    prepare: Callable[[Path], None] | None = None


def wrong(family: str, tricks: Mapping[str, str]) -> list[Submission]:
    """Submissions whose answers are all wrong, with a trick in a cell before them: none may earn anything."""
    return [
        Submission(family, name.replace("_", " "), as_bytes(hand_in(WRONG, before=trick)))
        for name, trick in tricks.items()
    ]


def one_bad(family: str, answers: Mapping[str, str], *, keeps: tuple[str, ...] = OTHERS) -> list[Submission]:
    """Submissions whose first answer is an attack and whose others are right: these keep their points."""
    return [
        Submission(
            family,
            name.replace("_", " "),
            as_bytes(hand_in({**RIGHT, "row_norms": f"# exercise: row_norms\n{answer}"})),
            never=("row_norms-1",),
            keeps=keeps,
        )
        for name, answer in answers.items()
    ]


def honest(name: str, nb: Any, **fields: Any) -> Submission:
    """An honest submission: everything is right, and must be paid."""
    data = nb if isinstance(nb, bytes) else as_bytes(nb)
    return Submission("honest but noisy", name, data, never=(), keeps=ALL, **fields)
