"""The lines of nbgrader_config.py that make nbgrader's own commands, and formgrader's buttons, grade as we do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grader.classroom.class_root import CONFIG_FILE
from grader.classroom.classroom import Classroom
from grader.classroom.plan import FILE, Plan

AUTOGRADE = """\
# Submissions are put into the source notebook, executed in a sandbox, and judged by the reference solution's values.
c.Autograde.exporter_class = "grader.grading.autograde.SubmissionExporter"
c.Autograde.pre_convert_hook = "grader.grading.autograde.remove_special_files"
c.Autograde.sanitize_preprocessors = [
    "grader.grading.autograde.Assemble",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "grader.grading.autograde.SandboxedExecute",
    "grader.grading.autograde.Judge",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
"""
LATE = """\
# What handing in late costs, by class.yml; where that says nothing, c.LateSubmissionPlugin.penalty_method counts.
c.AssignLatePenalties.plugin_class = "grader.classroom.late_penalty.PlannedPenalty"
"""
FEEDBACK = """\
# Feedback pages without hidden checks, which the formgrader's button makes too.
c.GenerateFeedback.exporter_class = "grader.report.feedback.FeedbackExporter"
c.GenerateFeedback.preprocessors = ["nbgrader.preprocessors.GetGrades"]
"""
_PLUG_IN = "AssignLatePenalties.plugin_class"
# What must be in a setting for it to be ours.
_NEEDED = {
    AUTOGRADE: {
        "Autograde.exporter_class": ["SubmissionExporter"],
        "Autograde.pre_convert_hook": ["remove_special_files"],
        "Autograde.sanitize_preprocessors": ["Assemble"],
        "Autograde.autograde_preprocessors": ["SandboxedExecute", "Judge"],
    },
    FEEDBACK: {"GenerateFeedback.exporter_class": ["FeedbackExporter"]},
}


def lacking(config: Any) -> list[str]:
    """The settings, such as `Autograde.exporter_class`, that a class's configuration leaves to plain nbgrader."""
    return [name for settings in _NEEDED.values() for name, words in settings.items() if not _has(config, name, words)]


def warning(config: Any) -> str | None:
    """What an instructor must know of a class whose configuration lacks the plug-ins, a sentence; else None."""
    if not any(name.startswith("Autograde.") for name in lacking(config)):
        return None
    return (
        "In this class 'nbgrader autograde' and the formgrader's button run students' code with all your rights, and "
        "do not judge it: run 'grader init --repair .' here."
    )


def late_warning(config: Any, plan: Plan) -> list[str]:
    """What an instructor must know where the plan has a late rule that the configuration does not apply."""
    if not any(planned.late for planned in plan.assignments.values()) or _has(config, _PLUG_IN, ["PlannedPenalty"]):
        return []
    remedy = "run 'grader init --repair .' here"
    if (other := _get(config, _PLUG_IN)) is not None:
        remedy = f"{CONFIG_FILE} names {other!r} as c.{_PLUG_IN}; remove that line, and {remedy}"
    return [f"The late rule of {FILE} has no effect yet: {remedy}."]


def repair(directory: Path) -> list[str]:
    """Add the plug-ins that the configuration of the class `directory` lacks; everything in it is kept.

    Returns:
        what was done, line by line.

    Raises:
        UsageError: `directory` is no class directory.
    """
    config = Classroom.open(directory).config
    path = directory.expanduser().resolve() / CONFIG_FILE
    done = []
    if _get(config, _PLUG_IN) is None:  # an instructor's own plug-in stays
        _append(path, LATE)
        done.append(f"added to {CONFIG_FILE}: c.{_PLUG_IN}")
    for lines, settings in _NEEDED.items():
        missing = [name for name, words in settings.items() if not _has(config, name, words)]
        if not missing:
            continue
        _append(path, lines)
        done.append(f"added to {CONFIG_FILE}: {', '.join(f'c.{name}' for name in settings)}")
        done += [
            f"your c.{name} stands above it in {CONFIG_FILE} and has no effect now: put what you need of it into ours."
            for name in missing
            if _get(config, name) is not None
        ]
    return done or [f"{CONFIG_FILE} has all that it needs."]


def _append(path: Path, lines: str) -> None:
    before = path.read_text(encoding="utf-8").rstrip("\n")
    path.write_text(f"{before}\n\nc = get_config()  # noqa: F821\n{lines}", encoding="utf-8")


def _get(config: Any, name: str) -> Any:
    """The value that a configuration gives to `Class.trait`, or None."""
    owner, trait = name.split(".")
    return config[owner][trait] if owner in config and trait in config[owner] else None


def _has(config: Any, name: str, words: list[str]) -> bool:
    value = _get(config, name)
    values = value if isinstance(value, (list, tuple)) else [value]
    found = {v.rpartition(".")[2] if isinstance(v, str) else getattr(v, "__name__", "") for v in values}
    return found.issuperset(words)
