"""Honest submissions that look odd: every one of them must keep every point."""

from __future__ import annotations

import json
from typing import Any

from .assignment import RIGHT, cell_of, code, hand_in, position, release
from .kinds import Submission, honest

NB = dict[str, Any]


def _rows(body: str, before: str = "") -> NB:
    """Right answers, the first one with more in it."""
    answer = f"def row_norms(x):\n    {body}\n    return np.sqrt((np.asarray(x) ** 2).sum(-1))"
    return hand_in({**RIGHT, "row_norms": f"# exercise: row_norms\n{before}\n{answer}"})


def _copied_answer() -> NB:
    """An earlier try, copied with its invisible metadata, above the answer that counts."""
    nb = hand_in(RIGHT)
    copy = json.loads(json.dumps(cell_of(nb, "row_norms")))
    copy["source"] = "# exercise: row_norms\ndef row_norms(x):\n    return 0  # first try"
    nb["cells"].insert(position(nb, "row_norms"), copy)
    return nb


def _copied_stub() -> NB:
    """The untouched stub, copied below the answer."""
    nb = hand_in(RIGHT)
    stub = json.loads(json.dumps(cell_of(release(), "slope")))
    nb["cells"].insert(position(nb, "slope") + 1, stub)
    return nb


def _copied_for_trying() -> NB:
    """A copy of the answer cell in which the student tried the function out."""
    nb = hand_in(RIGHT)
    copy = json.loads(json.dumps(cell_of(nb, "row_norms")))
    copy["source"] = "row_norms(np.ones((2, 2)))"
    nb["cells"].insert(position(nb, "row_norms") + 1, copy)
    return nb


def _copied_check() -> NB:
    nb = hand_in(RIGHT)
    nb["cells"].insert(position(nb, "slope"), json.loads(json.dumps(cell_of(nb, "row_norms-1"))))
    return nb


def _other_order() -> NB:
    nb = hand_in(RIGHT)
    nb["cells"] = nb["cells"][:2] + nb["cells"][8:] + nb["cells"][2:8]
    return nb


def _colab() -> NB:
    """What a notebook looks like that lost its metadata on the way."""
    nb = hand_in(RIGHT)
    for number, cell in enumerate(nb["cells"]):
        cell.pop("id", None)
        cell["metadata"] = {"id": f"x{number}", "colab": {"base_uri": "https://localhost:8080/"}}
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stderr", "text": "old"}]
    nb.update(nbformat_minor=0, metadata={"colab": {"provenance": []}, "kernelspec": {"name": "python3"}})
    return nb


def _joined() -> NB:
    """An answer cell joined with the check below it."""
    nb = hand_in(RIGHT)
    at = position(nb, "row_norms")
    nb["cells"][at]["source"] += "\n\n" + nb["cells"][at + 1]["source"]
    del nb["cells"][at + 1]
    return nb


def _comment_above() -> NB:
    answers = {name: f"# My name is Ada\n\n{text}" for name, text in RIGHT.items()}
    return hand_in(answers)


def _helper() -> NB:
    """A helper in a cell of the student's own, between the text and the answer."""
    nb = hand_in({**RIGHT, "row_norms": "# exercise: row_norms\ndef row_norms(x):\n    return root(squares(x))"})
    nb["cells"].insert(position(nb, "row_norms"), code("def squares(x): return (x * x).sum(-1)\nroot = np.sqrt"))
    return nb


def _failing_extra() -> NB:
    nb = hand_in(RIGHT)
    nb["cells"].insert(position(nb, "slope"), code("1 / 0"))
    nb["cells"].insert(position(nb, "slope"), code("this is no Python"))
    return nb


def _windows() -> bytes:
    return json.dumps(hand_in(RIGHT), indent=1).replace("\\n", "\\r\\n").replace("\n", "\r\n").encode()


_PLOT = """import matplotlib.pyplot as plt
    plt.plot(np.arange(len(x)))
    plt.title("rows")
    plt.show()"""
_BAR = """for n in range(300): print(f"\\r{n}/300 [{'=' * (n // 10)}]", end="", file=sys.stderr)"""
_UPDATE = """from IPython.display import clear_output, display
    handle = display("start", display_id=True)
    for n in range(20): handle.update(n)
    clear_output(wait=True)
    print("done")"""
_COMPILED = """# exercise: slope
@tf.function(jit_compile=True)
def _sum_slope(x, y):
    return x + y - y
def slope(f, x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = f(x)
    return _sum_slope(tape.gradient(y, x), y)"""
_TENSORS = """# exercise: row_norms
def row_norms(x):
    return tf.norm(tf.constant(x), axis=1)"""
_MODEL = """import keras
    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    model.fit(np.ones((8, 3)), np.ones(8), epochs=2)"""

SUBMISSIONS: list[Submission] = [
    honest("warnings", _rows("import warnings; warnings.warn('careful', UserWarning)")),
    honest("logging", _rows("logging.getLogger('mine').error('seen %s', x)", "import logging")),
    honest("numpy warning", _rows("np.log(np.zeros(1)); np.float32(1) / np.float32(0)")),
    honest("prints", _rows("print('x =', x)")),
    honest("prints three megabytes", _rows("print('x' * 3_000_000)")),
    honest("plots", _rows(_PLOT)),
    honest("progress bar", _rows(_BAR, "import sys")),
    honest("updated display", _rows(_UPDATE)),
    honest(
        "log lines of C++", _rows("os.write(2, b'E0000 cuda_platform.cc:52] failed call to cuInit\\n')", "import os")
    ),
    honest("subprocess on stderr", _rows("subprocess.run('echo noise >&2', shell=True)", "import subprocess")),
    honest("slow", _rows("time.sleep(1.5)", "import time")),
    honest("trains a model on the way", _rows(_MODEL)),
    honest("first operation compiled", hand_in({**RIGHT, "slope": _COMPILED})),
    honest(
        "threads",
        _rows(
            "list(pool.map(np.sum, x))",
            "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(2)",
        ),
    ),
    honest("writes and reads a file", _rows("np.save('n.npy', x); np.load('n.npy')")),
    honest("uses a file handed in", _rows("np.loadtxt('mine.csv')"), files={"mine.csv": b"1\n2\n"}),
    honest("uses a module handed in", _rows("mine.f(x)", "import mine"), files={"mine.py": b"def f(x): return x"}),
    honest("earlier try above", _copied_answer()),
    honest("stub copied below", _copied_stub()),
    honest("answer cell copied for trying", _copied_for_trying()),
    honest("check copied", _copied_check()),
    honest("other order", _other_order()),
    honest("went through Colab", _colab()),
    honest("answer and check joined", _joined()),
    honest("comment above the marker", _comment_above()),
    honest("helper cell", _helper()),
    honest("failing cells of their own", _failing_extra()),
    honest("Windows line ends", _windows()),
    honest("tensors in place of arrays", hand_in({**RIGHT, "row_norms": _TENSORS})),
]
