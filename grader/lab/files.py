"""What a student finds in JupyterLab: in the course's own folder only what is theirs to open, and what is due."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from grader.authoring.build import START_HERE
from grader.progress import due
from grader.progress.due import Due

_FOLDERS = ("benchmarks", "course", "data", "deploy", "grader", "solutions", "tests")
_SETTINGS = ("colab.constraints", "environment.yml", "pyproject.toml", "requirements.lock", "Makefile")
INSIDES = frozenset((*_FOLDERS, *_SETTINGS, "CONTRIBUTING.md", "LICENSE", "LICENSE-TEXT"))
"""The course's files and folders that are not listed. A student's own ones are, and so is all that lies deeper."""
_CLASSES = "classes"  # where instructors may keep theirs
_LATELY = timedelta(days=7)
"""What was due longer ago is not told any more."""
_DUE = re.compile(r"\n## Due\n\n(?:- [^\n]*\n)+")


class StudentFiles(AsyncLargeFileManager):
    """Jupyter's contents manager. It leaves the insides out of the list of the topmost folder.

    Where the student has notebooks of a class, it also shows what is due on the start page; the file stays as it is.
    """

    async def get(
        self,
        path: str,
        content: bool = True,
        type: str | None = None,
        format: str | None = None,
        require_hash: bool = False,
    ) -> dict[str, Any]:
        """The model of a file or folder; the arguments are Jupyter's."""
        model: dict[str, Any] = await super().get(path, content, type, format, require_hash)  # type: ignore[no-untyped-call]
        if model["type"] == "directory" and not path.strip("/") and model.get("content"):
            model["content"] = [entry for entry in model["content"] if entry["name"] not in INSIDES]
        if path.strip("/") == START_HERE and model["format"] == "text":
            root = Path(self.root_dir)
            model["content"] = with_due(model["content"], root, datetime.now().astimezone())
        return model

    async def save(self, model: dict[str, Any], path: str = "") -> dict[str, Any]:
        """Save a file; the start page without what is due, which was true when it was opened."""
        if path.strip("/") == START_HERE and isinstance(model.get("content"), str):
            model = {**model, "content": _DUE.sub("", model["content"])}
        saved: dict[str, Any] = await super().save(model, path)  # type: ignore[no-untyped-call]
        return saved


def with_due(page: str, root: Path, now: datetime) -> str:
    """The start page with what is due, the next first, under its title; as it is where nothing is."""
    lines = [
        f"- [{told.assignment}]({path.relative_to(root).as_posix().replace(' ', '%20')}): {told.now(now)}"
        for path, told in sorted(_notebooks(root).values(), key=lambda pair: pair[1].when)
        if told.when > now - _LATELY
    ]
    if not lines:
        return page
    title, newline, rest = page.partition("\n")
    section = "\n".join(["", "## Due", "", *lines, ""])
    return f"{title}{newline}{section}{rest}"


def _notebooks(root: Path) -> dict[str, tuple[Path, Due]]:
    """The notebook of each assignment that a student has from a class; the newest, if there are several."""
    found = [(path, told) for path in _candidates(root) if (told := due.read(path)) is not None]
    return {told.assignment: (path, told) for path, told in sorted(found, key=lambda pair: pair[0].stat().st_mtime)}


def _candidates(root: Path) -> Iterator[Path]:
    for pattern in ("*.ipynb", "*/*.ipynb", "*/*/*.ipynb"):
        for path in root.glob(pattern):
            parts = path.relative_to(root).parts
            if parts[0] not in INSIDES and parts[0] != _CLASSES and not any(part.startswith(".") for part in parts):
                yield path
