"""What this machine has for the course, what it lacks, and how to get it."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass

from rich.markup import escape
from rich.table import Table

from grader.errors import UsageError
from grader.lab import installed

# Run in a process of its own: a first look at the devices starts TensorFlow's runtime, which writes to stderr.
_LOOK_AT_DEVICES = """
import json, tensorflow as tf
print(json.dumps([[d.device_type, d.name] for d in tf.config.list_physical_devices()]))
"""


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
        _package("tensorflow-by-exercise", "cpu,lab,instructor"),
        *_tensorflow(),
        *_installation(),
        _package("numpy", "cpu"),
        *[_package(name, "lab") for name in ("jupyterlab", "matplotlib", "pandas", "ai-edge-litert")],
        *[_package(name, "instructor", needed=False) for name in ("nbgrader", "distributed")],
        _spark(),
        _kernels(),
        _sandbox(),
        _browser(),
        *_class_directory(),
    ]


def _package(name: str, extra: str, *, needed: bool = True) -> Finding:
    found = installed.has(name)
    if found is None:
        return Finding(name, "not installed", fine=not needed, remedy=installed.addition(extra))
    return Finding(name, found)


def _tensorflow() -> list[Finding]:
    found = installed.tensorflows()
    if not found:
        remedy = installed.addition("cpu") + " (gpu in place of cpu with an NVIDIA card, tpu on a TPU)"
        return [Finding("tensorflow", "not installed", fine=False, remedy=remedy)]
    libtpu = installed.has("libtpu")
    if libtpu and not any(name.startswith("tensorflow-tpu ") for name in found):
        found = [*found, f"libtpu {libtpu}"]
    if len(found) > 1:
        told = f"{' and '.join(found)} in one place: each has overwritten files of the other"
        return [Finding("tensorflow", told, fine=False, remedy=installed.renewal())]
    package, number = found[0].split(" ")
    run = subprocess.run([sys.executable, "-c", _LOOK_AT_DEVICES], capture_output=True, text=True, check=False)
    if run.returncode:
        last = (run.stderr.strip().splitlines() or [f"it ended with {run.returncode} and no message"])[-1]
        return [Finding(package, f"cannot be imported: {last}", fine=False, remedy=installed.renewal())]
    devices = json.loads(run.stdout.strip().splitlines()[-1])
    listing = ", ".join(name.removeprefix("/physical_device:") for _, name in devices)
    accelerated = any(kind in ("GPU", "TPU") for kind, _ in devices)
    remedy = "" if accelerated else "the whole course runs on the CPU; chapter 24 says what a GPU adds"
    return [
        Finding(package, number),
        _package("keras", "cpu"),
        Finding("devices", listing, remedy=remedy),
    ]


def _installation() -> list[Finding]:
    """What is half installed, or not what the lock says."""
    found = []
    for what, problems in (("packages", installed.damaged()), (installed.LOCK, installed.unlocked())):
        if problems:
            found.append(Finding(what, installed.some(problems), fine=False, remedy=installed.renewal()))
    return found


def _kernels() -> Finding:
    from jupyter_client.kernelspec import KernelSpecManager

    from grader.kernels import specs

    missing = [name for name in specs.names() if name not in KernelSpecManager().find_kernel_specs()]
    if missing:
        return Finding("kernels", f"not installed: {', '.join(missing)}", remedy="grader kernels install")
    return Finding("kernels", ", ".join(specs.names()))


def _spark() -> Finding:
    """Whether chapter 29 can run on Spark, and its Scala part with TensorFlow's C library."""
    from grader.spark import java

    if java.missing() is not None:
        return Finding("spark", "not installed", remedy=f"{installed.addition('spark')} (only chapter 29 uses it)")
    found = f"{installed.has('pyspark')}, Java {java.version()}"
    if java.version() < java.FOREIGN:
        return Finding("spark", found, remedy=f"calls from Scala to TensorFlow's C library take Java {java.FOREIGN}")
    return Finding("spark", found)


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


def advice(findings: list[Finding]) -> list[str]:
    """What to do about what is wrong, each once: whole commands, to be copied from a terminal."""
    return list(dict.fromkeys(finding.remedy for finding in findings if not finding.fine and finding.remedy))


def table(findings: list[Finding]) -> Table:
    """The findings as a table for the terminal."""
    made = Table("", "what", "found", "what to do", title="grader doctor", title_justify="left")
    for finding in findings:
        remedy = finding.remedy if finding.fine else "see below"
        made.add_row("ok" if finding.fine else "!!", *map(escape, (finding.what, finding.found, remedy)))
    return made
