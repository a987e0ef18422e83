"""Spellings of one name that may mean the same person, and an index that finds people by what may name them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection

Handle = tuple[str, str]
"""Something by which people are found: what it is, as "email", and its value."""


def strict(name: str) -> str:
    """A name without case, and with one blank for each space: what is equal here is the same name."""
    return " ".join(visible(name).casefold().split())


def key(name: str) -> str:
    """A name without case, accents, vowel signs, and differences between space, hyphen and underscore.

    Names that differ here differ in letters; names that are equal here may well be those of two people.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.category(c).startswith("M"))
    return re.sub(r"[\W_]+", "-", plain.casefold()).strip("-")


def squash(name: str) -> str:
    """A name as Canvas writes it into one word, without accents."""
    return key(name).replace("-", "")


def word(name: str) -> str:
    """A name as Canvas writes it into one word: word characters, lower-cased."""
    return "".join(c for c in visible(name).lower() if unicodedata.category(c)[0] in "LMN" or c == "_")


def visible(name: str) -> str:
    """A name in Unicode's composed form, without marks that only direct how it is shown."""
    return "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) != "Cf")


def student_id(name: str) -> str:
    """A directory name for a student who is new: the name's letters, their signs, and digits, with hyphens."""
    kept = (c if unicodedata.category(c)[0] in "LMN" or c in ".@_" else "-" for c in visible(name).casefold())
    return re.sub("-+", "-", "".join(kept))[:100].strip("-._")


def id_of_a_roster(given: str) -> str:
    """An id that a roster gives, if it can name a directory; else one like it."""
    fine = given and not given.startswith((".", "-")) and not re.search(r"[/\\+\s\x00-\x1f*?\[\]]", given)
    return given[:100] if fine else student_id(given)


class Index:
    """Finds ids by handles in the time of one look, however many there are; what is empty finds nobody."""

    def __init__(self) -> None:
        self._ids: dict[Handle, dict[str, None]] = defaultdict(dict)
        self._handles: dict[str, frozenset[Handle]] = {}

    def put(self, name: str, handles: Collection[Handle]) -> None:
        """From now on this id is found by these handles, and by no others that it had."""
        now = frozenset(handle for handle in handles if handle[1])
        before = self._handles.get(name, frozenset())
        for handle in before - now:
            del self._ids[handle][name]
        for handle in now - before:
            self._ids[handle][name] = None
        self._handles[name] = now

    def find(self, what: str, value: str) -> list[str]:
        """The ids that have this handle."""
        return list(self._ids.get((what, value), ()))
