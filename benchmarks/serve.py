"""The model server under load, with and without batching: requests a second, and how long a client waits."""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from grader.serving.launch import LocalServer

# A model that reads 40 MB of weights for each batch, however many rows that has: what makes batching worth while.
EXPORT = """
import sys
import tensorflow as tf
module = tf.Module()
module.weights = [tf.Variable(tf.random.normal([2048, 2048], stddev=0.02)) for _ in range(2)]
module.first = tf.Variable(tf.random.normal([64, 2048], stddev=0.1))
module.last = tf.Variable(tf.random.normal([2048, 10], stddev=0.02))
@tf.function(input_signature=[tf.TensorSpec([None, 64], tf.float32, name="x")])
def serve(x):
    x = x @ module.first
    for weights in module.weights:
        x = tf.nn.relu(x @ weights)
    return {"y": tf.nn.softmax(x @ module.last)}
tf.saved_model.save(module, sys.argv[1], signatures={"serving_default": serve})
"""


def load(server: LocalServer, clients: int, seconds: float) -> np.ndarray:
    """Waiting times in seconds of all requests that `clients` clients send, each as soon as its last was answered."""
    host, _, base = server.url.removeprefix("http://").partition("/")
    body = json.dumps({"instances": [np.linspace(-1, 1, 64).round(3).tolist()]})
    waits: list[float] = []
    begin = threading.Barrier(clients + 1)

    def client() -> None:
        connection = http.client.HTTPConnection(host)
        connection.connect()
        begin.wait()
        end = time.perf_counter() + seconds
        while (start := time.perf_counter()) < end:
            connection.request("POST", f"/{base}:predict", body)
            response = connection.getresponse()
            response.read()
            assert response.status == 200, response.status
            waits.append(time.perf_counter() - start)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    begin.wait()
    for thread in threads:
        thread.join()
    return np.array(waits)


def measure(base_path: Path, batch: int, clients: int, seconds: float) -> dict[str, float]:
    """Requests a second and percentiles of the waiting time in milliseconds, of one server of its own."""
    with LocalServer(base_path, batch=batch) as server:
        load(server, clients, 1.0)  # what is slow only once
        waits = load(server, clients, seconds)
    middle, late = np.percentile(waits, [50, 99]) * 1000
    return {"rate": len(waits) / seconds, "p50": middle, "p99": late}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each load lasts")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 32], help="clients at once")
    parser.add_argument("--batch", type=int, default=32, help="rows in a batch at most")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
        subprocess.run([sys.executable, "-c", EXPORT, f"{folder}/1"], check=True, env=quiet, stderr=subprocess.DEVNULL)
        print(f"{'clients':>8}{'batching':>10}{'requests/s':>12}{'p50 ms':>9}{'p99 ms':>9}")
        for clients in options.clients:
            found = {}
            for batch in (0, options.batch):
                found[batch] = measure(Path(folder), batch, clients, options.seconds)
                row = found[batch]
                print(
                    f"{clients:8}{batch or 'off':>10}{row['rate']:12.0f}{row['p50']:9.1f}{row['p99']:9.1f}", flush=True
                )
            gain = found[options.batch]["rate"] / found[0]["rate"]
            wait = found[options.batch]["p50"] / found[0]["p50"]
            print(f"{'':8}batching gives {gain:.2f} times the requests at {wait:.2f} times the waiting time (median)")


if __name__ == "__main__":
    main()
