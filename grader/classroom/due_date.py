"""Writes an assignment's due date into the head of its released notebooks, where students and the course read it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum

from grader.authoring import notebook
from grader.classroom import plan
from grader.classroom.plan import Plan
from grader.files import write_whole
from grader.progress.due import METADATA, Due

_LINE = re.compile(r"\n\n\*\*Due \w+ \d+ \w+ \d{4}, \d\d:\d\d \([^)\n]*\)\*\*(?=\n|$)")


class WriteDueDate(NbGraderPreprocessor):
    """nbgrader's "Generate" writes the due date, as its last step: the gradebook keeps the text without it."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: Any) -> tuple[nbformat.NotebookNode, Any]:
        """The student's version with the due date of the class's plan, if there is one."""
        planned = plan.read(Path(self.parent.parent.coursedir.root))
        if planned is not None:
            write(nb, due_of(planned, resources["nbgrader"]["assignment"]))
        return nb, resources


def due_of(planned: Plan, assignment: str) -> Due | None:
    """An assignment's due date as students read it."""
    when = planned.of(assignment).due
    return None if when is None else Due(assignment, when, str(planned.zone))


def write(nb: nbformat.NotebookNode, due: Due | None) -> None:
    """Put a due date under the title of a student's version and into its metadata, or take it away."""
    nb.metadata.pop(METADATA, None)
    if due is not None:
        nb.metadata[METADATA] = due.metadata()
    title = next((cell for cell in nb.cells if cell.cell_type == "markdown"), None)
    if title is None:
        return
    before = title.source
    title.source = _LINE.sub("", title.source, count=1)
    if due is not None:
        line = due.fixed()
        notebook.under_title(title, f"**{line[0].upper()}{line[1:]}**")
    if title.source != before and "checksum" in title.metadata.get("nbgrader", {}):
        title.metadata.nbgrader.checksum = compute_checksum(title)


def write_released(root: Path, planned: Plan) -> list[str]:
    """Write the due dates into the notebooks in `release/`; returns what was changed, line by line."""
    done = []
    for assignment in planned.assignments:
        for path in sorted((root / "release" / assignment).glob("*.ipynb")):
            nb = notebook.read(path)
            before = notebook.text(nb)
            write(nb, due_of(planned, assignment))
            if notebook.text(nb) != before:
                write_whole(path, notebook.text(nb).encode())
                done.append(f"{assignment}: wrote the due date into release/{assignment}/{path.name}; release it again")
    return done
