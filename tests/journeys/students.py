"""What students hand in: the released notebook with answers in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

TOPIC = "01-tensors"
RIGHT = {"checkerboard": "def checkerboard(n):\n    return (tf.range(n)[:, tf.newaxis] + tf.range(n)) % 2"}
WRONG = {"checkerboard": RIGHT["checkerboard"].replace(") % 2", " + 1) % 2")}
# Right for what a student can see, and for nothing else.
VISIBLE = {
    "checkerboard": "def checkerboard(n):\n    return tf.constant([[0, 1, 0], [1, 0, 1], [0, 1, 0]])[:n, :n]",
}
PROBE = "import os, socket\nprint('I am on', socket.gethostname(), 'in', os.getcwd())"
TRICK = """
import ast
from IPython import get_ipython

class NoChecks(ast.NodeTransformer):
    def visit_Expr(self, node):
        return ast.Pass() if ast.unparse(node).startswith("check.") else node

get_ipython().ast_transformers.append(NoChecks())
"""


def answer(path: Path, answers: Mapping[str, str], first: str = "") -> bytes:
    """The notebook in `path` with these answers, by exercise, and perhaps a cell of the student's own before all."""
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        begin = "".join(cell["source"]).split("\n", 1)[0]
        name = begin.removeprefix("# exercise: ")
        if name != begin and name in answers:
            cell["source"] = f"{begin}\n{answers[name]}"
    if first:
        own = {
            "cell_type": "code",
            "id": "own",
            "metadata": {},
            "source": first,
            "outputs": [],
            "execution_count": None,
        }
        notebook["cells"].insert(1, own)
    return json.dumps(notebook, indent=1).encode()
