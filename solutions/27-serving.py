# %% [markdown]
# # Exercises: serving
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace each line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other numbers, other sizes. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. Where a server is needed, it runs inside this notebook and is asked without a network; it answers as the one of the chapter does.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import base64
import json
import math
import tempfile
import zlib
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from grader import check
from grader.serving.server import ModelServer, Options
from grader.serving.versions import ModelConfig, Policy

tf.get_logger().setLevel("ERROR")


# %%
def serve(folder, labels=None):
    """Serve all versions that are in a folder now, inside this notebook; return a function `ask(path, document)`.

    It POSTs the document, or GETs if there is none, and returns the HTTP status and the answer.
    """
    model = ModelConfig("model", Path(folder), Policy("all"), labels or {})
    server = ModelServer([model], Options(rest_port=None, poll_seconds=86_400.0))
    server.start()

    def ask(path, document=None):
        method = "GET" if document is None else "POST"
        response = server.api.respond(method, f"/v1/models/model{path}", json.dumps(document).encode())
        return response.status, json.loads(response.body)

    return ask


# %% [markdown]
# ## 1. Which version is it?
#
# A server lists its versions in the answer to `GET /v1/models/NAME`. `newest(answer)` finds the one that callers get who name none: the highest that is available.
#
# - **In**: `answer`, a dictionary as the server sends it. Its key `model_version_status` holds a list with one dictionary for each version, in any order; in these, `version` is a string of digits, a number from 0 and below 2⁶³ without leading zeros, and `state` is `"AVAILABLE"` for a version that answers, another word for one that does not. An answer without that key is an error message.
# - **Out**: ① a Python integer: ② the highest number of the versions ③ whose state is `"AVAILABLE"`; ④ `None` if none is available, ⑤ and for an error message.
# - **Example**: of 8 and 9, both available, and 10, state `END`, the newest is 9.
#
# <details><summary>Hint 1: the idea</summary>
#
# Collect the numbers of those that are available, and take the largest. What is the largest of `"9"` and `"10"`?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `get` with a default copes with a missing key; `int` makes a number of a string. `max` takes `default=` for when nothing is left.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# versions = answer.get(____, [])
# numbers = [____(each["version"]) for each in versions if ____]
# return max(numbers, default=____)
# ```
#
# </details>


# %%
# exercise: newest
def newest(answer):
    """Return the highest version that is available, or None.

    Args:
        answer: dictionary, a server's answer about a model.
    """
    ### BEGIN SOLUTION
    found = None
    for status in answer.get("model_version_status", []):
        if status["state"] == "AVAILABLE":
            found = max(found or 0, int(status["version"]))
    return found
    ### END SOLUTION


# %% points=2
# check: newest-1
def _status_of(**states):
    """Return a server's answer: _status_of(v9="AVAILABLE")."""
    fine = {"error_code": "OK", "error_message": ""}
    versions = [{"version": name[1:], "state": state, "status": fine} for name, state in states.items()]
    return {"model_version_status": versions}


check.equal("8 and 9 are available, 10 is not", newest(_status_of(v10="END", v9="AVAILABLE", v8="AVAILABLE")), 9, but={
    "Version 10 is not available: look at its state.": 10,
    "It is a string still: make a number of it.": "9",
})
check.equal("9 and 10 are available", newest(_status_of(v9="AVAILABLE", v10="AVAILABLE")), 10, but={
    'As strings, "9" is larger than "10": compare numbers.': 9,
})
check.equal("9 is available, 10 is being unloaded", newest(_status_of(v9="AVAILABLE", v10="UNLOADING")), 9, but={
    "There are more states than those: only AVAILABLE answers.": 10,
})
check.equal("the only one is loading", newest(_status_of(v1="LOADING")), None)
check.equal("an error message", newest({"error": "Could not find any versions of model digits"}), None)
check.equal("error messages without the key `error`", [newest({"message": "not found"}), newest({})], [None, None],
            hint="Every answer without `model_version_status` is an error message.")
_alike = _status_of(v20240131123045119="AVAILABLE", v20240131123045121="AVAILABLE", v20240131123045120="AVAILABLE")
check.equal("the second of three moments is the highest", newest(_alike), 20240131123045121,
            hint="As floats, these three are one and the same number: compare whole numbers, with `int`.")
### BEGIN HIDDEN TESTS
check.reference("moments of seventeen digits", newest(_status_of(v20240131123045123="AVAILABLE", v20240131123045121="AVAILABLE", v20240131123045124="END")))
check.reference("a moment as number", newest(_status_of(v1795981161="AVAILABLE")))
check.reference("in ascending order", newest(_status_of(v2="AVAILABLE", v11="AVAILABLE", v12="UNLOADING", v100="START")))
check.reference("an empty list", newest(_status_of()))
check.reference("version 0, and one that is unavailable", newest(_status_of(v0="AVAILABLE", v7="UNAVAILABLE", v8="NOT_AVAILABLE")))
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Ninety-nine out of a hundred
#
# "Half of our callers wait 12 ms at most, 99 of 100 wait 80 ms at most." Such numbers are percentiles by *nearest rank*: `percentile(waits, percent)` is ① the shortest of the measured waits such that at least `percent` % of all waits are no longer than it.
#
# - **In**: `waits`, a list of numbers in any order; `percent`, a whole number from 1 to 100.
# - **Out**: one of the waits. ② The list stays as it was. ③ An empty list raises `ValueError`.
# - **Example**: of the waits 5, 1, 3 and 2, the percentile for 50 is 2: two of the four, which is 50%, are no longer than 2. For 51 it is 3, and for 99 it is 5.
#
# <details><summary>Hint 1: the idea</summary>
#
# Put the waits in order. Then the question is only how many of them, counted from the shortest, make up `percent` % or more.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# That count is `percent * n / 100`, rounded up to a whole number. The first of a list has the index 0. Mind the order of the operations: `7 / 100 * 100` is 7.000000000000001.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# if not waits:
#     raise ____
# count = math.____(percent * ____ / ____)
# return sorted(____)[____ - 1]
# ```
#
# </details>


# %%
# exercise: percentile
def percentile(waits, percent):
    """Return the shortest wait such that at least `percent` % of all waits are no longer.

    Args:
        waits: list of numbers, not empty, in any order.
        percent: whole number from 1 to 100.

    Raises:
        ValueError: there are no waits.
    """
    ### BEGIN SOLUTION
    if len(waits) == 0:
        raise ValueError("no waits")
    rank = -(-percent * len(waits) // 100)
    return sorted(waits)[rank - 1]
    ### END SOLUTION


# %% points=3
# check: percentile-1
check.equal("half of [5, 1, 3, 2]", percentile([5, 1, 3, 2], 50), 2, but={
    "The waits must be put in order first.": 1,
    "One too far: the first of a list has the index 0.": 3,
    "This lies between two waits; by nearest rank the answer is one of them.": 2.5,
})
check.equal("51% of [5, 1, 3, 2]", percentile([5, 1, 3, 2], 51), 3, but={
    "2 is only 50% of them: round the count up.": 2,
})
check.equal("99% of [5, 1, 3, 2]", percentile([5, 1, 3, 2], 99), 5)
check.equal("7% of the numbers from 1 to 100", percentile(list(range(1, 101)), 7), 7, but={
    "percent / 100 * n is 7.000000000000001 here: multiply first, divide then.": 8,
})
check.equal("29% of the numbers from 1 to 100", percentile(list(range(1, 101)), 29), 29, but={
    "29 / 100 * 100 is 28.999999999999996 here: multiply first, divide then.": 30,
})
check.equal("1% of the numbers from 1 to 101", percentile(list(range(1, 102)), 1), 2, but={
    "1 of 101 is less than 1%: round up, however small the fraction is.": 1,
})
check.equal("half of [0, 0, 0]", percentile([0, 0, 0], 50), 0, hint="A wait of 0 is a wait: ask how long the list is.")
check.raises("no waits at all", ValueError, percentile, [], 50)
_waits = [5, 1, 3, 2]
percentile(_waits, 50)
check.equal("the list afterwards", _waits, [5, 1, 3, 2], but={
    "The list of the caller was put in order: sort a copy.": [1, 2, 3, 5],
})
### BEGIN HIDDEN TESTS
_many = check.inputs(57).numpy().tolist()
_before = list(_many)
for _percent in (1, 33, 50, 95, 100):
    check.reference(f"{_percent}% of 57 random waits", percentile(_many, _percent))
check.reference("a single wait", percentile([0.25], 1))
_all = [[percentile(list(range(size)), percent) for percent in range(1, 101)] for size in (*range(1, 101), 250)]
check.reference("1% to 100% of 1 to 100 numbers, and of 250", _all)
check.reference("the list is as it was", _many == _before)
check.reference("waits that are equal", [percentile([2, 2, 2, 2, 2, 9, 9, 1], _percent) for _percent in (10, 50, 70, 90)])
### END HIDDEN TESTS

# %% [markdown]
# ## 3. A model that takes scans
#
# A scorer of yours reads ink: 1 where a pixel is black with it, 0 where the paper is white. Callers have scanned forms, as PNG files, in which white is 255 and black is 0. `publish_scans(scorer, folder, version)` exports the scorer so that they can send their files as they are.
#
# - **In**: `scorer`, a `tf.Module`; calling it takes `float32[n, 8, 8]`, ink from 0 to 1, and returns scores, `float32[n, 10]`. `folder`, a string; `version`, a whole number that the folder has no version of yet.
# - **Out**: ① the folder then holds the version, besides those that it held before, in a folder whose name is its number, ready for a server, with ② the signature `serving_default`: its input ③ `image` is `string[n]`, ④ any number of PNG files of 8 × 8 grey pixels, none too, while a file of another size is an error, ⑤ of which 255 is ink 0, and 0 is ink 1. It answers ⑥ `{"digit": int64[n], "probability": float32[n]}`, ⑦ the place of the highest score and ⑧ its softmax probability.
# - **Example**: white paper with one black line in row 3 is ink 1 in row 3 and 0 elsewhere.
#
# <details><summary>Hint 1: the idea</summary>
#
# All that happens between the file and the scorer belongs into the signature: decode, turn grey into ink, then score. A version is a folder whose name is its number.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Write a function for one file: `tf.io.decode_png` with one channel gives `uint8` of shape (8, 8, 1). Apply it to all with `tf.map_fn`, which must be told what comes out (`fn_output_signature`). The rest is as in chapter 05: a `tf.function` with an input signature that returns a dictionary, and `tf.saved_model.save` with `signatures`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# def ink(file):
#     grey = tf.io.decode_png(file, channels=____)
#     return 1 - tf.cast(grey[____], ____) / ____
#
# @tf.function(input_signature=[tf.TensorSpec(____, ____, name=____)])
# def read(image):
#     scans = tf.map_fn(____, image, fn_output_signature=tf.TensorSpec([8, 8]))
#     probabilities = tf.nn.____(scorer(____))
#     return {"digit": ____, "probability": ____}
#
# tf.saved_model.save(scorer, f"{folder}/____", signatures=____)
# ```
#
# </details>


# %%
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    """Save the scorer as a version of a model that takes scans as PNG files.

    Args:
        scorer: a tf.Module from ink, float32[n, 8, 8], to scores, float32[n, 10].
        folder: the model's folder, a string.
        version: the number of the version.
    """
    ### BEGIN SOLUTION
    def paper_to_ink(file):
        grey = tf.ensure_shape(tf.io.decode_png(file, channels=1), [8, 8, 1])
        return (255 - tf.cast(tf.squeeze(grey, axis=-1), tf.float32)) / 255

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def serving_default(image):
        pictures = tf.map_fn(paper_to_ink, image, fn_output_signature=tf.float32)
        scores = scorer(pictures)
        highest = tf.math.top_k(tf.nn.softmax(scores), k=1)
        return {"digit": tf.argmax(scores, axis=1), "probability": highest.values[:, 0]}

    target = str(Path(folder) / str(version))
    tf.saved_model.save(scorer, target, signatures={"serving_default": serving_default})
    ### END SOLUTION


# %% points=4
# check: publish_scans-1
class _Rows(tf.Module):
    """Scores row k of the picture by the ink in it less 4; rows 8 and 9 do not exist and have none."""

    def __init__(self):
        super().__init__()
        self.weight = tf.Variable(1.0)

    def __call__(self, ink):
        return self.weight * (tf.pad(tf.reduce_sum(ink, axis=2), [[0, 0], [0, 2]]) - 4.0)


def _scan_of(ink):
    """Return ink from 0 to 1, shape (8, 8), as a PNG file in base64, as JSON wants it."""
    grey = tf.cast(tf.round(255 * (1 - tf.constant(ink, tf.float32))), tf.uint8)
    file = tf.io.encode_png(grey[:, :, tf.newaxis]).numpy()
    return {"b64": base64.b64encode(file).decode()}


def _line(row, strength=1.0):
    """Return ink in one row of a picture, float32 of shape (8, 8)."""
    return np.where(np.arange(8)[:, np.newaxis] == row, strength, 0.0).astype("float32") * np.ones((8, 8), "float32")


with tempfile.TemporaryDirectory() as _folder:
    publish_scans(_Rows(), _folder, 3)
    check.equal("what the folder holds", sorted(path.name for path in Path(_folder).iterdir()), ["3"])
    _ask = serve(_folder)
    _status, _about = _ask("/metadata")
_signatures = _about["metadata"]["signature_def"]["signature_def"]
check.that("there is a signature with the name serving_default", "serving_default" in _signatures)
_signature = _signatures["serving_default"]
check.equal("the inputs, and their dtypes", {name: each["dtype"] for name, each in _signature["inputs"].items()}, {
    "image": "DT_STRING",
})
check.equal("the outputs, and their dtypes", {name: each["dtype"] for name, each in _signature["outputs"].items()}, {
    "digit": "DT_INT64", "probability": "DT_FLOAT",
})
_status, _answer = _ask(":predict", {"inputs": [_scan_of(_line(3)), _scan_of(_line(7)), _scan_of(_line(5, 0.2))]})
check.equal("three files: the status, with the error if there is one", [_status, _answer.get("error")], [200, None])
_answer = _answer["outputs"]
check.equal("lines in rows 3, 7 and 5: the digits", _answer["digit"], [3, 7, 5], but={
    "White is 255 in the files and 0 as ink: turn it round.": [0, 0, 0],
})
check.close("how sure it is of the first two", _answer["probability"][:2], [0.9969896, 0.9969896], but={
    "Ink goes from 0 to 1: divide by 255.": [1.0, 1.0],
    "This is the score: apply softmax.": [4.0, 4.0],
})
check.close("and of the third, with a fifth of the ink", _answer["probability"][2], 0.3550, rtol=0.02)
_status, _answer = _ask(":predict", {"inputs": [_scan_of(_line(6))]})
check.equal("one file alone: the status, with the error if there is one", [_status, _answer.get("error")], [200, None])
check.equal("one file alone: the digits", _answer["outputs"]["digit"], [6])
_status, _answer = _ask(":predict", {"inputs": []})
check.equal("no file: the status, with the error if there is one", [_status, _answer.get("error")], [200, None],
            hint="Where there is nothing to look at, the shape of a scan must be told.")
check.equal("no file: the digits", _answer["outputs"]["digit"], [])
for _rows, _columns in ((16, 16), (4, 16), (16, 8), (8, 9), (9, 8)):
    _other = {"b64": base64.b64encode(tf.io.encode_png(tf.zeros([_rows, _columns, 1], tf.uint8)).numpy()).decode()}
    check.equal(f"a file of {_rows} × {_columns} pixels: the status", _ask(":predict", {"inputs": [_other]})[0], 400,
                hint="It is no scan for this scorer, however many pixels it has: look at both sides, do not reshape.")
### BEGIN HIDDEN TESTS
_pictures = check.inputs(6, 8, 8, low=0.0, high=1.0).numpy()
with tempfile.TemporaryDirectory() as _place:
    _scorer = _Rows()
    _scorer.weight.assign(0.5)
    publish_scans(_scorer, _place, 12)
    _asked = serve(_place)
    for _count in (6, 1):
        _found = _asked("/versions/12:predict", {"instances": [_scan_of(picture) for picture in _pictures[:_count]]})
        check.reference(f"{_count} random scans", _found[1]["predictions"])
    for _rows, _columns in ((7, 8), (8, 16), (1, 1)):
        _other = {"b64": base64.b64encode(tf.io.encode_png(tf.zeros([_rows, _columns, 1], tf.uint8)).numpy()).decode()}
        check.reference(f"a file of {_rows} × {_columns} pixels behind a good one", _asked(":predict", {"inputs": [_scan_of(_pictures[0]), _other]})[0])
    _sure = _Rows()
    _sure.weight.assign(40.0)
    publish_scans(_sure, _place, 1)
    check.equal("two versions", sorted(path.name for path in Path(_place).iterdir()), ["1", "12"])
    _asked = serve(_place)
    _found = _asked("/versions/1:predict", {"instances": [_scan_of(_line(2)), _scan_of(_line(4, 0.3))]})
    check.reference("scores beyond a hundred", _found[1]["predictions"])
### END HIDDEN TESTS

# %% [markdown]
# ## 4. A patient client
#
# Servers are restarted, and busy for a moment; a good client tries again. But not always: what is wrong with a request is still wrong the second time. And not at once: a crowd that comes back immediately keeps a server down.
#
# `ask_patiently(send, tries, pause, sleep)` sends a request up to `tries` times.
#
# - **In**: `send`, a function without arguments that sends the request; it returns the HTTP status and the answer, a dictionary, or raises `ConnectionError`. `tries`, 1 or more. `pause`, seconds, more than 0. `sleep`, a function that waits so many seconds.
# - **Out**: ① the answer, without the status, of the first try with status 200. ② There are `tries` tries at most.
# - **Trouble that passes**: ③ 429 (too many requests) and 503 (not available), ④ and `ConnectionError`. ⑤ Wait `pause` seconds before the second try, twice as long before the third, and twice as long again before each further one. ⑥ If the last try fails as well, raise `TimeoutError`, ⑦ without waiting for nothing.
# - **Trouble that stays**: ⑧ any other status. Raise `ValueError` at once, ⑨ its message just what stands under `error` in the answer, which has one then. ⑩ An error of `send` that is no `ConnectionError` goes through at once.
# - **Example**: answers 503, 503, 200 with a pause of 1: waits of 1 and 2 seconds, then the answer.
#
# <details><summary>Hint 1: the idea</summary>
#
# A loop over the tries. Each try ends in one of three ways: return, raise, or go round again.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Wait at the beginning of each try but the first; then there is nothing to avoid at the end. In try number i, counted from 0, the wait is `pause` times 2 to the power i − 1. A `ConnectionError` can be caught and treated like the status 503.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# for i in range(tries):
#     if ____:
#         sleep(pause * ____)
#     try:
#         status, answer = ____
#     except ____:
#         ____
#     if status == ____:
#         return ____
#     if status not in ____:
#         raise ____(____)
# raise ____
# ```
#
# </details>


# %%
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    """Send a request until it is answered; return the answer.

    Args:
        send: function without arguments, returns status and answer, or raises ConnectionError.
        tries: how often at most, 1 or more.
        pause: seconds before the second try; twice as many before each further one.
        sleep: function that waits so many seconds.

    Raises:
        ValueError: the request is at fault; with the server's message.
        TimeoutError: no try was answered.
    """
    ### BEGIN SOLUTION
    for left in reversed(range(tries)):
        try:
            status, answer = send()
        except ConnectionError:
            status = 503
        if status == 200:
            return answer
        if status != 503 and status != 429:
            raise ValueError(answer["error"])
        if left:
            sleep(pause)
            pause = 2 * pause
    raise TimeoutError(f"no answer in {tries} tries")
    ### END SOLUTION


# %%
class Busy:
    """A server that gives these answers in turn: a status, or an error that is raised."""

    def __init__(self, *answers):
        self.answers, self.slept, self.asked = list(answers), [], 0

    def send(self):
        self.asked += 1
        status = self.answers.pop(0)
        if isinstance(status, type):
            raise status("connection refused")
        return status, {"predictions": [1.5]} if status == 200 else {"error": f"this is a {status}"}


# %% points=3
# check: ask_patiently-1
_busy = Busy(503, 503, 200)
check.equal("503, 503, 200: the answer", ask_patiently(_busy.send, 5, 1, _busy.slept.append), {"predictions": [1.5]})
check.equal("503, 503, 200: the waits", _busy.slept, [1, 2], but={
    "Wait twice as long each time.": [1, 1],
    "Wait between tries, not before the first one.": [1, 2, 4],
    "It did not wait: a crowd that comes back at once keeps a server down.": [],
})
_refused = Busy(ConnectionResetError, 429, ConnectionError, 200)
_answer = ask_patiently(_refused.send, 4, 0.5, _refused.slept.append)
check.equal("refused, 429, refused, 200: the answer", _answer, {"predictions": [1.5]})
check.equal("refused, 429, refused, 200: the waits", _refused.slept, [0.5, 1.0, 2.0])
for _status in (400, 500, 202):
    _wrong = Busy(_status, 200)
    _what = f"a status of {_status}"
    check.raises(_what, ValueError, ask_patiently, _wrong.send, 5, 1, _wrong.slept.append, match=f"this is a {_status}")
    check.equal(f"{_what}: how often it was sent", _wrong.asked, 1)
_message = None
try:
    ask_patiently(lambda: (400, {"error": "bad shape\n\tin node x\n"}), 5, 1, _wrong.slept.append)
except ValueError as _error:
    _message = str(_error)
check.equal("a status of 400: a message of two lines", _message, "bad shape\n\tin node x\n", but={
    "This is the whole answer: take what stands under `error`.": str({"error": "bad shape\n\tin node x\n"}),
    "This is the first line only: take all that stands under `error`.": "bad shape",
    "The line break at its end belongs to it: take the message as it is.": "bad shape\n\tin node x",
})
_broken = Busy(OSError, 200)
check.raises("another error", OSError, ask_patiently, _broken.send, 5, 1, _broken.slept.append)
check.equal("an answer that is empty", ask_patiently(lambda: (200, {}), 1, 3, _busy.slept.append), {})
### BEGIN HIDDEN TESTS
for _status in (404, 413, 502):
    _other = Busy(503, _status, 200)
    check.raises(f"503, then {_status}", ValueError, ask_patiently, _other.send, 5, 2, _other.slept.append, match=f"a {_status}")
    check.reference(f"tries and waits then, {_status}", [_other.asked, _other.slept])
_final = Busy(503, 404, 200)
check.raises("503, then 404 at the last try", ValueError, ask_patiently, _final.send, 2, 1, _final.slept.append, match="a 404")
_quick = Busy(200)
check.reference("at once", [ask_patiently(_quick.send, 1, 3, _quick.slept.append), _quick.slept])
check.equal("another answer", ask_patiently(lambda: (200, {"outputs": [2]}), 1, 3, _quick.slept.append), {"outputs": [2]})
_late = Busy(503, KeyError, 200)
check.raises("503, then another error", KeyError, ask_patiently, _late.send, 5, 1, _late.slept.append)
_long = Busy(503, 503, 503, 503, 503, 503, 503, 200)
ask_patiently(_long.send, 9, 2.5, _long.slept.append)
check.reference("seven waits", _long.slept)
_timed = Busy(TimeoutError, 200)
check.raises("a TimeoutError of send", TimeoutError, ask_patiently, _timed.send, 5, 1, _timed.slept.append)
check.reference("how often it was sent then", _timed.asked)
### END HIDDEN TESTS

# %% points=2
# check: ask_patiently-2
_dead = Busy(503, 503, ConnectionError, 200)
check.raises("three tries, none answered", TimeoutError, ask_patiently, _dead.send, 3, 1, _dead.slept.append)
check.equal("tries", _dead.asked, 3)
check.equal("waits", _dead.slept, [1, 2], but={
    "After the last try there is nothing to wait for.": [1, 2, 4],
})
### BEGIN HIDDEN TESTS
_once = Busy(429, 200)
check.raises("a single try", TimeoutError, ask_patiently, _once.send, 1, 1, _once.slept.append)
check.reference("tries and waits of it", [_once.asked, _once.slept])
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: the canary that hopped
#
# `ask_user` should let a certain share of the users try the version with the label `canary`; all others get `stable`. It was written in an afternoon. Since then three people have complained. Ada: "Yesterday I got the new model, today I get the old one; nobody touched the percentage, only the program was restarted." Ben, who set the percentage to 0: "Somebody still gets the new model." Cleo: "We have taken the canary down, and now some users get `Unrecognized servable version label: canary` in place of an answer."
#
# Put it right.
#
# - **In**: `ask`, a function of a path and a document that returns status and answer, as in the chapter, and raises nothing. `user`, a string. `percent`, a whole number from 0 to 100. `document`, the request.
# - **Out**: ① status and answer. ② A user tries the canary if `zlib.crc32` of the name's bytes (UTF-8), modulo 100, is less than `percent`; all others get what `stable` answers; earlier calls do not matter. ③ Whoever does not get status 200 from the canary, whatever else it is, gets what `stable` answers. ④ Both are asked by their labels, ⑤ and `stable` only where its answer is needed.
# - **Example**: with `percent` 100 everybody asks `/labels/canary:predict`; if that gives 400, then `/labels/stable:predict` as well.
#
# <details><summary>Hint 1: the idea</summary>
#
# One complaint, one fault. Python's `hash` of a string is another in each process, on purpose.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `zlib.crc32` takes bytes: `user.encode()`. Of the hundred remainders 0 to 99, how many are less than or equal to 0? Keep the canary's status and answer in variables before you return them.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# if zlib.crc32(____) % 100 ____ percent:
#     status, answer = ____
#     if ____:
#         return ____
# return ask("/labels/stable:predict", document)
# ```
#
# </details>


# %%
# exercise: ask_user
def ask_user(ask, user, percent, document):
    """Ask the canary for `percent` of all users, and stable for the others and wherever the canary fails.

    Args:
        ask: function of path and document, returns status and answer.
        user: name, a string.
        percent: whole number from 0 to 100.
        document: the request, a dictionary.

    Returns:
        status and answer.
    """
    ### BEGIN SOLUTION
    #| if hash(user) % 100 <= percent:
    #|     return ask("/labels/canary:predict", document)
    #| return ask("/labels/stable:predict", document)
    tries = ["/labels/canary:predict"] if zlib.crc32(user.encode("utf-8")) % 100 < percent else []
    for path in [*tries, "/labels/stable:predict"]:
        status, answer = ask(path, document)
        if status == 200:
            break
    return status, answer
    ### END SOLUTION


# %% points=3
# check: ask_user-1
def _note(paths, canary=200):
    """Return an `ask` that writes down the paths and answers with the label in them."""

    def ask(path, document):
        paths.append(path)
        label = path.split("/")[2].removesuffix(":predict")
        if label == "canary" and canary != 200:
            return canary, {"error": "no"} if canary >= 400 else {"outputs": None}
        return 200, {"outputs": label, **document}

    return ask


_paths = []
_ask = _note(_paths)
_found = [ask_user(_ask, user, 60, {})[1]["outputs"] for user in ("ada", "ben", "cleo", "dan", "eve", "fay")]
_expected = ["canary", "canary", "stable", "stable", "stable", "stable"]     # 52, 53, 66, 91, 90 and 98 are their remainders
check.equal("six users at 60%", _found, _expected, hint="Ada's complaint: `hash` differs between processes.")
check.equal("how often the server was asked for six users", len(_paths), 6)
check.equal("a user whose name is empty, at 1%", ask_user(_ask, "", 1, {})[1]["outputs"], "canary", but={
    "zlib.crc32 of no bytes is 0, which is less than 1: an empty name is a name, too.": "stable",
})
_nobody = [name for name in map(str, range(400)) if ask_user(_ask, name, 0, {})[1]["outputs"] == "canary"]
check.equal("users of the canary at 0%", len(_nobody), 0, hint="Ben's complaint: one of the hundred remainders is too many.")
for _status in (400, 404):
    _down = []
    _ask = _note(_down, canary=_status)
    _answer = ask_user(_ask, "ada", 100, {"inputs": [1]})
    check.equal(f"the canary answers {_status}", _answer, (200, {"outputs": "stable", "inputs": [1]}), but={
        "Cleo's complaint: an error of the canary is no answer; ask stable.": (_status, {"error": "no"}),
    })
    check.equal(f"the canary answers {_status}: whom it asked", _down, ["/labels/canary:predict", "/labels/stable:predict"])
    _answer = ask_user(_ask, "ada", 100, {"inputs": [2]})
    check.equal("and when ada asks something else", _answer, (200, {"outputs": "stable", "inputs": [2]}))
    check.equal("and when ada asks something else: whom it asked", _down[2:], ["/labels/canary:predict", "/labels/stable:predict"],
                hint="The canary may be well again: try it in each call.")
_both_down = ask_user(lambda path, document: (404 if "canary" in path else 503, {"error": path}), "ada", 100, {})
check.equal("canary and stable fail", _both_down, (503, {"error": "/labels/stable:predict"}), but={
    "What stable answers counts, even if that is an error, too.": (404, {"error": "/labels/canary:predict"}),
})
_stable_down = ask_user(lambda path, document: (200 if "canary" in path else 503, {"from": path}), "ada", 0, {})
check.equal("stable fails, at 0%", _stable_down, (503, {"from": "/labels/stable:predict"}), but={
    "The canary stands in for nobody: at 0% all get what stable answers, error or not.": (200, {"from": "/labels/canary:predict"}),
})
_empty = ask_user(lambda path, document: (200, {} if "canary" in path else {"from": path}), "ada", 100, {})
check.equal("the canary answers 200 with an empty dictionary, at 100%", _empty, (200, {}), but={
    "The status says whether the canary has answered, not what stands in its answer.": (200, {"from": "/labels/stable:predict"}),
})
### BEGIN HIDDEN TESTS
_names = [f" User {number} ä" for number in range(120)]
for _percent in (0, 7, 40, 100):
    _asked = []
    _answers = [ask_user(_note(_asked), name, _percent, {})[1]["outputs"] for name in _names]
    check.reference(f"who gets the canary at {_percent}%", [name for name, label in zip(_names, _answers) if label == "canary"])
    check.reference(f"paths at {_percent}%", _asked)
_asked = []
_ask = _note(_asked, canary=503)
for _name in _names:
    ask_user(_ask, _name, 40, {})
check.reference("paths at 40%, the canary answers 503", _asked)
for _status in (201, 429, 503):
    check.reference(f"the canary answers {_status}", ask_user(_note([], canary=_status), "x", 100, {}))
### END HIDDEN TESTS

# %% points=1
# check: ask_user-2
class _Release(tf.Module):
    """Says which release it is, once for each input."""

    def __init__(self, number):
        super().__init__()
        self.number = tf.Variable(number)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32, name="x")])
    def answer(self, x):
        return {"release": tf.fill(tf.shape(x), self.number)}


with tempfile.TemporaryDirectory() as _folder:
    for _number in (1, 2):
        _release = _Release(_number)
        tf.saved_model.save(_release, f"{_folder}/{_number}", signatures={"serving_default": _release.answer})
    _both, _one = serve(_folder, {"stable": 1, "canary": 2}), serve(_folder, {"stable": 1})
_question = {"instances": [0.5]}
check.equal("a server with a canary", ask_user(_both, "ada", 100, _question), (200, {"predictions": [2]}))
check.equal("a server without one", ask_user(_one, "ada", 100, _question), (200, {"predictions": [1]}))
### BEGIN HIDDEN TESTS
check.reference("at 30%", [ask_user(_both, f"u{number}", 30, _question)[1]["predictions"] for number in range(40)])
check.reference("a request that is wrong for both", ask_user(_both, "ada", 100, {"instances": ["x"]})[0])
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: the waiting room
#
# Batching makes the first caller wait, so that all wait less. How much? `batch_waits` works it out for a server with one processor, from the moments at which requests arrive.
#
# A batch takes ① up to `rows` requests, in the order of their arrival. It starts ② when the processor is free and either ③ `rows` requests are waiting, or ④ the first of those that wait has waited `patience` seconds; ⑤ whoever has arrived by then goes along. ⑥ A batch of n takes `cost(n)` seconds; meanwhile the processor is not free. ⑦ A request's wait ends with its batch.
#
# - **In**: `arrivals`, a list of moments in seconds, 0 or more, in ascending order; `rows`, 1 or more; `patience`, 0 or more; `cost`, a function from the number of requests in a batch, 1 to `rows`, to seconds.
# - **Out**: a list of floats: for each request, the seconds from its arrival to the end of its batch. ⑧ An empty list for no arrivals. ⑨ The list `arrivals` stays as it was.
# - **Example**: arrivals 0, 1 and 10, two rows, patience 4, each batch takes 3 seconds. At moment 1 two are waiting, so they start at once and end at 4: they waited 4 and 3. The third one waits for company until 14 and ends at 17: it waited 7.
#
# <details><summary>Hint 1: the idea</summary>
#
# Go from batch to batch. For each one you need only the moment of its start: the latest of "the processor is free" and "full, or out of patience, whichever comes first".
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Let `i` be the first request that waits. The batch would be full when request `i + rows - 1` arrives; if there is no such request, never (`math.inf`). Having the start, count from `i` who has arrived by then, up to `rows`. Note the waits, and go on behind them, with the processor free again at the end of this batch.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# waits, free, i = [], 0.0, 0
# while i < len(arrivals):
#     last = i + rows - 1
#     full = arrivals[last] if ____ else math.inf
#     start = max(____, min(full, ____))
#     batch = [moment for moment in arrivals[i:____] if moment <= ____]
#     free = start + cost(____)
#     waits += [____ for moment in batch]
#     i += ____
# return waits
# ```
#
# </details>


# %%
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    """Return how long each request waits at a server that puts requests together.

    Args:
        arrivals: list of moments in seconds, ascending.
        rows: requests in a batch at most, 1 or more.
        patience: seconds that the first of a batch waits for others, 0 or more.
        cost: function from the number of requests in a batch to the seconds it takes.

    Returns:
        list of floats, one for each request.
    """
    ### BEGIN SOLUTION
    waits, end = [], 0.0
    waiting = list(arrivals)
    while waiting:
        due = waiting[0] + patience
        if len(waiting) >= rows:
            due = min(due, waiting[rows - 1])
        start = max(due, end)
        size = sum(moment <= start for moment in waiting[:rows])
        end = start + cost(size)
        waits.extend(float(end - moment) for moment in waiting[:size])
        del waiting[:size]
    return waits
    ### END SOLUTION


# %% points=4
# check: batch_waits-1
def _three(count):
    """Return the seconds of any batch: three."""
    return 3.0


def _slow(count):
    """Return the seconds of a batch: one, and a quarter more for each request."""
    return 1 + count / 4


check.close("the example", batch_waits([0, 1, 10], 2, 4, _three), [4.0, 3.0, 7.0], but={
    "A full batch starts at once.": [7.0, 6.0, 7.0],
    "The last one waits for company, as long as its patience lasts.": [4.0, 3.0, 3.0],
})
check.close("the third comes while the processor is busy", batch_waits([0, 1, 3.5], 2, 4, _three), [4.0, 3.0, 7.0], but={
    "The processor is free at 4, but the third is alone, and has patience until 7.5.": [4.0, 3.0, 3.5],
})
check.close("one by one: two that come at once", batch_waits([0, 0], 1, 5, _three), [3.0, 6.0], but={
    "The processor is busy until the first batch ends.": [3.0, 3.0],
})
check.close("while the processor is busy others gather", batch_waits([0, 1, 2, 2.5], 8, 0, _three), [3.0, 5.0, 4.0, 3.5], but={
    "Whoever has arrived by the start goes along, up to eight.": [3.0, 5.0, 7.0, 9.5],
})
check.close("a batch costs by its size", batch_waits([0, 0, 0, 0], 3, 1, _slow), [1.75, 1.75, 1.75, 3.0], but={
    "The last batch holds one request, not three: cost(1).": [1.75, 1.75, 1.75, 3.5],
})
check.equal("nobody comes", batch_waits([], 4, 1, _slow), [])
_arrivals, _sizes = [0, 1, 10], []
batch_waits(_arrivals, 2, 4, lambda count: _sizes.append(count) or 3.0)
check.equal("the list afterwards", _arrivals, [0, 1, 10])
check.equal("sizes asked of `cost` that no batch of two rows has", [size for size in _sizes if size not in (1, 2)], [],
            hint="`cost` need not know what 0 requests take, or more than `rows`: no batch has so many. Ask it for 1 to `rows`.")


def _mean_wait(rate, rows):
    """Return the mean wait in ms of 1000 random arrivals, so many per second, at a model that takes 8.5 ms for one."""
    gaps = -np.log(1 - np.random.default_rng(1).random(1000)) / rate
    return 1000 * np.mean(batch_waits(np.cumsum(gaps).tolist(), rows, 0.002, lambda count: 0.008 + count / 2000))


_rates = np.linspace(20, 300, 15)
_means = {rows: [_mean_wait(rate, rows) for rate in _rates] for rows in (1, 8)}
_figure, _ax = plt.subplots(figsize=(7, 3), layout="constrained")
for (_rows, _values), _colour in zip(_means.items(), ("#2F6DB5", "#C75B00")):
    _ax.plot(_rates, _values, color=_colour, linewidth=2, label=f"batches of {_rows} at most")
_ax.set(ylim=(0, 100), xlabel="requests per second", ylabel="mean wait in ms")
_ax.spines[["top", "right"]].set_visible(False)
_ax.legend(frameon=False)
plt.show()
### BEGIN HIDDEN TESTS
_gaps = check.inputs(40, low=0.0, high=1.0).numpy().astype("float64")
_moments = np.cumsum(_gaps).tolist()
for _rows in (1, 4, 100):
    for _patience in (0, 0.7):
        check.reference(f"40 random arrivals, {_rows} rows, patience {_patience}", batch_waits(_moments, _rows, _patience, _slow))
check.reference("moments after eleven days", batch_waits([950_000 + _moment / 50 for _moment in _moments], 4, 0.015, lambda count: count / 200))
check.reference("a single request", batch_waits([5.0], 2, 0.5, _slow))
check.reference("the list is as it was", [len(_moments), _moments[0] == float(_gaps[0])])
check.reference("somebody comes at the very moment of the start", batch_waits([0, 2, 2, 5], 8, 2, lambda count: count**2 / 4))
check.reference("waits of less than a millisecond", [1e6 * wait for wait in batch_waits([0.0, 1e-4, 3e-4], 2, 2e-4, lambda count: 1e-5 * count)])
### END HIDDEN TESTS

# %% [markdown]
# *Figure: two curves of the mean wait. Without batching it is about ten milliseconds at first and goes through the roof near 118 requests per second, where the processor is always busy; with batches of eight at most it begins two milliseconds higher and stays low far beyond.*
