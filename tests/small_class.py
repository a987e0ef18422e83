"""A graded class of a dozen students and one who attacks the pages, made once for all tests of a process."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from conftest import CHAPTER, ROOT

from grader.authoring.course import Course
from grader.classroom.classroom import Classroom
from grader.commands import demo
from grader.grading.pipeline import Options, grade_class

TOPIC = "01-first"
SECRET = "secret_of_the_hidden_check"
SOLUTION = """\
# %% [markdown]
# # First steps
# The norm of a row is $\\sqrt{\\sum_i x_i^2}$. Students see this text.

# %%
import numpy as np
from grader import check

# %% [markdown]
# ## `row_norms`
# <details><summary>Hint 1</summary>
#
# Reduce.
#
# </details>

# %%
# exercise: row_norms
def row_norms(x):
    ### BEGIN SOLUTION
    return np.sqrt((x * x).sum(axis=-1))
    ### END SOLUTION

# %% points=2
# check: row_norms-1
check.close("row_norms([[3, 4], [6, 8]])", row_norms(np.array([[3.0, 4.0], [6.0, 8.0]])), [5.0, 10.0], but={
    "You took the norm of each column.": [6.708204, 8.944272],
})
### BEGIN HIDDEN TESTS
secret_of_the_hidden_check = check.inputs(5, 7)
check.reference("row_norms on a random batch", row_norms(secret_of_the_hidden_check))
### END HIDDEN TESTS

# %%
# exercise: running_mean
def running_mean(values, width):
    ### BEGIN SOLUTION
    return np.convolve(values, np.ones(width) / width, mode="valid")
    ### END SOLUTION

# %% points=3
# check: running_mean-1
check.close("running_mean([1, 2, 3], 2)", running_mean(np.array([1.0, 2.0, 3.0]), 2), [1.5, 2.5])
### BEGIN HIDDEN TESTS
check.reference("running_mean of random numbers", running_mean(np.asarray(check.inputs(9), float), 3))
### END HIDDEN TESTS
"""
BANK = """\
# %% [markdown]
# # Answer bank

# %% exercise="row_norms" answer="linalg" expect="right"
# exercise: row_norms
def row_norms(x):
    return np.linalg.norm(x, axis=-1)

# %% exercise="row_norms" answer="loop" expect="right"
# exercise: row_norms
def row_norms(x):
    return np.array([sum(value * value for value in row) ** 0.5 for row in x])

# %% exercise="row_norms" answer="columns" expect="wrong" fails="row_norms-1" says="norm of each column"
# exercise: row_norms
def row_norms(x):
    return np.sqrt((x * x).sum(axis=0))

# %% exercise="row_norms" answer="no root" expect="wrong" fails="row_norms-1"
# exercise: row_norms
def row_norms(x):
    return (x * x).sum(axis=-1)

# %% exercise="running_mean" answer="loop" expect="right"
# exercise: running_mean
def running_mean(values, width):
    means = []
    for start in range(len(values) - width + 1):
        total = 0.0
        for offset in range(width):
            total = total + values[start + offset]
        means.append(total / width)
    return np.array(means)

# %% exercise="running_mean" answer="sums" expect="right"
# exercise: running_mean
def running_mean(values, width):
    sums = np.cumsum(np.concatenate([[0.0], values]))
    return (sums[width:] - sums[:-width]) / width

# %% exercise="running_mean" answer="not divided" expect="wrong" fails="running_mean-1"
# exercise: running_mean
def running_mean(values, width):
    means = []
    for start in range(len(values) - width + 1):
        total = 0.0
        for offset in range(width):
            total = total + values[start + offset]
        means.append(total)
    return np.array(means)

# %% exercise="running_mean" answer="too long" expect="error" fails="running_mean-1"
# exercise: running_mean
def running_mean(values, width):
    return np.array([values[start + width] for start in range(len(values))])
"""
_ATTACK = """\
from IPython.display import HTML, SVG, Javascript, Markdown, display

URL = "https://tracker.invalid/x.png"
display(HTML(f"<b onmouseover='go()'>bold</b><script>document.title='owned'</script><img src='{URL}' alt='a picture'>"
             f"<iframe src='{URL}'></iframe><style>body {{ background: url({URL}) }}</style>"
             "<a href='javascript:go()'>link</a><table><tr><td>kept cell</td></tr></table>"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg'><script>document.title='owned'</script>"
            f"<image href='{URL}'/></svg>"))
display(Javascript("document.title='owned'"))
display(Markdown(f"![x]({URL}) <img src=x onerror=\\"document.title='owned'\\"> $\\\\frac{1}{2}$"))
print("\\x1b[31mred\\x1b[0m <script>document.title='owned'</script>")
"""
_made: dict[str, Path] = {}


def course(folder: Path) -> Course:
    """The course, written into `folder`."""
    (folder / "course").mkdir(parents=True)
    (folder / "solutions").mkdir()
    (folder / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    (folder / "course" / f"{TOPIC}.md").write_text(CHAPTER.format(title="First"))
    (folder / "solutions" / f"{TOPIC}.py").write_text(SOLUTION)
    (folder / "solutions" / f"{TOPIC}.answers.py").write_text(BANK)
    return Course(folder)


def _eve(room: Classroom) -> None:
    """One more hand-in: everything that could do harm in a page, before and after hidden checks have run."""
    notebook = nbformat.read(room.root / "release" / TOPIC / f"{TOPIC}.ipynb", as_version=4)
    place = next(i for i, cell in enumerate(notebook.cells) if "# exercise: row_norms" in cell.source)
    text = (
        "<script>document.title='owned'</script><img src=x onerror=alert(1)>\n\n$\\href{javascript:alert(1)}{x}$ mine"
    )
    notebook.cells.insert(place, nbformat.v4.new_code_cell(_ATTACK))
    notebook.cells.insert(place, nbformat.v4.new_markdown_cell(text))
    after = "print('\\n'.join(In), *In)\nraise ValueError(In)"
    notebook.cells += [nbformat.v4.new_code_cell(after), nbformat.v4.new_code_cell("def broken(:\n    pass")]
    folder = room.root / "submitted" / "eve" / TOPIC
    folder.mkdir(parents=True)
    (folder / f"{TOPIC}.ipynb").write_text(json.dumps(notebook))


def graded(folder: Path) -> Path:
    """The class directory, graded; made in `folder` on the first call. Copy it before changing anything."""
    if "class" not in _made:
        room = demo.create(course(folder / "course"), folder / "class")
        _eve(room)
        with room.gradebook() as book:
            book.update_or_create_student("eve")
        with ThreadPoolExecutor(1) as thread:  # the test's own may have an event loop: a browser's
            thread.submit(grade_class, room.root, Options(seed=demo.SEED)).result()
        _made["class"] = room.root
    return _made["class"]
