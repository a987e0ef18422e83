"""Keeps off the page what libraries in C++ write past Python, to the file descriptor of standard error."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator

__all__ = ["quiet"]


@contextlib.contextmanager
def quiet(*, tell_failure: bool = False) -> Iterator[None]:
    """Swallow what is written to standard error meanwhile, whoever writes it; exceptions pass as always.

    Args:
        tell_failure: where the block ends with an exception, write what was swallowed after all.
    """
    sys.stderr.flush()
    with tempfile.TemporaryFile() as swallowed:
        before = os.dup(2)
        os.dup2(swallowed.fileno(), 2)
        try:
            yield
        except BaseException:
            if tell_failure:
                swallowed.seek(0)
                os.write(before, swallowed.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(before, 2)
            os.close(before)
