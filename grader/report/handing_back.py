"""Makes feedback pages ready for `nbgrader release_feedback`: readable, and with what it looks for beside them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path

from grader.files import write_whole


def make_ready(pages: Iterable[tuple[Path, Path, Path]]) -> None:
    """Put the hand-in's time and secret beside its pages, and let everybody read these, whatever the umask.

    nbgrader copies a page with its mode to a place where its student fetches it, under a name that is made of the
    secret. What did not come by the exchange has none, and gets one that nobody knows.

    Args:
        pages: each page, its autograded folder, and its submitted folder.
    """
    for page, *folders in pages:
        page.chmod(0o644)
        stamp = _first(folders, "timestamp.txt") or f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M:%S.%f} UTC"
        secret = _first(folders, "submission_secret.txt")
        beside = page.parent / "submission_secret.txt"
        if secret or not beside.is_file():
            write_whole(beside, (secret or secrets.token_hex(32)).encode(), durable=False)
            beside.chmod(0o600)
        write_whole(page.parent / "timestamp.txt", stamp.encode(), durable=False)


def _first(folders: Iterable[Path], name: str) -> str:
    """The text of a file in the first of these folders that has it as a regular file; "" if none has."""
    for folder in folders:
        path = folder / name
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 1000:
            return path.read_text(encoding="utf-8", errors="replace")
    return ""
