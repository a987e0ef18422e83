"""The command `grader plan`: the plan of a term as a table, entered in the gradebook and the released notebooks."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader.classroom import due_date, plug_ins
from grader.classroom import plan as plans
from grader.classroom.classroom import Classroom
from grader.classroom.late_rule import LateRule
from grader.classroom.plan import FILE, Plan
from grader.errors import UsageError
from grader.grading import deadlines
from grader.grading.gradebook import Book
from grader.progress.due import distance

SHOWN = 4
"""So many extensions of an assignment are listed."""
EXAMPLE = """\
# The plan of the term. 'grader plan' shows it and enters its dates in the gradebook.
# Students see the due dates in their notebooks and on their start page; the rest is for instructors alone.
time zone: {zone}          # of all dates here; the clocks may change in the term

# late:                    # what handing in late costs; leave it out to keep nbgrader's own setting
#   per day: 10 %          # of the points earned, for each day begun
#   at most: 50 %
#   end: 7 days            # after that nothing counts

# extensions:              # of one student, for every assignment
#   {student}: 2 days

# weights:                 # of the total in 'grader report'; each assignment then has a group, or 'group: none'
#   exercises: 40 %
#   projects: 60 %

assignments:
"""
OF_ASSIGNMENT = """\
  {name}:
    release: {release}{note}
    due: {due} 23:59
    solutions: {solutions}
"""
MORE = """\
    # group: exercises
    # late: none           # another rule than above
    # extensions:          # in place of one above; a length of time, or a date
    #   {student}: {later} 23:59
"""


def plan_command(directory: Path | None, console: Console, *, dry_run: bool = False) -> None:
    """Show the plan of a class, apply it, and say what was changed.

    Args:
        directory: the class directory; the one around the working directory when None.
        console: where the table goes.
        dry_run: only say what would be changed.

    Raises:
        UsageError: there is no class or no plan, the plan is wrong, or a grading run is at work.
        CourseError: the gradebook cannot be written.
    """
    room = Classroom.find(directory)
    plan = plans.of(room)
    if plan is None:
        raise UsageError(f"There is no {FILE} in {room.root}: begin with 'grader plan --example > {FILE}'.")
    with room.locked():
        book = Book.open(room.coursedir.db_url, room.coursedir.course_id)
        try:
            done = deadlines.apply(book, plan, dry_run=dry_run)
            others = {name: book.deadlines(name)[0] for name in room.assignments() if plan.of(name).due is None}
        finally:
            book.end()
        if not dry_run:
            done += due_date.write_released(room.root, plan)
    console.print(_table(plan, {name: due for name, due in others.items() if due is not None}))
    _say(console, f"Handing in late: {_rule(plan.late)}")
    for line in done:
        _say(console, f"would change: {line}" if dry_run else line)
    if not done:
        _say(console, "The gradebook is as planned.")
    for line in [*plug_ins.late_warning(room.config, plan), *_worth_knowing(room, plan)]:
        console.print(line, style="yellow", markup=False, soft_wrap=True)


def _say(console: Console, line: str) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)


def _table(plan: Plan, others: dict[str, datetime]) -> Table:
    """A row for each assignment, in the order of the due dates; `others` are dates that only the gradebook has."""
    now = datetime.now(plan.zone)
    dues = {name: planned.due for name, planned in plan.assignments.items()}
    dues |= {name: due.replace(tzinfo=timezone.utc).astimezone(plan.zone) for name, due in others.items()}
    rules = any(planned.late != plan.late for planned in plan.assignments.values())
    table = Table(box=None, header_style="bold", pad_edge=False, title=f"Times of {plan.zone}", title_justify="left")
    more = [*(("late",) if rules else ()), *(("weight",) if plan.weights else ())]
    for name in ("assignment", "release", "due", "", "extensions", *more):
        table.add_column(name, no_wrap=name in ("assignment", "release", "due", ""))
    last = datetime.max.replace(tzinfo=timezone.utc)
    for name, due in sorted(dues.items(), key=lambda pair: (pair[1] or last).astimezone(timezone.utc)):
        planned = plan.of(name)
        own = [f"{student} {_date(moment, now)}" for student, moment in sorted(planned.own_due.items())]
        if len(own) > SHOWN:
            own[SHOWN:] = [f"and {len(own) - SHOWN} more"]
        if name in others:
            own = ["(date of the gradebook)"]
        row = [name, _date(planned.release, now), _date(due, now), distance(due, now) if due else "", "\n".join(own)]
        row += [_rule(planned.late)] if rules else []
        row += [f"{100 * plan.weights[planned.group]:g} % {planned.group}"] if planned.group else []
        table.add_row(*map(escape, row))
    return table


def _rule(late: LateRule | None) -> str:
    return "as nbgrader is set" if late is None else str(late)


def _date(moment: datetime | None, now: datetime) -> str:
    """A date and its time, with the year where that is not this one."""
    if moment is None:
        return "–"
    year = f" {moment.year}" if moment.year != now.year else ""
    return f"{moment:%a} {moment.day} {moment:%b}{year} {moment:%H:%M}"


def _worth_knowing(room: Classroom, plan: Plan) -> list[str]:
    """What is no mistake, but perhaps not meant."""
    said = []
    for name, planned in plan.assignments.items():
        late = planned.late if planned.late != LateRule() else None
        if late and planned.due and planned.solutions and late.share(planned.due, planned.solutions) < 1:
            said.append(f"{name}: the solutions come out while handing in late still counts: see 'end' under 'late'.")
        for student, own in sorted(planned.own_due.items()):
            if planned.solutions and own.astimezone(timezone.utc) > planned.solutions.astimezone(timezone.utc):
                said.append(f"{name}: the solutions come out before {student}'s extension ends.")
    absent = [name for name in room.assignments() if name not in plan.assignments]
    if absent:
        said.append(f"Not in {FILE}: {', '.join(absent)}.")
    return said


def example(directory: Path | None) -> str:
    """A `class.yml` to begin with: the assignments of a class, one a week from next Monday on, and what else can be."""
    room = Classroom.find(directory)
    names = room.assignments() or ["01-tensors"]
    student = next((person.id for person in room.people()), "ann")
    today = date.today()
    monday = today + timedelta(days=7 - today.weekday())
    text = EXAMPLE.format(zone=_local_zone(), student=student)
    for week, name in enumerate(names):
        release = monday + timedelta(weeks=week)
        due = release + timedelta(days=11)
        note = "    # for you to remember: nothing is released by itself" if week == 0 else ""
        solutions = due + timedelta(days=8)
        text += OF_ASSIGNMENT.format(name=name, release=release, note=note, due=due, solutions=solutions)
        if week == 0:
            text += MORE.format(student=student, later=due + timedelta(days=2))
    return text


def _local_zone() -> str:
    """The name of this machine's time zone where it has one, as Linux and macOS link it."""
    link = Path("/etc/localtime").resolve().as_posix().partition("zoneinfo/")[2]
    return link or "Europe/London"
