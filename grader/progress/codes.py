"""Progress as a short code that a person can copy: letters and digits that cannot be mistaken for one another.

For each topic with something done, from its number on, the code holds how many exercises it has, a fingerprint of their
names and the state of each, all in one whole number of mixed radix, written in base 32 (Crockford's alphabet), with
four digits that tell a mistyped code. A topic whose exercises have changed since is skipped, the others are not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Literal

from grader.progress.contents import Contents, Topic

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_STATES: tuple[Literal["untouched", "tried", "right"], ...] = ("untouched", "tried", "right")
_BEGIN = 1
_NUMBERS, _COUNTS, _NAMES = 100, 64, 256
_CHECK = 4
_GROUP = 5


def encode(contents: Contents, states: Mapping[str, str]) -> str:
    """The code for these states by exercise; what is not named is untouched."""
    number = _BEGIN
    for topic in reversed(contents.topics):
        digits = [_STATES.index(states.get(each.name, "untouched")) for each in topic.exercises]
        if not any(digits):
            continue
        for digit in reversed(digits):
            number = number * len(_STATES) + digit
        number = (number * _NAMES + _names(topic)) * _COUNTS + len(digits)
        number = number * _NUMBERS + topic.number
    text = _written(number)
    text += _check(text)
    return "-".join(text[i : i + _GROUP] for i in range(0, len(text), _GROUP))


def decode(contents: Contents, code: str) -> tuple[dict[str, Literal["tried", "right"]], list[int]]:
    """The states that a code holds, by exercise, and the numbers of the topics that cannot be restored.

    Raises ValueError for what is not a complete code.
    """
    number = _number(code)
    topics = {topic.number: topic for topic in contents.topics}
    found: dict[str, Literal["tried", "right"]] = {}
    unknown = []
    while number > _BEGIN:
        number, which = divmod(number, _NUMBERS)
        number, count = divmod(number, _COUNTS)
        number, names = divmod(number, _NAMES)
        digits = []
        for _ in range(count):
            number, digit = divmod(number, len(_STATES))
            digits.append(digit)
        topic = topics.get(which)
        if topic is None or names != _names(topic) or count != len(topic.exercises):
            unknown.append(which)
            continue
        for each, digit in zip(topic.exercises, digits, strict=True):
            state = _STATES[digit]
            if state != "untouched":
                found[each.name] = state
    return found, unknown


def _number(code: str) -> int:
    """The number that a code writes, once its check digits fit."""
    text = "".join(c for c in str(code).upper() if c.isalnum()).translate(_LOOKS_LIKE)
    strange = sorted(set(text) - set(_DIGITS))
    if strange:
        raise ValueError(
            f"This is no progress code: {strange[0]!r} does not occur in one. Copy it from progress.code()."
        )
    if len(text) <= _CHECK or _check(text[:-_CHECK]) != text[-_CHECK:]:
        raise ValueError(
            "This progress code is mistyped or incomplete: compare it with what progress.code() gave, group by group."
        )
    number = 0
    for digit in text[:-_CHECK]:
        number = number * len(_DIGITS) + _DIGITS.index(digit)
    return number


def _written(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits


def _check(text: str) -> str:
    """Four digits that depend on all the others and on their order."""
    value = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
    return "".join(_DIGITS[value >> 5 * i & 31] for i in range(_CHECK))


def _names(topic: Topic) -> int:
    """One byte that tells a topic's exercises from those it had in another version of the course."""
    return hashlib.sha256("\n".join(each.name for each in topic.exercises).encode()).digest()[0]
