"""Load a data set by name: the bundled ones at once and offline, the real ones by a download that is checked and kept.

>>> (x_train, y_train), (x_test, y_test) = load("digits")
>>> train, test = load("passengers")
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import numpy as np

from grader.data import projects
from grader.data.catalogue import CATALOGUE, Description
from grader.data.download import DownloadError

__all__ = ["DownloadError", "available", "describe", "load", "path", "project"]

_INSTALLED = Path(__file__).with_name("bundled")
_CHECKOUT = Path(__file__).resolve().parents[1] / "data" / "bundled"
_CLASSICS = ("iris", "digits", "wine", "breast_cancer", "diabetes")
_FRAMES = ("passengers", "epidemic")


def available() -> dict[str, list[str]]:
    """The names that `load` knows: those that are bundled, and those that are downloaded."""
    return {
        "bundled": [name for name, entry in CATALOGUE.items() if entry.bundled],
        "download": [name for name, entry in CATALOGUE.items() if not entry.bundled],
    }


def describe(name: str) -> Description:
    """What the set is: contents, size, licence, source, how it was made. Raises ValueError for an unknown name."""
    try:
        return CATALOGUE[name]
    except (KeyError, TypeError):
        near = difflib.get_close_matches(str(name).lower().replace("-", "_"), CATALOGUE, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"choose from {', '.join(CATALOGUE)}."
        raise ValueError(f"There is no data set named {name!r}: {hint}") from None


def load(name: str, part: str | None = None, **options: Any) -> Any:
    """The data set, new at each call: what you do to it does not change the next one.

    Arrays come as `(x_train, y_train), (x_test, y_test)`, texts likewise, tables as pandas frames `train, test`,
    pictures in files as the path of a folder (read-only); `describe(name)` says which. `part` asks for one part alone,
    such as "test", or for one that does not come unasked, such as "truth" or the days "after" of the epidemic.
    `options` are those of the set (`num_words`, `maxlen`).

    A bundled set needs no network. A real one is downloaded once, checked, and kept in the user's cache; nothing is
    ever put in its place. Raises ValueError for an unknown name, part or option, ImportError where a library is not
    installed, DownloadError where a download fails.
    """
    entry = describe(name)
    if part is not None and part not in entry.parts:
        raise ValueError(f"{name} has no part named {part!r}: choose from {', '.join(entry.parts)}.")
    allowed = ("num_words", "maxlen") if name in ("imdb", "reuters") else ()
    if strange := sorted(set(options) - set(allowed)):
        takes = f"takes {' and '.join(allowed)}" if allowed else "takes no options"
        raise ValueError(f"{name} has no option named {strange[0]!r}: it {takes}.")
    if name in _CLASSICS:
        return _classic(name, part)
    if name in _FRAMES:
        return _frames(name, part)
    if name == "reviews":
        return _chosen(part, _reviews)
    if name == "shapes":
        return path(name) / part if part else path(name)
    pair = _downloaded(entry, options)
    return pair if part is None else pair[entry.parts.index(part)]


def project(name: str) -> Any:
    """The data of a project, `(features, truth), (features, truth)`: to train on, and to see how good a model is.

    They are drawn by the generator of the bundled set of this name, from another seed, so that nobody has seen them.
    Raises ValueError for a set of which there is no project.
    """
    if name not in projects.PROJECTS:
        raise ValueError(f"There is no project named {name!r}: choose from {', '.join(projects.PROJECTS)}.")
    return projects.load(name)


def path(name: str) -> Path:
    """The folder that holds a bundled set's files (read-only): CSV, TSV or JPEG, for readers that start from files.

    Raises ValueError for a set that has no files of its own.
    """
    folder = _bundled() / describe(name).name
    if not folder.is_dir():
        with_files = ", ".join(sorted(entry.name for entry in _bundled().iterdir() if entry.is_dir()))
        raise ValueError(f'{name} is not kept as files: use datasets.load("{name}"), or one of {with_files}.')
    return folder


def _bundled() -> Path:
    """The bundled files: inside the installed package, or in `data/` of a checkout."""
    return _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT


def _chosen(part: str | None, read: Any) -> Any:
    """One part, or train and test."""
    return read(part) if part else (read("train"), read("test"))


def _classic(name: str, part: str | None) -> Any:
    """Arrays from scikit-learn, split beforehand."""
    with np.load(_bundled() / "classics.npz", allow_pickle=False) as file:

        def pair(which: str) -> Any:
            x = file[f"{name}_x_{which}"]
            return x.astype(np.float32, copy=False), file[f"{name}_y_{which}"]

        return _chosen(part, pair)


def _frames(name: str, part: str | None) -> Any:
    """Tables as pandas frames; of the epidemic, the days before the cut unless others are asked for."""
    pandas = _pandas(name)

    def frame(which: str) -> Any:
        table = path(name) / f"{which}.csv"
        if name == "epidemic":
            return pandas.read_csv(table, parse_dates=["date"])
        return pandas.read_csv(table, dtype={"ticket": str}, encoding="utf-8")

    return frame(part or "before") if name == "epidemic" else _chosen(part, frame)


def _reviews(which: str) -> Any:
    """Texts and labels of one part, as two arrays."""
    lines = (path("reviews") / f"{which}.tsv").read_text(encoding="utf-8").splitlines()
    labels, texts = zip(*(line.split("\t", 1) for line in lines), strict=True)
    return np.array(texts), np.array(labels, np.int64)


def _downloaded(entry: Description, options: dict[str, Any]) -> Any:
    """A real set, from the cache or by a download."""
    from grader.data import download as data_download
    from grader.data import real as data_real

    if entry.name == "titanic":
        _pandas(entry.name)
    try:
        paths = [data_download.fetch(file) for file in entry.files]
    except DownloadError as error:
        message = str(error).removesuffix(".")
        raise DownloadError(
            f'{message}; the bundled set "{entry.instead}" needs no network: datasets.load("{entry.instead}").'
        ) from error
    read: Any = data_real.READERS[entry.name]
    return read(paths, **options)


def _pandas(name: str) -> Any:
    """The pandas library, or one sentence that says how to get it."""
    try:
        import pandas
    except ImportError as error:
        raise ImportError(f"{name} is a table and needs pandas: run `pip install pandas` and try again.") from error
    return pandas
