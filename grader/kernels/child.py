"""What a forked child does to become a kernel: a sandbox if asked, then environment, seeds, plotting, and ipykernel."""

from __future__ import annotations

import json
import logging
import os
import random
import select
import signal
import sys
import threading
import time
from typing import Any

from grader.kernels.request import Child, Request


def run(child: Child) -> None:
    """Become the kernel that the request on the child's connection describes; returns when the kernel has ended."""
    request: Request = json.loads(_read_request(child.connection))
    os.setsid()
    os.dup2(child.stdout, 1)
    os.dup2(child.stderr, 2)
    for descriptor in (child.stdout, child.stderr):
        if descriptor > 2:
            os.close(descriptor)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if request["sandbox"] is None:
        try:
            os.chdir(request["directory"])
        except OSError as error:
            _refuse(child.connection, f"the working directory of the kernel cannot be entered: {error}")
        _answer(child.connection, {"pid": os.getpid()})
        os.close(child.connection)
        if not request["independent"]:
            threading.Thread(target=_end_with, args=(child.launcher,), name="launcher-watch", daemon=True).start()
    else:
        from grader.kernels import namespaces

        namespaces.enter(child, request)  # returns in the kernel's process, inside
    become(request)


def become(request: Request) -> None:
    """Take on the request's environment and run ipykernel to its end."""
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    forget_seeds()
    _choose_plotting()
    from importlib.util import find_spec

    from ipykernel.kernelapp import IPKernelApp

    launcher = find_spec("ipykernel_launcher")
    sys.argv = [str(launcher and launcher.origin), *request["arguments"]]
    # parent_handle=1 says that no parent is to be polled for and no help to be printed for a person at a terminal.
    application = IPKernelApp.instance()
    application.initialize([*request["arguments"], "--IPKernelApp.parent_handle=1"])
    _tell_tensorflow_of_notebook()
    application.start()


def forget_seeds() -> None:
    """Draw fresh seeds: without this every kernel would repeat the zygote's random numbers.

    Keras draws its default seeds from Python's generator and TensorFlow makes its own when its runtime starts.
    """
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


def _choose_plotting() -> None:
    """Do what Matplotlib does with MPLBACKEND at import, which has happened in the zygote."""
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is not None:
        backend = os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        matplotlib.rcParams["backend"] = backend


def _tell_tensorflow_of_notebook() -> None:
    """Repeat what TensorFlow does when it is imported in a notebook, where its log and `tf.print` go to the cell."""
    tf_logging: Any = sys.modules.get("tensorflow.python.platform.tf_logging")
    if tf_logging is not None:
        tf_logging._logger = None
        logging.getLogger("tensorflow").handlers.clear()
        tf_logging.get_logger()
        sys.modules["tensorflow.python.pywrap_tfe"].TFE_Py_EnableInteractivePythonLogging()


def _end_with(launcher: int) -> None:
    """End this kernel as ipykernel does when its parent has gone; the zygote, its parent, is not who counts."""
    poll = select.poll()
    poll.register(launcher, select.POLLIN)
    while True:
        if any(event & select.POLLIN for _, event in poll.poll()):
            os._exit(1)


def _read_request(connection: int) -> bytes:
    request = b""
    while not request.endswith(b"\n"):
        data = os.read(connection, 65536)
        if not data:
            os._exit(1)
        request += data
    return request


def _answer(connection: int, message: dict[str, Any]) -> None:
    os.write(connection, json.dumps(message).encode() + b"\n")


def _refuse(connection: int, reason: str) -> None:
    _answer(connection, {"error": reason})
    os._exit(1)
