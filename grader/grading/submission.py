"""Grades one submission: from the student's cells to a verdict for each graded cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import nbformat

from grader.authoring.exercise import check_of
from grader.grading.execute import Executed, execute
from grader.grading.judge import NOT_ATTEMPTED, Marked, Verdict, judge_cell, judged_outputs
from grader.grading.outputs import Limits, error
from grader.grading.reference import Reference
from grader.kernels.policy import Policy
from grader.submissions.sanitise import assemble, is_answer, is_graded, is_untouched, with_answers
from grader.submissions.submitted import NotGradable, read_submission, support_files

State = Literal["graded", "graded in part", "not gradable"]


@dataclass(frozen=True)
class Graded(Marked):
    """A graded submission.

    Attributes:
        notebook: executed and judged; nbgrader's `determine_grade` finds the verdict's points in each graded cell.
        verdicts: by grade_id, in the order of the notebook.
        notes: for the instructor, a sentence each: what was mended, ended, or looks forged.
        state: graded in part if some cell was ended or not run.
        executed: the execution, with evidence and before any verdict.
    """

    notebook: nbformat.NotebookNode
    verdicts: dict[str, Verdict]
    notes: list[str] = field(default_factory=list)
    state: State = "graded"
    executed: Executed | None = None


async def grade(
    source: nbformat.NotebookNode,
    submitted: nbformat.NotebookNode | Mapping[str, str],
    *,
    reference: Reference,
    files: Mapping[str, bytes] | None = None,
    policy: Policy | None = None,
    sandbox: bool = True,
    limits: Limits | None = None,
    strict: bool = True,
    on_cell: Callable[[int, int], None] | None = None,
) -> Graded:
    """Grade a submission, or a set of answers.

    Args:
        source: the instructor's notebook.
        submitted: a notebook from `read_submission`, or the text of answer cells by exercise (the others keep their
            solution).
        reference: from `grader.grading.reference.reference`, whose seed is used.
        files: what lies beside the notebook.
        policy: of the sandbox.
        sandbox: as in `execute`.
        limits: as in `execute`.
        strict: False grades cells without evidence by nbgrader's exact rule.
        on_cell: as in `execute`.

    Raises:
        KernelError: no kernel can be started here.
    """
    if isinstance(submitted, nbformat.NotebookNode):
        assembled = assemble(source, submitted)
        notebook, notes = assembled.notebook, assembled.notes
    else:
        notebook, notes = with_answers(source, submitted), []
    executed = await execute(
        notebook,
        files or {},
        seed=reference.seed,
        policy=policy,
        sandbox=sandbox,
        limits=limits,
        on_cell=on_cell,
    )
    judged = deepcopy(executed.notebook)
    verdicts, found = judge_notebook(judged, reference, strict=strict)
    state: State = "graded in part" if executed.in_part else "graded"
    return Graded(judged, verdicts, [*notes, *executed.notes, *found], state, executed)


async def grade_files(
    source: nbformat.NotebookNode,
    path: Path,
    *,
    reference: Reference,
    own: Mapping[str, bytes] | None = None,
    **options: Any,
) -> Graded:
    """Grade the notebook file `path` and the files beside it.

    A file that is no notebook gives a result whose state is "not gradable"; nothing is raised for what was handed in.

    Args:
        source: the instructor's notebook.
        path: the submitted notebook.
        reference: as in `grade`.
        own: the instructor's files beside the source notebook, from `own_files`.
        options: as in `grade`.

    Raises:
        KernelError: no kernel can be started here.
    """
    try:
        files, left_out = support_files(path.parent, own)
        submitted, mended = read_submission(path)
    except NotGradable as problem:
        return not_gradable(source, str(problem))
    graded = await grade(source, submitted, reference=reference, files=files, **options)
    return replace(graded, notes=[*mended, *left_out, *graded.notes])


def not_gradable(source: nbformat.NotebookNode, reason: str, stubs: Mapping[str, str] | None = None) -> Graded:
    """What becomes of a file that is no notebook: no points, and the reason in every graded cell."""
    empty = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("")])
    notebook = assemble(source, empty, stubs).notebook
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(f"**Not gradable.** {reason}"))
    verdicts = {}
    for cell in notebook.cells:
        if is_graded(cell):
            possible = float(cell.metadata.nbgrader.points)
            verdicts[cell.metadata.nbgrader.grade_id] = Verdict(0.0, possible, False, "error", (reason,))
            cell.outputs = [error("NotGradable", reason, [f"Not gradable: {reason}"])]
    return Graded(notebook, verdicts, [reason], "not gradable")


def judge_notebook(
    notebook: nbformat.NotebookNode, reference: Reference | None, *, strict: bool = True
) -> tuple[dict[str, Verdict], list[str]]:
    """Judge each graded cell of an executed notebook, and write the verdict into its outputs.

    An exercise whose cell is as students receive it is not attempted, whatever the code that it came with does.

    Returns:
        the verdicts by grade_id, and what an instructor should look at.
    """
    verdicts: dict[str, Verdict] = {}
    notes = []
    answers = [cell.source for cell in notebook.cells if is_answer(cell)]
    answer_lines = {line.strip() for source in answers for line in source.split("\n") if line.strip()}
    untouched = {cell.metadata.nbgrader.grade_id for cell in notebook.cells if is_answer(cell) and is_untouched(cell)}
    for cell in notebook.cells:
        if not is_graded(cell):
            continue
        name = cell.metadata.nbgrader.grade_id
        verdict = judge_cell(
            reference.outputs.get(name) if reference else None,
            cell.outputs,
            points=float(cell.metadata.nbgrader.points),
            strict=strict,
            visible=reference.visible.get(name) if reference else None,
            answer_lines=answer_lines,
        )
        check = check_of(cell.source)
        if check and check[1] in untouched and not verdict.points:
            verdict = replace(verdict, outcome="not attempted", reasons=(NOT_ATTEMPTED,), misconceptions=())
        cell.outputs = nbformat.from_dict(_as_nbgrader_reads(judged_outputs(cell.outputs, verdict), verdict))
        verdicts[name] = verdict
        notes += [f"Cell {name!r}: {flag}." for flag in verdict.flags]
    return verdicts, notes


def _as_nbgrader_reads(outputs: list[dict[str, Any]], verdict: Verdict) -> list[dict[str, Any]]:
    """Outputs in which nbgrader's `determine_grade` finds exactly the verdict's points.

    It gives nothing to the first error or stderr, the number of the first execute_result, and else everything.
    """
    made = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            made.append({**output, "name": "stdout"})
        elif kind == "execute_result":
            made.append({"output_type": "display_data", "data": output["data"], "metadata": {}})
        elif kind != "error" or verdict.points <= 0:
            made.append(output)
        else:
            made.append({"output_type": "stream", "name": "stdout", "text": "\n".join(output["traceback"])})
    if 0 < verdict.points < verdict.possible:
        data = {"text/plain": repr(float(verdict.points))}
        made.append({"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None})
    elif verdict.points <= 0 < verdict.possible and all(output["output_type"] != "error" for output in made):
        told = " ".join(verdict.reasons) or "A check did not pass."
        made.append(dict(error("Failed", told, [f"Failed: {told}"])))
    return made
