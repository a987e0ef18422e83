"""What several tests need: a small course of their own, made in a temporary folder."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.authoring.course import Course

ROOT = Path(__file__).resolve().parents[1]
# As in the `grader` command: nbgrader calls alembic by its name.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

CHAPTER = """\
---
title: {title}
description: You can do the first thing.
minutes: {{read: 10, practise: 5}}
teaches: [first things]
needs: []
level: 1
data: []
---

# {title}

One sentence. See [the welcome](00-welcome.md), [its practice](../notebooks/exercises/01-first.ipynb#row_norms)
and [the outside](https://example.org/a).

## A heading

```python
x = 1
x
```
"""

SOLUTION = '''\
# %% [markdown]
# # First: exercises

# %%
import numpy as np
from grader import check

# %% [markdown]
# ## `row_norms`
# Return the norm of each row.

# %%
# exercise: row_norms
def row_norms(x):
    """The norm of each row."""
    ### BEGIN SOLUTION
    secret_of_rows = np.sqrt((x * x).sum(axis=-1))
    return secret_of_rows
    ### END SOLUTION

# %% points=2
# check: row_norms-1
check.close("row_norms([[3, 4]])", row_norms(np.array([[3.0, 4.0]])), [5.0])
### BEGIN HIDDEN TESTS
check.reference("row_norms on a random batch", row_norms(check.inputs(5, 7)))
### END HIDDEN TESTS

# %%
# exercise: double_it
def double_it(x):
    """Twice `x`."""
    ### BEGIN SOLUTION
    #| return x ** 2
    return x + x
    ### END SOLUTION

# %% points=1
# check: double_it-1
if True:
    ### BEGIN HIDDEN TESTS
    check.equal("hidden_label", double_it(3), 6)
    ### END HIDDEN TESTS
    check.equal("double_it(2)", double_it(5), 10)
'''


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """A class of several instructors sets the umask of the whole process, which here is that of all tests."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def small_course(tmp_path: Path) -> Course:
    """A course of two chapters and one exercise notebook, outside the checkout."""
    root = tmp_path / "small"
    (root / "course").mkdir(parents=True)
    (root / "solutions").mkdir()
    shutil.copy(ROOT / "pyproject.toml", root)
    (root / "course" / "00-welcome.md").write_text(CHAPTER.format(title="Welcome"))
    (root / "course" / "01-first.md").write_text(CHAPTER.format(title="First"))
    (root / "solutions" / "01-first.py").write_text(SOLUTION)
    return Course(root)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is. Without it a browser test is skipped, but fails in CI, which must have installed it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found and os.environ.get("CI"):
        pytest.fail("CI has no Chromium: .ci/run installs it")
    if not found:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    return found
