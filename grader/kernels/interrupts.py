"""IPython extension of the course's kernel: an interrupt stops all cells that are waiting, checks among them.

After an error a kernel drops the cells that wait, unless the one that failed said that they may go on. The cells of an
exercise's checks say so (`raises-exception`), so that Run All goes on after a check that fails. Whoever presses stop
means all of them.
"""

from __future__ import annotations

from typing import Any


def load_ipython_extension(shell: Any) -> None:
    """Look after each cell whether it was interrupted."""
    kernel: Any = getattr(shell, "kernel", None)

    def drop_what_waits(result: Any) -> None:
        if not isinstance(result.error_in_exec, KeyboardInterrupt):
            return
        subshell = kernel.get_parent("shell")["header"].get("subshell_id")
        kernel._abort_queues(*([subshell] if subshell else []))

    if kernel is not None and hasattr(kernel, "_abort_queues"):
        shell.events.register("post_run_cell", drop_what_waits)
