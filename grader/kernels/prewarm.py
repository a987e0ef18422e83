"""Jupyter server extension that decides when the server's zygote lives.

On a person's own machine it starts with the server: the first notebook finds it warm, and nobody else needs the memory.
A hub's machine is shared, and most servers on it have no kernel: there it starts with the first kernel, and ends when
there has been none for a while. It would be two thirds of what an idle user takes.
"""

from __future__ import annotations

import os
import threading
from typing import Any

from grader.kernels import launch

IDLE = 300.0
"""Seconds without a kernel after which a zygote ends under a hub."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "grader.kernels.prewarm"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Start the zygote of the kernel `python3`, for which the server does not wait; under a hub only tell it to end."""
    if "JUPYTERHUB_API_TOKEN" in os.environ:
        launch.end_when_idle(IDLE)
        return
    zygote = launch.prewarm("python3")
    if zygote is not None:
        threading.Thread(target=_tell_of_failure, args=(zygote, server.log), daemon=True).start()


def _tell_of_failure(zygote: launch.Zygote, log: Any) -> None:
    reason = launch.failure(zygote)
    if reason:
        log.error("TensorFlow cannot be imported here (%s): run 'grader doctor', which says what to do.", reason)
