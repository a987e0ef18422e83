"""Jupyter server extension that starts the zygote with the server, so that the first notebook finds it warm."""

from __future__ import annotations

from typing import Any

from grader.kernels import launch


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "grader.kernels.prewarm"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Start the zygote of the kernel `python3`; the server does not wait for it."""
    launch.prewarm("python3")
