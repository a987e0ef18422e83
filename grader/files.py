"""Files that are replaced as a whole, and names of files as they can be shown."""

from __future__ import annotations

import contextlib
import os
import unicodedata
from pathlib import Path

_JOINERS = "\u200c\u200d"
"""Two marks without width that words of Persian and of India's languages need."""


def shown(text: str) -> str:
    """Foreign text, such as a file's name, as a terminal can show it: what would steer the terminal is escaped."""
    return "".join(_escaped(c) if _steers(c) else c for c in text)


def _steers(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in _JOINERS


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def write_whole(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Replace a file in one step; if it is to be `durable`, after its bytes have reached the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with open(fresh, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
