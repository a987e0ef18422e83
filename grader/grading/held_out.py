"""The rows that a project is graded on: drawn in the grader's own process, from a seed that no student can know.

The seed of a grading run is in the student's process, and the generators are public. So these rows come from that seed
and a secret of the class together. Their features lie beside every notebook, their truth beside the reference
solution's alone.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import nbformat

from grader.checks.score import FEATURES, TRUTH
from grader.data import projects
from grader.submissions.sanitise import is_graded


@dataclass(frozen=True)
class HeldOut:
    """Files beside a notebook: what each run needs, and what the reference run needs as well."""

    features: dict[str, bytes] = field(default_factory=dict)
    truth: dict[str, bytes] = field(default_factory=dict)


def held_out(source: nbformat.NotebookNode, seed: int, secret: Callable[[], bytes]) -> HeldOut:
    """The rows that the graded cells of a notebook call for by `check.score`; none in most.

    Args:
        source: the instructor's notebook.
        seed: of the grading run; the same rows come again with it.
        secret: gives the secret of the class, as `secret_of` does; only asked where there are such rows.
    """
    made = HeldOut()
    for name in sorted(_data_of(source)):
        features, truth = _rows(name, seed, secret())
        made.features[FEATURES.format(name)] = features
        made.truth[TRUTH.format(name)] = truth
    return made


@lru_cache(maxsize=8)
def _rows(name: str, seed: int, secret: bytes) -> tuple[bytes, bytes]:
    digest = hmac.new(secret, f"{name}/{seed}".encode(), hashlib.sha256).digest()
    return projects.held_out(name, int.from_bytes(digest, "little"))


def _data_of(source: nbformat.NotebookNode) -> set[str]:
    """The projects whose data the graded cells name, as the third argument of `check.score`."""
    named: set[str] = set()
    for cell in source.cells:
        if not is_graded(cell) or "score(" not in cell.source:
            continue
        for call in ast.walk(ast.parse(cell.source)):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "score" and len(call.args) > 2:
                data = call.args[2]
                named |= {data.value} if isinstance(data, ast.Constant) and isinstance(data.value, str) else set()
    return named & set(projects.PROJECTS)


def secret_of(class_directory: Path) -> bytes:
    """The secret of a class, drawn when it is first wanted."""
    path = class_directory / "grading" / "secret"
    if not path.is_file():
        path.parent.mkdir(exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        fresh.write_text(secrets.token_hex(32), encoding="ascii")
        with contextlib.suppress(FileExistsError):  # another run was quicker
            os.link(fresh, path)
        fresh.unlink()
    return path.read_bytes()
