"""Where each cell stands in the text that it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.authoring import chapter, exercise
from grader.authoring.exercise import check_of, exercise_of


@dataclass(frozen=True)
class Placed:
    """A cell, and the line in the author's text of the first line of its source."""

    cell: Any
    line: int

    @property
    def source(self) -> str:
        """The cell's text."""
        return str(self.cell.source)

    @property
    def is_code(self) -> bool:
        """Whether it is a code cell."""
        return bool(self.cell.cell_type == "code")

    @property
    def is_markdown(self) -> bool:
        """Whether it is a Markdown cell."""
        return bool(self.cell.cell_type == "markdown")

    @property
    def tags(self) -> list[str]:
        """The cell's tags."""
        return list(self.cell.metadata.get("tags", []))

    @property
    def marked(self) -> bool:
        """Whether it is a solution cell or a graded cell of an exercise notebook."""
        return self.is_code and bool(exercise_of(self.source) or check_of(self.source))


def chapter_cells(path: Path) -> list[Placed]:
    """The cells of the chapter in `path`, claims included, with their lines."""
    cells = chapter.cells(path)
    rows = path.read_text(encoding="utf-8").split("\n")
    return place(cells, rows, rows.index("---", 1) + 1)


def exercise_cells(path: Path) -> list[Placed]:
    """The cells of the reference text, or of the answer bank, in `path`, with their lines."""
    return place(exercise.cells(path), path.read_text(encoding="utf-8").split("\n"))


def place(cells: list[Any], rows: list[str], begin: int = 0) -> list[Placed]:
    """Find each cell's source in the text, one after the other.

    Args:
        cells: in the order of the text.
        rows: the lines of the text, in which Markdown, or a magic command, may stand behind `# `.
        begin: where to begin, counted from 0.
    """
    found = []
    for cell in cells:
        lines = cell.source.split("\n")
        skip, first = next(((i, line) for i, line in enumerate(lines) if line.strip()), (0, ""))
        at = next((i for i in range(begin, len(rows)) if first and rows[i] in (first, f"# {first}")), begin)
        found.append(Placed(cell, at - skip + 1))
        begin = at - skip + len(lines) if first else begin
    return found
