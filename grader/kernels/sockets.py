"""Tells how many bytes the sockets of a network namespace hold: sock_diag(7), which counts them for no process.

Linux keeps what was sent and not yet read in memory that belongs to no process, so a limit of memory misses it.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Iterator

_SOCK_DIAG, _DUMP_BY_FAMILY, _REQUEST_DUMP = 4, 20, 0x301  # the protocol; the message; NLM_F_REQUEST | NLM_F_DUMP
_ERROR, _DONE = 2, 3
_HEADER, _ATTRIBUTE = struct.Struct("=IHHII"), struct.Struct("=HH")
_NETLINK, _TCP, _UDP = 16, 6, 17


def _unix() -> bytes:
    return struct.pack("=BBHIII8s", socket.AF_UNIX, 0, 0, 0xFFFFFFFF, 0, 0x20, b"\xff" * 8)  # UDIAG_SHOW_MEMINFO


def _inet(family: int, protocol: int) -> bytes:
    return struct.pack("=BBBBI48x", family, protocol, 1 << 6, 0, 0xFFFFFFFF)  # INET_DIAG_SKMEMINFO


def _netlink() -> bytes:
    return struct.pack("=BBHII8s", _NETLINK, 0xFF, 0, 0, 1, b"\xff" * 8)  # NDIAG_SHOW_MEMINFO


# Each request with the length of an answer's fixed part and the attribute that holds SK_MEMINFO.
_REQUESTS = (
    (_unix(), 16, 5),
    *((_inet(family, kind), 72, 7) for family in (socket.AF_INET, socket.AF_INET6) for kind in (_TCP, _UDP)),
    (_netlink(), 28, 0),
)


class SocketMemory:
    """Asks again and again; a kind of socket that this Linux cannot list counts as none."""

    def __init__(self) -> None:
        """Open the way to the kernel, in this process's network namespace."""
        self._asked: socket.socket | None = None
        self._requests = list(_REQUESTS)
        with contextlib.suppress(OSError):
            self._asked = socket.socket(_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _SOCK_DIAG)
            self._asked.settimeout(1.0)

    def held(self) -> int:
        """Bytes in the buffers of all sockets."""
        total = 0
        for request in list(self._requests):
            try:
                total += sum(self._sizes(*request))
            except (OSError, struct.error):
                self._requests.remove(request)
        return total

    def _sizes(self, request: bytes, fixed: int, wanted: int) -> Iterator[int]:
        """The bytes of each socket of one kind."""
        if self._asked is None:
            return
        self._asked.send(_HEADER.pack(_HEADER.size + len(request), _DUMP_BY_FAMILY, _REQUEST_DUMP, 0, 0) + request)
        while True:
            data = self._asked.recv(1 << 18)
            while data:
                length, kind, *_ = _HEADER.unpack_from(data)
                if kind == _DONE:
                    return
                if kind == _ERROR:
                    raise OSError("this kind of socket cannot be listed")
                yield _memory(data[_HEADER.size + fixed : length], wanted)
                data = data[(length + 3) & ~3 :]


def _memory(attributes: bytes, wanted: int) -> int:
    """What the SK_MEMINFO among a socket's attributes says that it holds: received, sent, and waiting to be sorted."""
    at = 0
    while at + _ATTRIBUTE.size <= len(attributes):
        length, kind = _ATTRIBUTE.unpack_from(attributes, at)
        if kind == wanted and length >= 36:
            received, _, sent, _, ahead, queued, options, backlog, _ = struct.unpack_from("=9I", attributes, at + 4)
            return int(received + max(sent, queued) + options + backlog + (ahead if ahead < 1 << 31 else 0))
        at += max((length + 3) & ~3, 4)
    return 0
