"""Collects from nbgrader's exchange."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from grader.classroom.classroom import Classroom
from grader.classroom.collection import Collection, Row, What
from grader.classroom.store import timestamp
from grader.errors import UsageError


def from_exchange(
    room: Classroom, assignments: list[str] | None, progress: Callable[[str], None] = lambda _: None
) -> Collection:
    """Collect from nbgrader's exchange, by nbgrader's own `collect`; later hand-ins replace earlier ones.

    Raises:
        UsageError: nbgrader could not collect; its own message is part of ours.
    """
    from nbgrader.apps import NbGraderAPI

    made = Collection()
    for assignment in room.need(assignments):
        before = _stamps(room.root, assignment)
        result = NbGraderAPI(config=room.config).collect(assignment, update=True)
        if not result["success"]:
            told = (result.get("log") or result.get("error") or "").strip().splitlines()
            raise UsageError(f"nbgrader could not collect {assignment}: {told[-1] if told else 'it does not say why'}")
        for student, stamp in sorted(_stamps(room.root, assignment).items()):
            what: What = (
                "collected" if student not in before else "unchanged" if before[student] == stamp else "replaced"
            )
            made.rows.append(Row(what, "exchange", student, assignment))
    return made


def _stamps(root: Path, assignment: str) -> dict[str, str]:
    places = sorted((root / "submitted").glob(f"*/{assignment}"))
    return {place.parent.name: str(timestamp(place)) for place in places}
