"""nbgrader's late plug-in for a class with a plan: the late rule and the extensions of `class.yml`."""

from __future__ import annotations

from datetime import timezone
from pathlib import Path

from nbgrader.plugins import LateSubmissionPlugin

from grader.classroom import plan


class PlannedPenalty(LateSubmissionPlugin):
    """Takes off what the class's plan says; where it says nothing of late hand-ins, nbgrader's `penalty_method` counts.

    nbgrader has a place for an extension only once the student has handed in, so it is entered here, too.
    """

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """The points that one notebook of a submission loses.

        Args:
            student_id: whose.
            score: what it earned.
            total_seconds_late: by the due date and the extension in the gradebook.

        Raises:
            UsageError: `class.yml` is wrong.
        """
        step = self.parent  # nbgrader's AssignLatePenalties, at work on one notebook
        planned = plan.read(Path(step.parent.parent.coursedir.root))
        if planned is None:
            return self._by_nbgrader(student_id, score, total_seconds_late)
        submission = step.gradebook.find_submission(step.assignment_id, student_id)
        told = planned.of(step.assignment_id)
        if told.due is not None:
            submission.extension = told.extensions().get(student_id)
        if not submission.total_seconds_late:
            return None
        if told.late is None:
            return self._by_nbgrader(student_id, score, submission.total_seconds_late)
        due = submission.duedate.replace(tzinfo=timezone.utc).astimezone(planned.zone)
        return score * told.late.share(due, submission.timestamp.replace(tzinfo=timezone.utc))

    def _by_nbgrader(self, student_id: str, score: float, late: float) -> float | None:
        penalty: float | None = super().late_submission_penalty(student_id, score, late)
        return penalty
