"""Serves the page in which one draws for a model, on this machine alone, from a thread of this process."""

from __future__ import annotations

import http.server
import json
import sys
import threading
from pathlib import Path
from typing import Any

from grader.browser.layers_model import EXAMPLES, PLAN, WEIGHTS
from grader.errors import UsageError

PAGES = Path(__file__).parent / "pages"
_OF_THE_MODEL = (PLAN, WEIGHTS, EXAMPLES)
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
}
# The page may fetch from where it came from, and from nowhere else.
_POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"


class ModelPage:
    """A page at `url` that runs the model in a folder, as long as this process lives or until `stop`."""

    def __init__(self, folder: Path | str, port: int = 0) -> None:
        """Serve the model in a folder.

        Args:
            folder: what `layers_model.save` wrote.
            port: of 127.0.0.1; any that is free for 0.

        Raises:
            UsageError: no model is there, the page cannot draw for it, or the port is taken.
        """
        place = Path(folder).resolve()
        _refuse_what_cannot_be_drawn(place)

        class Files(_Files):
            model = place

        try:
            self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Files)
        except OSError as error:
            raise UsageError(f"Cannot listen on port {port}: {error.strerror}; choose another one.") from None
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}/"
        threading.Thread(target=self._server.serve_forever, name="page", daemon=True).start()

    def show(self, height: int = 620) -> None:
        """Show the page below a notebook's cell; on Colab through its own proxy."""
        if "google.colab" in sys.modules:
            from google.colab import output

            output.serve_kernel_port_as_iframe(self.port, height=str(height))
            return
        from IPython.display import IFrame, display

        display(IFrame(self.url, "100%", height))
        print(f"{self.url} (where nothing shows, the notebook runs on another machine, which your browser cannot ask)")

    def stop(self) -> None:
        """Serve no longer."""
        self._server.shutdown()
        self._server.server_close()


def _refuse_what_cannot_be_drawn(folder: Path) -> None:
    """See that the folder holds a model, and one that takes a picture.

    Raises:
        UsageError: there is no model, or the page cannot draw for it.
    """
    try:
        plan = json.loads((folder / PLAN).read_text(encoding="utf-8"))
        layers = plan["modelTopology"]["model_config"]["config"]["layers"]
        inputs = [layer["config"]["batch_input_shape"][1:] for layer in layers if layer["class_name"] == "InputLayer"]
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(
            f"No model for a page in {folder}: write one there with layers_model.save(model, folder), as chapter 28 "
            "does, or name a .keras file."
        ) from None
    shape = inputs[0]
    flat = len(shape) == 1 and round(shape[0] ** 0.5) ** 2 == shape[0]
    drawn = len(shape) == 2 or (len(shape) == 3 and shape[2] == 1)
    if len(inputs) > 1 or None in shape or not (flat or drawn):
        told = " and ".join(str(tuple(each)).replace("None", "any") for each in inputs)
        raise UsageError(f"The model takes {told}: the page draws one picture, (rows, columns) or (rows, columns, 1).")


class _Files(http.server.BaseHTTPRequestHandler):
    """Gives the files of the page and those of the model, and no others."""

    model: Path

    def do_GET(self) -> None:
        """Answer with a file."""
        name = self.path.partition("?")[0].lstrip("/") or "index.html"
        path = self.model / name if name in _OF_THE_MODEL else PAGES / name
        if (name not in _OF_THE_MODEL and path not in PAGES.iterdir()) or not path.is_file():
            self.send_error(404)
            return
        content = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", _TYPES.get(path.suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", _POLICY)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing: the page is beside a notebook."""
