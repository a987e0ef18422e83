"""A Spark session on this machine alone, which starts in seconds and writes nothing on the page.

>>> spark = session.start()
>>> spark.range(5).count()
5
>>> session.stop(spark)
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from grader.errors import CourseError
from grader.spark import java

CONF = Path(__file__).with_name("conf")
_FAILURES = 4  # as on a cluster: a task is tried so often


def start(cores: int = 2, **settings: str) -> Any:
    """Return a `SparkSession` on `local[cores]`: the one that runs already, or a new one.

    What Spark, Java and the workers write to standard error goes to `log()`, and what they print to `printed()`.
    TensorFlow is imported once, in the process from which Spark forks its Python workers.

    Args:
        cores: tasks at once, each with a Python worker of its own.
        settings: Spark's own, with `__` for each dot: spark__sql__shuffle__partitions="8".

    Raises:
        CourseError: Spark or a Java is missing, or does not start; the message says what to do.
    """
    if problem := java.missing():
        raise CourseError(problem)
    environment()
    # PySpark 4.3 warns of pandas 3, with which everything works that this course does.
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
    from pyspark.sql import SparkSession

    builder: Any = SparkSession.builder
    builder = builder.master(f"local[{cores},{_FAILURES}]").appName("course")
    for name, value in {
        **_settings(cores),
        **{key.replace("__", "."): value for key, value in settings.items()},
    }.items():
        builder = builder.config(name, value)
    try:
        with _written_to(printed(), log()):
            return builder.getOrCreate()
    except Exception as error:
        raise CourseError(f"Spark does not start: {error}; its own words are in {log()}.") from error


def stop(spark: Any) -> None:
    """End a session, its workers and its Java; a later `start` makes all of them anew."""
    from pyspark import SparkContext

    gateway: Any = SparkContext._gateway
    spark.stop()
    if gateway is None:
        return
    gateway.shutdown()
    process: subprocess.Popen[bytes] | None = getattr(gateway, "proc", None)
    if process is not None:
        if process.stdin is not None:
            process.stdin.close()  # Java ends when this does
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    SparkContext._gateway = SparkContext._jvm = None


@cache
def folder() -> Path:
    """Where Spark keeps what it moves, and its log; removed when this process ends."""
    made = Path(tempfile.mkdtemp(prefix="spark-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def log() -> Path:
    """What Spark, Java and the workers have written to standard error."""
    return folder() / "log"


def printed() -> Path:
    """What they have written to standard output, such as a Scala job's results."""
    return folder() / "printed"


def environment() -> None:
    """Set what every program of Spark's that this process starts is to know."""
    os.environ["JAVA_HOME"] = str(java.home())
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"  # Spark talks to itself alone
    os.environ["SPARK_CONF_DIR"] = str(CONF)
    os.environ["TENSORFLOW_LIB"] = str(java.tensorflow())  # where Scala finds TensorFlow's C library


def alone() -> dict[str, str]:
    """Return the settings of every driver that this process starts: it talks to this machine alone, and is quick."""
    return {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.driver.extraJavaOptions": " ".join(java.options()),
        # Cleaning up while it works takes up to 228 threads at once, and a sandbox allows 288. A notebook's session is
        # short, and what it leaves goes with it.
        "spark.cleaner.referenceTracking": "false",
    }


def _settings(cores: int) -> dict[str, str]:
    return {
        **alone(),
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(folder()),
        "spark.sql.warehouse.dir": str(folder() / "warehouse"),
        "spark.sql.shuffle.partitions": str(cores),
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
        "spark.python.daemon.module": "grader.spark.warm_daemon",
    }


@contextlib.contextmanager
def _written_to(*paths: Path) -> Iterator[None]:
    """Let programs that are started meanwhile write their standard output and error to these files, also later on."""
    sys.stdout.flush()
    sys.stderr.flush()
    before = [os.dup(number) for number in (1, 2)]
    with contextlib.ExitStack() as files:
        for number, path in enumerate(paths, start=1):
            os.dup2(files.enter_context(path.open("ab")).fileno(), number)
        try:
            yield
        finally:
            for number, kept in enumerate(before, start=1):
                os.dup2(kept, number)
                os.close(kept)
