"""A class directory: an ordinary nbgrader course, with this course's exercises in `source/` and `release/`."""

from __future__ import annotations

import grp
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat

from grader.authoring import notebook
from grader.authoring.course import Course
from grader.authoring.exercise import project_notebook, source_notebook
from grader.classroom import plug_ins
from grader.classroom.class_root import CONFIG_FILE
from grader.classroom.classroom import read_config
from grader.errors import UsageError

CONFIG = '''\
"""nbgrader's configuration of this class. Change it freely: `grader init` never overwrites it."""

from grader.authoring.release import PREPROCESSORS

c = get_config()  # noqa: F821  (nbgrader puts it there)

c.CourseDirectory.course_id = {course_id!r}

# A first `import tensorflow` can take longer than nbgrader's 30 seconds.
c.Execute.timeout = 600

# What a student has in the report and in the tables who handed in nothing: 0 points. None: it does not count.
# c.ClassReport.missing = None

# Where formgrader runs, for the class report's links to the page on which an answer is marked by hand.
# c.ClassReport.formgrader = "http://localhost:8888/formgrader"

# `grader grade --watch`: so many attempts a day are graded (0: all), and last, best or last-before-due counts.
# c.Attempts.per_day = 3
# c.Attempts.counts = "best"

# A graded cell that a student deleted is put back before grading; plain nbgrader drops its points without a word.
c.OverwriteCells.add_missing_cells = True

# "Generate" leaves a stub that names its exercise, or the broken code of a "fix it" exercise.
# It ends with writing the due date of class.yml under the title.
c.GenerateAssignment.preprocessors = [*PREPROCESSORS, "grader.classroom.due_date.WriteDueDate"]

# From these dates on `grader release-solutions` writes worked solutions into solutions/; class.yml can have them, too.
# c.WorkedSolutions.dates = {{"01-tensors": "2026-12-01 18:00"}}

{autograde}
{late}
{feedback}'''

SHARED = "c.CourseDirectory.groupshared = True  # several instructors share this class"

README = """\
# A class

`source/` holds the exercise notebooks with solutions and hidden checks: keep it from students. `release/` is what they
get. Bring what they hand in here with `grader collect` (`--roster`: who is in the class),
or put it at `submitted/STUDENT/TOPIC/TOPIC.ipynb`. Then
`grader grade` grades all that is new; `nbgrader autograde TOPIC` and the formgrader's button do the same, one
submission after another. `grader grade --watch` goes on: what arrives is graded at once, and feedback goes back.
`grader feedback` writes the students' pages, `grader report` the report on the class.

Dates, extensions, what being late costs, and weights can stand in `class.yml`: `grader plan --example > class.yml`
makes one, `grader plan` shows it and enters its dates in the gradebook.

`gradebook.db` holds the marks, `roster.json` the platforms' names of the students, `grading/` the results, seeds and
backups of grading runs, and each notebook that another one has replaced.
"""


def configuration(course_id: str) -> str:
    """The nbgrader_config.py of a new class."""
    return CONFIG.format(
        course_id=course_id, autograde=plug_ins.AUTOGRADE, late=plug_ins.LATE, feedback=plug_ins.FEEDBACK
    )


def create(
    course: Course,
    directory: Path,
    topics: list[str],
    progress: Callable[[str], None] = lambda _: None,
    group: str | None = None,
    projects: Sequence[str] = (),
) -> list[str]:
    """Make `directory` a class directory with an assignment for each topic and project; what is there already is kept.

    Solutions, marks and secrets lie in it: a new one is open to its owner alone, or to a group of instructors.

    Args:
        course: whose exercises these are.
        directory: where.
        topics: the assignments.
        progress: is told what is being done.
        group: the system group of those who share the class.
        projects: more assignments.

    Returns:
        what was done, line by line.

    Raises:
        UsageError: `directory` is a file, or lies among the course's own files; or there is no such group.
    """
    directory = directory.expanduser().resolve()
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"{directory} is a file; name a directory, new or empty.")
    if directory.is_relative_to(course.root) and not directory.is_relative_to(course.root / "classes"):
        raise UsageError("A class directory holds students' work: make it outside the checkout, or under classes/.")
    done = _private(directory, group)
    for name, text in {
        CONFIG_FILE: configuration(directory.name),
        "README.md": README,
    }.items():
        if not (directory / name).exists():
            (directory / name).write_text(text, encoding="utf-8")
            done.append(f"wrote {name}")
    if group is not None and SHARED not in (config := (directory / CONFIG_FILE).read_text(encoding="utf-8")):
        (directory / CONFIG_FILE).write_text(f"{config}\n{SHARED}\n", encoding="utf-8")
    for folder in ("source", "release", "submitted"):
        (directory / folder).mkdir(exist_ok=True)
    new = [name for name in (*topics, *projects) if not (directory / "source" / name).exists()]
    for name in new:
        progress(f"source/{name}")
        path = directory / "source" / name / f"{name}.ipynb"
        path.parent.mkdir()
        nb = project_notebook(course, name) if name in projects else source_notebook(course, name)
        target = course.project_notebook(name) if name in projects else course.exercise_notebook(name)
        nbformat.write(_for_a_class(course, nb, target), path, version=nbformat.NO_CONVERT)
    progress("release/ and gradebook.db")
    for name in new:
        _generate(directory, name)
        done.append(f"made assignment {name}")
    if group is not None and (book := directory / "gradebook.db").is_file():
        book.chmod(0o660)  # SQLite gives a group no right to write, whatever the umask
    count = len(topics) + len(projects)
    many = "1 assignment" if count == 1 else f"{count} assignments"
    done.append(f"{directory} is ready: {many} in source/ and release/, marks in gradebook.db.")
    return done


def _private(directory: Path, group: str | None) -> list[str]:
    """Make a new directory that nobody else can read, or only a group; say so of an old one that others can read."""
    new = not directory.exists() or not any(directory.iterdir())
    number = -1
    if group is not None:
        try:
            number = grp.getgrnam(group).gr_gid
        except KeyError:
            raise UsageError(f"There is no group {group!r} on this machine; 'getent group' lists them.") from None
        os.umask(0o007)
    directory.mkdir(parents=True, exist_ok=True)
    if group is not None:
        try:
            os.chown(directory, -1, number)
        except PermissionError:
            raise UsageError(f"You are not in the group {group!r}: name one of yours, 'groups' lists them.") from None
        directory.chmod(0o2770)
    elif new:
        directory.chmod(0o700)
    elif directory.stat().st_mode & 0o007:
        return [f"Others on this machine can read solutions and marks here: chmod o-rwx {directory}"]
    return []


def _for_a_class(course: Course, nb: nbformat.NotebookNode, target: Path) -> nbformat.NotebookNode:
    """A source notebook whose links lead to the published course, which does not lie beside it."""
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = notebook.for_elsewhere(course, cell.source, target)
    return nb


def _generate(directory: Path, name: str) -> None:
    """Run nbgrader's `generate_assignment` for one assignment: the student's version, and the gradebook's cells."""
    from nbgrader.apps import NbGraderAPI

    here = Path.cwd()
    os.chdir(directory)
    try:
        config = read_config(directory)
        config.CourseDirectory.root = str(directory)
        result = NbGraderAPI(config=config).generate_assignment(name)
    finally:
        os.chdir(here)
    if not result["success"]:
        raise RuntimeError(f"nbgrader could not generate {name}:\n{result.get('log') or result.get('error')}")
