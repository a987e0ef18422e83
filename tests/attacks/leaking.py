"""Attacks that carry what hidden checks say to the student's own feedback page: by messages, names and values."""

from __future__ import annotations

from .assignment import RIGHT, as_bytes, code, hand_in
from .kinds import Submission, wrong

SECRETS = ("check.inputs(", "HIDDEN TESTS", "check.reference(")
"""Words that stand in hidden checks only; every attack here tries to get one of them onto its page."""

# All cells that have run, and the messages under which they ran.
_SEEN = """
import json
from grader.checks.evidence import MIME, make_record
shell, seen, parents = get_ipython(), [], []
def look(*a):
    parents.append(shell.kernel.get_parent())
    seen.append(parents[-1]["content"]["code"])
shell.events.register("pre_run_cell", look)
def stolen():
    return " ".join(text for text in seen if "HIDDEN" + " TESTS" in text) or "nothing yet"
def send(kind, content, parent=None):
    kernel = shell.kernel
    kernel.session.send(kernel.iopub_socket, kind, content, parent=parent or kernel.get_parent())
def later(action):
    shell.events.register("post_run_cell", lambda *a: [action(parent) for parent in parents[:-1]])
def record(cell="row_norms-1"):
    return make_record("close", "row_norms([[3, 4], [6, 8]])", np.array([5.0, 10.0]), cell, "1")
"""


def _returning(value: str) -> bytes:
    """Every answer returns a value that carries what is hidden in its name or in itself."""
    answers = {
        "row_norms": f"# exercise: row_norms\ndef row_norms(x):\n    return {value}",
        "slope": f"# exercise: slope\ndef slope(f, x):\n    return {value}",
        "one_hot": f"# exercise: one_hot\ndef one_hot(labels, depth):\n    return {value}",
    }
    return as_bytes(hand_in(answers, before=_SEEN))


_VALUES = {
    "class name": "type(stolen()[:300], (), {})()",
    "class itself": "type(stolen()[:300], (), {})",
    "function name": "(lambda f: (setattr(f, '__name__', stolen()), f)[1])(lambda: 0)",
    "error returned": "type(stolen()[:300], (Exception,), {})()",
    "named tuple": "type(stolen()[:300], (tuple,), {'_fields': ()})()",
    "very large": "(lambda c: c(c() for _ in range(30_000)))(type(stolen()[:300], (list,), {}))",
    "list of objects": "[type(stolen()[:300], (), {})() for _ in range(2)]",
    "structured dtype": "np.zeros(2, dtype=[(stolen()[:200], 'i4')])",
    "dtype": "np.dtype([(stolen()[:200], 'i4')])",
    "text": "stolen()",
    "texts": "[stolen()[:100], stolen()[100:200]]",
    "text in an array": "np.array([stolen()] * 2)",
    "key": "{stolen()[:200]: 1}",
    "set": "{stolen()[:200]}",
    "shape": "np.zeros([ord(letter) for letter in stolen()[:4]], 'i1')[:0]",
}
_RAISES = "(_ for _ in ()).throw(type(stolen()[:80], (Exception,), {})(stolen()))"

SUBMISSIONS: list[Submission] = [
    *wrong(
        "leak to the page",
        {
            "late_error": _SEEN
            + "later(lambda p: send('error', {'ename': stolen(), 'evalue': stolen(), 'traceback': [stolen()]}, p))",
            "late_evidence_with_text": _SEEN
            + "later(lambda p: send('display_data', {'data': {MIME: record(), 'text/plain': stolen()}}, p))",
            "late_evidence_with_html": _SEEN
            + "later(lambda p: send('display_data', {'data': {MIME: record(), 'text/html': stolen()}}, p))",
            "late_result": _SEEN + "later(lambda p: send('execute_result', {'data': {'text/plain': stolen()}}, p))",
            "late_stream": _SEEN + "later(lambda p: send('stream', {'name': 'stdout', 'text': stolen()}, p))",
            "late_update_of_an_early_display": _SEEN
            + """
from IPython.display import display
handle = display("early", display_id="mine")
later(lambda p: send('update_display_data', {'data': {'text/plain': stolen()}, 'transient': {'display_id': 'mine'}}, p))
shell.events.register("post_run_cell", lambda *a: handle.update(stolen()))""",
            "evidence_with_text_in_its_own_cell": _SEEN
            + """
shell.events.register("pre_run_cell", lambda *a: send('display_data', {'data': {MIME: record(), 'text/plain': stolen(),
    'text/html': stolen(), 'image/svg+xml': '<svg><text>' + stolen() + '</text></svg>'}}))""",
            "verdict_of_its_own": _SEEN
            + """
def verdict(*a):
    html = '<div aria-label="Verdict">' + stolen() + '</div>'
    send('display_data', {'data': {'text/html': html, 'text/plain': 'Wrong: 0 of 2 points\\n  ' + stolen()}})
shell.events.register("pre_run_cell", verdict)
shell.events.register("post_run_cell", verdict)""",
        },
    ),
    *(Submission("leak to the page", f"value: {name}", _returning(value)) for name, value in _VALUES.items()),
    Submission("leak to the page", "name of an error", _returning(_RAISES)),
    Submission(
        "leak to the page",
        "error of a later answer",
        as_bytes(hand_in({**RIGHT, "slope": f"# exercise: slope\n{_RAISES}"}, before=_SEEN)),
        never=("slope-1",),
        keeps=("row_norms-1", "one_hot-1", "one_hot-2"),
    ),
    Submission(
        "leak to the page",
        "cells of their own afterwards",
        as_bytes(hand_in(RIGHT, before=_SEEN, after="print(stolen())\nraise ValueError(stolen())")),
        never=(),
        keeps=("row_norms-1", "slope-1", "one_hot-1", "one_hot-2"),
    ),
]


def _many(text: str, count: int) -> bytes:
    nb = hand_in(RIGHT)
    for _ in range(count):
        nb["cells"].insert(2, code(text))
    return as_bytes(nb)


_PUBLISH = "from IPython.display import HTML, display, publish_display_data\n"
_FLOODS = {
    "ampersands": _PUBLISH + "for _ in range(9): display(HTML('&' * 190_000))",
    "open tags": _PUBLISH + "for _ in range(9): display(HTML('<b><p>' * 30_000))",
    "half of a comment": _PUBLISH + "for _ in range(9): display(HTML('<!-' * 60_000))",
    "many small outputs": _PUBLISH + "for n in range(5_000): display(n)",
    "escapes": "print('\\x1b[1m' * 400_000)",
    "markdown": _PUBLISH + "for _ in range(60): publish_display_data({'text/markdown': '\\\\begin{a}' * 3_000})",
    "formulas": _PUBLISH + "publish_display_data({'text/markdown': ' '.join(f'$x_{{{n}}}$' for n in range(4_000))})",
    "evidence in plain cells": "from grader.checks.evidence import MIME\n"
    + _PUBLISH
    + "for _ in range(5): publish_display_data({MIME: {'a': 'x' * 4_000_000}})",
    "errors": "kernel = get_ipython().kernel\n"
    "for n in range(3_000): kernel.session.send(kernel.iopub_socket, 'error', {'ename': 'E', 'evalue': 'x' * 5_000,"
    " 'traceback': ['x' * 5_000]}, parent=kernel.get_parent())",
}
FLOODS: list[Submission] = [
    Submission("flood the page", name, _many(text, 1), never=(), keeps=("row_norms-1", "slope-1", "one_hot-1"))
    for name, text in _FLOODS.items()
] + [
    Submission("flood the page", "200,000 characters a cell", _many("x = 1\n" * 33_000, 3), never=()),
    Submission("flood the page", "a line of 200,000 characters", _many("x = '" + "(" * 200_000 + "'", 3), never=()),
]
