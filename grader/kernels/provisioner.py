"""The jupyter_client kernel provisioner that starts warm, and if asked sandboxed, kernels."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import weakref
from collections.abc import Callable
from typing import Any, TypeVar

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Bool, Dict

from grader.kernels import launch
from grader.kernels.policy import Policy
from grader.kernels.sandbox import available

_Result = TypeVar("_Result")
_PORTS = ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")


class WarmProvisioner(LocalProvisioner):
    """Forks the kernel from this process's zygote; where that cannot be, starts it cold as jupyter_client does.

    A sandboxed kernel is never started outside its sandbox unless `no_sandbox` says so. `KernelManager.start_kernel`
    takes two more keywords for one launch, and `nbclient.NotebookClient.execute` passes them on: `policy` (a `Policy`
    or what `Policy.from_dict` reads) and `no_sandbox`. The files in `cwd`, if it is given, are copied into the sandbox.
    """

    warm = Bool(True, config=True, help="Fork kernels from a process that has imported TensorFlow.")
    sandbox = Bool(False, config=True, help="Lock each kernel in a sandbox; kernelspecs set this.")
    no_sandbox = Bool(False, config=True, help="Start kernels unprotected although their kernelspec wants a sandbox.")
    policy = Dict(config=True, help="What a sandboxed kernel may use: see grader.kernels.policy.Policy.")

    process: Any = None
    _told: set[str] = set()  # noqa: RUF012  what has been said once in this process
    _directory: str | None = None
    _launch_policy: Policy | None = None
    _forked: launch.ForkedKernel | None = None
    _logged_end = False

    @property
    def end_reason(self) -> str | None:
        """Why the sandbox ended the kernel, in a sentence that names the limit; None if it did not."""
        return self._forked.end_reason if self._forked else None

    @property
    def last_words(self) -> str:
        """The end of what a sandboxed kernel wrote to its terminal, outside any cell; known after its end."""
        return self._forked.last_words if self._forked else ""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Prepare a launch: a sandboxed kernel has no network, so its manager is set to ipc."""
        self._launch_policy = self._choose_policy(kwargs)
        if self._launch_policy is not None:
            self._use_ipc()
        prepared: dict[str, Any] = await super().pre_launch(**kwargs)
        return prepared

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Launch `cmd`, a kernel's command line as the kernelspec has it.

        Raises:
            RuntimeError: the kernel must be sandboxed and cannot be; the message says what helps.
        """
        self._forked, self._logged_end = None, False
        split = launch.python_command(cmd)
        kernel: launch.ForkedKernel | None = None
        if self._launch_policy is not None:
            if split is None or not _plain(kwargs):
                raise RuntimeError("Only an ipykernel can be sandboxed; give this kernel another provisioner.")
            kernel = await _in_thread(self._fork_sandboxed, *split, kwargs)
        elif self.warm and split is not None and _plain(kwargs):
            kernel = await _in_thread(self._fork_warm, *split, kwargs)
        if kernel is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = self._forked = kernel
        self.pid = self.pgid = kernel.pid
        self.cwd = kwargs.get("cwd") or pathlib.Path.cwd()
        return self.connection_info

    async def poll(self) -> int | None:
        """None while the kernel runs, else its exit code; says once why a sandbox ended it."""
        code: int | None = await super().poll()
        if code is not None and self.end_reason and not self._logged_end:
            self._logged_end = True
            self.log.warning(self.end_reason)
        return code

    async def send_signal(self, signum: int) -> None:
        """Signal the kernel's process group."""
        if self._forked is not None and self.process is self._forked:
            self._forked.send_signal(signum)
        else:
            await super().send_signal(signum)

    async def cleanup(self, restart: bool = False) -> None:
        """Release what the kernel's launch took."""
        await super().cleanup(restart=restart)
        if self._directory is not None and not restart:
            shutil.rmtree(self._directory, ignore_errors=True)
            self._directory = None

    async def get_provisioner_info(self) -> dict[str, Any]:
        """What another process needs to poll and signal this kernel."""
        info: dict[str, Any] = await super().get_provisioner_info()
        supervisor = self._forked.supervisor if self._forked else self.pid
        started = launch.start_time(self.pid) if self.pid else None
        return {**info, "supervisor": supervisor, "started": started}

    async def load_provisioner_info(self, provisioner_info: dict[str, Any]) -> None:
        """Take over a kernel that another process launched: from then on it is known by its process id."""
        await super().load_provisioner_info(provisioner_info)
        if launch.supported() and self.pid is not None:
            supervisor = provisioner_info.get("supervisor") or self.pid
            self._forked = launch.ForkedKernel.attach(self.pid, supervisor, provisioner_info.get("started"))
            self.process = self._forked

    def _choose_policy(self, kwargs: dict[str, Any]) -> Policy | None:
        """The policy of this launch, None for a kernel outside any sandbox; takes our keywords out of `kwargs`."""
        given, no_sandbox = kwargs.pop("policy", None), kwargs.pop("no_sandbox", self.no_sandbox)
        if not self.sandbox:
            return None
        if no_sandbox:
            self._say_once(
                "Kernels run outside the sandbox, as asked: their code can read and change all that you can."
            )
            return None
        if not launch.supported():
            raise RuntimeError(available() or "The sandbox needs Linux 5.12 or later.")
        return given if isinstance(given, Policy) else Policy.from_dict(self.policy if given is None else given)

    def _use_ipc(self) -> None:
        manager = self.parent
        if self._directory is None:
            # A socket's path may have 107 characters.
            top = tempfile.gettempdir()
            self._directory = tempfile.mkdtemp(prefix="grader-", dir=top if len(top) < 80 else "/tmp")
            os.mkdir(f"{self._directory}/root")
            # For a manager that is dropped, or a process that ends, without a shutdown.
            weakref.finalize(self, shutil.rmtree, self._directory, ignore_errors=True)
        manager.transport, manager.ip, manager.cache_ports = "ipc", f"{self._directory}/ipc", False

    def _fork_warm(self, python: list[str], arguments: list[str], kwargs: dict[str, Any]) -> launch.ForkedKernel | None:
        """A warm kernel, or None, said once, where it must start cold."""
        if not launch.supported():
            self._say_once("Kernels start cold, which takes seconds longer: forking TensorFlow is safe on Linux only.")
            return None
        request = _request(arguments, kwargs)
        try:
            return _fork(python, request, kwargs)
        except launch.ZygoteError as error:
            self._say_once(f"Kernels start cold, which takes seconds longer: {error}.")
            return None

    def _fork_sandboxed(self, python: list[str], arguments: list[str], kwargs: dict[str, Any]) -> launch.ForkedKernel:
        """A sandboxed kernel, without TensorFlow in it yet if no zygote can import that."""
        from grader.kernels import namespaces  # on Linux only, as all that it stands on

        policy = self._launch_policy
        assert policy is not None
        request = _request(arguments, kwargs)
        own = {name: request["environment"][name] for name in self.kernel_spec.env}
        request["environment"] = {**namespaces.environment(policy, request["environment"]), **own}
        request["sandbox"] = self._describe(policy, kwargs.get("cwd"))
        inside = f"{namespaces.RUN}/connection.json"
        request["arguments"] = [
            inside if argument == os.path.realpath(self.parent.connection_file) else argument for argument in arguments
        ]
        try:
            return self._fork_warm_or_bare(python, request, kwargs)
        except launch.LaunchRefused as error:
            raise RuntimeError(available() or str(error)) from error
        except launch.ZygoteError as error:
            raise RuntimeError(f"No kernel can be started: {error}.") from error

    def _fork_warm_or_bare(
        self, python: list[str], request: dict[str, Any], kwargs: dict[str, Any]
    ) -> launch.ForkedKernel:
        if self.warm:
            try:
                return _fork(python, request, kwargs)
            except launch.ZygoteError as error:
                self._say_once(f"Kernels start cold, which takes seconds longer: {error}.")
        return _fork(python, request, kwargs, bare=True)

    def _describe(self, policy: Policy, directory: str | None) -> dict[str, Any]:
        manager = self.parent
        ports = [getattr(manager, name) for name in _PORTS]
        with open(manager.connection_file) as file:
            connection = json.load(file)
        return {
            "policy": policy.as_dict(),
            # Only a directory that was named: the one that we happen to be in may be the class directory.
            "files": directory and os.path.abspath(directory),
            "mount_point": f"{self._directory}/root",
            "sockets": [f"{manager.ip}-{port}" for port in ports],
            "ports": ports,
            "connection": connection,
        }

    def _say_once(self, what: str) -> None:
        if what not in self._told:
            self._told.add(what)
            self.log.warning(what)


async def _in_thread(function: Callable[..., _Result], *arguments: Any) -> _Result:
    """Call a function that blocks while the event loop goes on.

    Not `asyncio.to_thread`: a process forked from one that had used it, as worker pools are, would wait for ever for
    threads that did not survive the fork.
    """
    future: concurrent.futures.Future[_Result] = concurrent.futures.Future()

    def call() -> None:
        try:
            future.set_result(function(*arguments))
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=call, name="kernel-launch", daemon=True).start()
    while not future.done():
        await asyncio.sleep(0.005)
    return future.result()


def _request(arguments: list[str], kwargs: dict[str, Any]) -> dict[str, Any]:
    return {
        "arguments": arguments,
        "environment": {name: value for name, value in kwargs["env"].items() if name != "JPY_PARENT_PID"},
        "directory": os.path.abspath(kwargs.get("cwd") or os.getcwd()),
        "independent": bool(kwargs.get("independent")),
        "sandbox": None,
    }


def _fork(
    python: list[str], request: dict[str, Any], kwargs: dict[str, Any], *, bare: bool = False
) -> launch.ForkedKernel:
    with contextlib.ExitStack() as ours:
        stdout, out = _stream(kwargs.get("stdout"), 1, ours)
        stderr, err = _stream(kwargs.get("stderr"), 2, ours)
        kernel = launch.fork_kernel(python, kwargs["env"], request, stdout, stderr, bare=bare)
        kernel.stdout, kernel.stderr = (None if pipe is None else os.fdopen(os.dup(pipe), "rb") for pipe in (out, err))
        return kernel


def _plain(kwargs: dict[str, Any]) -> bool:
    """Whether the launch asks for nothing of Popen that a fork does not give."""
    known = {"env", "cwd", "stdin", "stdout", "stderr", "independent", "extra_arguments", "kernel_id"}
    return kwargs.keys() <= known and kwargs.get("stderr") != subprocess.STDOUT


def _stream(stream: Any, inherited: int, ours: contextlib.ExitStack) -> tuple[int, int | None]:
    """The descriptor that Popen would give the child for `stream`, and our end if it is a pipe; `ours` closes both."""
    if stream == subprocess.PIPE:
        end, theirs = os.pipe()
        ours.callback(os.close, end)
        ours.callback(os.close, theirs)
        return theirs, end
    if stream != subprocess.DEVNULL:
        descriptor = inherited if stream is None else stream if isinstance(stream, int) else stream.fileno()
        with contextlib.suppress(OSError):  # closed, as in a program without a terminal
            os.fstat(descriptor)
            return int(descriptor), None
    null = os.open(os.devnull, os.O_RDWR)
    ours.callback(os.close, null)
    return null, None
