"""The process beside a sandboxed kernel: it carries the kernel's messages, watches its limits, and ends it.

It stands outside the kernel's PID namespace, so nothing inside can signal, stop or trace it. Every byte between client
and kernel passes through it, which is how output is limited and why the kernel needs no file of the host's. It shares
the sandbox's file systems, so the /proc that it reads lists the sandbox's processes and no others.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import struct
import time
from dataclasses import dataclass, field

from grader.kernels.policy import Policy, size
from grader.kernels.sockets import SocketMemory

TICK = 0.05
"""Seconds between two looks at the limits."""
DRAIN = 2.0
"""Seconds that a client has, after the kernel's end, to take what the kernel had sent."""
_FEW_FILES = 64
"""So many places for open files every process has from its start."""
_CHUNK = 1 << 18
_LAST_WORDS = 4096
_CLOCK = os.sysconf("SC_CLK_TCK")


@dataclass
class Flow:
    """One direction of one connection: bytes read from `source` that `target` has not taken yet."""

    source: socket.socket
    target: socket.socket
    counted: bool
    waiting: memoryview = field(default_factory=lambda: memoryview(b""))
    ended: bool = False


@dataclass
class Supervisor:
    """Carries, watches and ends one kernel.

    Attributes:
        policy: the limits.
        init: process id of the sandbox's first process, whose end is the end of all.
        status: pipe on which that process tells the kernel's exit code (4 bytes, signed).
        terminal: pipe that is the kernel's stdout and stderr on descriptor level.
        launcher: pidfd of the process that wants the kernel, or -1 if the kernel outlives it.
        connection: where to say why the kernel was ended.
        listeners: sockets on which clients arrive, each with the path of the kernel's own.
    """

    policy: Policy
    init: int
    status: int
    terminal: int
    launcher: int
    connection: int
    listeners: list[tuple[socket.socket, str]]
    flows: list[Flow] = field(default_factory=list)
    sent: int = 0
    last_words: bytes = b""
    reason: str | None = None
    sockets: SocketMemory = field(default_factory=SocketMemory)

    def run(self) -> int:
        """Supervise to the end; the kernel's exit code, negative for a signal."""
        due = 0.0
        while True:
            ready = self._wait(max(0.0, due - time.monotonic()))
            if self.status in ready:
                break
            if self.launcher in ready:
                self._end(None)
                break
            self._carry(ready)
            if self.sent > self.policy.output:
                self._end(f"it sent more than {size(self.policy.output)} of output (output)")
                break
            now = time.monotonic()
            if now >= due:
                reason = self._excess()
                if reason:
                    self._end(reason)
                    break
                due = time.monotonic() + max(TICK, 10 * (time.monotonic() - now))
        told = os.read(self.status, 4)
        os.waitpid(self.init, 0)
        code = struct.unpack("i", told)[0] if len(told) == 4 else -signal.SIGKILL
        self._drain()
        self._tell(code)
        return code

    def _end(self, excess: str | None) -> None:
        if excess:
            self.reason = f"The kernel was ended because {excess}."
        os.kill(self.init, signal.SIGKILL)

    def _tell(self, code: int) -> None:
        if self.reason is None and code == -signal.SIGXCPU:
            self.reason = f"The kernel was ended because it used {self.policy.cpu_seconds} s of CPU time (cpu_seconds)."
        message = {"reason": self.reason, "last_words": self.last_words.decode(errors="replace"), "code": code}
        with contextlib.suppress(OSError):  # nobody may be left to hear it
            os.write(self.connection, json.dumps(message).encode() + b"\n")

    # Messages

    def _wait(self, timeout: float) -> set[int]:
        """The descriptors on which something can be done."""
        poll = select.poll()
        poll.register(self.status, select.POLLIN)
        if self.terminal >= 0:
            poll.register(self.terminal, select.POLLIN)
        if self.launcher >= 0:
            poll.register(self.launcher, select.POLLIN)
        for listener, inside in self.listeners:
            if os.path.lexists(inside):  # before that, clients wait in the listener's queue
                poll.register(listener, select.POLLIN)
        wanted: dict[int, int] = {}
        for flow in self.flows:
            # A side that does not take what is waiting is not read from for: that keeps our memory small.
            which, event = (flow.target, select.POLLOUT) if flow.waiting else (flow.source, select.POLLIN)
            wanted[which.fileno()] = wanted.get(which.fileno(), 0) | event
        for descriptor, events in wanted.items():
            poll.register(descriptor, events)
        return {descriptor for descriptor, _ in poll.poll(timeout * 1000)}

    def _carry(self, ready: set[int]) -> None:
        for listener, inside in self.listeners:
            if listener.fileno() in ready:
                self._connect(listener, inside)
        if self.terminal in ready:
            self._hear()
        for flow in self.flows:
            if not flow.waiting and flow.source.fileno() in ready:
                self._take(flow)
            if flow.waiting:
                self._give(flow)
        self._close_ended()

    def _connect(self, listener: socket.socket, inside: str) -> None:
        client, _ = listener.accept()
        kernel = socket.socket(socket.AF_UNIX)
        kernel.setblocking(False)
        client.setblocking(False)
        try:
            kernel.connect(inside)
        except OSError:  # not listening yet, or no more: the client tries again
            client.close()
            kernel.close()
            return
        self.flows += [Flow(client, kernel, counted=False), Flow(kernel, client, counted=True)]

    def _take(self, flow: Flow) -> None:
        try:
            data = flow.source.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        flow.ended = not data
        flow.waiting = memoryview(data)
        if flow.counted:
            self.sent += len(data)

    def _give(self, flow: Flow) -> None:
        try:
            flow.waiting = flow.waiting[flow.target.send(flow.waiting) :]
        except BlockingIOError:
            return
        except OSError:
            flow.ended, flow.waiting = True, memoryview(b"")

    def _close_ended(self) -> None:
        """Close both directions of a connection once one of them has ended and is empty."""
        over = {id(end) for flow in self.flows if flow.ended and not flow.waiting for end in (flow.source, flow.target)}
        for flow in self.flows:
            if id(flow.source) in over:
                flow.source.close()
                flow.target.close()
        self.flows = [flow for flow in self.flows if id(flow.source) not in over]

    def _hear(self) -> None:
        data = os.read(self.terminal, _CHUNK)
        if not data:
            os.close(self.terminal)
            self.terminal = -1
        self.sent += len(data)
        self.last_words = (self.last_words + data)[-_LAST_WORDS:]

    def _drain(self) -> None:
        """Deliver what the kernel sent before it ended, while there is a client and the limit is kept."""
        self.listeners = []
        deadline = time.monotonic() + DRAIN
        while any(flow.counted for flow in self.flows) and self.sent <= self.policy.output:
            left = deadline - time.monotonic()
            if left <= 0:
                return
            poll = select.poll()
            for flow in self.flows:
                if flow.counted:
                    which, event = (flow.target, select.POLLOUT) if flow.waiting else (flow.source, select.POLLIN)
                    poll.register(which.fileno(), event)
            self._carry({descriptor for descriptor, _ in poll.poll(left * 1000)})

    # Limits

    def _excess(self) -> str | None:
        """What the sandbox's processes use too much of, in words, or None."""
        processes = [name for name in os.listdir("/proc") if name.isdigit()]
        threads = ticks = files = 0
        held = buffers = self.sockets.held()
        for name in processes:
            try:
                status, stat = _text(f"/proc/{name}/status"), _text(f"/proc/{name}/stat")
            except OSError:  # it has just ended
                continue
            numbers = stat.rpartition(")")[2].split()  # proc(5): utime, stime, cutime, cstime are fields 14 to 17
            ticks += sum(map(int, numbers[11:15]))
            threads += int(numbers[17])
            held += sum(_kib(status, entry) for entry in ("VmRSS", "VmPTE", "VmSwap"))
            files += max(0, _number(status, "FDSize") - _FEW_FILES)
        if ticks / _CLOCK > self.policy.cpu_seconds:
            return f"it used more than {self.policy.cpu_seconds} s of CPU time (cpu_seconds)"
        # A fork counts in this limit from its start, so a burst may overstep RLIMIT_NPROC's own count for a moment.
        if threads > 2 * self.policy.processes:
            return f"it had {threads} processes and threads, over the limit of {self.policy.processes} (processes)"
        if files > 8 * self.policy.open_files:  # each may be a pipe, whose memory is nowhere counted
            return f"its processes had room for {files} open files (open_files)"
        if held > self.policy.memory and (held := buffers + self._share(processes)) > self.policy.memory:
            return f"it held {size(held)} of memory, over the limit of {size(self.policy.memory)} (memory)"
        return None

    def _share(self, processes: list[str]) -> int:
        """Bytes that the processes hold, a page shared by n of all processes of the machine counted as 1/n."""
        total = 0
        for name in processes:
            try:
                status = _text(f"/proc/{name}/status")
                try:
                    exact = _text(f"/proc/{name}/smaps_rollup")
                    total += _kib(exact, "Pss") + _kib(exact, "SwapPss") + _kib(status, "VmPTE")
                except PermissionError:  # it made itself undumpable; then all that it maps counts
                    total += sum(_kib(status, entry) for entry in ("VmRSS", "VmPTE", "VmSwap"))
            except OSError:
                continue
            if total > self.policy.memory:
                break
        return total


def _text(path: str) -> str:
    """A file of /proc; a process may have given itself a name of any bytes."""
    with open(path, "rb") as file:
        return file.read().decode("latin-1")


def _kib(text: str, entry: str) -> int:
    """The value in bytes of a line like `VmRSS:    1024 kB`; 0 if there is none."""
    return _number(text, entry) * 1024


def _number(text: str, entry: str) -> int:
    start = text.find(f"\n{entry}:")
    return int(text[start:].split(None, 2)[1]) if start >= 0 else 0
