"""`grader verify`: the gate with a progress display, and one table at the end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from grader.authoring.course import Course
from grader.errors import UsageError
from grader.gate import scores
from grader.gate.draw import drawn
from grader.gate.verify import Result, recall, verify
from grader.gate.verify_report import page
from grader.grading.runtime import versions


def run(
    out: Console,
    names: Sequence[str],
    *,
    unproved: bool = False,
    also: int = 0,
    html: Path | None = None,
    jobs: int | None = None,
    force: bool = False,
) -> int:
    """Put the named topics, or all, through the gate and print what came of it.

    Args:
        out: where to print.
        names: of topics; all when none.
        unproved: run only chapters, exercises and projects that have not held as they are now, and hold all to the
            rules for their text.
        also: with `unproved`: so many others run, too, drawn by the last commit.
        html: where to write the report.
        jobs, force: as of `grader.gate.verify.verify`.

    Returns:
        the exit code: 1 where anything is wrong.

    Raises:
        UsageError: there is no such topic, or names and `unproved` are given together.
    """
    course = Course.find()
    if unproved and names:
        raise UsageError("Name topics or use --unproved, not both.")
    if also and not unproved:
        raise UsageError("--also goes with --unproved: topics that have not changed, to run beside those that have.")
    if jobs is not None and jobs < 1:
        raise UsageError(f"--jobs must be 1 or more, not {jobs}.")
    topics = sorted({course.resolve(name) for name in names}) if names else course.topics
    only_read: dict[str, list[str]] = {}
    if unproved:
        standing = {topic: scores.standing(course, topic) for topic in topics}
        due = {topic: [part for part, kept in parts.items() if not kept] for topic, parts in standing.items()}
        again = drawn(course, [topic for topic in topics if not due[topic]], also)
        held = {topic: [kept for kept in standing[topic].values() if kept] for topic in topics if topic not in again}
        only_read = {
            topic: [part for part in scores.PARTS if part not in due[topic]] for topic, kept in held.items() if kept
        }
        older = sum(any(each.package != versions()["grader"] for each in kept) for kept in held.values())
        for sentence in _plan(sum(map(bool, due.values())), again, older):
            out.print(sentence, highlight=False)
    started = time.monotonic()
    results = _with_progress(out, course, topics, only_read, jobs, force)
    for line in messages(results):
        out.print(line, soft_wrap=True, highlight=False)
    out.print(table(results))
    out.print(summary(results, time.monotonic() - started), highlight=False)
    if html is not None:
        html.write_text(page(course, recall(course)), "utf-8")
        out.print(f"The report is in {html}.", highlight=False)
    return int(any(result.errors for result in results))


def _plan(changed: int, again: Sequence[str], older: int) -> Iterator[str]:
    """What `--unproved` is about to run."""
    if changed or again:
        yield f"{changed} {'topic' if changed == 1 else 'topics'} changed since last held; what changed is to be run."
        yield from [f"Drawn beside: {', '.join(again)}."] if again else []
        yield "All others are only read."
    else:
        yield "Every topic has held as its text is now; all are read, none is run."
    if older:
        yield f"{older} of these last held with other checks, kernels or data than now: 'grader verify' runs all."


def _with_progress(
    out: Console,
    course: Course,
    topics: Sequence[str],
    only_read: Mapping[str, Collection[str]],
    jobs: int | None,
    force: bool,
) -> list[Result]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        whole = bar.add_task("topics", total=len(topics))
        tasks: dict[str, TaskID] = {}
        asked: Counter[str] = Counter()

        def heard(topic: str, state: str) -> None:
            if state == "run":
                asked[topic] += 1
                if topic not in tasks:
                    tasks[topic] = bar.add_task(f"  {topic}", total=0)
                bar.update(tasks[topic], total=asked[topic])
            elif state == "done":
                bar.advance(tasks[topic])
            else:
                bar.advance(whole)
                if topic in tasks:
                    bar.remove_task(tasks.pop(topic))

        return verify(course, topics, only_read=only_read, jobs=jobs, force=force, progress=heard)


def messages(results: Sequence[Result]) -> list[Text]:
    """One line for each finding: faults in red, then warnings."""
    found = [finding for result in results for finding in result.errors]
    advice = [finding for result in results for finding in result.warnings]
    lines = [Text.assemble(("error   ", "bold red"), str(finding)) for finding in found]
    return lines + [Text.assemble(("warning ", "yellow"), str(finding)) for finding in advice]


def table(results: Sequence[Result]) -> Table:
    """What was verified, a line for each topic."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=0)
    for name in ("topic", "", "chapter", "words", "exercises", "right", "wrong", "idle"):
        made.add_column(name, justify="left" if name in ("topic", "") else "right", no_wrap=True)
    for result in results:
        count = len(result.errors)
        made.add_row(
            result.topic,
            Text(f"{count} error{'s' * (count != 1)}", "bold red") if count else Text("holds", "green"),
            f"{result.chapter_seconds:.1f} s" if result.chapter_seconds else "–",
            f"{result.words:,}",
            str(result.exercises),
            str(result.right),
            str(result.wrong),
            str(len(result.idle)),
        )
    return made


def summary(results: Sequence[Result], seconds: float) -> str:
    """The last line: how many topics hold, and what it took."""
    good, ran = sum(not result.errors for result in results), sum(bool(result.ran) for result in results)
    only_read = f", {len(results) - ran} of them only read" if ran < len(results) else ""
    runs = sum(result.executed for result in results)
    known = sum(result.remembered for result in results)
    advice = sum(len(result.warnings) for result in results)
    return (
        f"{good} of {len(results)} topics hold{only_read}; {advice} warnings; {runs} notebooks run, "
        f"{known} results known, in {seconds:.0f} s."
    )
