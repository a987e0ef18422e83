"""Attacks that return objects which lie about what they are, and ones that look for the expected values."""

from __future__ import annotations

from .assignment import CANARY, OTHERS
from .kinds import Submission, one_bad, wrong

_LYING = {
    "equal_to_everything": """
class Same:
    shape, dtype, ndim = (2,), np.dtype("float64"), 1
    def __eq__(self, other): return True
    def __array__(self, *a, **k): return np.zeros(2)
    def __len__(self): return 2
def row_norms(x): return Same()""",
    "array_subclass_that_agrees": """
class Agree(np.ndarray):
    def __eq__(self, other): return np.ones(self.shape, bool)
    def __sub__(self, other): return np.zeros(self.shape)
    def __array_ufunc__(self, *a, **k): return np.zeros(self.shape)
    def __array_function__(self, *a, **k): return True
def row_norms(x): return np.zeros(len(x)).view(Agree)""",
    "changes_with_every_look": """
class Shifty:
    looks = 0
    def __array__(self, *a, **k):
        Shifty.looks += 1
        return np.array([5.0, 10.0]) * (Shifty.looks % 2)
def row_norms(x): return Shifty()""",
    "claims_another_class": """
class Claims:
    __class__ = np.ndarray
    shape = (2,)
    dtype = np.dtype("float64")
    def tolist(self): return [5.0, 10.0]
    def numpy(self): return self
def row_norms(x): return Claims()""",
    "float_without_distance": """
class Near(float):
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __eq__(self, other): return True
    __hash__ = float.__hash__
def row_norms(x): return [Near(0) for _ in x]""",
    "masked_array": "def row_norms(x): return np.ma.masked_all(len(x))",
    "nan_everywhere": "def row_norms(x): return np.full(len(x), np.nan)",
    "broadcasts_to_anything": "def row_norms(x): return np.float64(5.0)",
    "as_strided_terabyte": """
def row_norms(x): return np.lib.stride_tricks.as_strided(np.zeros(1), (2**37,), (0,))""",
    "object_array_of_liars": """
class Yes:
    def __eq__(self, other): return True
    def __float__(self): return 5.0
def row_norms(x): return np.array([Yes() for _ in x], dtype=object)""",
    "structured_dtype": "def row_norms(x): return np.zeros(len(x), dtype=[('a', 'f8')])",
    "endless_generator": """
def row_norms(x):
    while True:
        yield 5.0""",
    "list_that_contains_itself": """
def row_norms(x):
    a = [5.0]
    a.append(a)
    return a""",
}

_PEEKING = {
    "constants_of_the_calling_cell": """
import sys
def row_norms(x):
    return [c for c in sys._getframe(1).f_code.co_consts if isinstance(c, tuple)] or [5.0, 10.0]""",
    "frames_of_the_check": """
import sys
class Lazy:
    def __array__(self, *a, **k):
        frame = sys._getframe()
        while frame:
            for name in ("want", "expected"):
                if name in frame.f_locals:
                    return np.asarray(frame.f_locals[name])
            frame = frame.f_back
        return np.zeros(2)
def row_norms(x): return Lazy()""",
    "source_of_the_running_cell": """
import re
def row_norms(x):
    text = get_ipython().get_parent()["content"]["code"]
    return np.array(eval(re.findall(r"\\[[\\d., ]+\\]", text)[-1]))""",
    "history": """
def row_norms(x):
    for text in get_ipython().user_ns["In"]:
        if "5.0, 10.0" in text:
            return np.array([5.0, 10.0])
    return np.zeros(len(x))""",
    "garbage_collector": """
import gc
def row_norms(x):
    for thing in gc.get_objects():
        if type(thing) is list and len(thing) == len(x) and all(type(v) is float for v in thing):
            return np.array(thing)
    return np.zeros(len(x))""",
    "memorised_visible_values": "def row_norms(x): return np.array([5.0, 10.0])",
    "seed_from_the_environment": """
import os
def row_norms(x):
    rng = np.random.default_rng(int(os.environ["GRADER_SEED"]))
    return np.abs(rng.standard_normal(len(x)))""",
}

_SEARCHING = {
    "searches_the_disk": f"""
import os
found = ""
for root in ("/", "/work", "/home", "/root", "/tmp", os.getcwd(), "/proc/1/root", "/proc/1/cwd"):
    for base, folders, names in os.walk(root):
        folders[:] = [f for f in folders if f not in ("proc", "sys", "lib", "lib64", "usr", "site-packages")][:200]
        for name in names:
            if name.endswith((".ipynb", ".db")):
                found += os.path.join(base, name)
                try: found += open(os.path.join(base, name), errors="replace").read()
                except OSError: pass
        if base.count("/") > 5: folders[:] = []
if "canary-of-the" + "-solution" in found or "gradebook" in found:
    print("{CANARY[:6]}" + "-of-the-solution")
    def np_norms(x): return np.sqrt((x * x).sum(-1))
    row_norms = np_norms""",
    "reads_other_processes": """
import glob
found = b""
for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
    try: found += open(path, "rb").read()
    except OSError: pass
for path in glob.glob("/proc/[0-9]*/mem"):
    try: open(path, "rb").seek(2**20)
    except OSError: pass
if b"SECRET_OF_THE_GRADER" in found: print("canary-of-the" + "-solution")""",
    "asks_the_network": """
import urllib.request, socket
for address in ("http://1.1.1.1", "http://127.0.0.1:8888", "http://169.254.169.254/latest/meta-data"):
    try: print("canary-of-the" + "-solution", urllib.request.urlopen(address, timeout=1).read())
    except OSError: pass""",
    "writes_where_it_should_not": """
import os, site
inner = [os.path.dirname(module.__file__) for module in (np, check, os)]
for folder in ("/", "/etc", "/usr/lib", "/work", "/home", *inner):
    try:
        with open(os.path.join(folder, "planted.py"), "w") as file: file.write("1")
        print("canary-of-the" + "-solution", folder)
    except OSError: pass""",
    "imports_the_judge": """
from grader.grading import judge
judge.judge_cell = lambda *a, **k: judge.Verdict(99.0, 99.0, True, "right")
import grader.checks.evidence as e
e.decode_record = None""",
}

SUBMISSIONS: list[Submission] = [
    *one_bad("objects that lie", _LYING, keeps=OTHERS),
    *one_bad("read expected values", _PEEKING, keeps=OTHERS),
    *wrong("read expected values", _SEARCHING),
]
