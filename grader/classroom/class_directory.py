"""A class directory: an ordinary nbgrader course, with this course's exercises in `source/` and `release/`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import nbformat

from grader.authoring import notebook
from grader.authoring.course import Course
from grader.authoring.exercise import source_notebook
from grader.classroom import plug_ins
from grader.classroom.class_root import CONFIG_FILE
from grader.errors import UsageError

CONFIG = '''\
"""nbgrader's configuration of this class. Change it freely: `grader init` never overwrites it."""

from grader.authoring.release import PREPROCESSORS

c = get_config()  # noqa: F821  (nbgrader puts it there)

c.CourseDirectory.course_id = {course_id!r}

# A first `import tensorflow` can take longer than nbgrader's 30 seconds.
c.Execute.timeout = 600

# A graded cell that a student deleted is put back before grading; plain nbgrader drops its points without a word.
c.OverwriteCells.add_missing_cells = True

# "Generate" leaves a stub that names its exercise, or the broken code of a "fix it" exercise.
c.GenerateAssignment.preprocessors = PREPROCESSORS

# From these dates on `grader release-solutions` writes worked solutions into solutions/.
# c.WorkedSolutions.dates = {{"01-tensors": "2026-12-01 18:00"}}

{autograde}
{feedback}'''

README = """\
# A class

`source/` holds the exercise notebooks with solutions and hidden checks: keep it from students. `release/` is what they
get. Bring what they hand in here with `grader collect`, or put it at `submitted/STUDENT/TOPIC/TOPIC.ipynb`. Then
`grader grade` grades all that is new; `nbgrader autograde TOPIC` and the formgrader's button do the same, one
submission after another. `grader feedback` writes the students' pages, `grader report` the report on the class.

`gradebook.db` holds the marks, `grading/` the results, seeds and backups of grading runs.
"""


def create(
    course: Course, directory: Path, topics: list[str], progress: Callable[[str], None] = lambda _: None
) -> list[str]:
    """Make `directory` a class directory with an assignment for each of `topics`; what is there already is kept.

    Returns:
        what was done, line by line.

    Raises:
        UsageError: `directory` is a file, or lies among the course's own files.
    """
    directory = directory.expanduser().resolve()
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"{directory} is a file; name a directory, new or empty.")
    if directory.is_relative_to(course.root) and not directory.is_relative_to(course.root / "classes"):
        raise UsageError("A class directory holds students' work: make it outside the checkout, or under classes/.")
    directory.mkdir(parents=True, exist_ok=True)
    done = []
    for name, text in {
        CONFIG_FILE: config_text(directory.name),
        "README.md": README,
    }.items():
        if not (directory / name).exists():
            (directory / name).write_text(text, encoding="utf-8")
            done.append(f"wrote {name}")
    for folder in ("source", "release", "submitted"):
        (directory / folder).mkdir(exist_ok=True)
    new = [topic for topic in topics if not (directory / "source" / topic).exists()]
    for topic in new:
        progress(f"source/{topic}")
        path = directory / "source" / topic / f"{topic}.ipynb"
        path.parent.mkdir()
        nbformat.write(_for_a_class(course, topic), path, version=nbformat.NO_CONVERT)
    progress("release/ and gradebook.db")
    for topic in new:
        _generate(directory, topic)
        done.append(f"made assignment {topic}")
    done.append(f"{directory} is ready: {len(topics)} assignments in source/ and release/, marks in gradebook.db.")
    return done


def config_text(course_id: str) -> str:
    """The nbgrader_config.py of a new class."""
    return CONFIG.format(course_id=course_id, autograde=plug_ins.AUTOGRADE, feedback=plug_ins.FEEDBACK)


def _for_a_class(course: Course, topic: str) -> nbformat.NotebookNode:
    """The source notebook of a topic; its links lead to the published course, which does not lie beside it."""
    nb = source_notebook(course, topic)
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = notebook.for_elsewhere(course, cell.source, course.exercise_notebook(topic))
    return nb


def _generate(directory: Path, topic: str) -> None:
    """Run nbgrader's `generate_assignment` for one topic: the student's version, and its cells in the gradebook."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config.loader import PyFileConfigLoader

    here = Path.cwd()
    os.chdir(directory)
    try:
        config = PyFileConfigLoader(CONFIG_FILE, path=str(directory)).load_config()
        config.CourseDirectory.root = str(directory)
        result = NbGraderAPI(config=config).generate_assignment(topic)
    finally:
        os.chdir(here)
    if not result["success"]:
        raise RuntimeError(f"nbgrader could not generate {topic}:\n{result.get('log') or result.get('error')}")
