"""Start this process's zygotes and ask them for kernels.

A process has one zygote for each environment that matters while TensorFlow is being imported (almost always one),
started on first use or ahead of need by `prewarm`. Where memory is short, `end_when_idle` lets it end without kernels.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from grader.kernels.specs import SOURCE

log = logging.getLogger("grader.kernels")

PRELOAD = ("tensorflow", "keras", "numpy", "pandas", "matplotlib.pyplot")
"""What a zygote imports."""

READY_TIMEOUT = 120.0
"""Seconds that a zygote may take to import TensorFlow (7 s on a quiet machine, 25 s without compiled bytecode)."""
_DIED = "it has died"
FORK_TIMEOUT = 30.0
"""Seconds that a zygote, or a sandbox being built, may take to answer."""

# What Python and the libraries read while they start: a kernel that asks for another value needs another zygote.
_READ_AT_START = (
    "PYTHON", "LD_", "LC_", "GLIBC_", "MALLOC_", "OMP_", "MKL_", "OPENBLAS_", "KERAS_", "XLA_",
    "TF_CPP_", "TF_ENABLE_", "TF_NUM_", "TF_USE_", "TF_XLA_", "TF_CUDNN_", "TF_DETERMINISTIC_",
)  # fmt: skip
_OF_NO_SECRET = ("LANG", "PATH", "HOME", "TMPDIR", "VIRTUAL_ENV", "CONDA_PREFIX", "MPLCONFIGDIR", "XDG_CACHE_HOME")


class ZygoteError(RuntimeError):
    """The zygote is dead, silent, or could not import what it needs."""


class LaunchRefused(RuntimeError):
    """The kernel could not be started for a reason that another zygote would not remove."""


@dataclass(frozen=True)
class Key:
    """What one zygote can stand for: the interpreter with its options, what is preloaded, the starting environment."""

    python: tuple[str, ...]
    modules: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, python: Sequence[str], environment: Mapping[str, str], *, bare: bool = False) -> Key:
        """The key of a kernel's interpreter and environment; `bare` for a zygote without TensorFlow."""
        kept = sorted((name, value) for name, value in environment.items() if name.startswith(_READ_AT_START))
        return cls(tuple(python), () if bare else PRELOAD, tuple(kept))


class ForkedKernel:
    """A kernel forked by a zygote, with the interface of `subprocess.Popen` that jupyter_client uses.

    Attributes:
        pid: the kernel's process id, outside any sandbox.
        returncode: as Popen's: None while it runs, negative for a signal; 1 if the zygote died and nobody can know.
        end_reason: why the sandbox ended the kernel, in a sentence, or None.
        last_words: the end of what a sandboxed kernel wrote to its terminal, known after its end.
    """

    stdin = None

    def __init__(self, pid: int, supervisor: int, connection: socket.socket | None) -> None:
        self.pid = pid
        self.supervisor = supervisor
        self.stdout: IO[bytes] | None = None
        self.stderr: IO[bytes] | None = None
        self.returncode: int | None = None
        self.end_reason: str | None = None
        self.last_words = ""
        self._connection = connection
        self._unread = b""
        self._code = 1  # if nobody tells
        self._pidfd = os.pidfd_open(supervisor)
        self._sandboxed = supervisor != pid
        if connection is not None:
            connection.setblocking(False)

    @classmethod
    def attach(cls, pid: int, supervisor: int, started: str | None) -> ForkedKernel | None:
        """A kernel that another process launched, if it runs and is still the one that started at `started`."""
        if start_time(pid) != started:
            return None
        try:
            kernel = cls(pid, supervisor, None)
        except ProcessLookupError:
            return None
        return kernel if kernel.poll() is None else None

    def poll(self) -> int | None:
        """The exit code, or None while the kernel runs."""
        if self.returncode is None:
            self._read()
        if self.returncode is None and self._connection is None and _readable(self._pidfd, 0):
            self.returncode = self._code
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end, and give up the process id; raises `subprocess.TimeoutExpired`."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            left = 3600.0 if deadline is None else deadline - time.monotonic()
            if left <= 0:
                raise subprocess.TimeoutExpired("kernel", timeout or 0.0)
            _readable(self._connection.fileno() if self._connection else self._pidfd, left)
        self.close()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Signal the kernel's process group; ending a sandboxed kernel ends its supervisor and so everything in it."""
        if self.poll() is not None and (self._sandboxed or self._connection is None):
            return
        with contextlib.suppress(ProcessLookupError):
            if self._sandboxed and signum in (signal.SIGKILL, signal.SIGTERM):
                signal.pidfd_send_signal(self._pidfd, signum)
            else:
                os.killpg(self.pid, signum)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Release the descriptors; the zygote then reaps the process."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1

    def __del__(self) -> None:
        """Release the descriptors of a kernel that nobody waits for."""
        with contextlib.suppress(Exception):
            self.close()

    def _read(self) -> None:
        """Take in what the supervisor and the zygote have said since the last look."""
        while self._connection is not None:
            try:
                data = self._connection.recv(65536)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:  # the zygote is gone: from here on only the process itself tells
                self._connection.close()
                self._connection = None
                return
            *lines, self._unread = (self._unread + data).split(b"\n")
            for line in lines:
                self._take(json.loads(line))
            if self.returncode is not None:
                return

    def _take(self, message: dict[str, Any]) -> None:
        if "last_words" in message:
            self.end_reason, self.last_words = message["reason"], message["last_words"]
            self._code = message["code"]
        if "exit" in message:
            self.returncode = message["exit"]


class Zygote:
    """One running zygote, seen from the process that started it."""

    def __init__(self, key: Key, environment: Mapping[str, str]) -> None:
        """Start the process; it imports while we go on."""
        self.key = key
        self._lock = threading.Lock()
        self.ready = False
        self.stopped = False
        self.may_retire = _idle > 0
        self._problem: str | None = None
        self._control, theirs = socket.socketpair()
        kept = {name: environment[name] for name in _OF_NO_SECRET if name in environment}
        numbers = map(str, (os.getpid(), theirs.fileno(), _idle))
        command = [*key.python, "-m", "grader.kernels.zygote", *numbers, *key.modules]
        with theirs:
            self.process = subprocess.Popen(
                command,
                cwd="/",
                env={**kept, **dict(key.environment)},
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def wait_ready(self, timeout: float = READY_TIMEOUT) -> None:
        """Wait until it has imported everything; raises `ZygoteError`."""
        with self._lock:
            if self._problem:  # another thread has heard it
                raise ZygoteError(self._problem)
            if not self.ready:
                try:
                    hello = json.loads(_read_line(self._control, timeout))
                    if not hello["ready"]:
                        raise ZygoteError(hello["problem"])
                except ZygoteError as error:
                    self._problem = str(error)
                    raise
                self.ready = True

    def fork(self, request: Mapping[str, Any], stdout: int, stderr: int) -> ForkedKernel:
        """Fork a kernel.

        Args:
            request: what `grader.kernels.child` reads.
            stdout: descriptor that becomes the kernel's standard output; stays open here.
            stderr: the same for standard error.

        Raises:
            ZygoteError: the zygote is dead or does not answer.
            LaunchRefused: the child could not become a kernel.
        """
        self.wait_ready()
        connection, theirs = socket.socketpair()
        try:
            with theirs, self._lock:
                socket.send_fds(self._control, [b"k"], [theirs.fileno(), stdout, stderr])
            connection.settimeout(FORK_TIMEOUT)
            connection.sendall(json.dumps(request).encode() + b"\n")
            answer = json.loads(_read_line(connection, FORK_TIMEOUT))
        except OSError as error:
            connection.close()
            raise ZygoteError(f"it does not answer ({error})") from error
        except ZygoteError:
            connection.close()
            raise
        if "error" in answer:
            connection.close()
            raise LaunchRefused(answer["error"])
        return ForkedKernel(answer["pid"], answer.get("supervisor", answer["pid"]), connection)

    def stop(self) -> None:
        """Close its control socket, at which it ends, and reap it. Running kernels go on."""
        self.stopped = True
        self._control.close()
        if not self.ready and not self._problem:  # it is importing, and would see the end only after that
            self.process.kill()
        try:
            self.process.wait(1.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


_zygotes: dict[Key, Zygote] = {}
_lost: dict[Key, str] = {}
_idle = 0.0
_unimportable: list[str] = []
_lock = threading.RLock()


def supported() -> bool:
    """Whether a warm kernel is possible here: Linux with pidfd. Elsewhere fork after these imports is not safe."""
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return False
    return True


def unimportable() -> str | None:
    """Why TensorFlow cannot be imported for the kernels of this process; None as far as that is known."""
    return _unimportable[-1] if _unimportable else None


def end_when_idle(seconds: float) -> None:
    """Let zygotes that are started from now on end when for so long they have had no kernel; 0 for never."""
    global _idle  # noqa: PLW0603
    _idle = seconds


def prewarm(kernel_name: str = "python3") -> Zygote | None:
    """Start the zygote that the kernel `kernel_name` will want; returns at once, with None where there is none."""
    from jupyter_client.kernelspec import KernelSpecManager

    if not supported():
        return None
    found = KernelSpecManager()
    found.kernel_dirs = [*found.kernel_dirs, str(SOURCE)]  # also where the kernelspecs are not installed
    spec = found.get_kernel_spec(kernel_name)
    command = python_command(spec.argv)
    if command is None:
        return None
    environment = {**os.environ, **spec.env}
    with _lock:
        return _zygote(Key.of(command[0], environment), environment)


def failure(zygote: Zygote) -> str | None:
    """Wait until a zygote has imported everything: why it could not, or None where it has or was told to stop."""
    try:
        zygote.wait_ready()
    except ZygoteError as error:
        if not zygote.stopped:
            _lose(zygote.key, zygote, str(error), for_good=True)
            return unimportable()
    return None


def python_command(argv: Sequence[str]) -> tuple[list[str], list[str]] | None:
    """Split a kernel's argv in (interpreter with its options, arguments of ipykernel); None for any other kernel."""
    if "ipykernel_launcher" not in argv:
        return None
    at = list(argv).index("ipykernel_launcher")
    if at < 2 or argv[at - 1] != "-m":
        return None
    python = list(argv[: at - 1])
    if python[0] in ("python", "python3", f"python3.{sys.version_info.minor}"):
        python[0] = sys.executable
    return python, list(argv[at + 1 :])


def fork_kernel(
    python: Sequence[str],
    environment: Mapping[str, str],
    request: Mapping[str, Any],
    stdout: int,
    stderr: int,
    *,
    bare: bool = False,
) -> ForkedKernel:
    """Fork a kernel from this process's zygote, which is started if need be and replaced once if it dies or is silent.

    Args:
        python: interpreter and its options.
        environment: the variables that decide which zygote, and with which it is started.
        request: see `grader.kernels.request.Request`.
        stdout: descriptor for the kernel's standard output.
        stderr: descriptor for the kernel's standard error.
        bare: from a zygote that has not imported TensorFlow.

    Raises:
        ZygoteError: no zygote can be had; the message says why.
        LaunchRefused: the kernel could not be started.
    """
    key = Key.of(python, environment, bare=bare)
    for last in (False, True):
        with _lock:
            zygote = _zygote(key, environment)
        try:
            forked = zygote.fork(request, stdout, stderr)
            if key.modules:
                _unimportable.clear()  # a busy machine was at fault
            return forked
        except ZygoteError as error:
            problem = str(error)
            _lose(key, zygote, problem, for_good=last)
            if key in _lost:
                break
    raise ZygoteError(problem)


def _zygote(key: Key, environment: Mapping[str, str]) -> Zygote:
    """The zygote for `key`, started now if there is none; call with the lock held."""
    if key in _lost:
        raise ZygoteError(_lost[key])
    zygote = _zygotes.get(key)
    if zygote is None:
        try:
            zygote = _zygotes[key] = Zygote(key, environment)
        except OSError as error:
            _lost[key] = f"the zygote could not be started ({error})"
            raise ZygoteError(_lost[key]) from error
    return zygote


def _lose(key: Key, zygote: Zygote, problem: str, *, for_good: bool) -> None:
    """Stop a zygote that failed or has ended; none will follow `for_good` or if it said itself what is wrong."""
    with _lock:
        if _zygotes.get(key) is not zygote:
            return  # another thread was here first
        del _zygotes[key]
        ready = zygote.ready
        zygote.stop()
        if ready and zygote.may_retire and zygote.process.returncode == 0:
            return  # it was idle, and the next one comes without a word
        code = zygote.process.returncode or 0
        if not ready and key.modules:
            died = code < 0 and problem == _DIED
            _unimportable.append(f"its import ends in {signal.Signals(-code).name}" if died else problem)
        if for_good or zygote.process.returncode == 0:
            _lost[key] = problem
        else:
            log.warning("The zygote of warm kernels is lost (%s); a new one is started.", problem)


@atexit.register
def stop() -> None:
    """Stop this process's zygotes and forget their failures."""
    with _lock:
        for zygote in _zygotes.values():
            zygote.stop()
        _zygotes.clear()
        _lost.clear()


def _start_anew() -> None:
    """In a fork of this process: the zygotes are its parent's, and nobody will release a lock that was held."""
    global _lock  # noqa: PLW0603
    _lock = threading.RLock()
    _zygotes.clear()
    _lost.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)


def start_time(pid: int) -> str | None:
    """When a process started, in clock ticks since boot, as proc(5) says it; None if there is no such process."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # a process may name itself with any bytes
            return file.read().rpartition(b")")[2].split()[19].decode()
    except OSError:
        return None


def _readable(descriptor: int, timeout: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(timeout * 1000))


def _read_line(connection: socket.socket, timeout: float) -> bytes:
    """One line, byte by byte: what follows belongs to the next reader. Raises `ZygoteError`."""
    line, deadline = b"", time.monotonic() + timeout
    while not line.endswith(b"\n"):
        if not _readable(connection.fileno(), max(0.0, deadline - time.monotonic())):
            raise ZygoteError(f"no answer in {timeout:.0f} s")
        try:
            byte = connection.recv(1)
        except OSError as error:
            raise ZygoteError(str(error)) from error
        if not byte:
            raise ZygoteError(_DIED)
        line += byte
    return line
