"""From a source notebook to the student's version, by nbgrader's own `generate_assignment`."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbgrader import preprocessors
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import is_grade
from traitlets.config import Config

from grader.authoring.exercise import exercise_of, stub, written_of


class Stub(preprocessors.ClearSolutions):
    """nbgrader's ClearSolutions, with a stub that names its exercise, or the broken code that a *fix it* gives."""

    def preprocess_cell(self, cell: nbformat.NotebookNode, resources: Any, cell_index: int) -> Any:
        """Replace the solution of a cell that has a marker; leave every other cell to nbgrader."""
        name = exercise_of(cell.source)
        if name is None and written_of(cell.source):
            cell.source = cell.source.split("\n", 1)[0] + "\n*Your answer.*"
        elif name is None:
            return super().preprocess_cell(cell, resources, cell_index)
        else:
            cell.source = stub(cell.source, name)
        return cell, resources


class GoOn(preprocessors.NbGraderPreprocessor):
    """Lets Run All go on after a check that fails, as every check of an untouched notebook does."""

    def preprocess_cell(self, cell: nbformat.NotebookNode, resources: Any, cell_index: int) -> Any:
        """Tag the graded cells with what Jupyter reads for that: `raises-exception`."""
        if is_grade(cell):
            cell.metadata["tags"] = ["raises-exception"]
        return cell, resources


# What nbgrader does when it generates an assignment, with our stub in place of its own.
PREPROCESSORS = [
    *(Stub if step is preprocessors.ClearSolutions else step for step in GenerateAssignment.preprocessors.default()),
    GoOn,
]


def student_versions(sources: dict[str, nbformat.NotebookNode]) -> dict[str, nbformat.NotebookNode]:
    """The student's version of each source notebook: locked cells, checksums, solutions and hidden checks cleared."""
    config = Config()
    config.GenerateAssignment.preprocessors = [step for step in PREPROCESSORS if step is not preprocessors.SaveCells]
    config.GenerateAssignment.no_database = True
    versions = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        config.CourseDirectory.root = str(root)
        for topic, nb in sources.items():
            (root / "source" / topic).mkdir(parents=True)
            nbformat.write(nb, root / "source" / topic / f"{topic}.ipynb", version=nbformat.NO_CONVERT)
        for topic in sources:
            config.CourseDirectory.assignment_id = topic
            converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
            converter.log.setLevel(logging.ERROR)
            converter.start()
            path = root / "release" / topic / f"{topic}.ipynb"
            versions[topic] = nbformat.reads(path.read_text(encoding="utf-8"), as_version=nbformat.NO_CONVERT)
    return versions
