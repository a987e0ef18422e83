"""A model server beside a notebook or a test: `tensorflow_model_server` where it is installed, else this course's."""

from __future__ import annotations

import atexit
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from grader.errors import CourseError
from grader.serving.server import has_grpc
from grader.serving.versions import policy

REAL = "tensorflow_model_server"


class LocalServer:
    """A model server in a process of its own, which ends with the process that started it.

    Attributes:
        program: "tensorflow_model_server" or "grader serve".
        url: the model's address for REST, http://127.0.0.1:PORT/v1/models/NAME.
        port, path: the parts of the url, for `http.client`.
        grpc: HOST:PORT for gRPC; None where its stubs are not installed.
    """

    def __init__(
        self,
        base_path: Path | str,
        *,
        name: str = "model",
        versions: str = "latest",
        labels: Mapping[str, int] | None = None,
        batch: int = 0,
        batch_timeout: float = 2.0,
        program: str | None = None,
    ) -> None:
        """Start a server, and return at once; `wait` until it answers.

        Args:
            base_path: the model's folder, with a folder for each version.
            name: what clients call the model.
            versions: "latest", "latest:2", "all", or numbers such as "1,2".
            labels: names of versions, such as {"stable": 1}.
            batch: rows that the server puts together at most; 0 for no batching.
            batch_timeout: milliseconds that the first request of a batch waits for others.
            program: which server; `tensorflow_model_server` if it is installed, else "grader serve".
        """
        base_path = Path(base_path).resolve()
        self.program = program or (REAL if shutil.which(REAL) else "grader serve")
        rest, grpc = _free_port(), _free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="server-"))
        if self.program == REAL:
            command = _real(self._folder, base_path, name, versions, dict(labels or {}), batch, batch_timeout)
            command += [f"--rest_api_port={rest}", f"--port={grpc}"]
        else:
            command = [sys.executable, "-m", "grader", "serve", str(base_path), "--name", name]
            command += ["--with-parent", str(os.getpid())]
            command += ["--versions", versions, "--batch", str(batch), "--batch-timeout", str(batch_timeout)]
            command += [part for label, number in (labels or {}).items() for part in ("--label", f"{label}={number}")]
            command += ["--port", str(rest), "--grpc-port", str(grpc if has_grpc() else -1)]
        self.port, self.path = rest, f"/v1/models/{name}"
        self.url = f"http://127.0.0.1:{rest}{self.path}"
        self.grpc = f"127.0.0.1:{grpc}" if has_grpc() else None
        self.command = command
        with (self._folder / "log").open("wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        atexit.register(self.stop)

    def wait(self, seconds: float = 120.0) -> LocalServer:
        """Return itself as soon as a version of the model is available.

        Raises:
            CourseError: the server has ended, or has not answered in time; with the end of what it wrote.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                said = self.log[-500:].strip() or "it wrote nothing; its command was " + " ".join(self.command)
                raise CourseError(f"{self.program} has ended (exit code {self.process.returncode}): {said}")
            if self._answers():
                return self
            time.sleep(0.1)
        raise CourseError(f"{self.program} does not answer: {self.log[-500:].strip()}")

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", self.path)
            versions = json.loads(connection.getresponse().read()).get("model_version_status", [])
        except (OSError, ValueError, http.client.HTTPException):
            return False  # not yet
        finally:
            connection.close()
        return any(version["state"] == "AVAILABLE" for version in versions)

    @property
    def log(self) -> str:
        """What the server has written."""
        path = self._folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def stop(self) -> None:
        """End the server and wait for its end; a second call does nothing."""
        atexit.unregister(self.stop)
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> LocalServer:
        """Wait until it answers."""
        return self.wait()

    def __exit__(self, *error: object) -> None:
        """Stop."""
        self.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _real(
    folder: Path, base_path: Path, name: str, versions: str, labels: dict[str, int], batch: int, timeout: float
) -> list[str]:
    """The command of tensorflow_model_server, its configuration files written to `folder`."""
    chosen = policy(versions)
    wanted = {
        "latest": f"latest {{ num_versions: {chosen.count} }}",
        "all": "all {}",
        "specific": "specific { " + " ".join(f"versions: {number}" for number in chosen.versions) + " }",
    }[chosen.kind]
    named = " ".join(f'version_labels {{ key: "{label}" value: {number} }}' for label, number in labels.items())
    (folder / "models.config").write_text(
        f'model_config_list {{ config {{ name: "{name}" base_path: "{base_path}" model_platform: "tensorflow" '
        f"model_version_policy {{ {wanted} }} {named} }} }}\n"
    )
    command = [
        REAL,
        f"--model_config_file={folder / 'models.config'}",
        "--file_system_poll_wait_seconds=1",
        "--allow_version_labels_for_unavailable_models=true",
    ]
    if batch:
        (folder / "batching.config").write_text(
            f"max_batch_size {{ value: {batch} }} batch_timeout_micros {{ value: {timeout * 1000:.0f} }}\n"
        )
        command += ["--enable_batching=true", f"--batching_parameters_file={folder / 'batching.config'}"]
    return command
