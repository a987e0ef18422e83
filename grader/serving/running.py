"""Running models for requests: each by itself, or several requests as one batch."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from grader.serving.errors import Code, ServingError, from_exception
from grader.serving.manager import Lease

Array = NDArray[Any]
Outputs = dict[str, Array]


@dataclass(frozen=True)
class Work:
    """What a request wants computed: outputs of a signature of a version, from inputs that have been checked."""

    lease: Lease
    signature: str
    inputs: Mapping[str, Array]
    outputs: tuple[str, ...]

    def run(self) -> Outputs:
        """Compute it now."""
        return self.lease.servable.run(self.signature, self.inputs, self.outputs)

    @property
    def rows(self) -> int | None:
        """The common first dimension of the inputs; None where there is none."""
        sizes = {array.shape[0] if array.ndim else None for array in self.inputs.values()}
        return sizes.pop() if len(sizes) == 1 else None


class Runner(Protocol):
    """Computes work in other threads, and releases its lease afterwards."""

    def submit(self, work: Work) -> Future[Outputs]:
        """Begin; the future holds the outputs, or a ServingError."""

    def close(self) -> None:
        """End the threads, when the work they have is done."""


class Direct:
    """Runs each request by itself, as many at once as there are threads."""

    def __init__(self, threads: int = 0) -> None:
        """Use this many threads; 0 for as many as there are cores, at least two."""
        self._pool = ThreadPoolExecutor(threads or max(2, os.cpu_count() or 1), thread_name_prefix="model-run")

    def submit(self, work: Work) -> Future[Outputs]:
        """Begin; the future holds the outputs, or a ServingError."""
        return self._pool.submit(_run_and_release, work)

    def close(self) -> None:
        """End the threads, when the work they have is done."""
        self._pool.shutdown()


def _run_and_release(work: Work) -> Outputs:
    try:
        return work.run()
    except Exception as error:
        raise from_exception(error) from None
    finally:
        work.lease.release()


@dataclass(frozen=True)
class BatchOptions:
    """How requests are put together; the names are those of TensorFlow Serving's batching parameters.

    Attributes:
        max_batch_size: rows in a batch at most.
        batch_timeout: seconds that the first request of a batch waits for others.
        num_batch_threads: batches that run at once; 0 for as many as there are cores.
        max_enqueued_batches: full batches that may wait; what comes then is refused as UNAVAILABLE.
    """

    max_batch_size: int
    batch_timeout: float = 0.002
    num_batch_threads: int = 0
    max_enqueued_batches: int = 100


@dataclass
class _Task:
    work: Work
    rows: int
    future: Future[Outputs] = field(default_factory=Future)
    since: float = field(default_factory=time.monotonic)


class Batching:
    """Runs requests for the same signature of the same version, with rows of the same shape, as one batch.

    A batch starts when it is full, or when its first request has waited long enough and a thread is free. A request
    that cannot share runs by itself: its signature fixes the first dimension, its inputs differ in theirs, or it alone
    is larger than a batch. Where a batch fails, its requests run again one by one, so that only the guilty one fails.
    """

    def __init__(self, options: BatchOptions) -> None:
        """Start the threads."""
        self.options = options
        self.batches = 0
        self._queues: dict[tuple[object, ...], deque[_Task]] = {}
        self._changed = threading.Condition()
        self._closed = False
        threads = options.num_batch_threads or max(2, os.cpu_count() or 1)
        self._direct = Direct(threads)
        self._threads = [threading.Thread(target=self._work, name=f"batch-{i}", daemon=True) for i in range(threads)]
        for thread in self._threads:
            thread.start()

    def submit(self, work: Work) -> Future[Outputs]:
        """Begin; the future holds the outputs, or a ServingError: UNAVAILABLE where too many requests wait already."""
        rows = work.rows
        if not rows or rows > self.options.max_batch_size or not work.lease.servable.batches(work.signature):
            return self._direct.submit(work)
        task = _Task(work, rows)
        with self._changed:
            queue = self._queues.setdefault(_key(work), deque())
            waiting = sum(each.rows for each in queue)
            if self._closed or waiting + rows > self.options.max_batch_size * self.options.max_enqueued_batches:
                work.lease.release()
                message = "The batch scheduling queue to which this task was submitted is full"
                task.future.set_exception(ServingError(Code.UNAVAILABLE, message))
                return task.future
            queue.append(task)
            self._changed.notify()
        return task.future

    def close(self) -> None:
        """End the threads, when the work they have is done."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        self._direct.close()

    def _work(self) -> None:
        while (batch := self._next()) is not None:
            self.batches += 1
            _run_batch(batch)

    def _next(self) -> list[_Task] | None:
        """Wait for a batch that is due; None when closed and nothing waits."""
        with self._changed:
            while True:
                now = time.monotonic()
                due = [(queue[0].since, key) for key, queue in self._queues.items() if self._is_due(queue, now)]
                if due:
                    return self._take(min(due, key=lambda pair: pair[0])[1])
                if self._closed:
                    return None
                first = min((queue[0].since for queue in self._queues.values()), default=None)
                self._changed.wait(None if first is None else max(0.0, first + self.options.batch_timeout - now))

    def _is_due(self, queue: deque[_Task], now: float) -> bool:
        full = sum(task.rows for task in queue) >= self.options.max_batch_size
        return full or self._closed or now - queue[0].since >= self.options.batch_timeout

    def _take(self, key: tuple[object, ...]) -> list[_Task]:
        queue, batch, rows = self._queues[key], list[_Task](), 0
        while queue and rows + queue[0].rows <= self.options.max_batch_size:
            batch.append(queue.popleft())
            rows += batch[-1].rows
        if not queue:
            del self._queues[key]
        else:
            self._changed.notify()
        return batch


def _key(work: Work) -> tuple[object, ...]:
    shapes = tuple((name, array.dtype.str, array.shape[1:]) for name, array in sorted(work.inputs.items()))
    return (id(work.lease.servable), work.signature, work.outputs, shapes)


def _run_batch(batch: list[_Task]) -> None:
    try:
        results = _together([task.work for task in batch], [task.rows for task in batch])
    except Exception:
        results = [None] * len(batch)
    for task, result in zip(batch, results, strict=True):
        try:
            task.future.set_result(task.work.run() if result is None else result)
        except Exception as error:
            task.future.set_exception(from_exception(error))
        finally:
            task.work.lease.release()


def _together(works: list[Work], rows: list[int]) -> list[Outputs | None]:
    """The outputs of each, computed at once; None for each where the model does not keep the rows apart."""
    if len(works) == 1:
        return [None]
    first = works[0]
    inputs = {name: np.concatenate([work.inputs[name] for work in works]) for name in first.inputs}
    outputs = first.lease.servable.run(first.signature, inputs, first.outputs)
    if any(array.ndim == 0 or len(array) != sum(rows) for array in outputs.values()):
        return [None] * len(works)
    ends = np.cumsum(rows)
    return [
        {name: array[end - count : end] for name, array in outputs.items()}
        for count, end in zip(rows, ends, strict=True)
    ]
