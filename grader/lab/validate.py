"""Jupyter server extension: nbgrader's Validate button runs the notebook on a warm kernel while the server goes on.

nbgrader's own handler runs it inside the request, with a cold kernel, and nothing else is answered meanwhile. This one
takes the same request and gives the same answer, so the button and its dialog are nbgrader's. Jupyter loads extensions
in the order of their names and the first handler of an address counts, so this one comes before nbgrader's.
"""

from __future__ import annotations

import json
import os
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from jupyter_server.utils import url_path_join
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput
from nbgrader.server_extensions.validate_assignment.handlers import ValidateAssignmentHandler
from nbgrader.validator import Validator
from tornado import web

from grader.authoring import notebook
from grader.errors import NotebookError
from grader.kernels.manager import run_cells


class Validate(ValidateAssignmentHandler):
    """Answers the Validate button."""

    @web.authenticated
    async def post(self) -> None:
        """Run the notebook named by the argument `path`, and say which of its graded cells fail."""
        path = self.get_argument("path", None) or (self.get_json_body() or {}).get("path", "")
        root = Path(self.settings["server_root_dir"]).expanduser().resolve()
        target = (root / path).resolve()
        if not target.is_relative_to(root):
            raise web.HTTPError(403, "The notebook lies outside the server's folder.")
        try:
            answer = {"success": True, "value": await validate(target, self.load_config())}
        except NotebookError as problem:
            answer = {"success": False, "value": str(problem)}
        except Exception as problem:
            self.log.exception("Validate failed for %s", target)
            said = f"{type(problem).__name__}: {problem}"
            answer = {"success": False, "value": f"The notebook could not be run ({said}): restart its kernel."}
        self.finish(json.dumps(answer))


async def validate(path: Path, config: Any) -> dict[str, list[dict[str, str]]]:
    """What nbgrader's `Validator.validate` gives for a notebook, with the course's messages; the file is not changed.

    Raises:
        NotebookError: the file is no notebook.
    """
    from grader.student import scoreboard  # with NumPy, 7 MiB that each idle server would have

    validator = Validator(config=config)
    nb = notebook.read(path)
    moved = [(cell, cell.metadata.nbgrader.cell_type) for cell in validator._get_type_changed_cells(nb)]
    if moved:
        told = [{"source": cell.source.strip(), "old_type": was, "new_type": cell.cell_type} for cell, was in moved]
        return {"type_changed": told}
    for preprocessor in (CheckCellMetadata, ClearOutput):
        nb, _ = preprocessor(parent=validator).preprocess(nb, {})
    validating = {"NBGRADER_VALIDATING": "1", "NBGRADER_EXECUTION": "validate"}
    await run_cells(scoreboard.client(nb, path.parent), env={**os.environ, **validating})
    changed = validator._get_changed_cells(nb)
    if changed and not validator.ignore_checksums:
        return {"changed": [{"source": cell.source.strip()} for cell in changed]}
    failed = [{"source": cell.source.strip(), **_error(cell)} for cell in validator._get_failed_cells(nb)]
    return {"failed": failed} if failed else {}


def _error(cell: nbformat.NotebookNode) -> dict[str, str]:
    """What the dialog shows of a cell that failed, as text and as HTML."""
    from grader.student import scoreboard

    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    text = scoreboard.words_of(errors[0]) or "Not attempted yet." if errors else "It earns only a part of its points."
    return {"raw_error": text, "error": escape(text)}


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "grader.lab.validate"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Put the handler before nbgrader's."""
    address = url_path_join(server.web_app.settings["base_url"], "/assignments/validate")
    server.web_app.add_handlers(".*$", [(address, Validate)])
