"""Which versions of a model there are, which of them to serve, and by what labels they are known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.errors import UsageError


@dataclass(frozen=True)
class Policy:
    """Which of the versions on disk are served, as TensorFlow Serving's `model_version_policy`.

    Attributes:
        kind: "latest", "all" or "specific".
        count: how many of the latest.
        versions: which ones, if specific.
    """

    kind: str = "latest"
    count: int = 1
    versions: tuple[int, ...] = ()

    def choose(self, present: Iterable[int]) -> list[int]:
        """Those of the versions present that are to be served, in ascending order."""
        ordered = sorted(present)
        if self.kind == "all":
            return ordered
        if self.kind == "specific":
            return [version for version in ordered if version in self.versions]
        return ordered[-self.count :]


@dataclass(frozen=True)
class ModelConfig:
    """A model to serve.

    Attributes:
        name: what clients call it.
        base_path: the folder with one folder for each version, named by its number.
        policy: which versions are served.
        labels: names for versions, such as {"stable": 1, "canary": 2}.
    """

    name: str
    base_path: Path
    policy: Policy = Policy()
    labels: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ModelSpec:
    """The model that a request asks for; without version and label the latest that is available."""

    name: str
    version: int | None = None
    label: str | None = None


def on_disk(base_path: Path) -> dict[int, Path]:
    """The versions in the folder of a model: every folder whose name is a whole number."""
    found: dict[int, Path] = {}
    if base_path.is_dir():
        for path in sorted(base_path.iterdir()):
            if path.name.isascii() and path.name.isdigit() and path.is_dir():
                found.setdefault(int(path.name), path)
    return found


def fingerprint(path: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells whether the files of a version have changed: names, sizes and times."""
    files = []
    for file in sorted(path.rglob("*")):
        try:
            status = file.stat()
        except OSError:
            continue  # gone again: it is being written
        files.append((file.relative_to(path).as_posix(), status.st_size, status.st_mtime_ns))
    return tuple(files)


def policy(text: str) -> Policy:
    """The version policy that an option spells: latest, latest:N, all, or numbers with commas.

    Raises:
        UsageError: it is none of these.
    """
    if text == "all":
        return Policy("all")
    if match := re.fullmatch(r"latest(?::([1-9]\d*))?", text):
        return Policy("latest", count=int(match[1] or 1))
    if re.fullmatch(r"\d+(,\d+)*", text):
        return Policy("specific", versions=tuple(int(number) for number in text.split(",")))
    raise UsageError(f"--versions is '{text}'; write latest, latest:2, all, or numbers such as 1,3.")
