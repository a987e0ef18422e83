"""Reads the pictures that were pasted into a text cell: PNG, JPEG and GIF, within bounds, under plain names."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any
from urllib.parse import quote

KINDS = ("image/png", "image/jpeg", "image/gif")
PICTURE_CHARACTERS = 4_000_000
"""The longest picture, as base64."""
NOTEBOOK_CHARACTERS = 12_000_000
"""All pictures of a notebook together."""
_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")
_LINK = re.compile(r"attachment:([A-Za-z0-9_.-]*)")
_PICTURE = re.compile(r"!\[([^\]\n]{0,200})\]\(attachment:([^)\s]{0,300})[^)\n]{0,200}\)")


class Attachments:
    """The pictures of one notebook, cell after cell."""

    def __init__(self) -> None:
        """There is room for NOTEBOOK_CHARACTERS."""
        self._left = NOTEBOOK_CHARACTERS

    def of(self, raw: Any, source: str) -> tuple[dict[str, dict[str, str]], str]:
        """The pictures of a cell that can be kept, and its text: what is not there, a sentence names in its place."""
        kept: dict[str, dict[str, str]] = {}
        if "attachment:" not in source:
            return kept, source
        for name, bundle in list(raw.items())[:50] if isinstance(raw, dict) else ():
            picture = self._picture(bundle)
            if not picture or len(name) > 300:
                continue
            safe = re.sub(r"[^A-Za-z0-9_.-]", "-", name)
            if safe != name:
                for written in (name, quote(name)):
                    source = source.replace(f"attachment:{written}", f"attachment:{safe}")
            kept[safe] = picture
        source = _PICTURE.sub(lambda match: match[0] if match[2] in kept else _missing(match[1]), source)
        source = _LINK.sub(lambda match: match[0] if match[1] in kept else f"attachment {match[1]}", source)
        return kept, source

    def _picture(self, bundle: Any) -> dict[str, str]:
        for kind in KINDS if isinstance(bundle, dict) else ():
            data = bundle.get(kind)
            data = "".join(part for part in data if isinstance(part, str)) if isinstance(data, list) else data
            if not isinstance(data, str) or len(data) > min(PICTURE_CHARACTERS, self._left):
                continue
            data = "".join(data.split())
            try:
                raw = base64.b64decode(data, validate=True)
            except (binascii.Error, ValueError):
                continue
            if raw.startswith(_STARTS):
                self._left -= len(data)
                return {kind: data}
        return {}


def _missing(name: str) -> str:
    return f"*(The picture {name or 'that stood here'} is not in the file, or is too large.)*"
