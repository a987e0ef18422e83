"""Small charts as inline SVG: drawn in the colours of the page, each with its content in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from markupsafe import Markup

OUTCOMES = ("right", "wrong", "error", "not attempted")
CSS = {"right": "right", "wrong": "wrong", "error": "error", "not attempted": "none"}


def _svg(width: int, height: int, says: str, parts: Sequence[str], css: str) -> Markup:
    return Markup(
        f'<svg class="{css}" role="img" aria-label="{escape(says)}" viewBox="0 0 {width} {height}" '
        f'preserveAspectRatio="xMinYMid" xmlns="http://www.w3.org/2000/svg"><title>{escape(says)}</title>{"".join(parts)}</svg>'
    )


def stacked(counts: Mapping[str, int]) -> Markup:
    """Outcomes of one exercise as one bar, with the counts in it."""
    total = sum(counts.values())
    says = ", ".join(f"{counts[name]} {name}" for name in OUTCOMES if counts.get(name)) or "no answers"
    parts, x = [], 0.0
    for name in OUTCOMES:
        count = counts.get(name, 0)
        if not count:
            continue
        width = 300 * count / total
        parts.append(
            f'<rect class="fill-{CSS[name]}" x="{x:.2f}" width="{max(width - 1.5, 0.5):.2f}" height="18" rx="2"/>'
        )
        if width >= 14:
            parts.append(f'<text class="on-fill" x="{x + width / 2 - 0.75:.2f}" y="13.5">{count}</text>')
        x += width
    return _svg(300, 18, says, parts, "stacked")


def columns(counts: Sequence[int], most: float, mean: float | None) -> Markup:
    """A histogram of scores from 0 to `most`, with the mean marked."""
    bins, tallest = len(counts), max([*counts, 1])
    left, base, width, height = 8.0, 150.0, 560.0, 106.0
    step = width / bins
    parts = []
    for number, count in enumerate(counts):
        x, tall = left + number * step, height * count / tallest
        parts.append(
            f'<rect class="fill-bar" x="{x + 1.5:.1f}" y="{base - tall:.1f}" '
            f'width="{step - 3:.1f}" height="{tall:.1f}" rx="2"/>'
        )
        if count:
            parts.append(f'<text class="axis" x="{x + step / 2:.1f}" y="{base - tall - 5:.1f}">{count}</text>')
    parts.append(f'<line class="axis-line" x1="{left}" x2="{left + width}" y1="{base}" y2="{base}"/>')
    for share in (0, 0.25, 0.5, 0.75, 1):
        parts.append(f'<text class="axis" x="{left + share * width:.1f}" y="{base + 17}">{share * most:g}</text>')
    if mean is not None and most:
        x = left + width * mean / most
        anchor = "end" if mean > 0.8 * most else "start"
        dx = -5 if anchor == "end" else 5
        parts.append(f'<line class="mean" x1="{x:.1f}" x2="{x:.1f}" y1="6" y2="{base}"/>')
        parts.append(f'<text class="axis" style="text-anchor:{anchor}" x="{x + dx:.1f}" y="14">mean {mean:.1f}</text>')
    spans = [
        f"{count} from {most * n / bins:g} to {most * (n + 1) / bins:g}" for n, count in enumerate(counts) if count
    ]
    says = f"Scores of {sum(counts)} students, of {most:g} points: " + (", ".join(spans) or "none") + "."
    return _svg(576, 172, says, parts, "columns")
