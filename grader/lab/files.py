"""What JupyterLab's file browser lists for a student: in the course's own folder, only what is theirs to open."""

from __future__ import annotations

from typing import Any

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

_FOLDERS = ("benchmarks", "course", "data", "grader", "solutions", "tests")
_SETTINGS = ("colab.constraints", "environment.yml", "pyproject.toml", "requirements.lock", "Makefile")
INSIDES = frozenset((*_FOLDERS, *_SETTINGS, "CONTRIBUTING.md", "LICENSE", "LICENSE-TEXT"))
"""The course's files and folders that are not listed. A student's own ones are, and so is all that lies deeper."""


class StudentFiles(AsyncLargeFileManager):
    """Jupyter's contents manager, which leaves the insides out of the list of the topmost folder."""

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
        return model
