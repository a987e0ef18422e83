"""Runs notebooks for the gate, as many at once as asked, and remembers what came of each by its content."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import hashlib
import json
import math
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import nbformat

from grader.authoring.notebook import KERNELSPEC
from grader.files import write_whole
from grader.gate.turns import execute_in_turns
from grader.grading.execute import KernelError, execute
from grader.grading.kernel import KERNEL
from grader.grading.outputs import Limits
from grader.grading.runtime import versions
from grader.kernels import sandbox
from grader.kernels.manager import kernel_manager, run_cells
from grader.submissions.submitted import support_files

LIMITS = Limits(cell_seconds=90.0, notebook_seconds=180.0)
HOME_SECONDS = 600
"""For a cell that trains a project's model."""
KEPT_DAYS = 30


@dataclass(frozen=True)
class Run:
    """What came of running a notebook.

    Attributes:
        outputs: those of each cell, by its position; empty for Markdown.
        seconds: how long its cells took; the start of the kernel does not count.
        trouble: why it did not run to its end, a sentence, or "".
        day: when it ran, as `2026-11-21`, or "" where that is not known.
    """

    outputs: list[list[Any]]
    seconds: float
    trouble: str = ""
    day: str = ""


@dataclass(frozen=True)
class Witness:
    """A notebook that tells whether a kernel is as good as new, and how one sees that in what came of it."""

    notebook: nbformat.NotebookNode
    is_sound: Callable[[Run], bool]


class Places:
    """Room for so many notebooks at once; one that is to be timed can have all of it."""

    def __init__(self, count: int) -> None:
        """Make room for `count` notebooks."""
        self._count = count
        self._free = asyncio.Semaphore(count)
        self._whole = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Room for one notebook."""
        async with self._free:
            yield

    @contextlib.asynccontextmanager
    async def all(self) -> AsyncIterator[None]:
        """All the room there is."""
        async with self._whole, contextlib.AsyncExitStack() as held:
            for _ in range(self._count):
                await held.enter_async_context(self._free)
            yield


class Runner:
    """Runs notebooks where there is a place; what has run before, with the same of everything, is not run again."""

    def __init__(
        self,
        folder: Path,
        *,
        places: Places,
        force: bool = False,
        told: Callable[[str], None] = lambda state: None,
    ) -> None:
        """Keep results in `folder`; `force` runs all anew; `told` hears "run" and "done" for each notebook."""
        self.folder = folder
        self.force = force
        self.executed = self.remembered = 0
        self._told = told
        self._places = places

    async def graded(
        self, notebook: nbformat.NotebookNode, seed: int, limits: Limits = LIMITS, seconds: float = math.inf
    ) -> Run:
        """Run an exercise notebook as grading does: sandboxed, with this seed, its checks recording evidence.

        Where it takes more than so many seconds beside other notebooks, it is run again with the machine to itself.
        """

        async def run() -> Run:
            sandboxed = sandbox.available() is None
            done = await execute(notebook, {}, seed=seed, sandbox=sandboxed, limits=limits)
            outputs = [cell.get("outputs", []) for cell in done.notebook.cells]
            return Run(outputs, sum(done.cell_seconds.values()), " ".join(done.notes))

        return await self._remember(_key(_kind(limits), notebook, seed), run, seconds)

    async def project(
        self, at_home: nbformat.NotebookNode, notebook: nbformat.NotebookNode, rows: Mapping[str, bytes], seed: int
    ) -> Run:
        """Run a project as its student does, and then, beside the files that this leaves, as grading does.

        Args:
            at_home: what the student runs; it trains and saves the model.
            notebook: what is executed of it, with this seed.
            rows: the features of the rows that it is graded on.
            seed: of the grading run.
        """

        async def run() -> Run:
            files = await _files_of(deepcopy(at_home))
            sandboxed = sandbox.available() is None
            done = await execute(notebook, {**files, **rows}, seed=seed, sandbox=sandboxed, limits=LIMITS)
            outputs = [cell.get("outputs", []) for cell in done.notebook.cells]
            return Run(outputs, sum(done.cell_seconds.values()), " ".join(done.notes))

        digest = hashlib.sha256(b"".join(rows.values())).hexdigest()
        return await self._remember(_key(f"project {digest}", notebook, seed), run)

    async def in_turns(
        self, notebooks: Sequence[nbformat.NotebookNode], seed: int, witness: Witness, limits: Limits = LIMITS
    ) -> list[Run | None]:
        """Run exercise notebooks as `graded` does, but one after the other in one kernel, made fresh in between.

        The witness has the last turn. None for each where it is not as it should be, or where one of them hangs or ends
        the kernel: what came of the others is then not known, either.
        """
        kinds = _kind(limits), f"{_kind(limits)}, in turns"
        paths = [[self._path(_key(kind, notebook, seed)) for kind in kinds] for notebook in notebooks]
        runs = [None if self.force else _load(own) or _load(turn) for own, turn in paths]
        missing = [number for number, run in enumerate(runs) if run is None]
        for _ in notebooks:
            self._told("run")
        if missing:
            async with self._places.one():
                given = [*(notebooks[number] for number in missing), witness.notebook]
                made = [Run(*turn) for turn in await execute_in_turns(given, seed, limits) or ()]
            if made and witness.is_sound(made.pop()):
                for number, run in zip(missing, made, strict=True):
                    runs[number] = run
                    _save(paths[number][1], run)
        self.executed += len(missing)
        self.remembered += len(notebooks) - len(missing)
        for _ in notebooks:
            self._told("done")
        return runs

    async def read(self, notebook: nbformat.NotebookNode, seconds: float) -> Run:
        """Run a chapter as a reader does, but without a network where this machine can sandbox kernels.

        Where it takes more than so many seconds beside other notebooks, it is run again with the machine to itself.
        """

        key = _key("read", notebook, None)
        return await self._remember(key, lambda: _run_chapter(deepcopy(notebook)), seconds, trouble=False)

    async def _remember(
        self, key: str, run: Callable[[], Awaitable[Run]], seconds: float = math.inf, *, trouble: bool = True
    ) -> Run:
        """What came of a run, now or before; without `trouble`, one that did not run to its end is run again."""
        path = self._path(key)
        self._told("run")
        known = None if self.force else _load(path)
        if known is None or known.seconds > seconds or (known.trouble and not trouble):  # a busy machine's fault?
            async with self._places.one():
                known = await run()
            if known.seconds > seconds:
                async with self._places.all():
                    known = await run()
            self.executed += 1
            known = replace(known, day=time.strftime("%Y-%m-%d"))
            _save(path, known)
        else:
            self.remembered += 1
        self._told("done")
        return known

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json.gz"


async def _run_chapter(notebook: nbformat.NotebookNode) -> Run:
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    manager = kernel_manager(KERNEL if sandbox.available() is None else KERNELSPEC["name"])
    trouble, began = "", [time.monotonic()]
    with tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True) as folder:
        resources = {"metadata": {"path": folder}}
        client = NotebookClient(notebook, km=manager, timeout=int(LIMITS.cell_seconds), resources=resources)
        try:
            await run_cells(client, lambda: began.append(time.monotonic()))
        except CellExecutionError:
            pass  # the error is in the outputs
        except CellTimeoutError:
            trouble = f"a cell took more than {LIMITS.cell_seconds:.0f} s."
        except DeadKernelError:
            trouble = f"its kernel died; {getattr(manager.provisioner, 'end_reason', None) or 'no reason is known'}."
        except RuntimeError as error:
            raise KernelError(f"A chapter cannot be run here: {error}") from error
        seconds = time.monotonic() - began[-1]
    return Run([cell.get("outputs", []) for cell in notebook.cells], seconds, trouble)


async def _files_of(notebook: nbformat.NotebookNode) -> dict[str, bytes]:
    """What lies beside a notebook after it has run, errors and all; in no sandbox, for that keeps no file."""
    from nbclient import NotebookClient

    with tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True) as folder:
        client = NotebookClient(
            notebook,
            km=kernel_manager(KERNELSPEC["name"]),
            timeout=HOME_SECONDS,
            allow_errors=True,
            resources={"metadata": {"path": folder}},
        )
        await run_cells(client)
        return support_files(Path(folder))[0]


def _kind(limits: Limits) -> str:
    return "graded" if limits == LIMITS else f"graded {limits}"


def _key(kind: str, notebook: nbformat.NotebookNode, seed: int | None) -> str:
    cells = [
        [cell.cell_type, cell.source, cell.metadata.get("tags", []), cell.metadata.get("nbgrader", {}).get("grade_id")]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    shape = [cell.cell_type for cell in notebook.cells]
    parts = [kind, cells, shape, seed, versions(), sandbox.available() is None]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _load(path: Path) -> Run | None:
    try:
        run = Run(**json.loads(gzip.decompress(path.read_bytes())))
        os.utime(path)
        return run
    except (OSError, EOFError, ValueError, TypeError):
        return None


def _save(path: Path, run: Run) -> None:
    """Keep a result, unless the disk does not let us."""
    with contextlib.suppress(OSError):
        write_whole(path, gzip.compress(json.dumps(asdict(run)).encode(), 1, mtime=0), durable=False)


def forget_old(folder: Path, days: int = KEPT_DAYS) -> None:
    """Remove results that nobody has asked for in so many days."""
    limit = time.time() - days * 86400
    for path in _files(folder):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < limit:
                path.unlink()


def _files(folder: Path) -> Sequence[Path]:
    return list(folder.glob("*/*.json.gz"))
