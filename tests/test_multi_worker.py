"""Two worker processes on this machine: what chapter 25 says of them."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np

CHAPTER = Path(__file__).resolve().parents[1] / "course" / "25-many-devices.md"
FIT = """
import keras
import tensorflow as tf

strategy = tf.distribute.MultiWorkerMirroredStrategy()
x = tf.random.stateless_normal([32, 3], seed=[1, 2])
with strategy.scope():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
try:
    model.fit(x, x @ [[1.0], [2.0], [-1.0]], batch_size=16, verbose=0)
    print("fit works")
except Exception as error:
    print(type(error).__name__)
"""


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("localhost", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def run_workers(program: str, folder: Path, count: int = 2) -> list[str]:
    """What each of the workers prints."""
    script = folder / "worker.py"
    script.write_text(program)
    cluster = {"worker": [f"localhost:{port}" for port in free_ports(count)]}
    workers = []
    for index in range(count):
        config = json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}})
        env = {**os.environ, "TF_CONFIG": config, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        workers.append(subprocess.Popen([sys.executable, str(script)], env=env, **streams))
    try:
        told = [worker.communicate(timeout=300) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
    assert [worker.returncode for worker in workers] == [0] * count, told
    return [out for out, _ in told]


def one_device() -> np.ndarray:
    """The weights that the chapter's program reaches, computed by NumPy on the same batches."""
    import tensorflow as tf

    x = tf.random.stateless_normal([64, 3], seed=[1, 2]).numpy()
    y, w = x @ [[1.0], [2.0], [-1.0]], np.zeros((3, 1))
    for step in range(10):
        rows = slice(16 * (step % 4), 16 * (step % 4) + 16)
        w -= 0.3 * 2 * x[rows].T @ (x[rows] @ w - y[rows]) / 16
    return w.ravel()


def test_two_workers_train_as_one_device_does(tmp_path: Path) -> None:
    (program,) = re.findall(r"program = '''\n(.*?)'''", CHAPTER.read_text("utf-8"), re.DOTALL)
    told = run_workers(program, tmp_path)
    found = [re.fullmatch(r"worker (\d) saw 8 rows a step: \[(.*)\]\n", text) for text in told]
    assert [match and match.group(1) for match in found] == ["0", "1"], told
    weights = [match.group(2) for match in found if match]
    assert weights[0] == weights[1]
    assert np.allclose(np.array(weights[0].split(), float), one_device(), atol=1e-5)


def test_fit_still_fails_under_two_workers(tmp_path: Path) -> None:
    """The chapter says so, of Keras 3.15. The day it works, the chapter has to say that."""
    assert run_workers(FIT, tmp_path) == ["ValueError\n", "ValueError\n"]
