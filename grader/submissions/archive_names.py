"""Reads the names in a ZIP, whose encoding it seldom says: UTF-8 without its flag, or a code page of Windows or DOS."""

from __future__ import annotations

import struct
import unicodedata
import zipfile
import zlib

_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075
"""The extra field in which Info-ZIP puts a name in UTF-8 (PKWARE's APPNOTE, 4.6.9)."""
_CODE_PAGES = ("cp437", "cp850", "cp1252")


def names(members: list[zipfile.ZipInfo]) -> list[str]:
    """The name of each member, in Unicode's composed form (NFC)."""
    raw = [None if member.flag_bits & _UTF8_FLAG else _bytes(member.filename) for member in members]
    page = _code_page([name for name in raw if name is not None and not _is_utf8(name)])
    return [
        unicodedata.normalize("NFC", member.filename if data is None else _name(member, data, page))
        for member, data in zip(members, raw, strict=True)
    ]


def _bytes(name: str) -> bytes | None:
    """What stands in the archive: `zipfile` reads names without a flag as CP437."""
    try:
        return name.encode("cp437")
    except UnicodeEncodeError:
        return None


def _name(member: zipfile.ZipInfo, data: bytes, page: str) -> str:
    told = _unicode_path(member, data)
    if told is not None:
        return told
    return data.decode("utf-8") if _is_utf8(data) else data.decode(page, "replace")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _unicode_path(member: zipfile.ZipInfo, data: bytes) -> str | None:
    """The name in the extra field, if there is one that belongs to this name."""
    extra = member.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(field) > 5 and struct.unpack("<L", field[1:5])[0] == zlib.crc32(data):
            return field[5:].decode("utf-8", "replace")
    return None


def _code_page(raw: list[bytes]) -> str:
    """The code page under which these names, all of one archive, look most like names."""
    return max(_CODE_PAGES, key=lambda page: sum(map(_looks, b"".join(raw).decode(page, "replace"))))


def _looks(character: str) -> int:
    """How much a character speaks for a name: letters of European languages do, lines and signs do not."""
    if character.isascii():
        return 0
    return 1 if unicodedata.category(character) in ("Lu", "Ll") and _is_latin(character) else -2


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN")
