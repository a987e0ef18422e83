"""Where `grader lab` opens, and what it shows to whom: what is decided before JupyterLab starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_core.paths import ENV_CONFIG_PATH
from jupyter_server.extension.config import ExtensionConfigManager

from grader.authoring.course import Course
from grader.classroom.class_directory import configuration
from grader.errors import UsageError
from grader.lab import start
from grader.lab.settings import environment


def test_a_hubs_folder_is_found_below_home_and_no_other_course_is_opened_in_its_place(
    small_course: Course, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(small_course.root.parent))
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "token")
    monkeypatch.setenv("JUPYTERHUB_ROOT_DIR", f"~/{small_course.root.name}")
    assert start._here() == small_course.root
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="There is no course in"):
        start._opened(tmp_path / "empty", instructor=False)
    monkeypatch.delenv("JUPYTERHUB_API_TOKEN")
    assert start._opened(tmp_path / "empty", instructor=False)[0] == Course.find(tmp_path / "empty").root


def test_a_hubs_folder_that_is_not_there_is_an_error_of_one_sentence(tmp_path: Path) -> None:
    env = {**os.environ, "JUPYTERHUB_API_TOKEN": "token", "JUPYTERHUB_ROOT_DIR": "~/nowhere", "HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-m", "grader", "lab"], env=env, capture_output=True, text=True, check=False, timeout=120
    )
    assert run.returncode == 2
    assert f"c.Spawner.notebook_dir is {tmp_path}/nowhere" in run.stderr and "Traceback" not in run.stderr


def test_an_instructor_in_a_class_directory_opens_it_and_others_open_the_course(
    small_course: Course, tmp_path: Path
) -> None:
    room = tmp_path / "tf101"
    (room / "source").mkdir(parents=True)
    (room / "nbgrader_config.py").write_text(configuration("tf101"))
    assert start._opened(room / "source", instructor=True) == (room, "/lab")
    (room / "README.md").touch()
    assert start._opened(room, instructor=True) == (room, "/lab/tree/README.md")
    inside = small_course.root / "classes" / "tf101"
    inside.mkdir(parents=True)
    (inside / "nbgrader_config.py").write_text(configuration("tf101"))
    assert start._opened(inside, instructor=True)[0] == inside
    assert start._opened(inside, instructor=False)[0] == small_course.root


@pytest.mark.parametrize(
    ("options", "on"),
    [
        ({}, {"assignment_list": False, "formgrader": False}),
        ({"exchange": True}, {"assignment_list": True, "formgrader": False}),
        ({"instructor": True}, {"assignment_list": True, "formgrader": True}),
    ],
)
def test_a_student_has_no_formgrader_and_the_assignment_list_with_an_exchange(
    options: dict[str, bool], on: dict[str, bool]
) -> None:
    brought = environment(**options)["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    found = ExtensionConfigManager(read_config_path=[*brought, *ENV_CONFIG_PATH]).get_jpserver_extensions()
    assert {name: found[f"nbgrader.server_extensions.{name}"] for name in on} == on


def test_a_server_has_its_own_name_and_arguments_and_no_parser_of_iris(tmp_path: Path) -> None:
    say = "print(__name__, sys.argv[1:], sys.argv[0].endswith('probe.py'), 'lark' in sys.modules)"
    (tmp_path / "probe.py").write_text(f"import sys, jsonschema\n{say}")
    said = [
        subprocess.run(
            [sys.executable, "-m", *way, "probe", "--port", "1"],
            env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=True, timeout=120,
        ).stdout.strip()
        for way in (["grader.lab.served"], [])
    ]  # fmt: skip
    # The second line is what is left out: without it the first would say nothing.
    assert said == ["__main__ ['--port', '1'] True False", "__main__ ['--port', '1'] True True"]
