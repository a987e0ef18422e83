"""The page that shows authors the state of the course: one HTML file that needs nothing from outside."""

from __future__ import annotations

import time
from collections.abc import Mapping
from html import escape
from statistics import median

from grader.authoring import chapter
from grader.authoring.course import Course
from grader.errors import CourseError
from grader.gate.clauses import Clause, counts
from grader.gate.rules_chapter import CELLS, SECONDS, WORDS
from grader.gate.scores import SEEDS
from grader.gate.verify import Result

_STYLE = """
:root { color-scheme: light dark; --ink: #1b2430; --soft: #5b6678; --line: #d9dfe8; --paper: #fbfcfe; --card: #ffffff;
  --blue: #2f6db5; --orange: #b85200; --good: #1f7a43; --bar: #c9dbf1; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #a3adbd; --line: #38414f; --paper: #14181f;
  --card: #1b212b; --blue: #8ab8ee; --orange: #ffab6b; --good: #74cf97; --bar: #2d486b; } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 78rem; margin: 0 auto; padding: 2rem 1.25rem 4rem }
h1 { font-size: 1.7rem; margin: 0 0 .2rem } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem }
.soft { color: var(--soft) } .good { color: var(--good) } .bad { color: var(--orange) }
.sums { display: flex; flex-wrap: wrap; gap: .8rem; padding: 0; margin: 1.4rem 0; list-style: none }
.sums li, .wide { background: var(--card); border: 1px solid var(--line); border-radius: .5rem }
.sums li { padding: .6rem 1rem; min-width: 8rem }
.sums b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; line-height: 1.25 }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .93rem }
th, td { padding: .45rem .6rem; text-align: left; vertical-align: top; white-space: nowrap }
th, td { border-top: 1px solid var(--line) }
thead th { border-top: 0; color: var(--soft); font-weight: 600 }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums } td.title { white-space: normal; min-width: 11rem }
thead th { white-space: normal; vertical-align: bottom; line-height: 1.2 }
.time i { display: block; height: .3rem; margin-top: .25rem; border-radius: .2rem; background: var(--blue) }
.time b { display: block; width: 5rem; margin-top: .25rem; border-radius: .2rem; background: var(--bar) }
td small { color: var(--soft); display: block; line-height: 1.3 }
ul.found { padding-left: 1.2rem } ul.found li { margin: .25rem 0; overflow-wrap: anywhere }
code { font: .9em ui-monospace, monospace }
@media print { body { background: #fff } .wide, .sums li { border-color: #bbb } }
"""

_WORDS_FIRST = ("", "Chapter", "State", "Runs in")
_NUMBERS = ("Words", "Cells", "Figures", "Exercises", "Points", "Right answers", "Wrong answers", "Idle checks")


def page(course: Course, results: Mapping[str, Result]) -> str:
    """The whole page.

    Args:
        course: every topic of it has a row, those that nobody has verified here too.
        results: the last result of each topic.
    """
    there = [results[topic] for topic in course.topics if topic in results]
    rows = "\n".join(_row(course, topic, results.get(topic)) for topic in course.topics)
    heads = [*_WORDS_FIRST, *_NUMBERS, "Last held"]
    head = "".join(f'<th scope="col"{" class=n" * (name in _NUMBERS)}>{name}</th>' for name in heads)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>The course, verified</title><style>{_STYLE}</style></head><body><main>
<h1>The course, verified</h1>
<p class="soft">Written by <code>grader verify --html</code> on {time.strftime("%d %B %Y, %H:%M")}.
A chapter may take {SECONDS} s; {WORDS[0]:,} to {WORDS[1]:,} words and {CELLS[0]} to {CELLS[1]} cells fit into the
reader's time.</p>
{_sums(course, there)}
<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>
{rows}
</tbody></table></div>
{_findings(there)}
</main></body></html>
"""


def _sums(course: Course, results: list[Result]) -> str:
    """What there is in all."""
    times = [result.chapter_seconds for result in results if result.chapter_seconds]
    sums = {
        "chapters hold": f"{sum(not result.errors for result in results)} of {len(course.topics)}",
        "exercises": sum(result.exercises for result in results),
        "graded cells": sum(result.graded for result in results),
        "other right answers": sum(result.right for result in results),
        "wrong answers": sum(result.wrong for result in results),
        "idle checks": sum(len(result.idle) for result in results),
        "a chapter runs in (median)": f"{median(times):.1f} s" if times else "–",
    }
    return '<ul class="sums">' + "".join(f"<li><b>{value}</b>{name}</li>" for name, value in sums.items()) + "</ul>"


def _row(course: Course, topic: str, result: Result | None) -> str:
    try:
        title = chapter.front_matter(course.chapter(topic))[0].title
    except CourseError:
        title = topic
    name = f'<td class="n">{topic[:2]}</td><td class="title">{escape(title)}</td>'
    if result is None:
        return f'<tr>{name}<td class="soft">not verified yet</td>{"<td></td>" * 10}</tr>'
    errors, advice = len(result.errors), len(result.warnings)
    state = f'<span class="bad">{errors} to put right</span>' if errors else '<span class="good">holds</span>'
    if advice:
        state += f'<br><span class="soft">{advice} warning{"s" * (advice != 1)}</span>'
    share = min(100.0, 100 * result.chapter_seconds / SECONDS)
    bar = f'<b aria-hidden="true"><i style="width:{share:.0f}%"></i></b>'
    time_cell = f'<td class="time">{result.chapter_seconds:.1f} s{bar}</td>'
    counts = (result.words, result.cells, result.figures, result.exercises, result.points, result.right, result.wrong)
    numbers = "".join(f'<td class="n">{count:,g}</td>' for count in counts)
    idle = f'<td class="n{" bad" * bool(result.idle)}">{len(result.idle)}</td>'
    return f"<tr>{name}<td>{state}</td>{time_cell}{numbers}{idle}<td>{_held(result)}</td></tr>"


def _held(result: Result) -> str:
    """When the topic last held, and with what."""
    if not result.verified:
        return "never"
    names = {"tensorflow": "TensorFlow", "keras": "Keras", "python": "Python"}
    given = "".join(f"<small>{name} {escape(result.versions.get(key, '–'))}</small>" for key, name in names.items())
    return result.verified + given


def _findings(results: list[Result]) -> str:
    """All that must be put right, and the advice."""
    parts = []
    for title, lists in (
        ("To put right", [result.errors for result in results]),
        ("Warnings", [result.warnings for result in results]),
    ):
        found = [finding for each in lists for finding in each]
        items = "".join(f"<li><code>{escape(item.file)}:{item.line}</code> {escape(item.text)}</li>" for item in found)
        if found:
            parts.append(f'<h2>{title}</h2><ul class="found">{items}</ul>')
    return "\n".join([*parts, _proofs(results), _clauses(results), _spare(results)])


_PROOFS = ("Visible", "Hidden", "None", "Mutants", "Died", "Equal", "Live", "Score", "Answers", "Differ")


def _proofs(results: list[Result]) -> str:
    """How far each topic is proved: its clauses, its mutants, its answers with many seeds."""
    rows = []
    for result in results:
        clauses: list[object] = [*counts(result.clauses).values()] if result.clauses else ["–"] * 3
        mutants, seeds = result.mutants, result.seeds
        died: list[object] = ["–"] * 5
        if mutants:
            died = [mutants.made, mutants.killed, mutants.equal, mutants.survived, f"{mutants.score:.1%}"]
        drawn: list[object] = [seeds.answers, seeds.differing] if seeds else ["–"] * 2
        cells = "".join(f'<td class="n">{cell}</td>' for cell in (*clauses, *died, *drawn))
        rows.append(f"<tr><td>{escape(result.topic)}</td>{cells}</tr>")
    heads = "".join(f'<th scope="col" class="n">{name}</th>' for name in _PROOFS)
    parts = (("Clauses by their check", 3), ("Right answers changed in one place", 5), (f"{SEEDS} seeds", 2))
    groups = "".join(f'<th scope="colgroup" colspan="{count}">{name}</th>' for name, count in parts)
    head = f'<tr><td></td>{groups}</tr><tr><th scope="col">Topic</th>{heads}</tr>'
    body = "".join(rows)
    return f'<h2>Proofs</h2><div class="wide"><table><thead>{head}</thead><tbody>{body}</tbody></table></div>'


def _clauses(results: list[Result]) -> str:
    """The demands of every contract, and whether a student hears of it where one is broken."""
    lists = []
    for result in (result for result in results if result.clauses):
        rows = "".join(_clause(clause) for clause in result.clauses)
        said = ", ".join(f"{count} {kind}" for kind, count in counts(result.clauses).items() if count)
        head = "".join(f'<th scope="col">{name}</th>' for name in ("Exercise", "", "Demand", "Check", "Broken by"))
        lists.append(
            f"<details><summary>{escape(result.topic)}: {said}</summary>"
            f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></details>'
        )
    if not lists:
        return ""
    return (
        '<h2>Clauses</h2><p class="soft">The check that a wrong answer fails which breaks this clause alone: visible '
        "to students, or hidden until it is graded; none is a fault.</p>" + "\n".join(lists)
    )


def _clause(clause: Clause) -> str:
    seen = f'<span class="{"bad" if clause.seen == "none" else "good" * (clause.seen == "visible")}">{clause.seen}'
    cells = (f"<code>{escape(clause.exercise)}</code>", clause.sign, escape(clause.text), f"{seen}</span>")
    answers = escape("; ".join(clause.answers))
    return (
        "<tr>"
        + "".join(f"<td{' class=title' * (i == 2)}>{each}</td>" for i, each in enumerate(cells))
        + (f'<td class="title">{answers}</td></tr>')
    )


def _spare(results: list[Result]) -> str:
    """The checks that could be dropped, one at a time, and no wrong answer in the bank would get through."""
    cells = [(name, labels) for result in results for name, labels in result.spare.items()]
    items = "".join(f"<li><code>{escape(name)}</code> {escape('; '.join(labels))}</li>" for name, labels in cells)
    if not items:
        return ""
    count = sum(len(labels) for _, labels in cells)
    return (
        f"<h2>Checks that no wrong answer needs</h2><details><summary>{count} checks in {len(cells)} graded cells: "
        "without any one of them, the others would still catch every wrong answer of the bank. An answer that only "
        f'this check catches proves that it is of use.</summary><ul class="found">{items}</ul></details>'
    )
