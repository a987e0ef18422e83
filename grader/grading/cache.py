"""Keeps executed notebooks by the content of all that decides what an execution gives, so that none is repeated."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from grader.files import write_whole
from grader.grading.execute import Executed

LIMIT_BYTES = 2 * 2**30
"""Beyond this the entries that were not used for longest are removed."""


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
