"""JupyterLab on the course's start page, with the course's settings and kernels."""

from __future__ import annotations

import errno
import os
import secrets
import shlex
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

from grader.authoring import build
from grader.authoring.course import Course
from grader.errors import UsageError
from grader.lab import installed
from grader.lab.settings import environment

START_PAGE = f"/lab/tree/{build.START_HERE}"


def start(*, port: int, ip: str, browser: bool, instructor: bool) -> None:
    """Make notebooks that are missing, then become JupyterLab; returns only by an error.

    Where JupyterHub starts it, with `c.Spawner.cmd = ["grader", "lab"]`, it becomes the user's server; the folder is
    the course around the working directory, or around the hub's `c.Spawner.notebook_dir`.

    Raises:
        UsageError: JupyterLab is not installed.
    """
    if find_spec("jupyterlab") is None:
        raise UsageError(f"JupyterLab is not installed: {installed.addition('lab')}")
    course = Course.find(Path(os.environ.get("JUPYTERHUB_ROOT_DIR") or Path.cwd()))
    if any(not path.exists() for path in _expected(course)):
        files = build.build(course)
        build.write({path: text for path, text in files.items() if not path.exists()})
    options = [
        f"--ServerApp.root_dir={course.root}",
        "--KernelManager.transport_encryption=auto",
        "--ServerApp.log_level=WARN",
        f"--ServerApp.terminado_settings={{'shell_command': {_shell()!r}}}",
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),  # a container's only user
    ]
    os.chdir(course.root)
    if "JUPYTERHUB_API_TOKEN" in os.environ:
        # The hub that has started this decides on address and port, and who may enter.
        command = [sys.executable, "-m", "jupyterhub.singleuser", f"--ServerApp.default_url={START_PAGE}", *options]
        os.execve(sys.executable, command, environment(instructor=instructor))
    port = _free_port(ip, port)
    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(24)
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.ip={ip}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.open_browser={browser}",
        f"--LabApp.default_url={START_PAGE}",
        "--LabApp.log_level=WARN",
        *options,
    ]
    host = "127.0.0.1" if ip in ("0.0.0.0", "::", "") else ip
    print(f"The course opens at http://{host}:{port}{START_PAGE}?token={token}")
    print("Stop it with Ctrl-C.", flush=True)
    os.execve(sys.executable, command, {**environment(instructor=instructor), "JUPYTER_TOKEN": token})


def _shell() -> list[str]:
    """The shell of JupyterLab's terminals, in which `grader` is found.

    Where the server is not started by hand, as from JupyterHub, Jupyter would have a login shell read /etc/profile,
    which sets PATH anew. So that is read first, and this Python's folder put before.
    """
    if os.name == "nt":
        return ["powershell.exe"]
    own = shlex.quote(str(Path(sys.executable).parent))
    how = "-c" if sys.stdout.isatty() else "-lc"
    return ["sh", how, f'PATH={own}:"$PATH"; export PATH; exec "${{SHELL:-sh}}"']


def _free_port(ip: str, first: int) -> int:
    """The first port from `first` on that nobody listens on.

    Raises:
        UsageError: none of fifty is free, or this machine has no such address.
    """
    for port in range(first, first + 50):
        with socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ip, port))
                return port
            except OSError as error:
                if error.errno == errno.EADDRNOTAVAIL:
                    raise UsageError(f"This machine has no address {ip}; leave --ip out, or use 0.0.0.0.") from None
    raise UsageError(f"Every port from {first} to {first + 49} is in use; choose another with --port.")


def _expected(course: Course) -> list[Path]:
    chapters = [course.chapter_notebook(topic) for topic in course.topics]
    exercises = [course.exercise_notebook(topic) for topic in course.exercise_topics()]
    return [course.root / build.START_HERE, *chapters, *exercises]
