"""Executes a notebook and returns it with outputs: nothing is read, written or decided besides.

One cell's trouble stays its own. A cell that hangs or floods is interrupted; one that does not heed that, or dies,
loses its kernel: a fresh one runs the set-up and answer cells again, without the cell at fault, and goes on.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from grader.authoring.exercise import check_of
from grader.grading.kernel import Kernel, KernelError
from grader.grading.outputs import Limits, Outputs, Room, ended
from grader.kernels.policy import Policy
from grader.submissions.sanitise import is_answer, is_graded

__all__ = ["Executed", "KernelError", "Limits", "execute"]


@dataclass(frozen=True)
class Executed:
    """An executed notebook.

    Attributes:
        notebook: the notebook with outputs; every cell that was ended or not run has an error output that says why.
        seconds: time on the clock, from the first kernel's start to the last one's end.
        cell_seconds: time of each code cell, by its index in the notebook.
        cpu_seconds: CPU time of all its kernels, None where that is not known.
        peak_memory: the most bytes that a kernel held, None where that is not known.
        kernels: how many kernels it took; more than one tells of trouble.
        notes: what went wrong, a sentence each.
        in_part: whether some cell was ended or not run.
    """

    notebook: nbformat.NotebookNode
    seconds: float
    cell_seconds: dict[int, float] = field(default_factory=dict)
    cpu_seconds: float | None = None
    peak_memory: int | None = None
    kernels: int = 1
    notes: list[str] = field(default_factory=list)
    in_part: bool = False


async def execute(
    notebook: nbformat.NotebookNode,
    files: Mapping[str, bytes],
    *,
    seed: int,
    policy: Policy | None = None,
    sandbox: bool = True,
    limits: Limits | None = None,
    on_cell: Callable[[int, int], None] | None = None,
) -> Executed:
    """Execute a notebook from `assemble`; never raises for what its code does.

    Args:
        notebook: it is not changed.
        files: what lies beside it, by relative path.
        seed: what `check.inputs` draws from; checks record evidence.
        policy: limits of the sandbox.
        sandbox: False runs the code with all the rights of this process.
        limits: time and output.
        on_cell: called with the number of code cells done and their total.

    Raises:
        KernelError: no kernel can be started here.
    """
    with tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for path, data in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        run = _Run(deepcopy(notebook), folder, seed, policy, sandbox, limits or Limits())
        try:
            await run.all_cells(on_cell)
        finally:
            await run.close()
    return run.result()


@dataclass
class _Run:
    """One execution under way. Cells go by their index in the notebook."""

    notebook: nbformat.NotebookNode
    folder: Path
    seed: int
    policy: Policy | None
    sandbox: bool
    limits: Limits
    kernel: Kernel | None = None
    kernels: int = 0
    in_kernel: set[int] = field(default_factory=set)  # cells that ran in the present kernel
    bad: dict[int, str] = field(default_factory=dict)  # cells that were ended or not run, and why
    retried: set[int] = field(default_factory=set)  # cells that get a second chance: they may not have begun
    outputs: dict[int, Outputs] = field(default_factory=dict)
    seconds: dict[int, float] = field(default_factory=dict)
    usage: list[tuple[float | None, int | None]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.room = Room.of(self.limits)

    async def all_cells(self, on_cell: Callable[[int, int], None] | None) -> None:
        """Run every code cell in order."""
        code = [i for i, cell in enumerate(self.notebook.cells) if cell.cell_type == "code" and cell.source.strip()]
        for done, index in enumerate(code, start=1):
            cell = self.notebook.cells[index]
            cell.outputs, cell.execution_count = [], None
            reason = self._no_use(cell)
            if reason:
                self.bad[index] = reason
            elif "skip-execution" not in cell.metadata.get("tags", []):
                await self._one_cell(index)
                cell.execution_count = done
            if on_cell is not None:
                on_cell(done, len(code))
        self._write_outputs()

    async def close(self) -> None:
        """End the kernel."""
        if self.kernel is not None:
            kernel, self.kernel = self.kernel, None
            await kernel.stop()
            self.usage.append(kernel.usage())

    def result(self) -> Executed:
        """What came of it."""
        known = [(cpu, peak) for cpu, peak in self.usage if cpu is not None and peak is not None]
        return Executed(
            self.notebook,
            time.monotonic() - self.started,
            self.seconds,
            sum(cpu for cpu, _ in known) if known else None,
            max(peak for _, peak in known) if known else None,
            self.kernels,
            self.notes,
            bool(self.bad),
        )

    def _left(self) -> float:
        return self.limits.notebook_seconds - (time.monotonic() - self.started)

    def _no_use(self, cell: nbformat.NotebookNode) -> str | None:
        """Why a cell need not be run at all, or None."""
        if self._left() <= 0:
            return f"not run: the notebook took more than {self.limits.notebook_seconds:.0f} s"
        check = check_of(cell.source) if is_graded(cell) else None
        if check is None:
            return None
        for index, reason in self.bad.items():
            answer = self.notebook.cells[index]
            if is_answer(answer) and answer.metadata.nbgrader.grade_id == check[1] and self._gone(index):
                return f"not run: the cell of the answer {check[1]!r} was ended ({reason})"
        return None

    def _gone(self, index: int) -> bool:
        """Whether what a cell defined went with its kernel."""
        return index not in self.in_kernel

    async def _one_cell(self, index: int) -> None:
        """Run one cell, in a fresh kernel where the last was lost; once more where another cell was at fault."""
        while index not in self.bad:
            if self.kernel is None:
                await self._fresh_kernel(index)
            outputs = Outputs(self.limits, is_graded(self.notebook.cells[index]), self.room)
            if await self._run(index, outputs) is None:
                self.outputs[index] = outputs
                return

    async def _fresh_kernel(self, upto: int) -> None:
        """Start a kernel and run in it what came before: all cells but graded ones and those at fault."""
        while self.kernel is None:
            self.kernels += 1
            self.in_kernel.clear()
            self.kernel = await Kernel.start(
                self.folder, seed=self.seed, limits=self.limits, policy=self.policy, sandbox=self.sandbox
            )
            for index in range(upto):
                cell = self.notebook.cells[index]
                again = index in self.seconds and index not in self.bad and not is_graded(cell)
                if again and self._left() > 0 and await self._run(index, Outputs(self.limits)) is not None:
                    break

    async def _run(self, index: int, outputs: Outputs) -> str | None:
        """Run one cell. Where it was ended: note whose fault that was, give up a lost kernel, and say why."""
        assert self.kernel is not None
        before = time.monotonic()
        seconds = max(0.1, min(self.limits.cell_seconds, self._left()))
        end = await self.kernel.run(self.notebook.cells[index].source, outputs, seconds)
        self.seconds.setdefault(index, time.monotonic() - before)
        self.in_kernel.add(index)
        if not end.alive:
            await self.close()
            self.in_kernel.clear()
        if end.reason is None:
            return None
        if not end.began and index not in self.retried:
            self.retried.add(index)
            return end.reason
        owner = next((i for i, known in self.outputs.items() if end.blame is known), index)
        self.bad[owner] = end.reason
        self.outputs.setdefault(owner, outputs)
        self.notes.append(f"{self._name(owner)}: {end.reason}.")
        return end.reason

    def _name(self, index: int) -> str:
        cell = self.notebook.cells[index]
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        return f"Cell {grade_id!r}" if grade_id else f"Cell {index + 1}"

    def _write_outputs(self) -> None:
        for index, outputs in self.outputs.items():
            self.notebook.cells[index].outputs = outputs.finish()
        for index, reason in self.bad.items():
            self.notebook.cells[index].outputs = [*self.notebook.cells[index].outputs, ended(reason)]
