"""The command `grader serve`: a model server in this process, until Ctrl-C."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from grader.errors import CourseError, UsageError
from grader.quiet import quiet
from grader.serving.errors import ServingError
from grader.serving.running import BatchOptions
from grader.serving.server import ModelServer, Options, has_grpc
from grader.serving.versions import ModelConfig, Policy, on_disk, policy

INSTALL_GRPC = "pip install 'tensorflow-by-exercise[serving]'"


def serve_command(
    directory: Path,
    *,
    name: str | None = None,
    port: int = 8501,
    grpc_port: int | None = None,
    ip: str = "127.0.0.1",
    versions: str = "latest",
    labels: Sequence[str] = (),
    batch: int = 0,
    batch_timeout: float = 2.0,
    poll: float = 1.0,
    max_body: int = 32,
    reload_from: Sequence[Path] = (),
    with_parent: int = 0,
    show: Callable[[str], None] = print,
) -> NoReturn:
    """Serve the models in a directory until SIGINT or SIGTERM.

    Args:
        directory: a model's folder, with a folder for each version named by its number; or a folder of such folders.
        name: what clients call the model; the directory's name if not given. Only for one model.
        port: of the REST API, 0 for any that is free.
        grpc_port: of gRPC, 0 for any that is free; no gRPC if not given or -1.
        ip: the address to listen on.
        versions: "latest", "latest:2", "all" or numbers such as "1,3".
        labels: names of versions, such as "stable=1". Only for one model.
        batch: rows that are put together at most; 0 for no batching.
        batch_timeout: milliseconds that the first request of a batch waits.
        poll: seconds between two looks for new versions.
        max_body: MiB that a request may have.
        reload_from: folders from which a gRPC request may have models loaded, besides the directory.
        with_parent: end when this process, by its number, is no longer the parent; 0 for never.
        show: prints a line.

    Returns:
        never: the process ends with exit code 0.

    Raises:
        UsageError: nothing to serve there, an option that cannot be read, a port in use.
        CourseError: no version of a model could be loaded, or a label is that of a version that could not.
    """
    models = configurations(directory, name=name, policy=policy(versions), labels=parse_labels(labels))
    options = Options(
        ip=ip,
        rest_port=port,
        grpc_port=_grpc_port(grpc_port),
        batching=BatchOptions(batch, batch_timeout / 1000) if batch else None,
        poll_seconds=poll,
        max_body=max_body * 2**20,
        reload_from=(directory.resolve(), *reload_from),
    )
    _log_to(show)
    stopped = _stop_on_signal()
    if with_parent:
        _end_with_parent(with_parent)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with quiet(tell_failure=True):  # the start-up lines of TensorFlow's libraries
        # A server needs no Keras, and TensorFlow starts in half the time where there is none.
        sys.modules.setdefault("keras", None)  # type: ignore[arg-type]
        import tensorflow as tf

        tf.config.list_physical_devices()
    try:
        server = ModelServer(models, options)
    except OSError as error:
        raise UsageError(f"Cannot listen on {ip}: {error.strerror or error}; choose another port.") from None
    try:
        try:
            server.start()
        except ServingError as error:
            raise CourseError(f"{error.message}.") from None
        _announce(server, models, ip, show)
        while not stopped.wait(3600):
            pass
        show("Stopping: requests may end.")
    finally:
        server.stop()
    sys.stdout.flush()
    os._exit(0)  # everything is closed; Python would take seconds to give TensorFlow's memory back piece by piece


def configurations(directory: Path, *, name: str | None, policy: Policy, labels: dict[str, int]) -> list[ModelConfig]:
    """The models in a directory: itself, or each of its folders that holds numbered versions.

    Raises:
        UsageError: there is none; or a name or labels are given for several.
    """
    if not directory.is_dir():
        raise UsageError(f"There is no directory {directory}.")
    directory = directory.resolve()
    if (directory / "saved_model.pb").exists():
        raise UsageError(
            f"{directory} is a SavedModel itself; put it into a folder named by a version number, such as "
            f"{directory.name}/1, and serve the folder around that."
        )
    if on_disk(directory):
        return [ModelConfig(name or directory.name, directory, policy, labels)]
    folders = [folder for folder in sorted(directory.iterdir()) if on_disk(folder)]
    if not folders:
        raise UsageError(
            f"No version of a model in {directory}: a version is a folder named by a number, such as 1, "
            "with a SavedModel in it."
        )
    if len(folders) > 1 and (name or labels):
        raise UsageError(f"{directory} holds {len(folders)} models; --name and --label are for one.")
    return [ModelConfig(name or folder.name, folder, policy, labels) for folder in folders]


def parse_labels(texts: Sequence[str]) -> dict[str, int]:
    """Labels from options such as "stable=1".

    Raises:
        UsageError: one is written otherwise.
    """
    found = {}
    for text in texts:
        label, _, number = text.partition("=")
        if not label or not number.isdigit():
            raise UsageError(f"--label is '{text}'; write a name and a version, such as stable=1.")
        found[label] = int(number)
    return found


def _grpc_port(asked: int | None) -> int | None:
    """The port of gRPC, which only who asks for it gets: everybody on this machine can reach it."""
    if asked is None or asked == -1:
        return None
    if not has_grpc():
        raise UsageError(f"gRPC needs the package tensorflow-serving-api: {INSTALL_GRPC}.")
    return asked


def _announce(server: ModelServer, models: Sequence[ModelConfig], ip: str, show: Callable[[str], None]) -> None:
    host = f"[{ip}]" if ":" in ip else ip
    for model in models:
        show(f"REST on http://{host}:{server.rest_port}/v1/models/{model.name}")
    if server.grpc_port is not None:
        show(f"gRPC on {host}:{server.grpc_port}")
    show("Stop it with Ctrl-C.")


def _log_to(show: Callable[[str], None]) -> None:
    class Shown(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            show(self.format(record))

    log = logging.getLogger("grader.serving")
    log.setLevel(logging.INFO)
    log.addHandler(Shown())
    log.propagate = False


def _stop_on_signal() -> threading.Event:
    """An event that SIGINT and SIGTERM set; a second one ends the process at once."""
    stopped = threading.Event()

    def stop(number: int, frame: object) -> None:
        if stopped.is_set():
            os._exit(128 + number)
        stopped.set()

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)
    return stopped


def _end_with_parent(parent: int) -> None:
    """End this process as soon as `parent` is no longer its parent; nobody is left then who could want an answer."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(0)

    threading.Thread(target=watch, name="parent", daemon=True).start()
