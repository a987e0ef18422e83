"""`grader verify --mutants` and `--seeds`: the long proofs with a progress bar, and what they found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from grader.authoring.course import Course
from grader.errors import UsageError
from grader.gate.long_proofs import Mutated, try_mutants, try_seeds
from grader.gate.scores import LEAST

T = TypeVar("T")


def run_mutants(out: Console, names: Sequence[str], *, jobs: int | None = None, force: bool = False) -> int:
    """Try the mutants of the named topics, or of all; 1 where too many live or a declaration does not hold."""
    results = _with_bar(out, "mutants", names, jobs, force, try_mutants)
    for result in results:
        for finding in result.findings:
            out.print(Text.assemble(("error   ", "bold red"), str(finding)), soft_wrap=True)
        for mutant in result.survivors:
            where = f"{result.topic}: {mutant.exercise}, line {mutant.line} of {mutant.of}"
            out.print(Text.assemble(("lives   ", "yellow"), where), soft_wrap=True)
            out.print(Text(f"# - {mutant.old}\n# + {mutant.new}"), soft_wrap=True)
    out.print(_table(results))
    bad = [result for result in results if result.score.score < LEAST or result.findings]
    least = (
        f"{LEAST:.0%} of those that are not declared equal must die; CONTRIBUTING.md says what to do about the rest."
    )
    out.print(f"{len(results) - len(bad)} of {len(results)} topics hold; {least}", highlight=False)
    return int(bool(bad))


def run_seeds(out: Console, names: Sequence[str], *, jobs: int | None = None, force: bool = False) -> int:
    """Try the answers of the named topics, or of all, with many seeds; 1 where one does not come out the same."""
    results = _with_bar(out, "seeds", names, jobs, force, try_seeds)
    for result in results:
        for said in result.differing:
            out.print(Text.assemble(("error   ", "bold red"), f"{result.topic}: {said}"), soft_wrap=True)
    for result in results:
        draws = result.draws
        text = f"{result.topic}: {draws.answers} answers with {draws.seeds} seeds, {draws.differing} of them differ."
        out.print(text, highlight=False)
    return int(any(result.draws.differing for result in results))


def _with_bar(
    out: Console, what: str, names: Sequence[str], jobs: int | None, force: bool, work: Callable[..., list[T]]
) -> list[T]:
    course = Course.find()
    if jobs is not None and jobs < 1:
        raise UsageError(f"--jobs must be 1 or more, not {jobs}.")
    topics = sorted({course.resolve(name) for name in names}) if names else course.exercise_topics()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        task, total = bar.add_task(what, total=0), 0

        def told(topic: str, count: int) -> None:
            nonlocal total
            if count < 0:
                bar.advance(task)
                return
            total += count
            bar.update(task, total=total, description=f"{topic}, {what}")

        return work(course, topics, jobs=jobs, force=force, told=told)


def _table(results: Sequence[Mutated]) -> Table:
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("topic", "mutants", "died", "equal", "live", "score"):
        made.add_column(name, justify="left" if name == "topic" else "right", no_wrap=True)
    for result in results:
        score = result.score
        cells = (score.made, score.killed, score.equal, score.survived)
        style = "green" if score.score >= LEAST else "bold red"
        made.add_row(result.topic, *map(str, cells), Text(f"{score.score:.1%}", style))
    return made
