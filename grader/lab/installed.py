"""Whether what is installed is whole, there once, and what the lock says; and the command that makes it anew."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distributions, version
from pathlib import Path

from grader.progress import contents

LOCK = "requirements.lock"
_ROOT = Path(__file__).resolve().parents[2]
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_SHOWN = 4
_BY_MAKE = {"spark": "make spark", "hub": "make hub", "site": "make _site"}
"""How make brings the extras that it leaves out of `make lab`."""


def checkout() -> Path | None:
    """The checkout that this package runs from, or None."""
    return _ROOT if (_ROOT / LOCK).is_file() and (_ROOT / "Makefile").is_file() else None


def made_by_make() -> bool:
    """Whether this environment is the `.venv` of the checkout."""
    root = checkout()
    return root is not None and Path(sys.prefix).resolve() == (root / ".venv").resolve()


def renewal() -> str:
    """The command that makes this environment anew."""
    root = checkout()
    if root is None:
        return f"make a new environment, and in it: {_by_pip('cpu,lab,instructor')}"
    enter = _enter()
    if made_by_make():
        device = next((name for name in ("gpu", "tpu") if (root / ".venv" / f"lab-{name}").exists()), None)
        return f"{enter}rm -rf .venv && make lab{f' DEVICE={device}' if device else ''}"
    if os.environ.get("CONDA_PREFIX") == sys.prefix:
        name = shlex.quote(os.environ.get("CONDA_DEFAULT_ENV", Path(sys.prefix).name))
        old = f"conda deactivate && conda env remove --yes --name {name}"
        return f"{enter}{old} && conda env create --name {name} --file environment.yml"
    return f"{enter}make lab, which makes an environment of its own in .venv"


def _enter() -> str:
    """What leads to the checkout, where we are not there."""
    root = checkout()
    return "" if root is None or Path.cwd() == root else f"cd {shlex.quote(str(root))} && "


def addition(extra: str) -> str:
    """The command that adds the packages of an extra, such as `lab`, to this environment."""
    if made_by_make() and extra in _BY_MAKE:
        return f"{_enter()}{_BY_MAKE[extra]}"
    return renewal() if made_by_make() else _by_pip(extra)


def _by_pip(extra: str) -> str:
    root = checkout()
    python = shlex.quote(sys.executable)
    if root is not None:
        return f"{python} -m pip install --editable {shlex.quote(f'{root}[{extra}]')}"
    told = contents.load(Path("/"))
    source = f"git+https://github.com/{told.repository}@{told.branch}"
    return f"{python} -m pip install {shlex.quote(f'tensorflow-by-exercise[{extra}] @ {source}')}"


def tensorflows() -> list[str]:
    """The packages that bring the module `tensorflow`, each with its version: one, unless something went wrong."""
    found: dict[str, str] = {}
    for dist in distributions():
        name = _plain(dist.metadata["Name"] or "")
        named = re.match(r"(intel-)?(tensorflow|tf)[-a-z]*$", name)
        if named and any(str(file) == "tensorflow/__init__.py" for file in dist.files or ()):
            found.setdefault(name, dist.version)  # of one name, the first on the path counts
    return [f"{name} {number}" for name, number in found.items()]


def has(name: str) -> str | None:
    """The version of a package, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def damaged() -> list[str]:
    """What is half there: packages whose files are missing or another package's, and what an uninstaller left."""
    found = []
    seen: dict[tuple[str, str], str] = {}
    for dist in distributions():
        first = seen.setdefault((_plain(dist.metadata["Name"] or ""), str(dist.locate_file(""))), dist.version)
        if first != dist.version:
            found.append(f"{dist.metadata['Name']} is there as {first} and as {dist.version}")
        wrong = sum(_is_wrong(dist, path, size) for path, size in _files(dist))
        if not dist.metadata["Name"]:
            found.append(f"{Path(str(getattr(dist, '_path', '?'))).name} is no whole package")
        elif wrong:
            found.append(f"{dist.metadata['Name']}: {wrong} {'file is' if wrong == 1 else 'files are'} not its own")
    for folder in {path for path in sys.path if path.endswith("-packages")}:
        found += [f"{path.name} is left of an uninstalled package" for path in sorted(Path(folder).glob("~*"))]
    return sorted(set(found))


def _files(dist: Distribution) -> Iterator[tuple[str, int]]:
    """Path and size of the files that a package records of itself, those that Python makes and scripts excepted."""
    for file in dist.files or ():
        if file.size is not None and not str(file).startswith("..") and file.suffix != ".pyc":
            yield str(file), file.size


def _is_wrong(dist: Distribution, path: str, size: int) -> bool:
    try:
        return os.stat(str(dist.locate_file(path))).st_size != size
    except OSError:
        return True


def unlocked() -> list[str]:
    """The packages whose version is not the lock's, where `make` has made this environment from it."""
    root = checkout()
    if root is None or not made_by_make() or (root / ".venv" / "lab-tpu").exists():
        return []
    wanted: dict[str, set[str]] = {}
    for name, pinned in _PINNED.findall((root / LOCK).read_text(encoding="utf-8")):
        wanted.setdefault(_plain(name), set()).add(pinned)  # one for each Python and platform
    return [
        f"{dist.metadata['Name']} {dist.version}, not {' or '.join(sorted(wanted[name]))}"
        for dist in distributions()
        if (name := _plain(dist.metadata["Name"] or "")) in wanted and dist.version not in wanted[name]
    ]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def some(items: list[str]) -> str:
    """The first few of a list, in words."""
    return "; ".join(items[:_SHOWN]) + (f"; and {len(items) - _SHOWN} more" if len(items) > _SHOWN else "")
