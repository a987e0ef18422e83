"""`grader new`: the files of a new topic, from a template that passes the gate."""

from __future__ import annotations

import re
from pathlib import Path

from rich.console import Console

from grader.authoring.course import TOPIC, Course
from grader.errors import UsageError

_TEMPLATE = Path(__file__).parent / "template"


def create(course: Course, name: str) -> list[Path]:
    """Write chapter, exercises, answer bank and reasons of a new topic; nothing that is there is touched.

    Args:
        course: the course.
        name: the topic: `30-audio`, or `audio` for the next free number.

    Returns:
        the files written.

    Raises:
        UsageError: the name is no topic, or taken.
    """
    topic = name if re.match(r"\d\d-", name) else f"{_next_number(course)}-{name}"
    if not TOPIC.fullmatch(topic):
        raise UsageError(f"{name!r} is no topic: write small letters, digits and dashes, such as 30-audio or audio.")
    for other in course.topics:
        if other[:2] == topic[:2] or other[3:] == topic[3:]:
            raise UsageError(f"There is a topic {other} already; choose another number and name.")
    files = {
        course.chapter(topic): "chapter.md",
        course.solution(topic): "exercises.txt",
        course.answers(topic): "answers.txt",
        course.why(topic): "why.md",
    }
    taken = [path for path in files if path.exists()]
    if taken:
        raise UsageError(f"{taken[0].relative_to(course.root)} is there already; move it away first.")
    for path, template in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(_filled(topic, template), encoding="utf-8")
    return list(files)


def run(out: Console, name: str) -> None:
    """Write the files and say what to do with them."""
    course = Course.find()
    files = create(course, name)
    for path in files:
        out.print(f"wrote {path.relative_to(course.root)}", highlight=False)
    out.print(f"Next: edit them, then 'grader verify {files[1].stem}'; CONTRIBUTING.md shows how.", highlight=False)


def _next_number(course: Course) -> str:
    number = max((int(topic[:2]) for topic in course.topics), default=-1) + 1
    if number > 99:
        raise UsageError("The numbers are used up; give one that is free, as in 42-audio.")
    return f"{number:02d}"


def _filled(topic: str, template: str) -> str:
    """A file of the template, with the topic's names in it."""
    text = (_TEMPLATE / template).read_text(encoding="utf-8")
    plain = topic[3:].replace("-", " ")
    name = re.sub(r"^(?=\d)", "topic_", plain.replace(" ", "_"))
    title = plain[0].upper() + plain[1:]
    fields = {"TOPIC": topic, "TITLE": title, "LOWER": plain, "WORDS": f"{plain} first idea", "NAME": name}
    for field, value in fields.items():
        text = text.replace(f"@{field}@", value)
    return text
