"""What a sandboxed kernel may see and use."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


@dataclass(frozen=True)
class Policy:
    """Limits and views of one sandboxed kernel; the defaults fit a TensorFlow notebook that trains small models.

    Attributes:
        memory: bytes that all processes of the kernel may hold, each shared page counted in part (PSS), page tables,
            swapped pages and what waits in sockets included. A fresh kernel holds about 0.2 GiB.
        cpu_seconds: CPU time of all its processes together.
        processes: processes and threads at once; 0 for 256 and 16 more for each core.
        open_files: open descriptors of one process.
        file_size: bytes of one file.
        disk: bytes of everything it writes, the copied support files included; kept in memory, beside `memory`.
        output: bytes that it may send to its client, and write to its terminal, until it ends.
        gpu: let it use the NVIDIA GPUs of this machine.
        loopback: give it a loopback interface of its own, on which only its own processes are.
        readable: further files and directories that it can read, at the same paths.
        hidden: files and directories that it must not see even where they lie in something readable.
        exclude: names (fnmatch) in the working directory that are not copied into its scratch directory.
        environment: names (fnmatch) of environment variables that it receives besides those that are always passed.
    """

    memory: int = 4 * 2**30
    cpu_seconds: int = 3600
    processes: int = 0
    open_files: int = 1024
    file_size: int = 512 * 2**20
    disk: int = 1024 * 2**20
    output: int = 64 * 2**20
    gpu: bool = False
    loopback: bool = True
    readable: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ("*.ipynb", ".ipynb_checkpoints", ".git", "__pycache__")
    environment: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse limits that nothing fits in, and count the cores."""
        for name in ("memory", "cpu_seconds", "open_files", "file_size", "disk", "output"):
            if getattr(self, name) <= 0:
                raise ValueError(f"The sandbox limit '{name}' must be positive, not {getattr(self, name)}.")
        if self.processes == 0:
            object.__setattr__(self, "processes", 256 + 16 * (os.cpu_count() or 1))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Policy:
        """A policy from a config file: sizes as numbers of bytes or like "4G", unnamed fields by default.

        Raises:
            ValueError: a name that is no field, or a value that cannot be read; the message says which.
        """
        fields = {field.name: field for field in dataclasses.fields(cls)}
        unknown = sorted(values.keys() - fields.keys())
        if unknown:
            raise ValueError(f"No sandbox setting is called '{unknown[0]}'; there are {', '.join(fields)}.")
        return cls(**{name: _read(name, value, str(fields[name].type)) for name, value in values.items()})

    def as_dict(self) -> dict[str, Any]:
        """The fields as JSON can hold them; `from_dict` reads them back."""
        return dataclasses.asdict(self)


def _read(name: str, value: Any, kind: str) -> Any:
    if kind == "int" and isinstance(value, str):
        match = re.fullmatch(r"(\d+)\s*([KMGT]?)(?:i?B)?", value.strip(), re.IGNORECASE)
        if match is None:
            raise ValueError(
                f"The sandbox limit '{name}' is '{value}'; write a number of bytes, or one like 512M or 4G."
            )
        return int(match[1]) * _UNITS[match[2].upper()]
    if kind.startswith("tuple"):
        if isinstance(value, str):
            raise ValueError(f"The sandbox setting '{name}' is one text; write a list.")
        return tuple(str(each) for each in value)
    if isinstance(value, bool) != (kind == "bool") or not isinstance(value, int):
        raise ValueError(f"The sandbox setting '{name}' is {value!r}; it must be {kind}.")
    return value


def size(number: int) -> str:
    """A number of bytes for a person: 1.5 GiB."""
    for unit, name in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if number >= unit:
            return f"{number / unit:.3g} {name}"
    return f"{number} bytes"
