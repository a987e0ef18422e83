"""What nbgrader's own `autograde` and the formgrader's button use in place of their steps, through nbgrader_config.py.

`SubmissionExporter` reads what a student handed in, `Assemble` puts the answers into the instructor's notebook,
`SandboxedExecute` runs it, and `Judge` writes verdicts that nbgrader's SaveAutoGrades then finds. Nothing of nbgrader
is patched: `grader.classroom.plug_ins` has the lines for nbgrader_config.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Dict, Float

from grader.errors import CourseError
from grader.grading.execute import execute
from grader.grading.held_out import HeldOut, held_out, secret_of
from grader.grading.outputs import Limits
from grader.grading.reference import Reference, reference
from grader.grading.seeds import seed_of
from grader.grading.submission import judge_notebook, not_gradable
from grader.kernels.policy import Policy
from grader.submissions.sanitise import assemble, is_answer
from grader.submissions.submitted import NotGradable, own_files, read_submission, support_files

T = TypeVar("T")
_OURS = "grader"  # where an autograded notebook's metadata says how it was graded


class SubmissionExporter(NotebookExporter):
    """nbconvert's notebook exporter, which reads a submitted file with suspicion and any other as usual."""

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> Any:
        """Read and convert the notebook in `filename`."""
        if not any(isinstance(step, Assemble) for step in self._preprocessors):
            return super().from_filename(filename, resources=resources, **kw)
        path = Path(filename)
        resources = self._init_resources(resources)
        resources["metadata"].update(name=path.stem, path=str(path.parent))
        try:
            if path.parent.is_symlink() or path.parent.parent.is_symlink():
                raise NotGradable("The folder that was handed in is a link: hand in the files themselves.")
            notebook, notes = read_submission(path)
            ours: dict[str, Any] = {"notes": notes}
        except NotGradable as problem:
            notebook = nbformat.v4.new_notebook()
            ours = {"not_gradable": str(problem), "notes": [str(problem)]}
        notebook.metadata[_OURS] = ours
        return self.from_notebook_node(notebook, resources=resources, **kw)


class Assemble(NbGraderPreprocessor):
    """Puts a student's answers into the instructor's notebook; cells, points and checksums are the gradebook's."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: Any) -> tuple[nbformat.NotebookNode, Any]:
        """The notebook to execute."""
        place = Place.of(self, resources)
        master, stubs = place.master()
        ours = nb.metadata[_OURS]
        if "not_gradable" in ours:
            made = not_gradable(master, ours["not_gradable"], stubs).notebook
        else:
            assembled = assemble(master, nb, stubs)
            made, ours["notes"] = assembled.notebook, [*ours["notes"], *assembled.notes]
        for note in ours["notes"]:
            self.log.warning("%s: %s", place.student, note)
        made.metadata[_OURS] = ours
        return made, resources


class SandboxedExecute(NbGraderPreprocessor):
    """Executes the notebook in a sandboxed warm kernel."""

    sandbox = Bool(True, config=True, help="False runs students' code with all your rights.")
    policy = Dict(config=True, help="Limits of the sandbox: see grader.kernels.policy.Policy.")
    timeout = Float(Limits.cell_seconds, config=True, help="Seconds for one cell.")
    notebook_timeout = Float(Limits.notebook_seconds, config=True, help="Seconds for a whole notebook.")

    def preprocess(self, nb: nbformat.NotebookNode, resources: Any) -> tuple[nbformat.NotebookNode, Any]:
        """The notebook with outputs."""
        ours = nb.metadata[_OURS]
        if "not_gradable" in ours:
            return nb, resources
        place = Place.of(self, resources)
        seed = seed_of(place.root, place.assignment)
        options = {"policy": Policy.from_dict(self.policy), "sandbox": self.sandbox, "limits": self._limits()}
        files, notes = place.files()
        rows = place.held_out(seed)
        standard = self._reference(place, rows, seed, options)
        executed = _wait(lambda: execute(nb, files | rows.features, seed=seed, **options))
        notes += executed.notes
        for note in notes:
            self.log.warning("%s: %s", place.student, note)
        state = "graded in part" if executed.in_part else "graded"
        ours.update(seed=seed, state=state, seconds=round(executed.seconds, 1), notes=[*ours["notes"], *notes])
        executed.notebook.metadata[_OURS] = ours
        resources["grader_reference"] = standard
        return executed.notebook, resources

    def _limits(self) -> Limits:
        return Limits(cell_seconds=self.timeout, notebook_seconds=self.notebook_timeout)

    def _reference(self, place: Place, rows: HeldOut, seed: int, options: dict[str, Any]) -> Reference:
        self.log.info("The seed of this assignment is %d (grading/seeds.json).", seed)
        master, _ = place.master()
        files = place.own_files() | rows.features | rows.truth
        found = _wait(lambda: reference(master, files, seed=seed, **options))
        for problem in found.problems:
            self.log.warning("%s It is graded by its outputs alone.", problem)
        return found


class Judge(NbGraderPreprocessor):
    """Judges each graded cell by the reference run, and shapes its outputs so that SaveAutoGrades finds the verdict."""

    strict = Bool(
        True,
        config=True,
        help="Cells without evidence: any error fails, stderr never does. False restores nbgrader's exact rule.",
    )

    def preprocess(self, nb: nbformat.NotebookNode, resources: Any) -> tuple[nbformat.NotebookNode, Any]:
        """The judged notebook."""
        ours = nb.metadata[_OURS]
        if "not_gradable" in ours:
            return nb, resources
        _, notes = judge_notebook(nb, resources.pop("grader_reference", None), strict=self.strict)
        for note in notes:
            self.log.warning("%s: %s", resources["nbgrader"]["student"], note)
        ours["notes"] = [*ours["notes"], *notes]
        return nb, resources


def remove_special_files(assignment: str, student: str, notebooks: list[str]) -> None:
    """nbgrader's hook before it copies a submission: remove links and special files, which it would follow or wait for.

    Links in place of a notebook stay: `SubmissionExporter` refuses them with a reason.
    """
    for folder in {os.path.dirname(notebook) for notebook in notebooks}:
        if os.path.islink(folder):
            continue
        for base, directories, names in os.walk(folder):
            for name in [*directories, *names]:
                path = os.path.join(base, name)
                mode = os.lstat(path).st_mode
                if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) and not name.endswith(".ipynb"):
                    with contextlib.suppress(OSError):
                        os.unlink(path)


@dataclass(frozen=True)
class Place:
    """Where a submission lies, and what nbgrader knows of its assignment."""

    course: Any
    student: str
    assignment: str
    notebook: str
    db_url: str
    theirs: tuple[str, ...] = ()  # instructor's files that students may change, by nbgrader's exclude_overwriting

    @classmethod
    def of(cls, step: Any, resources: Any) -> Place:
        """The place of the notebook that a preprocessor is working on."""
        told = resources["nbgrader"]
        converter = step.parent.parent
        theirs = tuple(converter.exclude_overwriting.get(told["assignment"], ()))
        where = (told["student"], told["assignment"], told["notebook"], told["db_url"])
        return cls(converter.coursedir, *where, theirs)

    @property
    def root(self) -> Path:
        """The class directory."""
        return Path(self.course.root)

    def own_files(self) -> dict[str, bytes]:
        """The instructor's files of the assignment."""
        return own_files(self._folder(self.course.source_directory, "."))

    def files(self) -> tuple[dict[str, bytes], list[str]]:
        """The files that the submission runs beside, and what was left out."""
        own = {path: data for path, data in self.own_files().items() if path not in self.theirs}
        return support_files(self._folder(self.course.submitted_directory, self.student), own)

    def held_out(self, seed: int) -> HeldOut:
        """The rows of a project that it is graded on."""
        return held_out(self.master()[0], seed, partial(secret_of, self.root))

    def master(self) -> tuple[nbformat.NotebookNode, dict[str, str]]:
        """The source notebook with locked cells, points and checksums from the gradebook, and the students' stubs.

        The gradebook has what students received: cells that nbgrader wrote (### AUTOTEST) are only there.

        Raises:
            CourseError: there is no source notebook, or its graded cells are not those of the gradebook.
        """
        path = self._folder(self.course.source_directory, ".") / f"{self.notebook}.ipynb"
        if not path.is_file():
            raise CourseError(f"{path} is missing: submissions are put into this notebook; put it back.")
        master = deepcopy(nbformat.read(path, as_version=4))
        with Gradebook(self.db_url, self.course.course_id) as book:
            known = book.find_notebook(self.notebook, self.assignment)
            cells = {cell.name: (cell.source, cell.cell_type, cell.checksum) for cell in known.source_cells}
            points = {cell.name: float(cell.max_score) for cell in known.grade_cells}
        stubs: dict[str, str] = {}
        for cell in master.cells:
            meta = cell.metadata.get("nbgrader") or {}
            name = str(meta.get("grade_id"))
            if meta.get("grade") and name not in points:
                raise CourseError(f"{path} has a graded cell {name!r} that the gradebook lacks: {_AGAIN.format(self)}.")
            if name not in cells:
                continue
            text, _, meta["checksum"] = cells[name]
            if meta.get("grade"):
                meta["points"] = points.pop(name)
            if is_answer(cell):
                stubs[name] = text
            else:
                cell.source = text
        if points:
            name = next(iter(points))
            raise CourseError(f"{path} lacks the graded cell {name!r} of the gradebook: {_AGAIN.format(self)}.")
        return master, stubs

    def _folder(self, step: str, student: str) -> Path:
        return Path(self.course.format_path(step, student, self.assignment))


_AGAIN = "run 'nbgrader generate_assignment {0.assignment} --force'"


def _wait(start: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine to its end, also where an event loop runs already, as in the formgrader's server."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(start())).result()
