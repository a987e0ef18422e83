"""Programs as a whole class may see them: without comments and docstrings, and none that holds somebody's name.

A nickname that the class does not know is not found. So only a program that several students wrote is shown at all.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterable

from grader.report.similar import without_docstrings
from grader.submissions.people import Person

_WORD = re.compile(r"[^\W\d_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SHORTEST, _LONG = 3, 5


class Names:
    """The names of a class."""

    def __init__(self, people: Iterable[Person], students: Iterable[str], usual: str) -> None:
        """The names of `people`, and the ids of `students`; words of the text `usual` are no sign of anybody."""
        told = [text for p in people for text in (p.id, p.first_name, p.last_name, p.email, p.lms_user_id)]
        told = [_plain(text) for text in (*told, *students) if text]
        own = set(_WORD.findall(_plain(usual)))
        self._words = {
            word for text in told for word in _WORD.findall(text) if len(word) >= (_SHORTEST if word.isascii() else 1)
        } - own
        self._parts = {text for text in (name.partition("@")[0] for name in told) if len(text) >= _LONG} - own

    def __contains__(self, text: str) -> bool:
        """Whether one of these names is in a text."""
        words = _WORD.findall(_plain(_HUMP.sub(" ", text)))
        plain = _plain(text)
        return not self._words.isdisjoint(words) or any(part in plain for part in self._parts)


def _plain(text: str) -> str:
    """A text in small letters without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def program(source: str, names: Names) -> str | None:
    """A program as the class may see it; None if it cannot be read as Python, or may hold a name."""
    try:
        told = ast.unparse(without_docstrings(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return None if not told or told in names else told
