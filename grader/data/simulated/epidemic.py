"""Make `epidemic`: 210 days of a simulated epidemic in a region of two million people.

The process, in full (`truth.csv` keeps what nobody could see: susceptible, infectious, new infections, the
rate):

- A stochastic SIR model in steps of a day. Each susceptible person is infected with probability 1 -
  exp(-rate * I / N); each infectious one ceases to be with probability 1 - exp(-1/7) (seven days on
  average). 60 people are infectious on day 0.
- The contact rate, per day, follows the measures: 0.33 free; 0.110 from day 33 (everything closed); 0.190
  from day 78 (schools and shops open); 0.115 from day 128 (closed again); 0.165 from day 163 (cautious
  opening), and no change after that. A change takes effect over seven days. The reproduction number is rate
  * 7 * S / N.
- Of those who cease to be infectious, 1.5 of 100 die, 12 days later on average; the others recover.
- Reporting: a case is confirmed with probability 0.45, four days late; a death always, a recovery of a
  confirmed case always, each with its own delay. Offices report less on Saturday (0.75) and Sunday (0.50)
  and catch up on Monday (1.35) and Tuesday (1.20); each day's count is a Poisson draw around that, times
  log-normal noise of 6 %.
- The first 182 days (26 weeks) are `before.csv`, the 28 that follow are `after.csv`, kept to judge a
  forecast.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

from grader.data.simulated.draw import Draw

SEED = 210
DAYS, CUT = 210, 182
PEOPLE, FIRST = 2_000_000, 60
Steps = Sequence[tuple[int, float]]
"""From which day on people meet at which rate."""
STEPS = [(0, 0.33), (33, 0.110), (78, 0.190), (128, 0.115), (163, 0.165)]
DAY_ONE = date(2031, 1, 6)  # a Monday
WEEKDAY = [1.35, 1.20, 1.10, 1.05, 1.05, 0.75, 0.50]
LEAVING = 1 - math.exp(-1 / 7)


def rate(day: int, steps: Steps = STEPS) -> float:
    """The contact rate of a day: steps, each smoothed over a week."""
    value = steps[0][1]
    for start, target in steps[1:]:
        value += (target - value) * min(max((day - start) / 7, 0.0), 1.0)
    return value


def count(draw: Draw, mean: float) -> int:
    """A Poisson draw: by multiplication when the mean is small, by the normal limit when it is not."""
    if mean > 30:
        return max(0, round(draw.normal(mean, math.sqrt(mean))))
    limit, product, result = math.exp(-mean), draw.uniform(), 0
    while product > limit:
        product *= draw.uniform()
        result += 1
    return result


def outbreak(draw: Draw, steps: Steps = STEPS) -> list[dict[str, float]]:
    """Day by day: susceptible, infectious, new infections, people who cease to be infectious, the rate."""
    susceptible, infectious, days = PEOPLE - FIRST, FIRST, []
    for day in range(DAYS):
        force = 1 - math.exp(-rate(day, steps) * infectious / PEOPLE)
        infected = min(susceptible, count(draw, susceptible * force))
        left = min(infectious, count(draw, infectious * LEAVING))
        days.append(
            {
                "susceptible": susceptible,
                "infectious": infectious,
                "infections": infected,
                "left": left,
                "rate": rate(day, steps),
                "reproduction": rate(day, steps) * 7 * susceptible / PEOPLE,
            }
        )
        susceptible, infectious = susceptible - infected, infectious + infected - left
    return days


def delayed(days: list[dict[str, float]], key: str, day: int, mean: int) -> float:
    """The key's average over the days that lie `mean` ± 3 days back."""
    past = [days[d][key] for d in range(day - mean - 3, day - mean + 4) if 0 <= d < day]
    return sum(past) / 7


def reported(draw: Draw, mean: float, day: int) -> int:
    """A day's report: weekday effect, noise, and a Poisson draw."""
    return count(draw, mean * WEEKDAY[day % 7] * math.exp(draw.normal(0, 0.06)))


def newly_confirmed(draw: Draw, days: list[dict[str, float]], day: int) -> int:
    """The cases that are confirmed on a day."""
    return reported(draw, 0.45 * delayed(days, "infections", day, 4), day)


def files() -> dict[str, bytes]:
    """The files of the set: relative path → content."""
    draw = Draw(SEED)
    days = outbreak(draw)
    rows = ["date,confirmed,recovered,dead\n"]
    truth = ["date,susceptible,infectious,infections,rate,reproduction\n"]
    for day, state in enumerate(days):
        when = (DAY_ONE + timedelta(days=day)).isoformat()
        confirmed = newly_confirmed(draw, days, day)
        recovered = reported(draw, 0.45 * 0.985 * delayed(days, "left", day, 6), day)
        dead = reported(draw, 0.015 * delayed(days, "left", day, 12), day)
        rows.append(f"{when},{confirmed},{recovered},{dead}\n")
        whole = ",".join(f"{state[key]:.0f}" for key in ("susceptible", "infectious", "infections"))
        truth.append(f"{when},{whole},{state['rate']:.4f},{state['reproduction']:.3f}\n")
    header = rows[0]
    return {
        "epidemic/before.csv": "".join(rows[: CUT + 1]).encode(),
        "epidemic/after.csv": "".join([header, *rows[CUT + 1 :]]).encode(),
        "epidemic/truth.csv": "".join(truth).encode(),
    }
