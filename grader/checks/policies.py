"""Global settings that change what every answer computes: graded cells run with TensorFlow's own, and say so.

A notebook in which `keras.config.set_floatx("float64")`, a mixed precision policy or `tf.config.run_functions_eagerly`
was left on gives other dtypes, or no graphs. An answer is judged by what it does, not by that: for a graded cell the
settings are as TensorFlow has them at first, and afterwards as the student left them.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader.checks import notebook


@dataclass(frozen=True)
class Setting:
    """One global setting.

    module: which must have been imported for it to be set. usual: its value at first. said: how it is set, in words.
    """

    module: str
    usual: Any
    said: str
    read: Callable[[Any], Any]
    write: Callable[[Any, Any], None]


SETTINGS = (
    Setting(
        "keras",
        "float32",
        "keras.config.set_floatx({!r})",
        lambda keras: keras.config.floatx(),
        lambda keras, value: keras.config.set_floatx(value),
    ),
    # Not keras.config.dtype_policy(), which fixes the policy where none was set.
    Setting(
        "keras.src.backend.common.global_state",
        None,
        "keras.config.set_dtype_policy({!r})",
        lambda state: state.get_global_attribute("dtype_policy"),
        lambda state, value: state.set_global_attribute("dtype_policy", value),
    ),
    Setting(
        "tensorflow",
        False,
        "tf.config.run_functions_eagerly({!r})",
        lambda tf: tf.config.functions_run_eagerly(),
        lambda tf, value: tf.config.run_functions_eagerly(value),
    ),
)


def install() -> None:
    """From now on run each graded cell with the usual settings; outside IPython do nothing."""
    shell = notebook.shell()
    if shell is not None:
        kept = _Kept()
        shell.events.register("pre_run_cell", kept.before)
        shell.events.register("post_run_cell", kept.after)


def as_usual() -> list[tuple[Setting, Any, Any]]:
    """Set what has been set otherwise as it was at first; each setting with its module and its value before."""
    found = _now()
    for setting, module, value in found:
        if value != setting.usual:
            _set(setting, module, setting.usual)
    return found


class _Kept:
    """What the student has set, while a graded cell runs."""

    def __init__(self) -> None:
        self._values: list[tuple[Setting, Any, Any]] = []

    def before(self, info: Any) -> None:
        """IPython's hook before a cell."""
        self._values = []
        if notebook.MARKER.match(info.raw_cell.split("\n", 1)[0].strip()):
            self._values = as_usual()
        said = {_name(value): setting.said.format(_name(value)) for setting, _, value in reversed(self._values)}
        calls = [call for value, call in said.items() if value not in (None, False, "float32")]
        if calls:
            print(f"This notebook has called {' and '.join(calls)}; checks run without it, as in grading. Remove it.")

    def after(self, result: Any) -> None:
        """IPython's hook after a cell."""
        values, self._values = self._values, []
        for (setting, module, value), (_, _, now) in zip(values, _now(), strict=False):
            if now != value:
                _set(setting, module, value)


def _name(value: Any) -> Any:
    """A setting's value as it is written; that of a policy is its name."""
    return getattr(value, "name", value)


def _now() -> list[tuple[Setting, Any, Any]]:
    """Each setting with its module and its value; what has not been imported, or cannot be read, is as usual."""
    found = []
    for setting in SETTINGS:
        module: Any = sys.modules.get(setting.module)
        value = setting.usual
        with contextlib.suppress(Exception):
            value = setting.read(module) if module is not None else value
        found.append((setting, module, value))
    return found


def _set(setting: Setting, module: Any, value: Any) -> None:
    with contextlib.suppress(Exception):
        setting.write(module, value)
