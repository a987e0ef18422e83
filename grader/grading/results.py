"""What a grading run leaves on disk for each notebook, for feedback and the class report.

    grading/results/ASSIGNMENT/STUDENT/NOTEBOOK.json

A file is written after the gradebook's transaction, by rename, so it is whole or absent. Its keys:

- `assignment`, `student`, `notebook`: names as in the gradebook; `format`: 1.
- `state`: "graded"; "graded in part" (a cell was ended or not run); "not gradable" (what was handed in is no
  notebook: no points, the first note says why); "not handed in" (the assignment has this notebook, the submission
  lacks it: no points); "not recorded" (the grader could not finish: nothing new is in the gradebook).
- `points`, `possible`: of the cells that are graded automatically.
- `verdicts`: by grade_id, in the order of the notebook: `points`, `possible`, `passed`, `outcome` ("right", "wrong",
  "error", "not attempted"), `reasons` and `misconceptions` (for the student), `flags` (for the instructor only),
  `checks` (pairs of label and whether it holds).
- `notes`: for the instructor, a sentence each; `missing`: names of answers that are not in the submission.
- `seed`, `versions` (python, tensorflow, keras, numpy, grader), `sandbox`: what it was executed with.
- `seconds` (on the clock), `cpu_seconds`, `peak_memory` (bytes), `kernels`, `cell_seconds` (by index in the autograded
  notebook): of the execution, `null` where unknown; `from_cache`: whether that execution was an earlier one.
- `submitted`: when, from timestamp.txt, or null; `graded`: when. Both ISO 8601, in UTC.
- `content`: digest of what was handed in and of the source notebook; while it stays the same, the gradebook holds
  these points and the rules of the day touch nothing, the submission is "already graded".
- `late`: digest of how late it is and what that costs, null if in time; `limits`: digest of the limits it ran with.

The notebook with the student's answers and their outputs is in `autograded/STUDENT/ASSIGNMENT/NOTEBOOK.ipynb`.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.files import write_whole
from grader.grading.judge import Marked, Verdict

FORMAT = 1
OUTPUTS_ALONE = (
    "its checks record no evidence (they are not grader.check's), so what the student's own process printed decided. "
    "No error was shown where there are points; that the answer is right is not proved, since code can hide errors. "
    "Read the answers that matter, or write the checks with grader.check."
)
"""What it means that an assignment is graded without evidence."""
_FOLDER = Path("grading") / "results"


@dataclass(frozen=True)
class Result(Marked):
    """One graded notebook; the attributes are the keys that this module's docstring explains."""

    assignment: str
    student: str
    notebook: str
    state: str
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    seed: int | None = None
    versions: dict[str, str] = field(default_factory=dict)
    sandbox: bool = True
    seconds: float | None = None
    cpu_seconds: float | None = None
    peak_memory: int | None = None
    kernels: int | None = None
    cell_seconds: dict[int, float] = field(default_factory=dict)
    from_cache: bool = False
    submitted: str | None = None
    graded: str | None = None
    content: str | None = None
    late: str | None = None
    limits: str | None = None

    @property
    def evidence(self) -> bool | None:
        """Whether it was judged by the values that its checks recorded; None where nothing was judged."""
        if self.state not in ("graded", "graded in part") or not self.verdicts:
            return None
        return any(verdict.checks for verdict in self.verdicts.values())


def path_of(class_directory: Path, assignment: str, student: str, notebook: str) -> Path:
    """Where the result of a notebook lies."""
    return class_directory / _FOLDER / assignment / student / f"{notebook}.json"


def write(class_directory: Path, result: Result) -> None:
    """Write a result to disk, so that it is whole or absent whatever happens meanwhile."""
    made = {"format": FORMAT, "points": result.points, "possible": result.possible, **dataclasses.asdict(result)}
    path = path_of(class_directory, result.assignment, result.student, result.notebook)
    write_whole(path, json.dumps(made, indent=1, ensure_ascii=False).encode() + b"\n")


def read(class_directory: Path, assignment: str, student: str, notebook: str) -> Result | None:
    """The result of a notebook; None where there is none, or none that can be read."""
    return _read(path_of(class_directory, assignment, student, notebook))


def all_of(class_directory: Path, assignment: str) -> Iterator[Result]:
    """The results of an assignment, by student and notebook."""
    for path in sorted((class_directory / _FOLDER / assignment).glob("*/*.json")):
        result = _read(path)
        if result is not None:
            yield result


def remove(class_directory: Path, assignment: str, student: str) -> None:
    """Forget the results of a submission: from here until new ones are written it counts as not graded."""
    for path in path_of(class_directory, assignment, student, "any").parent.glob("*.json"):
        path.unlink(missing_ok=True)


def _read(path: Path) -> Result | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return _result(found) if found["format"] == FORMAT else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _result(found: dict[str, Any]) -> Result:
    verdicts = {name: _verdict(values) for name, values in found.pop("verdicts").items()}
    cells = {int(index): seconds for index, seconds in found.pop("cell_seconds").items()}
    kept = {name: value for name, value in found.items() if name not in ("format", "points", "possible")}
    return Result(**kept, verdicts=verdicts, cell_seconds=cells)


def _verdict(values: dict[str, Any]) -> Verdict:
    for name in ("reasons", "misconceptions", "flags"):
        values[name] = tuple(values[name])
    values["checks"] = tuple((str(label), bool(holds)) for label, holds in values["checks"])
    return Verdict(**values)
