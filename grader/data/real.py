"""Read the real data sets from their downloaded files, in the shape in which Keras gives them."""

from __future__ import annotations

import gzip
import pickle
import tarfile
from pathlib import Path
from typing import Any

import numpy as np

Pairs = tuple[tuple[Any, Any], tuple[Any, Any]]


def mnist(paths: list[Path]) -> Pairs:
    """The arrays of mnist.npz."""
    with np.load(paths[0], allow_pickle=False) as file:
        return (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])


def fashion_mnist(paths: list[Path]) -> Pairs:
    """Pictures and labels from four files in the IDX format."""
    x_train, y_train, x_test, y_test = (_idx(path) for path in paths)
    return (x_train, y_train), (x_test, y_test)


def _idx(path: Path) -> Any:
    """The array in a compressed IDX file of bytes: four bytes of type, one length per axis, then the values."""
    content = gzip.decompress(path.read_bytes())
    axes = content[3]
    shape = np.frombuffer(content, ">u4", axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape).copy()


def cifar10(paths: list[Path]) -> Pairs:
    """Five batches to train and one to test, read from the archive without unpacking it.

    The batches are pickles: reading them is safe because the archive's SHA-256 has been checked.
    """
    pictures: dict[str, Any] = {}
    labels: dict[str, Any] = {}
    with tarfile.open(paths[0]) as archive:
        for member in archive:
            name = Path(member.name).name
            content = archive.extractfile(member)
            if content is None or not name.startswith(("data_batch_", "test_batch")):
                continue
            batch = pickle.loads(content.read(), encoding="bytes")
            pictures[name] = batch[b"data"].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
            labels[name] = np.array(batch[b"labels"], np.uint8)[:, None]
    train = sorted(name for name in pictures if name != "test_batch")
    return (
        (np.concatenate([pictures[name] for name in train]), np.concatenate([labels[name] for name in train])),
        (np.ascontiguousarray(pictures["test_batch"]), labels["test_batch"]),
    )


def imdb(paths: list[Path], num_words: int | None = None, maxlen: int | None = None) -> Pairs:
    """Texts as lists of word numbers, shuffled and numbered as `keras.datasets.imdb.load_data` does.

    The file holds pickled lists: reading them is safe because its SHA-256 has been checked.
    """
    shuffle = np.random.RandomState(113)
    parts = []
    with np.load(paths[0], allow_pickle=True) as file:
        for part in ("train", "test"):
            texts, labels = file[f"x_{part}"], file[f"y_{part}"]
            order = np.arange(len(texts))
            shuffle.shuffle(order)
            parts.append(_numbered(texts[order], labels[order], num_words, maxlen))
    return parts[0], parts[1]


def reuters(paths: list[Path], num_words: int | None = None, maxlen: int | None = None) -> Pairs:
    """Texts as lists of word numbers, as `keras.datasets.reuters.load_data` gives them; one in five is for the test."""
    with np.load(paths[0], allow_pickle=True) as file:
        texts, labels = file["x"], file["y"]
    order = np.arange(len(texts))
    np.random.RandomState(113).shuffle(order)
    texts, labels = _numbered(texts[order], labels[order], num_words, maxlen)
    cut = int(len(texts) * 0.8)
    return (texts[:cut], labels[:cut]), (texts[cut:], labels[cut:])


def _numbered(texts: Any, labels: Any, num_words: int | None, maxlen: int | None) -> tuple[Any, Any]:
    """The texts with 1 before the first word, word numbers raised by 3, and 2 for words outside `num_words`."""
    first, unknown, shift = 1, 2, 3
    limit = num_words or np.inf
    kept, kept_labels = [], []
    for text, label in zip(texts, labels, strict=True):
        words = [first] + [word + shift for word in text]
        if maxlen is None or len(words) < maxlen:
            kept.append([word if word < limit else unknown for word in words])
            kept_labels.append(label)
    result = np.empty(len(kept), object)
    result[:] = kept
    return result, np.array(kept_labels)


def titanic(paths: list[Path]) -> tuple[Any, Any]:
    """Two frames; the file writes "?" for what is not known, and its rows are sorted by class and name."""
    import pandas as pd

    frame = pd.read_csv(paths[0], na_values="?", dtype={"ticket": str})
    order = np.random.RandomState(1912).permutation(len(frame))
    cut = round(len(frame) * 0.8)
    train, test = frame.iloc[order[:cut]], frame.iloc[order[cut:]]
    return train.reset_index(drop=True), test.reset_index(drop=True)


READERS = {
    "mnist": mnist,
    "fashion_mnist": fashion_mnist,
    "cifar10": cifar10,
    "imdb": imdb,
    "reuters": reuters,
    "titanic": titanic,
}
