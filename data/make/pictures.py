"""Draw the catalogue's pictures, one per set: `python data/make/pictures.py`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

os.environ.setdefault("MPLBACKEND", "agg")

import matplotlib.pyplot as plt
import numpy as np

from grader import datasets
from grader.data.simulated.review_words import KINDS

HERE = Path(__file__).parents[1] / "pictures"
BLUE, ORANGE, GREY, GREEN = "#2F6DB5", "#C75B00", "#8A94A3", "#2E7D4F"

PRAISE = {word for kind in KINDS for words in (kind.praise, *(a.praise for a in kind.aspects)) for word in words}
BLAME = {word for kind in KINDS for words in (kind.blame, *(a.blame for a in kind.aspects)) for word in words}
PRAISE, BLAME = (PRAISE - BLAME) | {"lovely"}, BLAME - PRAISE


def main() -> None:
    """Write every picture."""
    plt.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    for draw in (classics, passengers, shapes, reviews, epidemic):
        figure = draw()
        dpi = 75 if draw is shapes else 110
        figure.savefig(HERE / f"{draw.__name__}.png", dpi=dpi, facecolor="white", bbox_inches="tight")
        plt.close(figure)


def scatter(axes: Any, name: str, first: int, second: int) -> None:
    """Two features of a set, coloured by class."""
    (x, y), _ = datasets.load(name)
    entry = datasets.describe(name)
    for number, (label, colour) in enumerate(zip(entry.classes, (BLUE, ORANGE, GREEN), strict=False)):
        axes.scatter(*x[y == number][:, [first, second]].T, s=8, color=colour, label=label, alpha=0.7)
    axes.set(xlabel=entry.features[first], ylabel=entry.features[second], title=name)
    axes.legend(frameon=False, fontsize=7)


def classics() -> Any:
    """Twenty digits, and two features of each of the four tables."""
    (pictures, labels), _ = datasets.load("digits")
    figure, axes = plt.subplots(1, 5, figsize=(14, 2.9), layout="constrained")
    rows = [np.hstack([np.pad(p, 1) for p in pictures[labels == digit][:5]]) for digit in range(10)]
    axes[0].imshow(np.hstack([np.vstack(rows[:5]), np.vstack(rows[5:])]), cmap="gray_r")
    axes[0].set(title="digits", xticks=[], yticks=[])
    scatter(axes[1], "iris", 2, 3)
    scatter(axes[2], "wine", 6, 12)
    scatter(axes[3], "breast_cancer", 20, 21)
    (x, y), _ = datasets.load("diabetes")
    axes[4].scatter(x[:, 2], y, s=8, color=BLUE, alpha=0.7)
    axes[4].set(xlabel="bmi", ylabel="progression", title="diabetes")
    return figure


def passengers() -> Any:
    """Who was saved, by class and sex, and by age; and what is missing."""
    train, _ = datasets.load("passengers")
    figure, axes = plt.subplots(1, 3, figsize=(12, 3), layout="constrained")
    rate = train.groupby(["ticket_class", "sex"]).survived.mean().unstack()
    for offset, (sex, colour) in enumerate((("female", ORANGE), ("male", BLUE))):
        axes[0].bar(rate.index + 0.4 * offset - 0.2, rate[sex], 0.38, color=colour, label=sex)
    axes[0].set(xlabel="ticket class", ylabel="share saved", xticks=[1, 2, 3], ylim=(0, 1), title="saved")
    axes[0].legend(frameon=False)
    bins = np.arange(0, 81, 5)
    for survived, label, colour in ((0, "lost", GREY), (1, "saved", GREEN)):
        axes[1].hist(train.age[train.survived == survived], bins, color=colour, alpha=0.65, label=label)
    axes[1].set(xlabel="age in years", ylabel="passengers", title="age, where it is known")
    axes[1].legend(frameon=False)
    missing = train[["age", "deck", "port"]].isna().groupby(train.ticket_class).mean()
    for offset, column in enumerate(missing.columns):
        colour = (BLUE, ORANGE, GREEN)[offset]
        axes[2].bar(missing.index + 0.27 * (offset - 1), missing[column], 0.25, color=colour, label=column)
    axes[2].set(xlabel="ticket class", ylabel="share missing", xticks=[1, 2, 3], title="missing")
    axes[2].legend(frameon=False)
    return figure


def shapes() -> Any:
    """The first pictures of each class."""
    folder = datasets.load("shapes", "train")
    figure, axes = plt.subplots(2, 1, figsize=(10, 3.2), layout="constrained")
    for axis, kind in zip(axes, ("angular", "round"), strict=True):
        images = [plt.imread(file) for file in sorted((folder / kind).iterdir())[:32]]
        axis.imshow(np.vstack([np.hstack(images[:16]), np.hstack(images[16:])]))
        axis.set(title=kind, xticks=[], yticks=[])
        axis.spines[:].set_visible(False)
    return figure


def reviews() -> Any:
    """Six reviews in which words of praise and of blame do not say by themselves which label is right."""
    parts = [datasets.load("reviews", part) for part in ("train", "test")]
    texts, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    forms = ("matters less", "turns out to be", "cannot say", "far from", "How lovely", "I am still waiting")
    chosen = []
    for number, form in enumerate(forms):
        fits = np.array([form in text and len(text) < 110 for text in texts]) & (labels == number % 2)
        chosen.append((number % 2, str(texts[fits.argmax()])))
    figure, axis = plt.subplots(figsize=(11, 2.4), layout="constrained")
    axis.set_axis_off()
    for line, (label, text) in enumerate(chosen):
        height = 1 - (line + 0.8) / len(chosen)
        axis.text(0, height, ("not pleased", "pleased")[label], color=(ORANGE, BLUE)[label], weight="bold")
        for colour, shown in (("#333333", ""), (BLUE, PRAISE), (ORANGE, BLAME)):
            others = "".join(letters(word, shown) for word in re.split(r"([^\w-]+)", text))
            axis.text(0.12, height, others, color=colour, family="monospace", fontsize=8.5)
    axis.set_title("labels, and words of praise (blue) and of blame (orange)", fontsize=9)
    return figure


def letters(word: str, shown: set[str] | str) -> str:
    """The word where it is one of those to show (without any: where it has no colour), else as many blanks."""
    coloured = word.lower() in PRAISE | BLAME
    return word if (coloured and word.lower() in shown) or not (coloured or shown) else " " * len(word)


def epidemic() -> Any:
    """The daily counts before and after the cut, and the truth behind them."""
    before, after, truth = (datasets.load("epidemic", part) for part in ("before", "after", "truth"))
    figure, axes = plt.subplots(1, 3, figsize=(14, 3), layout="constrained")
    for frame, colours in ((before, (BLUE, GREEN)), (after, ("#9BBCE0", "#9CCBB0"))):
        axes[0].plot(frame.date, frame.confirmed, color=colours[0], lw=1)
        axes[1].plot(frame.date, frame.dead, color=colours[1], lw=1)
    axes[0].set(title="confirmed per day", ylim=0)
    axes[1].set(title="dead per day", ylim=0)
    axes[2].plot(truth.date, truth.reproduction, color=ORANGE)
    axes[2].axhline(1, color=GREY, lw=0.8)
    axes[2].set(title="truth: reproduction number", ylim=0)
    for axis in axes:
        axis.axvline(after.date.iloc[0], color=GREY, ls=":", lw=1)
        axis.tick_params(axis="x", labelrotation=30)
    return figure


if __name__ == "__main__":
    main()
