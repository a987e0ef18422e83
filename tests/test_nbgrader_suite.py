"""nbgrader's own tests of its autograde, run against `grader grade`; tests/nbgrader_autograde.py says what is left out.

GRADER_SUITE=all runs all that apply, which takes minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SOME = "test_grade or penalty_plugin or test_force_f or files_subdirs or update_newer or permissions"


def test_nbgraders_own_tests_of_autograde_pass() -> None:
    chosen = "" if os.environ.get("GRADER_SUITE") == "all" else f"({SOME}) and not autotest and not single"
    command = [sys.executable, "-m", "pytest", "-rf", "-p", "no:cacheprovider", "-p", "nbgrader_autograde"]
    command += ["-k", chosen, "--pyargs", "nbgrader.tests.apps.test_nbgrader_autograde"]
    here = Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here), os.environ.get("PYTHONPATH", "")])}
    run = subprocess.run(command, cwd=here.parent, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-5000:]
    assert " passed" in run.stdout and "failed" not in run.stdout
