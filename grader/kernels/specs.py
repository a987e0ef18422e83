"""Install the course's kernelspecs where every Jupyter of a prefix finds them."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

SOURCE = Path(__file__).parent / "data" / "kernels"
"""The kernelspecs as the package ships them: their interpreter is whichever Python runs Jupyter."""


def names() -> list[str]:
    """The names of the course's kernels."""
    return sorted(path.name for path in SOURCE.iterdir() if (path / "kernel.json").exists())


def install(prefix: Path | str = sys.prefix) -> list[Path]:
    """Write every kernelspec, logos included, under `prefix`/share/jupyter/kernels, for this interpreter.

    Installing again, or over another installation, leaves the same files.

    Returns:
        The directories written.

    Raises:
        OSError: the prefix cannot be written.
    """
    written = []
    for name in names():
        target = Path(prefix) / "share" / "jupyter" / "kernels" / name
        if target.exists():
            shutil.rmtree(target)
        shutil.copytree(SOURCE / name, target)
        spec = json.loads((target / "kernel.json").read_text(encoding="utf-8"))
        spec["argv"][0] = sys.executable
        (target / "kernel.json").write_text(json.dumps(spec, indent=2) + "\n", encoding="utf-8")
        written.append(target)
    return written
