"""The command `grader show-model`: a page in which one draws for a trained model, until Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

from grader.browser import layers_model
from grader.browser.page import ModelPage
from grader.errors import UsageError
from grader.quiet import quiet


def show_model_command(
    model: Path, *, port: int = 0, browser: bool = True, show: Callable[[str], None] = print
) -> None:
    """Serve the page for a model until Ctrl-C.

    Args:
        model: a folder that `layers_model.save` wrote, or a file of Keras, .keras.
        port: of 127.0.0.1; any that is free for 0.
        browser: whether to open the page.
        show: prints a line.

    Raises:
        UsageError: there is no such model, the page cannot draw for it, the port is taken.
        CourseError: TensorFlow.js cannot compute the model.
    """
    with tempfile.TemporaryDirectory(prefix="page-") as written:
        page = ModelPage(_for_a_page(model, Path(written), show), port)
        show(f"{page.url} runs {model.name} in your browser. Stop it with Ctrl-C.")
        if browser:
            webbrowser.open(page.url)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
        page.stop()


def _for_a_page(model: Path, written: Path, show: Callable[[str], None]) -> Path:
    """The folder of the model: itself, or what is written for a file of Keras."""
    if model.is_dir() or not model.exists():
        if not model.exists():
            raise UsageError(f"There is no {model}: name a .keras file, or a folder that layers_model.save wrote.")
        return model
    if model.suffix != ".keras":
        raise UsageError(f"{model.name} is no .keras file: save the model with model.save('name.keras').")
    show(f"Reading {model.name}: TensorFlow takes some seconds to start.")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with quiet(tell_failure=True):
        import keras

    try:
        with quiet():
            loaded = keras.saving.load_model(model, compile=False)
    except Exception as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise UsageError(f"Keras cannot load {model.name}: {reason}") from None
    layers_model.save(loaded, written)
    return written
