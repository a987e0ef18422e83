"""One installation for all journeys, made by the README's commands: they take minutes, the rest does not."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT

from journeys.person import Person, address


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course as it is published: a git repository with what lies here, new files included."""
    return _once(tmp_path_factory, "published", _publish)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory, published: Path) -> Path:
    """A checkout in which `make lab` has been typed for the first time, by somebody with an empty home directory."""

    def install(folder: Path) -> None:
        (folder / "home").mkdir(parents=True)
        person = Person(folder / "home")
        person.types(f"git clone -q {published} course")
        person.folder = person.home / "course"
        with person.starts("make lab") as screen:
            address(screen)

    return _once(tmp_path_factory, "installed", install) / "home" / "course"


@pytest.fixture
def upstream(published: Path, tmp_path: Path) -> Path:
    """The course as it is published, for one journey that may see a new version of it."""
    return Path(shutil.copytree(published, tmp_path / "published"))


@pytest.fixture
def person(installed: Path, upstream: Path, tmp_path: Path) -> Person:
    """Somebody with an empty home directory and a clone of the course, who has the environment on their path."""
    (tmp_path / "home").mkdir()
    made = Person(tmp_path / "home")
    made.types(f"git clone -q {upstream} course")
    made.folder = made.home / "course"
    made.before = f". {installed}/.venv/bin/activate"
    return made


def _publish(folder: Path) -> None:
    names = subprocess.check_output(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, text=True)
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, check=True)
    publish(folder, "The course")


def publish(repository: Path, message: str) -> None:
    """Commit all that lies in the published course, as its authors do."""
    who = ["-c", "user.name=An Author", "-c", "user.email=author@example.org"]
    for command in (["add", "-A"], [*who, "commit", "-q", "-m", message]):
        subprocess.run(["git", *command], cwd=repository, check=True)


def _once(factory: pytest.TempPathFactory, name: str, make) -> Path:  # type: ignore[no-untyped-def]
    """A folder that is made by the first process of the test run that wants it, and used by all of them."""
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    place = factory.getbasetemp().parent if parallel else factory.getbasetemp()
    with open(place / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / f"{name}.ready").exists():
            shutil.rmtree(place / name, ignore_errors=True)
            make(place / name)
            (place / f"{name}.ready").touch()
    return place / name
