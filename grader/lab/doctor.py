"""What this machine has for the course, what it lacks, and how to get it."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from rich.table import Table

from grader.errors import UsageError

# Run in a process of its own: a first look at the devices starts TensorFlow's runtime, which writes to stderr.
_LOOK_AT_DEVICES = """
import json, tensorflow as tf
print(json.dumps([[d.device_type, d.name] for d in tf.config.list_physical_devices()]))
"""
_INSTALL = "pip install 'tensorflow-by-exercise[{}]'"


@dataclass(frozen=True)
class Finding:
    """One line of the report: `fine` is False where something that the course needs is missing."""

    what: str
    found: str
    fine: bool = True
    remedy: str = ""


def examine() -> list[Finding]:
    """Everything worth knowing before asking for help."""
    return [
        Finding("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"),
        _package("tensorflow-by-exercise", needed=True, remedy="pip install ."),
        *_tensorflow(),
        _package("numpy", needed=True, remedy=_INSTALL.format("cpu")),
        *[
            _package(name, needed=True, remedy=_INSTALL.format("lab"))
            for name in ("jupyterlab", "matplotlib", "pandas")
        ],
        *[_package(name, needed=False, remedy=_INSTALL.format("instructor")) for name in ("nbgrader", "distributed")],
        _kernels(),
        _sandbox(),
        _browser(),
        *_class_directory(),
    ]


def _package(name: str, *, needed: bool, remedy: str) -> Finding:
    try:
        return Finding(name, version(name))
    except PackageNotFoundError:
        return Finding(name, "not installed", fine=not needed, remedy=remedy)


def _tensorflow() -> list[Finding]:
    package = next(
        (name for name in ("tensorflow", "tensorflow-tpu") if _package(name, needed=True, remedy="").fine),
        None,
    )
    if package is None:
        remedy = _INSTALL.format("cpu") + " ([gpu] with an NVIDIA card, [tpu] on a TPU)"
        return [Finding("tensorflow", "not installed", fine=False, remedy=remedy)]
    run = subprocess.run([sys.executable, "-c", _LOOK_AT_DEVICES], capture_output=True, text=True, check=False)
    if run.returncode:
        last = (run.stderr.strip().splitlines() or ["no message"])[-1]
        return [
            Finding(
                package,
                f"cannot be imported: {last}",
                fine=False,
                remedy=f"pip install --force-reinstall {package}",
            )
        ]
    devices = json.loads(run.stdout.strip().splitlines()[-1])
    listing = ", ".join(name.removeprefix("/physical_device:") for _, name in devices)
    accelerated = any(kind in ("GPU", "TPU") for kind, _ in devices)
    remedy = "" if accelerated else "the whole course runs on the CPU; chapter 24 says what a GPU adds"
    return [
        Finding(package, version(package)),
        _package("keras", needed=True, remedy=_INSTALL.format("cpu")),
        Finding("devices", listing, remedy=remedy),
    ]


def _kernels() -> Finding:
    from jupyter_client.kernelspec import KernelSpecManager

    from grader.kernels import specs

    missing = [name for name in specs.names() if name not in KernelSpecManager().find_kernel_specs()]
    if missing:
        return Finding("kernels", f"not installed: {', '.join(missing)}", remedy="grader kernels install")
    return Finding("kernels", ", ".join(specs.names()))


def _sandbox() -> Finding:
    from grader.kernels import sandbox

    reason = sandbox.available()
    return (
        Finding("sandbox for grading", "works")
        if reason is None
        else Finding("sandbox for grading", "no", remedy=reason)
    )


def _browser() -> Finding:
    names = ("chromium", "google-chrome", "chromium-browser", "firefox", "xdg-open", "open")
    found = next((name for name in names if shutil.which(name)), None)
    if found:
        return Finding("browser", found)
    return Finding(
        "browser", "none found", remedy="open the address that 'make lab' prints on another machine's browser"
    )


def _class_directory() -> list[Finding]:
    """Whether the class directory around us, if this is one, has nbgrader grade as we do."""
    try:
        from grader.classroom import class_root, plug_ins
        from grader.classroom.classroom import Classroom

        root = class_root.around()
        warning = plug_ins.warning(Classroom.open(root).config)
    except UsageError as problem:
        return [] if "is no class directory" in str(problem) else [Finding("class", "no", False, str(problem))]
    except ModuleNotFoundError:
        return []  # its own line says that nbgrader is not installed
    if warning:
        return [Finding("class", "nbgrader grades without sandbox and judge", False, "grader init --repair .")]
    return [Finding("class", str(root))]


def table(findings: list[Finding]) -> Table:
    """The findings as a table for the terminal."""
    made = Table("", "what", "found", "what to do", title="grader doctor", title_justify="left")
    for finding in findings:
        made.add_row("ok" if finding.fine else "!!", finding.what, finding.found, finding.remedy)
    return made
