"""What the launching process asks of a forked child, and what the child holds on to meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict


@dataclass
class Child:
    """What a forked child holds on to: its connection, its output, and a pidfd of the launching process."""

    connection: int
    stdout: int
    stderr: int
    launcher: int


class Request(TypedDict):
    """What the launching process asks for."""

    arguments: list[str]
    """ipykernel's command line."""
    environment: dict[str, str]
    directory: str
    """Working directory of a kernel outside any sandbox."""
    independent: bool
    """Whether the kernel outlives the process that launched it."""
    sandbox: dict[str, Any] | None
    """None, or what `grader.kernels.namespaces.enter` needs."""
