"""Loads the model file that is handed in with a project: in Keras's safe mode, with one sentence for each refusal."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

LARGEST, UNPACKED = 20_000_000, 200_000_000
"""Bytes of a model file, and of what is in it; the grader takes no larger file."""
_CONFIG, _CONFIG_BYTES = "config.json", 5_000_000

SAID = {
    "missing": "there is no such file beside the notebook, or it was not taken (a link, or a file of more than "
    f"{LARGEST / 1e6:.0f} MB): train, save, and hand in the file itself with the notebook",
    "large": f"it has more than {LARGEST / 1e6:.0f} MB, or more than {UNPACKED / 1e6:.0f} MB unpacked: "
    "make the model smaller",
    "other": "it is no .keras file: save the model by model.save(...), under a name that ends in .keras",
    "code": "it holds Python code, as a Lambda layer does, which is not run: use layers and operations of Keras",
    "unknown": "it holds a layer, a loss or a function of your own that is not known when it is loaded: use those of "
    "Keras, or save the model without compiling it",
    "damaged": "it cannot be loaded; save it again, with this version of Keras",
}
"""What a student reads of a file that is refused, by the word that travels as evidence."""


class ModelFileError(ValueError):
    """A model file that cannot be used; `word` says why, a key of SAID."""

    def __init__(self, name: str, word: str) -> None:
        super().__init__(f"{name}: {SAID[word]}.")
        self.word = word


_loaded: dict[tuple[str, int, int], Any] = {}


def load_model(path: str | Path) -> Any:
    """The Keras model in a `.keras` file, kept until the file changes.

    Raises:
        ModelFileError: the file is missing, too large, no model, damaged, or would run code of its own.
    """
    path = Path(path)
    if path.is_symlink() or not path.is_file():
        raise ModelFileError(path.name, "missing")
    status = os.stat(path)
    key = str(path.resolve()), status.st_size, status.st_mtime_ns
    if key not in _loaded:
        _look_at(path, status.st_size)
        model = _load(path)
        _loaded.clear()
        _loaded[key] = model
    return _loaded[key]


def _look_at(path: Path, size: int) -> None:
    """Refuse what need not be given to Keras at all."""
    if size > LARGEST:
        raise ModelFileError(path.name, "large")
    if path.suffix != ".keras" or not zipfile.is_zipfile(path):
        raise ModelFileError(path.name, "other")
    try:
        with zipfile.ZipFile(path) as file:
            members = {member.filename: member.file_size for member in file.infolist()}
            if sum(members.values()) > UNPACKED:
                raise ModelFileError(path.name, "large")
            if members.get(_CONFIG, _CONFIG_BYTES) >= _CONFIG_BYTES:
                raise ModelFileError(path.name, "other")
            config = json.loads(file.read(_CONFIG))
    except ModelFileError:
        raise
    except Exception:
        raise ModelFileError(path.name, "damaged") from None
    if _has_code(config):
        raise ModelFileError(path.name, "code")


def _has_code(config: object) -> bool:
    """Whether Python code is kept in a model's configuration."""
    left = [config]
    while left:
        node = left.pop()
        if isinstance(node, dict):
            if node.get("class_name") in ("Lambda", "__lambda__"):
                return True
            left += node.values()
        elif isinstance(node, list):
            left += node
    return False


def _load(path: Path) -> Any:
    import keras

    try:
        return keras.saving.load_model(path, safe_mode=True)
    except MemoryError:
        raise ModelFileError(path.name, "large") from None
    except Exception as problem:
        unknown = "Could not locate" in str(problem) or "custom_object" in str(problem)
        raise ModelFileError(path.name, "unknown" if unknown else "damaged") from problem
