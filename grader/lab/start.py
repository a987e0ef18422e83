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
from grader.classroom import class_root
from grader.errors import UsageError
from grader.lab import installed
from grader.lab.settings import environment

_SERVER = (sys.executable, "-m", "grader.lab.served")
START_PAGE = f"/lab/tree/{build.START_HERE}"
# A hub forbids frames, and the formgrader is one in JupyterLab. Others on the hub may not open this server's pages.
_FRAMED = {"Content-Security-Policy": "frame-ancestors 'self'"}


def start(*, port: int, ip: str, browser: bool, instructor: bool, exchange: bool = False) -> None:
    """Make notebooks that are missing, then become JupyterLab; returns only by an error.

    It opens the course around the working directory; for an instructor who stands in a class directory, that class,
    which is the one place where nbgrader's formgrader works. Where JupyterHub starts it, as `deploy/` shows, it
    becomes the user's server, and the hub's `c.Spawner.notebook_dir` counts as the working directory.

    Args:
        port: the port to ask for.
        ip: the address to listen on.
        browser: open a browser.
        instructor: show nbgrader's instructor panels.
        exchange: show a student nbgrader's Assignment List.

    Raises:
        UsageError: JupyterLab is not installed, or the hub's folder is not there.
    """
    if find_spec("jupyterlab") is None:
        raise UsageError(f"JupyterLab is not installed: {installed.addition('lab')}")
    root, page = _opened(_here(), instructor)
    settings = environment(instructor=instructor, exchange=exchange)
    options = [
        f"--ServerApp.root_dir={root}",
        "--KernelManager.transport_encryption=auto",
        "--ServerApp.log_level=WARN",
        f"--ServerApp.terminado_settings={{'shell_command': {_shell()!r}}}",
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),  # a container's only user
    ]
    os.chdir(root)
    if _under_hub():
        if instructor:
            options.append(f"--ServerApp.tornado_settings={{'headers': {_FRAMED}}}")
        # The hub that has started this decides on address and port, and who may enter.
        command = [*_SERVER, "jupyterhub.singleuser", f"--ServerApp.default_url={page}", *options]
        os.execve(sys.executable, command, settings)
    port = _free_port(ip, port)
    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(24)
    command = [
        *_SERVER,
        "jupyterlab",
        f"--ServerApp.ip={ip}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.open_browser={browser}",
        f"--LabApp.default_url={page}",
        "--LabApp.log_level=WARN",
        *options,
    ]
    host = "127.0.0.1" if ip in ("0.0.0.0", "::", "") else ip
    print(f"{'The course' if page == START_PAGE else 'The class'} opens at http://{host}:{port}{page}?token={token}")
    print("Stop it with Ctrl-C.", flush=True)
    os.execve(sys.executable, command, {**settings, "JUPYTER_TOKEN": token})


def _under_hub() -> bool:
    return "JUPYTERHUB_API_TOKEN" in os.environ


def _here() -> Path:
    """Where a person stands, or where their hub has put them.

    Raises:
        UsageError: the hub's folder is not there.
    """
    asked = os.environ.get("JUPYTERHUB_ROOT_DIR") if _under_hub() else None
    place = Path(asked).expanduser() if asked else Path.cwd()
    if not place.is_dir():
        raise UsageError(f"c.Spawner.notebook_dir is {place}, and there is no such folder: make it before the start.")
    return place


def _opened(place: Path, instructor: bool) -> tuple[Path, str]:
    """The folder that is served, and the page that it begins with; notebooks of the course that are missing are made.

    Raises:
        UsageError: under a hub there is no course around `place`. The course that this package was installed from
            belongs to all users there: nobody may be led into it in silence.
    """
    if instructor and (room := _class_around(place)) is not None:
        return room, "/lab/tree/README.md" if (room / "README.md").is_file() else "/lab"
    course = Course.around(place) if _under_hub() else Course.find(place)
    if any(not path.exists() for path in _expected(course)):
        files = build.build(course)
        build.write({path: text for path, text in files.items() if not path.exists()})
    return course.root, START_PAGE


def _class_around(place: Path) -> Path | None:
    try:
        return class_root.around(place)
    except UsageError:
        return None


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
