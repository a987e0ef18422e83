"""The reference run: the source notebook itself, executed as submissions are, and what its graded cells left behind."""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import nbformat

from grader.authoring.exercise import BEGIN_HIDDEN, END_HIDDEN
from grader.checks.evidence import MIME
from grader.errors import CourseError
from grader.grading.execute import Executed, Limits, execute
from grader.kernels.policy import Policy
from grader.submissions.sanitise import is_graded, with_answers

_IMPORTS_CHECK = re.compile(r"^\s*(from\s+grader\s+import\s.*\bcheck\b|import\s+grader\b|from\s+grader\.check\b)", re.M)
_KEPT = 32


@dataclass(frozen=True)
class Reference:
    """What submissions are judged by.

    Attributes:
        outputs: the outputs of each graded cell by its grade_id; None where the run cannot be used.
        visible: for each graded cell, the labels of the checks that a student can read, with the author's hints.
        evidence: whether the checks of this notebook record evidence.
        seed: of the run; submissions are executed with the same.
        executed: the run.
        problems: why some outputs cannot be used, a sentence each; only where there is no evidence.
    """

    outputs: dict[str, list[Any] | None]
    visible: dict[str, dict[str, str]]
    evidence: bool
    seed: int
    executed: Executed
    problems: tuple[str, ...] = ()


_runs: dict[str, Reference] = {}


async def reference(
    source: nbformat.NotebookNode,
    files: Mapping[str, bytes],
    *,
    seed: int,
    policy: Policy | None = None,
    sandbox: bool = True,
    limits: Limits | None = None,
) -> Reference:
    """The reference run of a source notebook, executed once in this process for the same arguments.

    Args:
        source: with solutions and hidden checks.
        files: the instructor's files beside it.
        seed: of the grading run.
        policy: of the sandbox.
        sandbox: as in `execute`.
        limits: as in `execute`.

    Raises:
        CourseError: in a notebook that uses `grader.check`, a cell of the reference solution fails or a graded cell
            records no evidence; the message names the cell.
        KernelError: no kernel can be started here.
    """
    key = _key(source, files, seed, policy, sandbox)
    if key not in _runs:
        executed = await execute(
            with_answers(source, {}), files, seed=seed, policy=policy, sandbox=sandbox, limits=limits
        )
        _runs[key] = examine(executed, seed)
        while len(_runs) > _KEPT:
            del _runs[next(iter(_runs))]
    return _runs[key]


def _key(
    source: nbformat.NotebookNode, files: Mapping[str, bytes], seed: int, policy: Policy | None, sandbox: bool
) -> str:
    """A digest of all that decides what a reference run gives."""
    cells = [(cell.cell_type, cell.source, cell.metadata) for cell in source.cells]
    digest = hashlib.sha256(json.dumps([cells, seed, repr(policy), sandbox], sort_keys=True, default=str).encode())
    for path, data in sorted(files.items()):
        digest.update(f"{path}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def examine(executed: Executed, seed: int) -> Reference:
    """Look whether a reference run can be judged by."""
    code = [cell for cell in executed.notebook.cells if cell.cell_type == "code"]
    evidence = any(_IMPORTS_CHECK.search(cell.source) for cell in code)
    outputs: dict[str, list[Any] | None] = {}
    problems = []
    for number, cell in enumerate(code, start=1):
        name = cell.metadata.get("nbgrader", {}).get("grade_id") or f"code cell {number}"
        problem = _failure(cell)
        if (
            evidence
            and problem is None
            and is_graded(cell)
            and not any(MIME in o.get("data", {}) for o in cell.outputs)
        ):
            problem = "records no evidence: call check.equal, check.close, check.reference … in it"
        if problem and evidence:
            raise CourseError(f"The reference solution cannot be graded by: cell {name!r} {problem}.")
        if problem:
            problems.append(f"The reference solution's cell {name!r} {problem}.")
        if is_graded(cell):
            outputs[name] = None if problem else list(cell.outputs)
    visible = {cell.metadata.nbgrader.grade_id: visible_labels(cell.source) for cell in code if is_graded(cell)}
    return Reference(outputs, visible, evidence, seed, executed, tuple(problems))


def _failure(cell: nbformat.NotebookNode) -> str | None:
    """How a cell failed, or None."""
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if not errors or "raises-exception" in cell.metadata.get("tags", []):
        return None
    last = errors[-1]
    return (
        f"fails with {last.ename}: {last.evalue.strip().splitlines()[0][:200] if last.evalue.strip() else ''}".rstrip(
            ": "
        )
    )


def visible_labels(source: str) -> dict[str, str]:
    """The labels of checks in the part of a graded cell that students see, and not in the hidden part, with `hint=`."""
    seen = hidden = ""
    inside = False
    for line in source.split("\n"):
        inside = inside or line.strip() == BEGIN_HIDDEN
        if inside:
            hidden += line + "\n"
        else:
            seen += line + "\n"
        inside = inside and line.strip() != END_HIDDEN
    labels = _checks(seen)
    return {label: hint for label, hint in labels.items() if not any(f"{q}{label}{q}" in hidden for q in "'\"")}


def _checks(source: str) -> dict[str, str]:
    """The first argument of each call that has a text there, and the call's hint."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return {}
    found: dict[str, str] = {}
    for call in [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]:
        name = getattr(call.func, "attr", "")
        at = {"that": 2, "at_least": 3, "at_most": 3}.get(name)
        given = [keyword.value for keyword in call.keywords if keyword.arg == "hint"] + (
            call.args[at : at + 1] if at else []
        )
        label = _text(call.args[0])
        if label:
            hint = next((text for node in given if (text := _text(node))), "")
            found[label] = hint or found.get(label, "")
    return found


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
