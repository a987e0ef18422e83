"""What the gate found: one sentence, with the file and the line where an author puts it right."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.errors import CourseError


@dataclass(frozen=True, order=True)
class Finding:
    """One fault, or one warning, of one topic.

    Attributes:
        topic: the topic that it counts against.
        file: the file's name, such as `01-tensors.md`.
        line: the line in it, from 1.
        text: one sentence that says what is wrong and what to do.
        warning: whether it is only advice: a warning fails no run.
    """

    topic: str
    file: str
    line: int
    text: str
    warning: bool = False

    def __str__(self) -> str:
        """As an author reads it, and as an editor can follow it."""
        return f"{self.file}:{self.line}: {self.text}"


class Findings(list[Finding]):
    """The findings of one topic, in the order in which they came."""

    def __init__(self, topic: str) -> None:
        super().__init__()
        self.topic = topic

    @property
    def errors(self) -> list[Finding]:
        """Those that are not only advice."""
        return [finding for finding in self if not finding.warning]

    def error(self, path: Path, line: int, text: str) -> None:
        """Note a fault in the file `path`."""
        self.append(Finding(self.topic, path.name, line, text))

    def warn(self, path: Path, line: int, text: str) -> None:
        """Note some advice on the file `path`."""
        self.append(Finding(self.topic, path.name, line, text, warning=True))

    def caught(self, path: Path, error: CourseError) -> None:
        """Note an error of the course's own readers, which begins with the file's name and mostly a line."""
        file, line, text = path.name, 1, str(error)
        parts = text.split(":", 2)
        if len(parts) == 3 and parts[1].isdigit():
            file, line, text = parts[0], int(parts[1]), parts[2].strip()
        elif text.startswith(f"{path.name}: "):
            text = text[len(path.name) + 2 :]
        self.append(Finding(self.topic, file, line, text))
