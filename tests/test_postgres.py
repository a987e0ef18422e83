"""The gradebook in PostgreSQL, on a real server of Debian's packages that lives as long as this file's tests."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from classes import RIGHT, TOPIC, WRONG_AXIS, copy_class, dump, hand_in, make_class, scores

from grader.classroom.class_directory import _generate
from grader.errors import CourseError, UsageError
from grader.grading.pipeline import Options, grade_class

SEED = 3
pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'psycopg[binary]'")


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL server that listens on a Unix socket; yields the URL of an empty database."""
    binaries = _binaries()
    if binaries is None and os.environ.get("CI"):
        pytest.fail("CI has no PostgreSQL: .ci/run installs it")
    if binaries is None:
        pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    as_user: dict[str, int] = {}
    if os.getuid() == 0:  # the server refuses to run as root
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_user = {"user": user.pw_uid, "group": user.pw_gid}
    initdb = [binaries / "initdb", "-D", folder / "data", "-U", "grader", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **as_user)
    options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
    command = [binaries / "postgres", "-D", folder / "data", *options]
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **as_user)
    try:
        _create_database(folder)
        yield f"postgresql+psycopg://grader@/gradebook?host={folder}"
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder)


def _create_database(folder: Path) -> None:
    import psycopg

    until = time.monotonic() + 60
    while True:
        try:
            with psycopg.connect(host=str(folder), user="grader", dbname="postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE gradebook")
            return
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.fixture(scope="module")
def sqlite_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class with its gradebook in SQLite, not yet graded."""
    made = make_class(tmp_path_factory.mktemp("sqlite"))
    hand_in(made, "ada", RIGHT)
    hand_in(made, "ben", {**RIGHT, **WRONG_AXIS})
    (hand_in(made, "cy", {}) / "timestamp.txt").write_text("2026-10-02 12:00:00 UTC")
    hand_in(made, "dan", b"")
    return made


def test_a_class_graded_into_postgresql_is_one_graded_into_sqlite(
    server: str, sqlite_class: Path, tmp_path: Path
) -> None:
    class_ = copy_class(sqlite_class, tmp_path / "class")
    config = class_ / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}\nc.CourseDirectory.db_url = {server!r}\n")
    (class_ / "gradebook.db").unlink()
    _generate(class_, TOPIC)
    summary = grade_class(class_, Options(seed=SEED))
    assert [row.student for row in summary.failed] == ["dan"]
    grade_class(sqlite_class, Options(seed=SEED))
    assert scores(class_, server) == {"ada": 3.0, "ben": 1.0, "cy": 0.0, "dan": 0.0}
    assert dump(class_, server) == dump(sqlite_class)
    assert not (class_ / "gradebook.db").exists()

    # Manual marks stay, what has not changed is left alone, and the backup opens as a gradebook of its own.
    from nbgrader.api import Gradebook

    with Gradebook(server) as book:
        book.find_grade("row_norms-1", TOPIC, TOPIC, "ben").manual_score = 1.5
        book.db.commit()
    before = dump(class_, server)
    assert all(row.already for row in grade_class(class_, Options(seed=SEED)).rows)
    summary = grade_class(class_, Options(seed=SEED, force=True, students=("ada",)))
    assert summary.backup is not None
    assert dump(class_, f"sqlite:///{summary.backup}") == before == dump(class_, server)


def test_the_db_option_names_another_gradebook(server: str, sqlite_class: Path, tmp_path: Path) -> None:
    class_ = copy_class(sqlite_class, tmp_path / "class")
    before = dump(class_)
    hand_in(class_, "eve", RIGHT)
    grade_class(class_, Options(seed=SEED, db_url=server, students=("eve",)))
    assert scores(class_, server)["eve"] == 3.0
    assert dump(class_) == before


@pytest.mark.parametrize("url", ["postgresql+psycopg://nobody@/none?host=/nowhere", "not a url", "sqlite:////no/such"])
def test_a_database_that_cannot_be_opened_is_told_in_a_sentence(sqlite_class: Path, tmp_path: Path, url: str) -> None:
    class_ = copy_class(sqlite_class, tmp_path / "class")
    with pytest.raises((UsageError, CourseError), match="gradebook"):
        grade_class(class_, Options(db_url=url))
