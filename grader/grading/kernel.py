"""One kernel that runs a student's cells: started, talked to without trust, stopped whatever it does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zmq
import zmq.asyncio

from grader.errors import CourseError
from grader.grading.outputs import Limits, Outputs, error
from grader.kernels.manager import kernel_manager
from grader.kernels.policy import Policy

KERNEL = "tensorflow-graded"
STARTUP_SECONDS = 120.0
STARTS = 3
INTERRUPT_SECONDS = 4.0
"""How long an interrupted cell may take to end before its kernel is killed."""
SETTLE_SECONDS = 3.0
"""How long a cell's outputs may trail behind its reply."""
FRAME_BYTES = 24_000_000
"""The largest part of a message that is received: a larger one cuts the connection."""
PARTS = 1_000_000
"""The most values in a message that is unpacked: a list takes many times the bytes in memory that it has in JSON."""

_SEED_ALL = """exec('''
import random, sys
random.seed({seed})
if "numpy" in sys.modules: sys.modules["numpy"].random.seed({seed} % 2**32)
if "tensorflow" in sys.modules: sys.modules["tensorflow"].random.set_seed({seed} % 2**31)
''', {{}})"""


def seed_all(seed: int) -> str:
    """Code by which a student's libraries draw the same random numbers in every execution with one seed."""
    return _SEED_ALL.format(seed=seed)


class KernelError(CourseError):
    """No kernel can be started on this machine; the message says why."""


@dataclass(frozen=True)
class End:
    """How a cell ended.

    Attributes:
        reason: why it was ended; None if it ended by itself.
        alive: whether its kernel can go on.
        blame: the cell at fault, if known to be another.
        began: False if the kernel was lost before it said that it had begun: then the cell before may have done that.
    """

    reason: str | None
    alive: bool
    blame: Outputs | None = None
    began: bool = True


class Kernel:
    """A running kernel. Use `start`, `run` and `stop`; one cell at a time."""

    def __init__(self, manager: Any, limits: Limits) -> None:
        self._manager = manager
        self._provisioner = manager.provisioner
        self._cpu_seconds: float | None = None
        self._peak_memory: int | None = None
        self._limits = limits
        self._context = zmq.asyncio.Context()
        self._shell = self._connect("shell", zmq.DEALER)
        self._iopub = self._connect("iopub", zmq.SUB)
        self._iopub.setsockopt(zmq.SUBSCRIBE, b"")
        self._poller = zmq.asyncio.Poller()
        self._poller.register(self._shell, zmq.POLLIN)
        self._poller.register(self._iopub, zmq.POLLIN)
        self._cuts = [socket.get_monitor_socket(zmq.EVENT_DISCONNECTED) for socket in (self._shell, self._iopub)]
        self._cells: dict[str, Outputs] = {}
        self._asked_alive = 0.0

    @classmethod
    async def start(
        cls, folder: Path, *, seed: int, limits: Limits, policy: Policy | None = None, sandbox: bool = True
    ) -> Kernel:
        """Start a kernel in `folder`, whose files a sandboxed kernel gets copies of.

        Raises:
            KernelError: it cannot be started; the message says what helps.
        """
        variables = {**os.environ, "GRADER_SEED": str(seed), "NBGRADER_EXECUTION": "autograde"}
        options = {"policy": policy or Policy(), "no_sandbox": not sandbox}
        for attempt in range(1, STARTS + 1):
            manager = kernel_manager(KERNEL)
            kernel = None
            try:
                await manager.start_kernel(cwd=str(folder), env=variables, **options)
                kernel = cls(manager, limits)
                await kernel._wait_ready()
                await kernel.run(seed_all(seed), Outputs(limits), limits.cell_seconds, silent=True)
                return kernel
            except Exception as problem:
                await (kernel.stop() if kernel else _shut_down(manager))
                if attempt == STARTS:
                    raise KernelError(f"A student's code cannot be run here: {problem}") from problem
            except BaseException:
                await (kernel.stop() if kernel else _shut_down(manager))
                raise
        raise AssertionError("not reached")

    async def run(self, code: str, outputs: Outputs, seconds: float, *, silent: bool = False) -> End:
        """Run one cell and collect what it sends into `outputs`. Never raises for what the kernel does."""
        try:
            identity = await self._send("execute_request", _request(code, silent))
        except (TimeoutError, asyncio.TimeoutError, zmq.ZMQError):
            return End("the kernel does not answer", alive=False, began=False)
        self._cells[identity] = outputs
        exchange = _Exchange(identity, outputs)
        return await self._follow(exchange, seconds) or self._finish(exchange)

    async def _follow(self, exchange: _Exchange, seconds: float) -> End | None:
        """Receive until the cell has ended by itself (None) or was ended."""
        deadline = end = time.monotonic() + seconds
        waited = self._waited()
        while not exchange.over:
            await self._receive(exchange, min(0.25, max(0.0, deadline - time.monotonic())))
            if time.monotonic() > deadline:
                # What the cell stood in line for a core, on a busy machine or beside a neighbour that forks, is not
                # its own time; but it gets no more than as much again.
                deadline = end + min(self._waited() - waited, seconds)
            guilty = exchange.guilty
            if guilty is not None:
                return await self._interrupt(exchange, str(guilty.excess()), guilty)
            if time.monotonic() > deadline:
                return await self._interrupt(exchange, f"stopped after {seconds:.0f} s")
            if not await self._alive():
                await self._drain(exchange)
                return self._death(exchange)
            if await self._is_cut():
                return await self._after_cut(exchange)
        return None

    @staticmethod
    def _finish(exchange: _Exchange) -> End:
        """How a cell ended that ended by itself; an error that it did not show is shown."""
        if exchange.leaving:
            return End("it ended the kernel", alive=False)
        items = exchange.outputs.items
        if exchange.failed and not any(item["output_type"] == "error" for item in items):
            items.append(exchange.failed)
        return End(None, alive=True)

    async def stop(self) -> None:
        """End the kernel and everything it has started."""
        self._look_at_usage()
        for monitor in self._cuts:
            monitor.close(linger=0)
        self._shell.close(linger=0)
        self._iopub.close(linger=0)
        self._context.destroy(linger=0)
        await _shut_down(self._manager)

    def usage(self) -> tuple[float | None, int | None]:
        """CPU seconds of the stopped kernel's process and of children that it had waited for, and its peak of memory.

        None for what is not known: a kernel that died has taken its numbers along.
        """
        return self._cpu_seconds, self._peak_memory

    def _look_at_usage(self) -> None:
        """Read the process's times and peak of memory: proc(5), /proc/PID/stat, fields 14 to 17, and status, VmHWM."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            process = Path(f"/proc/{self._provisioner.pid}")
            numbers = (process / "stat").read_bytes().rpartition(b")")[2].split()
            if numbers[0] not in (b"Z", b"X"):
                self._cpu_seconds = sum(map(int, numbers[11:15])) / os.sysconf("SC_CLK_TCK")
                kilobytes = (process / "status").read_bytes().partition(b"VmHWM:")[2].split()[0]
                self._peak_memory = int(kilobytes) * 1024

    def _waited(self) -> float:
        """Seconds that the kernel was ready to run and had no core: /proc/PID/schedstat, second field."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int(Path(f"/proc/{self._provisioner.pid}/schedstat").read_bytes().split()[1]) / 1e9
        return 0.0

    def _connect(self, channel: str, kind: int) -> Any:
        socket = self._context.socket(kind)
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.MAXMSGSIZE, FRAME_BYTES)
        socket.setsockopt(zmq.RCVHWM, 200)
        socket.connect(self._manager._make_url(channel))
        return socket

    async def _send(self, kind: str, content: Mapping[str, Any]) -> str:
        session = self._manager.session
        message = session.msg(kind, dict(content))
        await asyncio.wait_for(self._shell.send_multipart(session.serialize(message)), 5.0)
        return str(message["header"]["msg_id"])

    async def _wait_ready(self) -> None:
        """Wait until the kernel answers, and until what it publishes arrives."""
        deadline = time.monotonic() + STARTUP_SECONDS
        while time.monotonic() < deadline:
            exchange = _Exchange(await self._send("kernel_info_request", {}), Outputs(self._limits))
            until = time.monotonic() + 0.5
            while time.monotonic() < until:
                await self._receive(exchange, 0.1)
                if exchange.replied and exchange.idle:
                    await self._is_cut()  # what was cut before the kernel listened does not count
                    return
            if not await self._alive(every=0.0):
                raise RuntimeError(self._end_reason() or "the kernel ended while it started")
        raise TimeoutError(f"the kernel did not answer within {STARTUP_SECONDS:.0f} s")

    async def _receive(self, exchange: _Exchange, seconds: float) -> bool:
        """Take in the messages that are there, at most a batch; whether there were any."""
        ready = dict(await self._poller.poll(int(seconds * 1000)))
        for socket, channel in ((self._iopub, "iopub"), (self._shell, "shell")):
            for _ in range(100 if socket in ready else 0):
                try:
                    frames = await socket.recv_multipart(zmq.NOBLOCK)
                except zmq.ZMQError:
                    break
                self._take(exchange, channel, frames)
        return bool(ready)

    def _take(self, exchange: _Exchange, channel: str, frames: list[bytes]) -> None:
        """One message; anybody in the kernel may have made it, so it may be anything."""
        size = sum(map(len, frames))
        try:
            if sum(frame.count(b",") + frame.count(b"[") + frame.count(b"{") for frame in frames) > PARTS:
                raise ValueError("too many values")
            session = self._manager.session
            _, parts = session.feed_identities(frames)
            message = session.deserialize(parts)
            parent, kind, content = message["parent_header"].get("msg_id"), message["msg_type"], message["content"]
        except Exception:
            parent = kind = content = None
        if channel == "shell":
            exchange.take_reply(parent, kind, content, size)
            return
        cell = self._cells.get(parent) if isinstance(parent, str) else None
        if parent != exchange.identity and cell is not None:
            cell.take(str(kind), content, size, late=True)
            exchange.suspect(cell)
        else:
            exchange.take_published(parent, kind, content, size)

    async def _alive(self, every: float = 0.25) -> bool:
        """Whether the process runs; asks at most every so many seconds."""
        if time.monotonic() - self._asked_alive < every:
            return True
        self._asked_alive = time.monotonic()
        return bool(await self._manager.is_alive())

    async def _is_cut(self) -> bool:
        """Whether a connection was cut since the last look, by too large a message or by the kernel."""
        cut = False
        for monitor in self._cuts:
            with contextlib.suppress(zmq.ZMQError):
                while True:
                    await monitor.recv_multipart(zmq.NOBLOCK)
                    cut = True
        return cut

    async def _after_cut(self, exchange: _Exchange) -> End:
        """How a cell ended in which a connection was cut: with the kernel's end, or without."""
        await self._drain(exchange)
        until = time.monotonic() + 1.0  # a kernel that ends closes its connections first
        while time.monotonic() < until:
            if not await self._alive(every=0.0):
                return self._death(exchange)
            await asyncio.sleep(0.05)
        reason = f"it sent a message of more than {FRAME_BYTES / 1e6:g} MB, or cut the connection"
        return End(reason, alive=False, began=exchange.began)

    async def _drain(self, exchange: _Exchange) -> None:
        """Take in what a dead kernel had sent."""
        until = time.monotonic() + 2.0
        while time.monotonic() < until and exchange.guilty is None and await self._receive(exchange, 0.15):
            pass

    def _end_reason(self) -> str | None:
        return getattr(self._provisioner, "end_reason", None)

    def _death(self, exchange: _Exchange) -> End:
        reason = self._end_reason()
        most = max(self._cells.values(), key=lambda cell: cell.received)
        # The sandbox counts the output of all cells together: one that has sent a good part of it is at fault.
        blame = most if reason and "of output" in reason and most.received > self._limits.cell_bytes / 3 else None
        return End(reason or self._how_it_died(), alive=False, blame=blame, began=exchange.began)

    def _how_it_died(self) -> str:
        code = getattr(self._provisioner.process, "returncode", None)
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                return f"the kernel died ({signal.Signals(-code).name})"
        return "the kernel died" if code is None else f"it ended the kernel (exit code {code})"

    async def _interrupt(self, exchange: _Exchange, reason: str, blame: Outputs | None = None) -> End:
        """Interrupt a cell; kill the kernel where that does not help."""
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self._manager.interrupt_kernel(), 5.0)
        until = time.monotonic() + INTERRUPT_SECONDS
        while not exchange.over and time.monotonic() < until and await self._alive():
            await self._receive(exchange, 0.1)
        # What an earlier cell left running goes on: only a new kernel is rid of it.
        return End(reason, alive=exchange.over and blame in (None, exchange.outputs), blame=blame)


@dataclass
class _Exchange:
    """One request and what has come back for it."""

    identity: str
    outputs: Outputs
    replied: float = 0.0
    idle: bool = False
    began: bool = False
    leaving: bool = False
    failed: Any = None
    guilty: Outputs | None = None

    @property
    def over(self) -> bool:
        """Whether reply and end of output are there, or the end of output has been waited for long enough."""
        return bool(self.replied) and (self.idle or time.monotonic() - self.replied > SETTLE_SECONDS)

    def suspect(self, cell: Outputs) -> None:
        """Look whether a cell sends too much."""
        if self.guilty is None and cell.excess():
            self.guilty = cell

    def take_reply(self, parent: Any, kind: Any, content: Any, size: int) -> None:
        """A message on the shell channel."""
        self.outputs.received += size
        self.suspect(self.outputs)
        if parent != self.identity or kind not in ("execute_reply", "kernel_info_reply") or self.replied:
            return
        self.replied = time.monotonic()
        if kind == "kernel_info_reply" or not isinstance(content, Mapping):
            return
        payload = content.get("payload")
        self.leaving = isinstance(payload, list) and "ask_exit" in [
            part.get("source") for part in payload if isinstance(part, Mapping)
        ]
        if content.get("status") != "ok":
            self.failed = error(content.get("ename"), content.get("evalue"), content.get("traceback"))

    def take_published(self, parent: Any, kind: Any, content: Any, size: int) -> None:
        """A message on the iopub channel that is this cell's, or nobody's."""
        mine = parent == self.identity
        self.began |= mine
        if mine and kind == "status":
            self.idle |= isinstance(content, Mapping) and content.get("execution_state") == "idle"
        self.outputs.take(str(kind) if mine else "", content, size)
        self.suspect(self.outputs)


def _request(code: str, silent: bool) -> dict[str, Any]:
    """The content of an execute_request."""
    return {
        "code": code,
        "silent": silent,
        "store_history": not silent,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": False,
    }


async def _shut_down(manager: Any) -> None:
    with contextlib.suppress(Exception):
        await asyncio.wait_for(manager.shutdown_kernel(now=True), 20.0)
