"""Says whether a graded submission has to be recorded again because the rules of the day are others than they were."""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from traitlets.utils.importstring import import_item

from grader.grading.cache import digest_of
from grader.grading.outputs import Limits
from grader.grading.results import Result
from grader.kernels.policy import Policy

LATENESS = "the due date, an extension or the late rule has changed"
LIMITS = "the limits have changed"


@dataclass(frozen=True)
class Rules:
    """What decides about a submission besides what was handed in and the source notebook.

    Attributes:
        limits: of an execution.
        policy: of the sandbox.
        late_rule: a digest of what takes points off for handing in late.
        due: the assignment's due date in UTC, or None.
        extensions: by student.
    """

    limits: Limits
    policy: Policy
    late_rule: str = ""
    due: datetime.datetime | None = None
    extensions: Mapping[str, datetime.timedelta] = field(default_factory=dict)

    @cached_property
    def limits_key(self) -> str:
        """A digest of the limits."""
        return digest_of(vars(self.limits), self.policy.as_dict())

    def lateness(self, student: str, submitted: str | None) -> str | None:
        """A digest of how late a submission is and of what that costs; None if it is in time."""
        if self.due is None or submitted is None:
            return None
        due = self.due + self.extensions.get(student, datetime.timedelta())
        late = (datetime.datetime.fromisoformat(submitted) - due).total_seconds()
        return digest_of(late, self.late_rule) if late > 0 else None

    def changed(self, result: Result) -> str | None:
        """Why a result no longer stands, in words, or None. Of other limits only those count that it met or would."""
        if result.late != self.lateness(result.student, result.submitted):
            return LATENESS
        return LIMITS if result.limits not in (None, self.limits_key) and self._met(result) else None

    def _met(self, result: Result) -> bool:
        limits, policy = self.limits, self.policy
        return (
            result.state == "graded in part"
            or max(result.cell_seconds.values(), default=0.0) > limits.cell_seconds
            or (result.seconds or 0.0) > limits.notebook_seconds
            or (result.cpu_seconds or 0.0) > policy.cpu_seconds
            or (result.peak_memory or 0) > policy.memory
        )


def late_rule(config: Any, planned: str = "") -> str:
    """A digest of nbgrader's late rule as a class configures it: the plug-in, its text, its settings.

    Args:
        config: the class's configuration.
        planned: what the class's plan says of late hand-ins; "" where it says nothing.
    """
    chosen = config.get("AssignLatePenalties", {}).get("plugin_class", "nbgrader.plugins.LateSubmissionPlugin")
    try:
        plugin = import_item(chosen) if isinstance(chosen, str) else chosen
        text = inspect.getsource(plugin)
    except (ImportError, OSError, TypeError):
        return digest_of(repr(chosen))
    settings = [dict(config.get(base.__name__, {})) for base in plugin.__mro__]
    return digest_of(repr(plugin), text, settings, *([planned] if planned else []))
