"""A machine of one's own, for tests of a hub: its users, homes and settings are seen by the processes in it alone.

It is a mount namespace of this machine in which /etc is a copy, and /home and /srv are empty. Users that are made there
are no users of this machine, and all is gone with the namespace's last process, however that ends.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin" if (ROOT / ".venv" / "bin" / "grader").exists() else Path(sys.executable).parent
# What README.md has a person do once, with questions or for minutes: the tests have it done already.
_DONE = re.compile(r"apt-get|git clone|make |npm|passwd|cd |.*systemd|systemctl")


def missing() -> str | None:
    """Why there can be no such machine here, or None."""
    if os.name != "posix" or os.getuid() != 0:
        return "a hub with system users needs root"
    for name, package in (("configurable-http-proxy", "npm install --global configurable-http-proxy@4"),
                          ("git", "apt-get install git")):  # fmt: skip
        if shutil.which(name) is None:
            return f"no {name} on this machine: {package}"
    tried = subprocess.run(["unshare", "--mount", "mount", "--bind", "/etc", "/etc"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "this machine lets nobody mount: no machine of one's own"


class Machine:
    """The machine; `folder` is where its own files lie on this one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._holder = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sleep", "infinity"], start_new_session=True
        )
        while os.readlink(f"/proc/{self._holder.pid}/ns/mnt") == os.readlink("/proc/self/ns/mnt"):
            time.sleep(0.01)
        folder.chmod(0o755)
        shutil.copytree("/etc", folder / "etc", symlinks=True)
        for name in ("etc", "home", "srv"):
            (folder / name).mkdir(exist_ok=True)
            self.types(f"mount --bind {folder / name} /{name}")
        self._open([Path(sys.base_prefix), ROOT])

    def _open(self, needed: Sequence[Path]) -> None:
        """Let everybody reach these folders, of which one may lie in root's home: nothing else in it is shown."""
        for place in needed:
            closed = [above for above in reversed(place.parents) if not above.stat().st_mode & 0o001]
            if closed:
                kept = self.folder / f"kept{len(list(self.folder.iterdir()))}"
                kept.mkdir()
                self.types(f"mount --bind {place} {kept}")
                self.types(f"mountpoint -q {closed[0]} || mount -t tmpfs -o mode=755 tmpfs {closed[0]}")
                self.types(f"mkdir -p {place} && mount --bind {kept} {place}")

    def command(self, command: str, user: str = "root") -> list[str]:
        """The command line that runs a shell command here, as this user in their home."""
        path = f"{BIN}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        inside = ["env", "-i", f"PATH={path}", "LANG=C.UTF-8"]
        if user == "root":
            inside += [f"HOME={self.folder}", "bash", "-c", f"cd {ROOT} && {command}"]
        else:
            inside += ["runuser", "--user", user, "--", "env", f"PATH={path}", f"HOME=/home/{user}"]
            inside += ["bash", "-c", f"cd && {command}"]
        return ["nsenter", "--target", str(self._holder.pid), "--mount", "--", *inside]

    def types(self, command: str, user: str = "root", code: int | None = 0) -> str:
        """Type a command; what it prints. Its exit code must be `code`, whatever it is if that is None."""
        run = subprocess.run(
            self.command(command, user), capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
        assert code in (None, run.returncode), f"{user}: {command}\n{run.stdout}{run.stderr}"
        return run.stdout + run.stderr

    @property
    def holder(self) -> int:
        """The process that holds the machine."""
        return self._holder.pid

    def path(self, inside: str) -> Path:
        """Where this machine's file is seen from outside."""
        return Path(f"/proc/{self._holder.pid}/root{inside}")

    def processes(self) -> list[psutil.Process]:
        """All that run here; a sandbox has a space of its own and is not among them."""
        space = _space(self._holder.pid)
        return [each for each in psutil.process_iter() if space and _space(each.pid) == space]

    def close(self) -> None:
        """End it, with all of its processes."""
        for _ in range(50):
            theirs = self.processes()
            for each in theirs:
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()
            if psutil.wait_procs(theirs, 5)[1] == []:
                break
        self._holder.wait()


def _space(pid: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/ns/mnt")
    except OSError:
        return ""


@contextlib.contextmanager
def machine() -> Iterator[Machine]:
    """A machine, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="hub-", dir="/tmp"))
    made = Machine(folder)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(folder, ignore_errors=True)


def follow_readme(made: Machine, **other: str) -> list[str]:
    """Type what deploy/README.md says, but for what takes minutes or asks; returns the commands.

    Args:
        made: the machine.
        other: words of the README that are another thing here.
    """
    text = (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    typed = []
    for line in lines:
        if not _DONE.match(line):
            command = line
            for word, instead in {"/opt/course": str(ROOT), **other}.items():
                command = command.replace(word, instead)
            made.types(command)
            typed.append(command)
    return typed


class Hub:
    """A running JupyterHub of deploy/ with its proxy; `address` is where browsers go."""

    def __init__(self, made: Machine, more: str = "") -> None:
        self.machine = made
        ports = _free_ports(3)
        self.address = f"http://127.0.0.1:{ports[0]}"
        config = made.path("/etc/jupyterhub/jupyterhub_config.py")
        text = config.read_text(encoding="utf-8").replace('"/opt/course"', repr(str(ROOT)))
        text = re.sub("^ADDRESS = .*", f"ADDRESS = {self.address!r}", text, flags=re.MULTILINE)
        config.write_text(
            f"{text}\nc.JupyterHub.hub_bind_url = 'http://127.0.0.1:{ports[1]}'\n"
            f"c.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:{ports[2]}'\n{more}\n",
            encoding="utf-8",
        )
        self.log = made.folder / "hub.log"
        start = "exec jupyterhub --config /etc/jupyterhub/jupyterhub_config.py"
        with self.log.open("w") as file:
            self.process = subprocess.Popen(
                made.command(start), stdout=file, stderr=subprocess.STDOUT, start_new_session=True
            )
        self._wait()

    def _wait(self) -> None:
        for _ in range(1200):
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                if urllib.request.urlopen(f"{self.address}/hub/health", timeout=5).status == 200:
                    return
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        raise AssertionError(f"JupyterHub did not start:\n{self.log.read_text()}")

    def close(self) -> None:
        """End the hub; it ends its servers and its proxy."""
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(30)


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def memory(made: Machine) -> dict[str, float]:
    """MiB by user that would be free without their processes: what these share among themselves counts once.

    No process of one user is a fork of another's, so nobody else has a part in their anonymous memory.
    """
    found: dict[str, float] = {}
    names = {int(line.split(":")[2]): line.split(":")[0] for line in made.path("/etc/passwd").read_text().splitlines()}
    for each in made.processes():
        with contextlib.suppress(OSError, psutil.NoSuchProcess):
            rollup = Path(f"/proc/{each.pid}/smaps_rollup").read_text().splitlines()[1:]
            kib = {line.split(":")[0]: int(line.split()[1]) for line in rollup}
            own = kib["Pss_Anon"] + kib["Pss_Shmem"] + kib["Private_Clean"]
            name = names.get(each.uids().real, "?")
            found[name] = found.get(name, 0.0) + own / 1024
    return found


def files(made: Machine) -> float:
    """MiB of programs and libraries in memory, each file once: of each the most that a process has."""
    most: dict[str, int] = {}
    for each in made.processes():
        of_this: dict[str, int] = {}
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{each.pid}/smaps").read_text(errors="replace").splitlines():
                first, *rest = line.split(maxsplit=5)
                if not first.endswith(":"):
                    name = rest[4] if len(rest) == 5 and rest[4].startswith("/") else ""
                elif first in ("Rss:", "Anonymous:") and name:
                    of_this[name] = of_this.get(name, 0) + int(rest[0]) * (1 if first == "Rss:" else -1)
        for name, size in of_this.items():
            most[name] = max(size, most.get(name, 0))
    return sum(most.values()) / 1024
