"""Executes notebooks on the workers of a Dask cluster; everything else stays in the process that grades.

Each worker starts a zygote of its own, by a plug-in. Workers need this package in the same versions, and Linux; they
read nothing of the class directory: notebook and files travel with the task, the executed notebook comes back. A task
whose worker is lost runs again on another; its result is one, whatever happens.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import os
from collections.abc import AsyncIterator, Mapping
from typing import Any

import nbformat
from distributed import Client, WorkerPlugin
from distributed.client import ClosedClientError, FutureCancelledError
from distributed.scheduler import KilledWorker

from grader.errors import CourseError, Passing
from grader.grading import cache, runtime
from grader.grading.execute import Executed, execute
from grader.grading.outputs import Limits
from grader.kernels import launch, sandbox
from grader.kernels.manager import jupyter_path
from grader.kernels.policy import Policy

CONNECT_SECONDS = 10
LOOK_SECONDS = 5.0
"""So often it is looked whether there are workers still; a nanny has this time to start one anew."""
_KERNEL = "tensorflow-graded"


class Zygotes(WorkerPlugin):
    """Starts a worker's zygote when the worker starts, and ends it with the worker."""

    name = "grader-zygote"

    def setup(self, worker: Any) -> None:
        """Begin to import TensorFlow in the background."""
        os.environ["JUPYTER_PATH"] = jupyter_path()
        launch.prewarm(_KERNEL)

    def teardown(self, worker: Any) -> None:
        """End the zygote."""
        launch.stop()


class Lost(CourseError, Passing):
    """There is no cluster any more; it may come back."""


class Workers:
    """The workers of a cluster, as an executor of the pipeline; once they are lost, a new run is needed."""

    def __init__(self, client: Any, address: str, slots: int, found: Mapping[str, str]) -> None:
        self._client, self._address, self.slots, self.versions = client, address, slots, found
        self._lost: str = ""

    async def __call__(
        self,
        notebook: nbformat.NotebookNode,
        files: Mapping[str, bytes],
        *,
        seed: int,
        policy: Policy,
        sandbox: bool,
        limits: Limits,
    ) -> Executed:
        """As `grader.grading.execute.execute`, on one of the workers."""
        options = {
            "seed": seed,
            "policy": policy.as_dict(),
            "sandbox": sandbox,
            "limits": dataclasses.asdict(limits),
        }
        text = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
        if self._lost:
            raise Lost(self._lost)
        try:
            future = self._client.submit(execute_here, text, dict(files), options, pure=False)
            try:
                return cache.from_bytes(await self._result(future))
            finally:
                future.release()
        except KilledWorker:
            raise CourseError(
                "The workers that executed this submission were lost, one after another: look at their memory, "
                "then grade it again."
            ) from None
        except (FutureCancelledError, ClosedClientError):
            self._lost = f"The Dask scheduler at {self._address} was lost: start it again with 'dask scheduler'."
            raise Lost(self._lost) from None

    async def _result(self, future: Any) -> bytes:
        """What a task gives; one that no worker is left for would wait without a word."""
        waiting = asyncio.ensure_future(future.result())
        alone = 0
        try:
            while not (await asyncio.wait({waiting}, timeout=LOOK_SECONDS))[0]:
                alone = 0 if await self._has_workers() else alone + 1
                if alone > 1:
                    self._lost = _none(self._address)
                    raise Lost(self._lost)
            return bytes(waiting.result())
        finally:
            waiting.cancel()

    async def _has_workers(self) -> bool:
        """Whether there are any; where the scheduler is lost, the client says so of each task itself."""
        try:
            return self._client.status != "running" or bool(await self._client.nthreads())
        except OSError:
            return True


def execute_here(notebook: str, files: dict[str, bytes], options: dict[str, Any]) -> bytes:
    """Execute a notebook in a worker's thread; arguments and result are plain data."""
    executed = asyncio.run(
        execute(
            nbformat.reads(notebook, as_version=nbformat.NO_CONVERT),
            files,
            seed=options["seed"],
            policy=Policy.from_dict(options["policy"]),
            sandbox=options["sandbox"],
            limits=Limits(**options["limits"]),
        )
    )
    return cache.to_bytes(executed)


def describe() -> dict[str, Any]:
    """What a worker says of itself: its versions, and why it cannot sandbox kernels, if it cannot."""
    return {"versions": runtime.versions(), "problem": sandbox.available()}


@contextlib.asynccontextmanager
async def connected(address: str, *, sandbox: bool = True) -> AsyncIterator[Workers]:
    """The workers of the scheduler at `address`.

    Args:
        address: as Dask writes it, such as tcp://host:8786.
        sandbox: whether they must be able to sandbox kernels.

    Raises:
        CourseError: no scheduler answers, it has no workers, or these differ or cannot do it; the message says which.
    """
    # What the client logs of a lost connection, a traceback, is told in a sentence here.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    try:
        client = await Client(address, asynchronous=True, timeout=CONNECT_SECONDS)
    except (OSError, TimeoutError, asyncio.TimeoutError, ValueError) as problem:
        raise CourseError(
            f"No Dask scheduler answers at {address} ({problem}): start one with 'dask scheduler'."
        ) from None
    try:
        try:
            threads = sum((await client.nthreads()).values())
            if not threads:
                raise Lost(_none(address))
            await client.register_plugin(Zygotes())
            told = await client.run(describe)
        except (OSError, TimeoutError, asyncio.TimeoutError) as problem:
            raise Lost(f"The Dask cluster at {address} was lost ({problem}): look at its scheduler.") from None
        yield Workers(client, address, threads, _agreed(told, sandbox))
    finally:
        await client.close()


def _none(address: str) -> str:
    return f"The scheduler at {address} has no workers: start some with 'dask worker {address}'."


def _agreed(told: Mapping[str, Mapping[str, Any]], sandboxed: bool) -> dict[str, str]:
    """The versions that all workers have; the reference run and every submission must be executed by the same.

    Raises:
        CourseError: they differ, or one cannot sandbox kernels.
    """
    (first, reference), *others = sorted(told.items())
    for worker, described in told.items():
        if sandboxed and described["problem"]:
            raise CourseError(f"Worker {worker}: {described['problem']}")
    for worker, described in others:
        ours, theirs = reference["versions"], described["versions"]
        differing = [name for name in sorted({*ours, *theirs}) if ours.get(name) != theirs.get(name)]
        if differing:
            raise CourseError(f"Workers {first} and {worker} differ in {', '.join(differing)}: install the same.")
    return dict(reference["versions"])
