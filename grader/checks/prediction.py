"""A question before a result that surprises, and the answer to each of its choices: as text and as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from string import ascii_lowercase

from grader.checks.message import inline

BEFORE = "Your guess, before you run on"
_HOW = 'To keep your guess, add it to the call by its letter: `my_guess="a"` takes the first.'

# Colours that read on white and on black; the word beside each sign says the same.
_RIGHT, _WRONG, _NEUTRAL = "#2b9348", "#c9722e", "#4a86c5"
_numbers = count(1)


@dataclass(frozen=True)
class Question:
    """A question and the answers to choose from, at least two and all different.

    Raises:
        TypeError, ValueError: they are not; the message says what to write.
    """

    text: str
    choices: Sequence[str]

    def __post_init__(self) -> None:
        """Hold the parts to the rules."""
        if not _is_text(self.text) or isinstance(self.choices, str) or not all(map(_is_text, self.choices)):
            raise TypeError('check.predict takes a question and a list of answers: predict("Which?", ["a", "b"]).')
        if not 2 <= len(self.choices) <= len(ascii_lowercase):
            raise ValueError("check.predict needs at least two choices, and has letters for 26.")
        if len(set(self.choices)) < len(self.choices):
            raise ValueError("check.predict has the same choice twice; make them different.")

    def lettered(self) -> list[tuple[str, str]]:
        """Each choice behind its letter."""
        return list(zip(ascii_lowercase, self.choices, strict=False))

    def chosen(self, letter: str) -> str:
        """The choice behind a letter; ValueError where there is none."""
        found = dict(self.lettered()).get(letter)
        if found is None:
            letters = ", ".join(repr(each) for each, _ in self.lettered())
            raise ValueError(f"check.predict has no choice {letter!r}; write my_guess= one of {letters}.")
        return found

    def plain(self, chosen: str | None) -> str:
        """The question as text, with the choice that was made, or how to make one."""
        lines = [f"{BEFORE}: {self.text}", *(f"  {letter}) {choice}" for letter, choice in self.lettered())]
        return "\n".join([*lines, f"Your guess: {chosen}" if chosen else _HOW]).replace("`", "")

    def html(self, chosen: str | None, *, fixed: bool = False, typed: bool = False) -> str:
        """The question in the page's own colours, with radio buttons that no kernel hears.

        Args:
            chosen: the choice that was made, or None.
            fixed: whether the buttons are off.
            typed: say how to make a choice that counts.
        """
        name, off = f"guess-{next(_numbers)}", " disabled" * fixed
        how = f'<p style="margin:.4em 0 0 0;font-size:.93em">{inline(_HOW)}</p>' if typed else ""
        lines = "".join(
            f'<label style="display:block;margin:.2em 0"><input type="radio" name="{name}"'
            f"{' checked' * (choice == chosen)}{off}> {inline(choice)}</label>"
            for choice in self.choices
        )
        return (
            '<div role="radiogroup" aria-label="Your guess" data-lm-suppress-shortcuts="true" '
            f'style="{_box(_NEUTRAL)}">'
            f'<p style="margin:0 0 .3em 0">{BEFORE}<br><strong>{inline(self.text)}</strong></p>{lines}{how}</div>'
        )


@dataclass(frozen=True)
class Answer:
    """Which choice is right, and a sentence for each: why it is right, or what speaks against it.

    Raises:
        TypeError, ValueError: not all of that is there; the message says what to write.
    """

    question: str
    right: str
    because: Mapping[str, str]

    def __post_init__(self) -> None:
        """Hold the parts to the rules."""
        texts = [self.question, *self.because, *self.because.values()] if isinstance(self.because, Mapping) else [None]
        if not all(map(_is_text, texts)):
            raise TypeError('check.predicted takes the question, right="a", because={"a": "Why.", "b": "Why not."}.')
        if self.right not in self.because:
            raise ValueError(f"check.predicted has no sentence for {self.right!r}, the right one; add it to because.")

    def plain(self, chosen: str | None) -> str:
        """The answer as text: to the choice that was made, or to all."""
        known = chosen is not None and chosen in self.because
        shown = [choice for choice in self.because if not known or choice in (chosen, self.right)]
        head = [] if known else [self.question]
        lines = [f"{self._verdict(choice, chosen)}: {choice}\n  {self.because[choice]}" for choice in shown]
        return "\n".join([*head, *lines]).replace("`", "")

    def html(self, chosen: str | None) -> str:
        """The answer in the page's own colours: to the choice that was made; all the others, or all, are folded."""
        if chosen is None or chosen not in self.because:
            ordered = [self.right, *(choice for choice in self.because if choice != self.right)]
            return _group(_NEUTRAL, _folded(f"Answer: {self.question}", self._paragraphs(ordered, None)))
        shown = [chosen, *([self.right] if chosen != self.right else [])]
        others = [choice for choice in self.because if choice not in shown]
        body = "".join(self._paragraphs(shown, chosen))
        if others:
            body += _folded("What speaks against the others", self._paragraphs(others, chosen))
        return _group(_RIGHT if chosen == self.right else _WRONG, body)

    def _verdict(self, choice: str, chosen: str | None) -> str:
        if choice == chosen:
            return "Your guess is right" if choice == self.right else "Your guess is not right"
        return "Right" if choice == self.right else "Not right"

    def _paragraphs(self, choices: Iterable[str], chosen: str | None) -> list[str]:
        return [self._paragraph(choice, self._verdict(choice, chosen)) for choice in choices]

    def _paragraph(self, choice: str, verdict: str) -> str:
        sign, colour = ("✓", _RIGHT) if choice == self.right else ("✗", _WRONG)
        return (
            f'<p style="margin:.2em 0 .4em 0"><strong><span aria-hidden="true" style="color:{colour}">{sign}</span> '
            f"{verdict}: {inline(choice)}</strong><br>{inline(self.because[choice])}</p>"
        )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _box(colour: str) -> str:
    return f"border-left:4px solid {colour};padding:.3em .8em;margin:.3em 0;color:inherit;background:none"


def _group(colour: str, body: str) -> str:
    return f'<div role="group" aria-label="Answer to the guess" style="{_box(colour)}">{body}</div>'


def _folded(summary: str, paragraphs: Sequence[str]) -> str:
    return f'<details><summary style="cursor:pointer">{inline(summary)}</summary>{"".join(paragraphs)}</details>'
