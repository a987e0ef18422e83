"""The zygote: a process that imports TensorFlow once and forks a kernel for each request.

It runs no TensorFlow operation and lists no device: the runtime's threads do not survive a fork. A process starts
its own zygote through `grader.kernels.launch` and holds the only other end of its control socket, so nobody else can
ask it for a process. The zygote ends when that process ends, however it ends, and running kernels outlive it if it is
killed itself. It also ends when it was told to and for some time nobody has had a kernel of it.

Protocol. On the control socket the zygote sends one line of JSON when it is ready. Each request is then one byte with
three descriptors (SCM_RIGHTS): the kernel's connection, its stdout, its stderr. The forked child, not the zygote, reads
the request from that connection: nothing of one kernel's request is in the memory that the next is forked from. When
the child ends the zygote writes `{"exit": code}` to the connection, and reaps the child when the other side closes it,
so that the process id stays taken as long as somebody may send it a signal.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import inspect
import json
import os
import select
import signal
import socket
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

from grader.kernels.request import Child

KERNEL = (
    "IPython", "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "grader.kernels.child",
    # What each kernel would import as it starts; debugpy, behind the debugger, takes longest.
    "ipykernel.debugger", "IPython.core.completerlib", "IPython.extensions.storemagic", "sqlite3",
    "tornado.platform.asyncio",
)  # fmt: skip
HANG_UP = select.POLLIN | select.POLLHUP | select.POLLERR


@dataclass
class Family:
    """The zygote's running children: pid by pidfd, and the connection of each by pid."""

    pids: dict[int, int] = field(default_factory=dict)
    connections: dict[int, int] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)


def preload(modules: tuple[str, ...]) -> str | None:
    """Import `modules` without a word on the terminal; the reason if one cannot be imported, else None."""
    with _silence() as chatter:
        try:
            for name in modules:
                importlib.import_module(name)
            if "tensorflow" in modules:
                _touch_what_is_lazy()
        except Exception as error:
            chatter.seek(0)
            last = chatter.read().decode(errors="replace").strip().splitlines()[-1:]
            return f"{type(error).__name__}: {error} {' '.join(last)}".strip()
    return None


def _touch_what_is_lazy() -> None:
    """Load the parts of TensorFlow that it imports on first use, and forget the logger that points to our stderr."""
    tf = importlib.import_module("tensorflow")
    for lazy in (tf.keras, tf.data, tf.nn, tf.io, tf.image, tf.random, tf.distribute, tf.saved_model, tf.summary):
        dir(lazy)
    _ = tf.keras.layers.Dense, tf.keras.optimizers.Adam, tf.data.Dataset
    importlib.import_module("matplotlib.font_manager")


def _learn_files() -> None:
    """Note which file is which module's, once for all kernels.

    `inspect` would do so in a kernel, for 0.2 s, at its first traceback. And whoever looks at each module after a fork
    writes its counts of references: pages that are copied, here as in a kernel.
    """
    inspect.getmodule(inspect.currentframe())


@contextlib.contextmanager
def _silence() -> Iterator[tempfile._TemporaryFileWrapper[bytes]]:
    """Send file descriptors 1 and 2 to a temporary file while the block runs."""
    saved = os.dup(1), os.dup(2)
    with tempfile.TemporaryFile() as chatter:
        os.dup2(chatter.fileno(), 1)
        os.dup2(chatter.fileno(), 2)
        try:
            yield chatter  # type: ignore[misc]
        finally:
            for name in (sys.stdout, sys.stderr):
                name.flush()
            os.dup2(saved[0], 1)
            os.dup2(saved[1], 2)
            os.close(saved[0])
            os.close(saved[1])


def serve(control: socket.socket, launcher: int, idle: float = 0.0) -> Child | None:
    """Fork a child per request.

    Args:
        control: where requests come.
        launcher: pidfd of the process that makes them.
        idle: the seconds without a child after which to end; 0 for never.

    Returns:
        like fork, twice: the `Child` in a child; None in the zygote when it has to end.
    """
    family = Family()
    poll = select.poll()
    poll.register(control.fileno(), HANG_UP)
    poll.register(launcher, HANG_UP)
    while True:
        ready = poll.poll(_patience(family, idle))
        if not ready:
            return None
        for descriptor, _ in ready:
            if descriptor == launcher:
                return None
            if descriptor == control.fileno():
                child = _accept(control, launcher, family, poll)
                if child is not None:
                    return child
                if control.fileno() == -1:
                    return None
            elif descriptor in family.pids:
                _tell_exit(descriptor, family, poll)
            else:
                _forget_connection(descriptor, family, poll)


def _patience(family: Family, idle: float) -> float | None:
    """Milliseconds to wait for something to happen; None while there is a child, or one that may still be signalled."""
    return 1000 * idle if idle and not family.pids and not family.connections else None


def _accept(control: socket.socket, launcher: int, family: Family, poll: select.poll) -> Child | None:
    """Take one request; the `Child` in the forked child, None in the zygote, with `control` closed at its end."""
    message, descriptors, _, _ = socket.recv_fds(control, 1, 3)
    if not message:
        control.close()
        return None
    connection, stdout, stderr = descriptors
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 counts the libraries' idle threads
            pid = os.fork()
    except OSError as error:
        _send(connection, {"error": f"the zygote cannot fork: {error}"})
        for descriptor in descriptors:
            os.close(descriptor)
        return None
    if pid == 0:
        os.close(control.detach())
        for descriptor in (*family.pids, *family.connections.values()):
            os.close(descriptor)
        return Child(connection, stdout, stderr, launcher)
    os.close(stdout)
    os.close(stderr)
    pidfd = os.pidfd_open(pid)
    family.pids[pidfd] = pid
    family.connections[pid] = connection
    poll.register(pidfd, select.POLLIN)
    poll.register(connection, select.POLLHUP)
    return None


def _tell_exit(pidfd: int, family: Family, poll: select.poll) -> None:
    """Forward the exit status of the child behind `pidfd`, and leave it a zombie until its connection is closed."""
    pid = family.pids.pop(pidfd)
    poll.unregister(pidfd)
    os.close(pidfd)
    status = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert status is not None
    code = status.si_status if status.si_code == os.CLD_EXITED else -status.si_status
    if pid in family.connections:
        _send(family.connections[pid], {"exit": code})
        family.ended.add(pid)
    else:
        os.waitpid(pid, 0)


def _forget_connection(connection: int, family: Family, poll: select.poll) -> None:
    """The launching process has closed a kernel's connection: reap the child if it has ended."""
    pid = next(pid for pid, open_connection in family.connections.items() if open_connection == connection)
    poll.unregister(connection)
    os.close(connection)
    del family.connections[pid]
    if pid in family.ended:
        family.ended.discard(pid)
        os.waitpid(pid, 0)


def _send(connection: int, message: dict[str, object]) -> None:
    # The other side may have gone; then nobody wants to know.
    with contextlib.suppress(OSError):
        os.write(connection, json.dumps(message).encode() + b"\n")


def main() -> None:
    """`python -m grader.kernels.zygote LAUNCHER_PID CONTROL_FD IDLE MODULE …`: import, say so, serve."""
    pid, control_fd, idle, modules = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), tuple(sys.argv[4:])
    control = socket.socket(fileno=control_fd)
    launcher = os.pidfd_open(pid)
    if os.getppid() != pid:
        return
    if not getattr(sys.flags, "safe_path", False):
        del sys.path[0]  # "-m" put the working directory there; ipykernel adds the kernel's own.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # what is imported stays: looking for garbage meanwhile would take a fifth of the time
    problem = preload(modules) or preload(KERNEL)
    if problem is None:
        _learn_files()
    _send(control.fileno(), {"ready": problem is None, "problem": problem})
    if problem is not None:
        return
    gc.freeze()  # a collection in a child would touch, and so copy, every page that holds an object
    gc.enable()
    child = serve(control, launcher, idle)
    if child is None:
        os._exit(0)  # taking TensorFlow apart takes a second, for which the launching process would wait
    from grader.kernels.child import run

    run(child)


if __name__ == "__main__":
    main()
