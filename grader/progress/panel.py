"""The progress panel: HTML in the page's own colours, light or dark, and the same as plain text."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from grader.checks.message import inline
from grader.progress.contents import Contents, Exercise, Topic

# A sign and its colour, for those who see them; the word beside it says the same. Readable on white and on black.
_SIGNS = {"right": ("●", "#2b9348"), "tried": ("◐", "#c9722e"), "untouched": ("○", "inherit")}
_LEFT = "text-align:left;padding:.2em 1.2em .2em 0;font-weight:normal;white-space:normal"


def in_colab() -> bool:
    """Whether this notebook runs in Colab, where files last as long as the session."""
    return "google.colab" in sys.modules


@dataclass(frozen=True)
class Panel:
    """What a panel shows.

    Attributes:
        contents: of the course.
        states: by exercise.
        topic: the one to show exercise by exercise, or None.
        folder: where the notebook lies.
        file: the progress file.
        code: the progress code, where the file does not last; else "".
        strange: lines of the file that were not understood.
        due: when this topic's notebook is due in the student's class, in words; "" where that is not known.
    """

    contents: Contents
    states: Mapping[str, str]
    topic: str | None
    folder: Path
    file: Path
    code: str = ""
    strange: int = 0
    due: str = ""

    def html(self) -> str:
        """The panel as HTML: a heading line, this topic's exercises, what comes next, the chapters."""
        here = self._here()
        parts = [f'<p style="margin:0 0 .4em 0"><strong>{escape(self._summary())}</strong></p>']
        if here:
            parts += [_table("Exercise", "State", (self._exercise_row(each) for each in here.exercises))]
        parts.append(self._next_html())
        chapters = _table("Chapter", "Exercises", (self._topic_row(topic) for topic in self._with_exercises()))
        if here and chapters:
            chapters = f'<details style="margin:.4em 0"><summary>All chapters</summary>{chapters}</details>'
        parts.append(chapters)
        parts += [f'<p style="margin:.4em 0 0 0;font-size:.93em">{inline(line)}</p>' for line in self._notes()]
        return (
            '<div role="group" aria-label="Your progress" style="border-left:4px solid #4a86c5;'
            f'padding:.3em .8em;margin:.3em 0;color:inherit;background:none">{"".join(parts)}</div>'
        )

    def plain(self) -> str:
        """The panel as text."""
        here = self._here()
        lines = [self._summary()]
        if here:
            lines += [f"  {self._state(each):<10} {_plain(each.title)}" for each in here.exercises]
        following = self._next()
        if following:
            topic, exercise = following
            lines.append(f"Next: {_plain(exercise.title)} ({exercise.name}, chapter {topic.name[:2]})")
        width = max((len(topic.title) for topic in self._with_exercises()), default=0)
        lines += [f"  {t.name[:2]} {t.title:<{width}}  {self._tally(t.exercises)}" for t in self._with_exercises()]
        return "\n".join([*lines, *(line.replace("`", "") for line in self._notes())])

    def _state(self, exercise: Exercise) -> str:
        return self.states.get(exercise.name, "untouched")

    def _here(self) -> Topic | None:
        return next((topic for topic in self.contents.topics if topic.name == self.topic and topic.exercises), None)

    def _with_exercises(self) -> list[Topic]:
        return [topic for topic in self.contents.topics if topic.exercises]

    def _summary(self) -> str:
        every = [exercise for topic in self.contents.topics for exercise in topic.exercises]
        if not every:
            return "Your progress: the list of the course's exercises is missing; get the course again."
        right = sum(self._state(exercise) == "right" for exercise in every)
        here = self._here()
        if not here:
            return f"Your progress: {right} of {len(every)} exercises right"
        mine = sum(self._state(exercise) == "right" for exercise in here.exercises)
        due = f"; {self.due}" if self.due else ""
        said = f"{mine} of {len(here.exercises)} right in this notebook, {right} of {len(every)} in all"
        return f"Your progress: {said}{due}"

    def _tally(self, exercises: Iterable[Exercise]) -> str:
        counts = Counter(self._state(exercise) for exercise in exercises)
        return ", ".join(f"{counts[state]} {state}" for state in _SIGNS if counts[state])

    def _next(self) -> tuple[Topic, Exercise] | None:
        """The first exercise that is not right, in this topic, then behind it, then from the first chapter on."""
        topics = self._with_exercises()
        at = next((i for i, topic in enumerate(topics) if topic.name == self.topic), 0)
        for topic in topics[at:] + topics[:at]:
            for exercise in topic.exercises:
                if self._state(exercise) != "right":
                    return topic, exercise
        return None

    def _next_html(self) -> str:
        following = self._next()
        if following is None:
            return ""
        topic, exercise = following
        link = self._exercise_link(topic, exercise)
        where = "" if topic.name == self.topic else f" in chapter {topic.name[:2]}, {inline(topic.title)}"
        return f'<p style="margin:.4em 0">Next: {_linked(link, exercise.title)}{where}</p>'

    def _exercise_link(self, topic: Topic, exercise: Exercise) -> str:
        """The exercise's heading, in this notebook or in another one; Colab has no such addresses."""
        anchor = "#" + _plain(exercise.title).replace(" ", "-")
        if topic.name == self.topic:
            return anchor if self.contents.root is not None else ""
        link = self.contents.link("exercises", topic.name, self.folder)
        return link if "://" in link else link + anchor

    def _exercise_row(self, exercise: Exercise) -> tuple[str, str]:
        here = self._here()
        title = _linked(self._exercise_link(here, exercise) if here else "", exercise.title)
        state = self._state(exercise)
        return title, f"{_sign(state)} {state}"

    def _topic_row(self, topic: Topic) -> tuple[str, str]:
        chapter = _linked(self.contents.link("chapters", topic.name, self.folder), topic.title)
        link, tally = self.contents.link("exercises", topic.name, self.folder), self._tally(topic.exercises)
        practice = _linked(link, tally, label=f"Exercises of {topic.title}: {tally}")
        signs = "".join(_sign(self._state(exercise)) for exercise in topic.exercises)
        return f"{topic.name[:2]} {chapter}", f"{signs} {practice}"

    def _notes(self) -> list[str]:
        notes = []
        if self.code:
            notes.append(
                "A Colab session forgets this. Run this line in the next one: "
                f'`from grader import progress; progress.restore("{self.code}")`'
            )
        elif any(state != "untouched" for state in self.states.values()):
            notes.append(f"Kept in `{self.file.name}`; `progress.code()` gives it as a code for another machine.")
        if self.strange:
            some = "1 line" if self.strange == 1 else f"{self.strange} lines"
            notes.append(f"`{self.file.name}` has {some} that could not be understood; the others count.")
        return notes


def _table(first: str, second: str, rows: Iterable[tuple[str, str]]) -> str:
    """A table whose rows have headings, as screen readers need; "" where there are no rows."""
    body = "".join(
        f'<tr style="background:none"><th scope="row" style="{_LEFT}">{one}</th>'
        f'<td style="{_LEFT};white-space:nowrap">{other}</td></tr>'
        for one, other in rows
    )
    if not body:
        return ""
    bold = _LEFT.replace("normal;white", "bold;white")
    head = f'<tr><th scope="col" style="{bold}">{first}</th><th scope="col" style="{bold}">{second}</th></tr>'
    style = "margin:.2em 0;border-collapse:collapse;color:inherit;font-size:1em"
    return f'<table style="{style}"><thead>{head}</thead><tbody>{body}</tbody></table>'


def _sign(state: str) -> str:
    sign, colour = _SIGNS[state]
    return f'<span aria-hidden="true" style="color:{colour}">{sign}</span>'


def _linked(link: str, text: str, label: str = "") -> str:
    """A link; `label` is for those who hear it out of its place."""
    heard = f' aria-label="{escape(label)}"' if label else ""
    return f'<a href="{escape(link)}"{heard}>{inline(text)}</a>' if link else inline(text)


def _plain(text: str) -> str:
    return text.replace("`", "")
