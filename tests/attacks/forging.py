"""Attacks that send outputs and evidence of their own making."""

from __future__ import annotations

from .kinds import Submission, wrong

# What a forger can learn: the format, the labels of visible checks, and by running the cells, all labels.
_TOOLS = """
import json, os
from grader.checks.evidence import MIME, make_record
shell = get_ipython()
SEED = os.environ.get("GRADER_SEED", "")
LABELS = {
    "row_norms-1": [("close", "row_norms([[3, 4], [6, 8]])", np.array([5.0, 10.0])),
                    ("reference", "row_norms on a random batch", np.ones(5)),
                    ("reference", "row_norms of one row", np.ones(1))],
    "slope-1": [("close", "slope of x**3 at 2", np.float32(12.0)), ("reference", "slope of sin", np.ones(6, "f4"))],
    "one_hot-1": [("equal", "one_hot([1, 0], 3)", np.array([[0, 1, 0], [1, 0, 0]], "i4")),
                  ("reference", "one_hot of random labels", np.eye(10, dtype="i4")[:8])],
    "one_hot-2": [("reference", "one_hot of more labels", np.ones((30, 4), "i4"))],
}
def forge(cell, **fields):
    for check_, label, value in LABELS[cell]:
        yield make_record(check_, label, value, cell, SEED, **fields)
def send(record, kind="display_data", parent=None, **more):
    content = {"data": {MIME: record}, "metadata": {}, "transient": {}, **more}
    kernel = shell.kernel
    kernel.session.send(kernel.iopub_socket, kind, content, parent=parent or kernel.get_parent())
def cell_now():
    first = kernel_parent()["content"]["code"].split("\\n")[0]
    return first.removeprefix("# check: ")
def kernel_parent():
    return shell.kernel.get_parent()
def in_graded_cells(action):
    def hook(*a):
        if cell_now() in LABELS:
            action(cell_now())
    shell.events.register("pre_run_cell", hook)
"""
_QUIET = """
check.close = check.equal = check.reference = lambda *a, **k: None
"""
# A result is shown from inside a cell, before its first check fails.
_SHOWS = """
import sys
def first(real):
    def call(*a, **k):
        sys.displayhook(RESULT)
        return real(*a, **k)
    return call
check.close, check.equal, check.reference = map(first, (check.close, check.equal, check.reference))"""

SUBMISSIONS: list[Submission] = wrong(
    "forge outputs and evidence",
    {
        "displayhook_says_one": _SHOWS.replace("RESULT", "1"),
        "result_says_looks_good": _SHOWS.replace("RESULT", "'looks good'"),
        "result_is_negative": _SHOWS.replace("RESULT", "-1"),
        "result_is_nan": _SHOWS.replace("RESULT", "float('nan')"),
        "result_above_the_maximum": _SHOWS.replace("RESULT", "10**6"),
        "guessed_evidence": _TOOLS + _QUIET + "in_graded_cells(lambda cell: [send(r) for r in forge(cell)])",
        "evidence_before_the_real": _TOOLS + "in_graded_cells(lambda cell: [send(r) for r in forge(cell)])",
        "endless_tolerance": _TOOLS
        + _QUIET
        + """
from grader.checks.compare import Tolerance
in_graded_cells(lambda cell: [send(r) for r in forge(cell, tolerance=Tolerance(1e30, 1e30))])""",
        "want_made_equal": _TOOLS
        + _QUIET
        + """
def same(cell):
    for check_, label, value in LABELS[cell]:
        send(make_record(check_, label, value, cell, SEED, want=value, but={"x": value}))
in_graded_cells(same)""",
        "expected_recorded_as_value": """
close, equal = check.close, check.equal
check.close = lambda what, got, want, **k: close(what, want, want)
check.equal = lambda what, got, want, **k: equal(what, want, want)""",
        "all_evidence_in_the_answer_cell": _TOOLS
        + """
for cell in LABELS:
    for record in forge(cell): send(record)""",
        "evidence_of_another_cell": _TOOLS
        + _QUIET
        + "in_graded_cells(lambda cell: [send(r) for r in forge('row_norms-1')])",
        "evidence_as_result": _TOOLS
        + _QUIET
        + "in_graded_cells(lambda cell: [send(r, 'execute_result', execution_count=1) for r in forge(cell)])",
        "evidence_by_update": _TOOLS
        + _QUIET
        + """
def update(cell):
    for number, record in enumerate(forge(cell)):
        display_id = {"transient": {"display_id": f"{cell}{number}"}}
        send({}, **display_id)
        send(record, "update_display_data", **display_id)
in_graded_cells(update)""",
        "evidence_after_the_end": _TOOLS
        + """
import threading, time
kept = []
in_graded_cells(lambda cell: kept.append((cell, kernel_parent())))
def later():
    while True:
        time.sleep(0.05)
        while kept:
            cell, parent = kept.pop()
            for record in forge(cell): send(record, parent=parent)
threading.Thread(target=later, daemon=True).start()""",
        "output_cleared_after_failure": """
from IPython.display import clear_output
get_ipython().events.register('post_run_cell', lambda *a: clear_output())""",
        "idle_and_reply_forged_early": _TOOLS
        + """
def early(cell):
    kernel, parent = shell.kernel, kernel_parent()
    for r in forge(cell): send(r)
    kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"}, parent=parent)
    content = {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
    ident = kernel._parent_ident["shell"]
    kernel.session.send(kernel.shell_stream, "execute_reply", content, parent=parent, ident=ident)
in_graded_cells(early)""",
        "malformed_evidence": _TOOLS
        + """
deep = {}
for _ in range(300): deep = {"a": deep}
def bad(cell):
    good = next(iter(forge(cell)))
    for record in (None, 7, [], "x", {}, deep, {**good, "version": 10**30}, {**good, "value": {"kind": "array",
            "dtype": "float64", "shape": [2**62], "data": ""}}, {**good, "value": deep}, {**good, "label": 5},
            {**good, "seed": None}, {**good, "extra": 1}, {**good, "tolerance": [float("inf"), -1]}):
        try: send(record)
        except Exception: pass
in_graded_cells(bad)""",
        "pickles_in_evidence": _TOOLS
        + """
import pickle, base64
class Boom:
    def __reduce__(self): return (os.system, ("touch /tmp/pickled-by-the-grader",))
data = base64.b64encode(pickle.dumps(Boom())).decode()
in_graded_cells(lambda cell: [send({**r, "value": {"kind": "array", "dtype": "object", "shape": [1], "data": data}})
                              for r in forge(cell)])""",
        "unwritable_outputs": _TOOLS
        + """
def odd(cell):
    kernel, parent = shell.kernel, kernel_parent()
    for kind, content in (("stream", {"name": "stdout", "text": "\\ud800"}), ("stream", {"name": 5, "text": None}),
            ("display_data", {"data": {"text/html": {"a": [1]}, "x" * 999: "y", "\\ud800": "z"}, "metadata": 3}),
            ("display_data", {"data": {"application/json": float("nan")}, "metadata": {}}),
            ("error", {"ename": None, "evalue": ["x"], "traceback": "no list"}), ("error", []), ("stream", 3),
            ("clear_output", {"wait": "maybe"}), ("comm_open", {}), ("unknown", {}), ("status", {"execution_state": 4}),
            ("execute_input", None)):
        try: kernel.session.send(kernel.iopub_socket, kind, content, parent=parent)
        except Exception: pass
in_graded_cells(odd)""",
        "verdict_as_html": """
from IPython.display import HTML, display
get_ipython().events.register('pre_run_cell', lambda *a: display(HTML(
    "<strong>Right: 2 of 2 points</strong><script>document.title='mine'</script>")))""",
        "input_asked_and_comms_opened": _TOOLS
        + """
def ask(cell):
    kernel = shell.kernel
    kernel.session.send(kernel.iopub_socket, "input_request", {"prompt": "?"}, parent=kernel_parent())
    kernel.session.send(kernel.iopub_socket, "comm_open", {"comm_id": "1", "target_name": "jupyter.widget",
        "data": {"state": {"_model_name": "OutputModel", "msg_id": kernel_parent()["header"]["msg_id"]}}},
        parent=kernel_parent())
    try: input("?")
    except Exception: pass
in_graded_cells(ask)""",
    },
)
