"""The order of the package's rooms: an import goes down, never up, wherever in a file it stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "grader"
# From the top floor down, as CONTRIBUTING.md tells it. Of two on one line, the first may use the second.
ROOMS = [
    "__main__",
    "commands",
    "lab",
    "site",
    "gate",
    "student",
    "report",
    "grading",
    "classroom",
    "submissions",
    "authoring",
    "check",
    "progress",
    "serving",
    "browser",
    "spark",
    "show",
    "datasets",
    "checks",
    "devices",
    "data",
    "kernels",
    "files",
    "quiet",
    "errors",
]


def _modules() -> dict[str, Path]:
    return {
        ".".join(["grader", *path.relative_to(PACKAGE).with_suffix("").parts]): path for path in PACKAGE.rglob("*.py")
    }


def _imports(path: Path, modules: dict[str, Path]) -> Iterator[str]:
    """The modules of this package that a file imports: at its top, within a function, for types alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("grader."))
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").split(".")[0] == "grader":
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                package = f"{whole}.__init__"
                yield whole if whole in modules else package if package in modules else str(node.module)


def test_every_room_has_its_floor() -> None:
    found = {path.stem if path.is_file() else path.name for path in PACKAGE.iterdir() if path.suffix in ("", ".py")}
    assert found - {"__init__", "__pycache__"} == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_no_import_runs_upwards(room: str) -> None:
    modules = _modules()
    upwards = {
        f"{name} imports {other}"
        for name, path in modules.items()
        if name.split(".")[1] == room
        for other in _imports(path, modules)
        if other.count(".") and ROOMS.index(other.split(".")[1]) < ROOMS.index(room)
    }
    assert not upwards


def test_no_circle_within_a_room() -> None:
    modules = _modules()
    needs = {name: set(_imports(path, modules)) & set(modules) - {name} for name, path in modules.items()}
    while free := {name for name, others in needs.items() if not others}:
        needs = {name: others - free for name, others in needs.items() if name not in free}
    assert not needs, f"in a circle, or above one: {sorted(needs)}"
