"""Keeps executed notebooks by the content of all that decides what an execution gives, so that none is repeated."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import platform
from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

import nbformat

import grader
from grader.grading.execute import Executed
from grader.grading.results import write_whole

LIMIT_BYTES = 2 * 2**30
"""Beyond this the entries that were not used for longest are removed."""
# What the notebooks of this course import. Another version of it may give other values.
_LIBRARIES = ("tensorflow", "keras", "numpy", "scipy", "pandas", "scikit-learn", "matplotlib", "ipython", "ipykernel")
# The parts of this package that run in a student's kernel or decide what is kept of it.
_OWN_PARTS = ("check.py", "checks/*.py", "datasets.py", "data_*.py", "devices.py", "kernels/*.py")
_OWN_GRADING = ("evidence", "execute", "kernel", "outputs")


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """The versions that decide what an execution gives; "grader" is a digest of this package's own parts of it."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    if "tensorflow" not in found:  # the builds for one device go by other names
        owners = metadata.packages_distributions().get("tensorflow", [])
        found["tensorflow"] = metadata.version(owners[0]) if owners else "none"
    found["grader"] = _own_digest()
    return found


def _own_digest() -> str:
    root = Path(grader.__file__).parent
    paths = [path for pattern in _OWN_PARTS for path in root.glob(pattern)]
    paths += [root / "grading" / f"{name}.py" for name in _OWN_GRADING]
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def digest_of(*parts: Any, files: Mapping[str, bytes] | None = None) -> str:
    """A digest of values that JSON can hold, and of files."""
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True, default=repr).encode())
    for path, data in sorted((files or {}).items()):
        digest.update(f"{path}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def to_bytes(executed: Executed) -> bytes:
    """An execution as compressed JSON: for the cache, and for the way back from another machine."""
    values = {field.name: getattr(executed, field.name) for field in dataclasses.fields(executed)}
    return gzip.compress(json.dumps(values).encode(), compresslevel=1, mtime=0)


def from_bytes(data: bytes) -> Executed:
    """The execution that `to_bytes` was given.

    Raises:
        ValueError: the bytes are damaged.
    """
    try:
        values = json.loads(gzip.decompress(data))
        values["notebook"] = nbformat.from_dict(values["notebook"])
        values["cell_seconds"] = {int(index): seconds for index, seconds in values["cell_seconds"].items()}
        return Executed(**values)
    except (OSError, EOFError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"This is no execution: {error}") from error


class Cache:
    """Executions in a folder, one file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> Executed | None:
        """The execution kept under `key`, or None; a damaged one counts as none."""
        path = self._path(key)
        try:
            executed = from_bytes(path.read_bytes())
            path.touch()
        except (OSError, ValueError):
            return None
        return executed

    def put(self, key: str, executed: Executed) -> None:
        """Keep an execution."""
        write_whole(self._path(key), to_bytes(executed), durable=False)

    def prune(self, limit: int = LIMIT_BYTES) -> None:
        """Remove the entries that were not used for longest, until all of them take at most `limit` bytes."""
        entries = sorted((status.st_mtime, status.st_size, path) for path, status in self._entries())
        total = sum(size for _, size, _ in entries)
        for _, size, path in entries:
            if total <= limit:
                return
            path.unlink(missing_ok=True)
            total -= size

    def _entries(self) -> list[tuple[Path, Any]]:
        return [(path, path.stat()) for path in self._folder.glob("*/*.json.gz")]

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json.gz"
