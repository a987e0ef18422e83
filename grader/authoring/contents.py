"""The list of what the course holds, for the progress panel: `notebooks/contents.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grader.authoring.chapter import front_matter
from grader.authoring.course import Course
from grader.authoring.exercise import cells, check_of, exercise_of, stub
from grader.authoring.task import tasks
from grader.progress.contents import NAME, fingerprint


def path(course: Course) -> Path:
    """Where the list lies."""
    return course.root / "notebooks" / NAME


def text(course: Course) -> str:
    """The list of every topic, its title and its exercises."""
    settings = course.settings
    told = {
        "repository": settings["repository"],
        "branch": settings["branch"],
        "topics": {topic: _topic(course, topic) for topic in course.topics},
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _topic(course: Course, topic: str) -> dict[str, Any]:
    """A topic's title, and its exercises: heading, graded cells, and the fingerprint of the code as given."""
    exercises: dict[str, dict[str, Any]] = {}
    found = cells(course.solution(topic)) if course.solution(topic).is_file() else []
    stated = tasks(found)
    for cell in found:
        name, check = exercise_of(cell.source), check_of(cell.source)
        if name:
            given = fingerprint(stub(cell.source, name))
            exercises[name] = {"title": stated[name].title or name, "checks": [], "given": given}
        elif check and check[1] in exercises:
            exercises[check[1]]["checks"].append(check[0])
    return {"title": front_matter(course.chapter(topic))[0].title, "exercises": exercises}
