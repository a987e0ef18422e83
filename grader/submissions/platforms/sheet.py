"""Reads a table that a platform or a spreadsheet wrote, whatever its encoding and its separator."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass

_SEPARATORS = "\t;,"


@dataclass(frozen=True)
class Sheet:
    """A table: its header, and its rows, filled up to the header's length, without those that are empty."""

    header: list[str]
    rows: list[list[str]]

    def column(self, index: int) -> list[str]:
        """The values of a column that are not empty."""
        return [row[index] for row in self.rows if row[index]]


def read(data: bytes) -> list[list[str]]:
    """The lines of a table, as fields without space around them; lines that are empty are left out."""
    text = _text(data)
    lines = [line for line in text.splitlines()[:5] if line.strip()]
    separator = max(_SEPARATORS, key=lambda mark: min((line.count(mark) for line in lines), default=0))
    if not any(separator in line for line in lines):
        separator = max(_SEPARATORS, key=text.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    cleaned = [[field.strip().strip("\ufeff") for field in row] for row in rows]
    return [row for row in cleaned if any(row)]


def sheet(lines: list[list[str]], header: int) -> Sheet:
    """The table whose header stands in this line."""
    width = len(lines[header])
    return Sheet(lines[header], [(row + [""] * width)[:width] for row in lines[header + 1 :]])


def column(header: Sequence[str], names: Collection[str]) -> int | None:
    """The first column that has one of these names."""
    return next((index for index, name in enumerate(header) if name.strip() in names), None)


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if data[1:2] == b"\0":
        return data.decode("utf-16-le", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
