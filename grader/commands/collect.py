"""`grader collect`: what a person types, and the table that they read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.classroom.classroom import Classroom
from grader.classroom.collect import collect
from grader.classroom.collection import Collection, What
from grader.classroom.exchange import from_exchange
from grader.classroom.store import Keep
from grader.errors import UsageError
from grader.files import shown

_AT_MOST = 20
"""So many files that were left out are named, and so many people who handed in nothing."""


def collect_command(
    source: str,
    assignments: list[str] | None = None,
    *,
    directory: Path | None = None,
    student: str | None = None,
    roster: Path | None = None,
    pattern: str | None = None,
    zone: str = "UTC",
    keep: Keep = "last",
    dry_run: bool = False,
    show: Callable[[object], None] = print,
    progress: Callable[[str], None] = lambda _: None,
) -> int:
    """`grader collect`: collect, show a table, and return the exit code: 1 if something could not be placed."""
    room = Classroom.find(directory)
    if source == "exchange":
        if dry_run:
            raise UsageError("nbgrader's exchange has no dry run; leave --dry-run out.")
        made = from_exchange(room, assignments, progress)
    else:
        made = collect(
            room,
            Path(source).expanduser(),
            assignments=assignments,
            student=student,
            roster=roster,
            pattern=pattern,
            zone=zone,
            keep=keep,
            dry_run=dry_run,
            progress=progress,
        )
    show(_table(made))
    for line in _summary(made, dry_run):
        show(line)
    return 1 if made.count("not placed") else 0


def _table(made: Collection) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(show_edge=False, box=None, pad_edge=False, expand=False)
    for title in ("", "student", "assignment", "file", ""):
        table.add_column(title, overflow="fold")
    styles = {"not placed": "bold red", "replaced": "yellow", "kept": "yellow", "collected": "green"}
    new = {person.id for person in made.added}
    left_out = 0
    for row in made.rows:
        left_out += row.what == "left out"
        if row.what == "left out" and left_out > _AT_MOST:
            continue
        student = f"{row.student} (new)" if row.student in new else row.student
        cells = [shown(cell) for cell in (row.what, student, row.assignment, row.source, row.note)]
        table.add_row(*(Text(cell, style=styles.get(row.what, "") if i == 0 else "") for i, cell in enumerate(cells)))
    return table


def _summary(made: Collection, dry_run: bool) -> list[str]:
    order: tuple[What, ...] = (
        "collected",
        "replaced",
        "unchanged",
        "kept",
        "superseded",
        "not placed",
    )
    parts = [f"{made.count(what)} {what}" for what in order if made.count(what)] or ["no notebooks found"]
    added = [f"{len(made.added)} new students"] if made.added else []
    left = [f"{made.count('left out')} other files left out"] if made.count("left out") else []
    lines = [", ".join([*parts, *added, *left]) + ("; nothing was changed (dry run)." if dry_run else ".")]
    if made.absent:
        names = [shown(f"{p.full_name} ({p.id})" if p.full_name else p.id) for p in made.absent]
        more = f" and {len(names) - _AT_MOST} more" if len(names) > _AT_MOST else ""
        lines.append(f"Nothing yet from {len(names)} of the class: {', '.join(names[:_AT_MOST])}{more}.")
    return lines
