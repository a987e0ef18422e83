"""Reads a table that a platform or a spreadsheet wrote, whatever its encoding and its separator, and fills in cells."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

_SEPARATORS = "\t;,"
# Such a cell may have any of them in it, and lines of its own.
_QUOTED = re.compile(f'(?<![^{_SEPARATORS}\r\n])"(?:[^"]|"")*"')


@dataclass(frozen=True)
class Sheet:
    """A table: its header, and its rows, filled up to the header's length, without those that are empty."""

    header: list[str]
    rows: list[list[str]]

    def column(self, index: int) -> list[str]:
        """The values of a column that are not empty."""
        return [row[index] for row in self.rows if row[index]]


@dataclass(frozen=True)
class Cell:
    """A cell of a text: what it says, and where it stands from and to, quotes included."""

    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Text:
    """The text of a table, and the cells of each line that is not empty.

    Attributes:
        mark: the bytes in front that say the encoding, as they stand there.
        encoding: of what follows them.
        text: without them.
        separator: between cells.
        lines: of the table; those that are empty are left out.
    """

    mark: bytes
    encoding: str
    text: str
    separator: str
    lines: list[list[Cell]]

    def filled(self, values: Mapping[tuple[int, int], str]) -> bytes:
        """The table with these values, by line and column; every other byte is as it was."""
        made, at = [], 0
        for (line, column), value in sorted(values.items()):
            cell = self.lines[line][column]
            made += [self.text[at : cell.start], self._quoted(value, self.text[cell.start : cell.end])]
            at = cell.end
        text = "".join(made) + self.text[at:]
        return self.mark + text.encode(self.encoding, "replace")

    def _quoted(self, value: str, before: str) -> str:
        """A value as the cells around it are written: in quotes where it was, or where it has to be."""
        if '"' in before or any(sign in value for sign in (self.separator, '"', "\r", "\n")):
            return '"' + value.replace('"', '""') + '"'
        return value


def parse(data: bytes) -> Text:
    """The cells of a table, each where it stands."""
    mark, encoding = _encoding(data)
    text = data[len(mark) :].decode(encoding, "replace")
    lines = [line for line in _QUOTED.sub('""', text).splitlines()[:5] if line.strip()]
    separator = max(_SEPARATORS, key=lambda sign: min((line.count(sign) for line in lines), default=0))
    if not any(separator in line for line in lines):
        separator = max(_SEPARATORS, key=text.count)
    found = _cells(text, separator)
    return Text(mark, encoding, text, separator, [line for line in found if any(cell.value for cell in line)])


def read(data: bytes) -> list[list[str]]:
    """The lines of a table, as fields without space around them; lines that are empty are left out."""
    return [[cell.value for cell in line] for line in parse(data).lines]


def sheet(lines: list[list[str]], header: int) -> Sheet:
    """The table whose header stands in this line."""
    width = len(lines[header])
    return Sheet(lines[header], [(row + [""] * width)[:width] for row in lines[header + 1 :]])


def column(header: Sequence[str], names: Collection[str]) -> int | None:
    """The first column that has one of these names."""
    return next((index for index, name in enumerate(header) if name.strip() in names), None)


def number(value: str) -> float | None:
    """A number as people and platforms write it, or None: the last of `,` and `.` is the decimal mark."""
    plain = value.strip()
    if not re.fullmatch(r"[+-]?\d[\d.,]*|[+-]?[.,]\d+", plain):
        return None
    whole, mark, rest = plain.replace(",", ".").rpartition(".")
    return float(whole.replace(".", "") + mark + rest)


def _cells(text: str, separator: str) -> list[list[Cell]]:
    """All cells, line by line: quotes as RFC 4180 has them, and what follows a closing quote belongs to the cell."""
    lines: list[list[Cell]] = [[]]
    at, size = 0, len(text)
    plain = re.compile(f"[^{re.escape(separator)}\r\n]*")
    quoted = re.compile('"((?:[^"]|"")*)(?:"|$)')
    while at <= size:
        found = quoted.match(text, at)
        value, end = (found[1].replace('""', '"'), found.end()) if found else ("", at)
        rest = plain.match(text, end)
        assert rest is not None  # it matches the empty string, too
        lines[-1].append(Cell((value + rest[0]).strip().strip("\ufeff"), at, rest.end()))
        at = rest.end()
        if at < size and text[at] != separator:
            at += 1 + (text[at : at + 2] == "\r\n")
            if at < size:
                lines.append([])
                continue
            break
        at += 1
    return lines


def _encoding(data: bytes) -> tuple[bytes, str]:
    """The bytes that mark a text's encoding, and the encoding of what follows them."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return mark, encoding
    if data[1:2] == b"\0":
        return b"", "utf-16-le"
    for encoding in ("utf-8", "cp1252"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return b"", encoding
    return b"", "latin-1"
