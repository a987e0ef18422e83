"""Becomes a server of Jupyter's: `python -m grader.lab.served MODULE …` is `python -m MODULE …`, leaner.

As everything of Jupyter's it imports jsonschema, which would bring a parser of IRIs: a second of CPU and 16 MiB of each
server. No schema of Jupyter's has the format `iri`.
"""

from __future__ import annotations

import runpy
import sys

if __name__ == "__main__":
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
