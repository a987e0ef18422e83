"""Kernels of the course for tests: started, talked to and shut down through jupyter_client."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jupyter_client import BlockingKernelClient, KernelManager
from jupyter_client.kernelspec import KernelSpecManager

SPECS = Path(__file__).parent.parent / "grader" / "kernels" / "data" / "kernels"


class Session:
    """One kernel and its client."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager = manager
        self.client = client

    def run(self, code: str, timeout: float = 60) -> str:
        """Execute a cell; what it printed, then `Name: message` if it failed."""
        said: list[str] = []

        def hear(message: dict[str, Any]) -> None:
            content = message["content"]
            if message["msg_type"] == "stream":
                said.append(content["text"])
            elif message["msg_type"] == "execute_result":
                said.append(content["data"]["text/plain"])
            elif message["msg_type"] == "error":
                said.append(f"{content['ename']}: {content['evalue']}")

        self.client.execute_interactive(code, timeout=timeout, output_hook=hear)
        return re.sub(r"\x1b\[[0-9;]*m", "", "".join(said)).strip()

    def ended(self, timeout: float = 30) -> int | None:
        """Wait for the kernel's end; its exit code."""
        return wait_until(lambda: self.exit_code() is not None, timeout) and self.exit_code()

    def exit_code(self) -> int | None:
        return self.manager.provisioner.process.poll() if self.manager.has_kernel else 0

    @property
    def provisioner(self) -> Any:
        return self.manager.provisioner


def manager(name: str, transport: str = "tcp") -> KernelManager:
    specs = KernelSpecManager()
    specs.kernel_dirs = [str(SPECS), *specs.kernel_dirs]
    made = KernelManager(kernel_name=name, kernel_spec_manager=specs, transport=transport)
    if transport == "ipc":  # else the sockets of all managers have the same names in the current directory
        made.ip = f"{tempfile.mkdtemp(prefix='ipc-')}/kernel"
    return made


@contextlib.contextmanager
def session(name: str, transport: str = "tcp", *, warm: bool = True, **launch: Any) -> Iterator[Session]:
    made = manager(name, transport)
    made.config.WarmProvisioner.warm = warm
    made.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **launch)
    client = made.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield Session(made, client)
    finally:
        client.stop_channels()
        if made.has_kernel:
            made.shutdown_kernel(now=True)
        made.cleanup_resources()
        if transport == "ipc" and made.ip.endswith("/kernel"):
            shutil.rmtree(Path(made.ip).parent, ignore_errors=True)


def wait_until(condition: Any, timeout: float = 10) -> bool:
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
