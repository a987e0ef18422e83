"""What handing in late costs, in days of the class's own calendar and clock."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """A length of time as people mean it: days go by the calendar and the clock on the wall, hours by what passes.

    One day after Saturday 23:59 is Sunday 23:59, also where the clocks are changed in between.
    """

    days: int = 0
    time: timedelta = timedelta()

    def after(self, moment: datetime) -> datetime:
        """So long after `moment`, which has a time zone; in UTC, as two times of one zone compare by their clocks."""
        return (moment + timedelta(days=self.days)).astimezone(timezone.utc) + self.time

    def __str__(self) -> str:
        """In words: `2 days`, `12 hours`."""
        number, unit = (self.days, "day") if self.days else (self.time / timedelta(hours=1), "hour")
        return f"{number:.4g} {unit}{'s' * (number != 1)}"


@dataclass(frozen=True)
class LateRule:
    """The share of the points earned that a late hand-in loses; by default none.

    Attributes:
        per_day: for each day that has begun after the due date, from 0 to 1.
        at_most: the bound.
        end: after this time nothing counts; None for no such end.
    """

    per_day: float = 0.0
    at_most: float = 1.0
    end: Span | None = None

    def share(self, due: datetime, handed_in: datetime) -> float:
        """The share that is lost, from 0 to 1.

        Args:
            due: with the class's time zone, whose days are counted; a student's own date after an extension.
            handed_in: with any time zone.
        """
        days = days_late(due, handed_in)
        if days == 0:
            return 0.0
        if self.end is not None and handed_in > self.end.after(due):
            return 1.0
        return min(self.at_most, self.per_day * days)

    def __str__(self) -> str:
        """In words: `10 % per day, at most 50 %`."""
        parts = []
        if self.per_day:
            parts.append(f"{100 * self.per_day:.4g} % per day")
        if self.per_day and self.at_most < 1:
            parts.append(f"at most {100 * self.at_most:.4g} %")
        if self.end:
            parts.append(f"nothing after {self.end}")
        return ", ".join(parts) or "none"


def days_late(due: datetime, handed_in: datetime) -> int:
    """How many days have begun between the due date and a hand-in; 0 if it is in time."""
    late = handed_in - due.astimezone(timezone.utc)
    if late <= timedelta():
        return 0
    about = math.ceil(late / DAY)  # the clocks may have been changed in between
    return next(days for days in range(max(1, about - 1), about + 2) if Span(days).after(due) >= handed_in)
