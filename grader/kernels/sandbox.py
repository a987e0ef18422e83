"""Whether kernels can be sandboxed on this machine, and what helps where they cannot.

What a sandbox allows is `Policy`; how it is made is `grader.kernels.namespaces`, which only Linux can import.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from grader.kernels.policy import Policy

__all__ = ["Policy", "available"]

_probed: list[str | None] = []


def available() -> str | None:
    """None if kernels can be sandboxed on this machine, else one sentence that says why not and what helps.

    Builds a whole sandbox to know; the answer is kept for this process.
    """
    if not _probed:
        _probed.append(_probe())
    return _probed[0]


def _probe() -> str | None:
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        return (
            f"Kernels can be sandboxed on Linux (x86-64, ARM64) only, and this is {platform.system()} "
            f"{platform.machine()}: grade on such a machine, or in a virtual one."
        )
    run = subprocess.run(
        [sys.executable, "-m", "grader.kernels.namespaces"],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        timeout=60,
    )
    lines = run.stdout.strip().splitlines()
    if lines and "pid" in lines[0] and run.returncode == 0:
        return None
    problem = json.loads(lines[0])["error"] if lines and "error" in lines[0] else run.stderr.strip()[-300:]
    return f"Kernels cannot be sandboxed here ({problem.rstrip('.')}): {_remedy()}"


def _remedy() -> str:
    """What an administrator can change, by what this machine says of itself."""
    if _sysctl("kernel/unprivileged_userns_clone") == "0":
        return "allow user namespaces with 'sysctl kernel.unprivileged_userns_clone=1'."
    if _sysctl("kernel/apparmor_restrict_unprivileged_userns") == "1":
        return "allow user namespaces with 'sysctl kernel.apparmor_restrict_unprivileged_userns=0'."
    if _sysctl("user/max_user_namespaces") == "0":
        return "allow user namespaces with 'sysctl user.max_user_namespaces=15000'."
    if os.path.exists("/.dockerenv") or os.path.exists("/run/.containerenv"):
        return "start the container with '--security-opt seccomp=unconfined --security-opt systempaths=unconfined'."
    return "it takes Linux 5.12 or later with user namespaces allowed; a virtual machine with such a Linux will do."


def _sysctl(name: str) -> str | None:
    try:
        return Path("/proc/sys", name).read_text().strip()
    except OSError:
        return None
