"""Keeps off the page what libraries say of themselves, those in C++ past Python to the descriptor of standard error."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator

__all__ = ["quiet"]


@contextlib.contextmanager
def quiet(*, tell_failure: bool = False) -> Iterator[None]:
    """Swallow what is written to standard error meanwhile, and what Python prints; exceptions pass as always.

    Args:
        tell_failure: where the block ends with an exception, write what was swallowed after all.
    """
    sys.stderr.flush()
    with tempfile.TemporaryFile() as swallowed, open(swallowed.fileno(), "w", closefd=False) as of_python:
        before = os.dup(2)
        os.dup2(swallowed.fileno(), 2)
        try:
            # In a notebook both are no files. Keras before 3.15 prints, whatever `verbose` says.
            with contextlib.redirect_stderr(of_python), contextlib.redirect_stdout(of_python):
                yield
        except BaseException:
            if tell_failure:
                of_python.flush()
                swallowed.seek(0)
                os.write(before, swallowed.read())
            raise
        finally:
            os.dup2(before, 2)
            os.close(before)
