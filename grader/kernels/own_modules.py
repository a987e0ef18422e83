"""Tells a forked kernel which modules were there before it, without asking each of them for its file.

ipykernel asks, so that its debugger can leave them out. In a fork each answer is a write, to the count of references
of some module, dictionary or text, and each page that is written to is copied: 15 MiB more for every kernel.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

_files: list[str] = []


def note() -> None:
    """Note the files of all modules; in the zygote, before it forks."""
    _files[:] = [file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))]


class _Sys(ModuleType):
    """`sys`, but that there are no modules."""

    def __init__(self) -> None:
        super().__init__("sys")
        self.modules: dict[str, ModuleType] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


def initialize(application: Any, arguments: list[str]) -> None:
    """Initialise a kernel's application, and hand it what was noted."""
    from ipykernel import ipkernel

    ipkernel.sys = _Sys()
    try:
        application.initialize(arguments)
    finally:
        ipkernel.sys = sys
    for part in (application.kernel, getattr(application.kernel, "debugger", None)):
        for name in ("_kernel_modules", "kernel_modules"):
            if hasattr(part, name):
                setattr(part, name, _files)
