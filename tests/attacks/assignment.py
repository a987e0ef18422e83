"""The small assignment that is attacked: three exercises, four graded cells, seven points; and ways to hand it in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import nbformat

from grader.authoring.exercise import stub

POINTS = {"row_norms-1": 2.0, "slope-1": 3.0, "one_hot-1": 1.0, "one_hot-2": 1.0}
ALL = tuple(POINTS)
OTHERS = ALL[1:]
CANARY = "canary-of-the-solution"

SOLUTIONS = {
    "row_norms": f'''# exercise: row_norms
def row_norms(x):
    """The Euclidean norm of each row of a matrix."""
    ### BEGIN SOLUTION
    # {CANARY}
    return np.sqrt(np.sum(np.square(x), axis=-1))
    ### END SOLUTION''',
    "slope": f'''# exercise: slope
def slope(f, x):
    """The derivative of f at each element of x."""
    ### BEGIN SOLUTION
    # {CANARY}
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x)
    ### END SOLUTION''',
    "one_hot": f'''# exercise: one_hot
def one_hot(labels, depth):
    """Each label as a row of zeros with a one at the label's place, int32."""
    ### BEGIN SOLUTION
    # {CANARY}
    return np.eye(depth, dtype="int32")[np.asarray(labels)]
    ### END SOLUTION''',
}
CHECKS = {
    "row_norms-1": """# check: row_norms-1
check.close("row_norms([[3, 4], [6, 8]])", row_norms(np.array([[3.0, 4.0], [6.0, 8.0]])), [5.0, 10.0])
### BEGIN HIDDEN TESTS
check.reference("row_norms on a random batch", row_norms(np.asarray(check.inputs(5, 7))))
check.reference("row_norms of one row", row_norms(np.asarray(check.inputs(1, 4))))
### END HIDDEN TESTS""",
    "slope-1": """# check: slope-1
check.close("slope of x**3 at 2", slope(lambda x: x**3, tf.constant(2.0)), 12.0)
### BEGIN HIDDEN TESTS
check.reference("slope of sin", slope(tf.sin, check.inputs(6)))
### END HIDDEN TESTS""",
    "one_hot-1": """# check: one_hot-1
check.equal("one_hot([1, 0], 3)", one_hot([1, 0], 3), [[0, 1, 0], [1, 0, 0]])
### BEGIN HIDDEN TESTS
check.reference("one_hot of random labels", one_hot(np.asarray(check.inputs(8, dtype="int32")), 10))
### END HIDDEN TESTS""",
    "one_hot-2": """# check: one_hot-2
### BEGIN HIDDEN TESTS
check.reference("one_hot of more labels", one_hot(np.asarray(check.inputs(30, dtype="int32", high=4)), 4))
### END HIDDEN TESTS""",
}
SETUP = "import numpy as np\nimport tensorflow as tf\nfrom grader import check"
RIGHT = {
    name: "\n".join(line for line in text.split("\n") if "###" not in line and CANARY not in line)
    for name, text in SOLUTIONS.items()
}
# Right type and shape, wrong values: what every attack tries to be paid for.
WRONG = {
    "row_norms": "# exercise: row_norms\ndef row_norms(x):\n    return np.zeros(len(x))",
    "slope": "# exercise: slope\ndef slope(f, x):\n    return tf.zeros_like(x)",
    "one_hot": "# exercise: one_hot\ndef one_hot(labels, depth):\n    return np.zeros((len(labels), depth), 'int32')",
}


def _meta(name: str, **fields: Any) -> dict[str, Any]:
    flags = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    return {"nbgrader": {**flags, "grade_id": name, **fields}}


def source() -> nbformat.NotebookNode:
    """The instructor's notebook."""
    new = nbformat.v4
    cells = [
        new.new_markdown_cell("# Exercises under attack", metadata=_meta("title", locked=True)),
        new.new_code_cell(SETUP, metadata=_meta("set-up", locked=True)),
    ]
    for name, text in SOLUTIONS.items():
        cells.append(new.new_markdown_cell(f"## {name}", metadata=_meta(f"text-{name}", locked=True)))
        cells.append(new.new_code_cell(text, metadata=_meta(name, solution=True)))
        for check, code in CHECKS.items():
            if check.startswith(name):
                meta = _meta(check, grade=True, locked=True, points=POINTS[check])
                cells.append(new.new_code_cell(code, metadata=meta))
    nb = new.new_notebook(cells=cells)
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nb


def release() -> dict[str, Any]:
    """What students receive, as the JSON of a file."""
    nb = json.loads(nbformat.writes(source()))
    for cell in nb["cells"]:
        text, meta = "".join(cell["source"]), cell["metadata"]["nbgrader"]
        if meta["solution"]:
            text = stub(text, meta["grade_id"])
        kept, hidden = [], False
        for line in text.split("\n"):
            hidden = hidden or line == "### BEGIN HIDDEN TESTS"
            if not hidden:
                kept.append(line)
            hidden = hidden and line != "### END HIDDEN TESTS"
        cell["source"] = "\n".join(kept)
    return nb  # type: ignore[no-any-return]


def hand_in(answers: Mapping[str, str], *, before: str = "", after: str = "") -> dict[str, Any]:
    """A student's notebook with these answers, and cells of their own before the answers and after everything."""
    nb = release()
    for name, text in answers.items():
        cell_of(nb, name)["source"] = text
    if before:
        nb["cells"].insert(2, code(before))
    if after:
        nb["cells"].append(code(after))
    return nb


def code(text: str, **metadata: Any) -> dict[str, Any]:
    """A code cell of a student's own, as JSON."""
    return {"cell_type": "code", "source": text, "metadata": metadata, "outputs": [], "execution_count": None}


def cell_of(nb: dict[str, Any], grade_id: str) -> dict[str, Any]:
    """The cell with this grade_id."""
    return next(c for c in nb["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def position(nb: dict[str, Any], grade_id: str) -> int:
    """Where that cell is."""
    return nb["cells"].index(cell_of(nb, grade_id))


def as_bytes(nb: Any) -> bytes:
    """The bytes of a notebook file."""
    return json.dumps(nb, indent=1).encode()
