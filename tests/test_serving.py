"""The model server: TensorFlow Serving's REST and gRPC API, versions, batching, limits, and `grader serve`."""

from __future__ import annotations

import base64
import gc
import gzip
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
tf = pytest.importorskip("tensorflow")

from grader.commands.serve import configurations, parse_labels, policy  # noqa: E402
from grader.errors import CourseError, UsageError  # noqa: E402
from grader.serving import json_tensors  # noqa: E402
from grader.serving.errors import Code, ServingError  # noqa: E402
from grader.serving.launch import LocalServer  # noqa: E402
from grader.serving.manager import Manager, State  # noqa: E402
from grader.serving.rest import RestApi  # noqa: E402
from grader.serving.running import Batching, BatchOptions, Direct, Work  # noqa: E402
from grader.serving.server import ModelServer, Options, has_grpc  # noqa: E402
from grader.serving.versions import ModelConfig, ModelSpec, Policy  # noqa: E402

v1 = tf.compat.v1


def export_line(folder: Path, offset: float) -> None:
    """y = x / 2 + offset, float32[?] to float32[?], as a SavedModel of TensorFlow 2."""
    module = tf.Module()
    module.offset = tf.Variable(offset)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32, name="x")])
    def serve(x: Any) -> Any:
        return {"y": 0.5 * x + module.offset}

    tf.saved_model.save(module, str(folder), signatures={"serving_default": serve})


def export_half_plus_three(folder: Path) -> None:
    """The model of the public description's example, made as it was: with TensorFlow 1, x of shape [?, 1]."""
    with v1.Graph().as_default(), v1.Session() as session:
        records = v1.placeholder(tf.string, name="records")
        x = v1.identity(v1.parse_example(records, {"x": tf.io.FixedLenFeature([1], tf.float32)})["x"], name="x")
        offset = v1.get_variable("b", initializer=3.0, use_resource=True)
        y = tf.identity(0.5 * x + offset, name="y")
        labels = tf.fill(tf.shape(y), "half plus three")
        session.run(v1.global_variables_initializer())
        info = v1.saved_model.build_tensor_info
        signature = v1.saved_model.build_signature_def
        record = {"inputs": info(records)}
        builder = v1.saved_model.Builder(str(folder))
        builder.add_meta_graph_and_variables(
            session,
            ["serve"],
            signature_def_map={
                "serving_default": signature({"x": info(x)}, {"y": info(y)}, "tensorflow/serving/predict"),
                "tensorflow/serving/regress": signature(record, {"outputs": info(y)}, "tensorflow/serving/regress"),
                "classify": signature(
                    record, {"scores": info(y), "classes": info(labels)}, "tensorflow/serving/classify"
                ),
                "scores": signature(record, {"scores": info(y)}, "tensorflow/serving/classify"),
            },
        )
        builder.save()


def export_many(folder: Path) -> None:
    """Signatures of several inputs, of every dtype, of bytes, and of what has no form in JSON."""
    module = tf.Module()
    spec = tf.TensorSpec
    three = [
        spec([None], tf.string, "tag"),
        spec([None, 5], tf.float32, "signal"),
        spec([None, 2, 2], tf.int32, "sensor"),
    ]

    @tf.function(input_signature=three)
    def serve(tag: Any, signal: Any, sensor: Any) -> Any:
        return {"tag": tag, "total": tf.reduce_sum(signal, 1), "trace": tf.linalg.trace(sensor)}

    @tf.function(input_signature=[spec([None], tf.string, "image")])
    def reverse(image: Any) -> Any:
        backwards = tf.map_fn(lambda each: tf.strings.reduce_join(tf.strings.bytes_split(each)[::-1]), image)
        return {"image_bytes": backwards, "length": tf.strings.length(image)}

    @tf.function(input_signature=[spec([None], tf.string, "s")])
    def echo(s: Any) -> Any:
        return {"s": s}

    @tf.function(input_signature=[spec([None, 3], tf.float32, "x")])
    def matmul(x: Any) -> Any:
        return {"y": x @ tf.ones((3, 2))}

    @tf.function(input_signature=[spec([None], tf.float32, "x")])
    def total(x: Any) -> Any:
        return {"sum": tf.reduce_sum(x)}

    def same(dtype: Any) -> Any:
        return tf.function(lambda x: {"x": tf.identity(x)}, input_signature=[spec(None, dtype, "x")])

    kinds = {name: same(getattr(tf, name)) for name in DTYPES}
    module.functions = [serve, reverse, echo, matmul, total, *kinds.values()]
    named = {"serving_default": serve, "reverse": reverse, "echo": echo, "matmul": matmul, "total": total, **kinds}
    tf.saved_model.save(module, str(folder), signatures=named)


DTYPES = ["float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint32", "uint64", "bool", "float16"]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the models of these tests, made once; never written to."""
    root = tmp_path_factory.mktemp("models")
    tf.get_logger().setLevel("ERROR")
    export_half_plus_three(root / "half_plus_three" / "00000123")
    export_many(root / "many" / "1")
    for version, offset in ((1, 1.0), (2, 2.0)):
        export_line(root / "line" / str(version), offset)
    return root


@pytest.fixture(scope="module")
def api(models: Path) -> Iterator[RestApi]:
    """The REST API over all of them, without a socket."""
    manager = Manager(
        [
            ModelConfig("half_plus_three", models / "half_plus_three"),
            ModelConfig("many", models / "many"),
            ModelConfig("line", models / "line", Policy("all"), {"stable": 1, "canary": 2}),
        ]
    )
    manager.poll()
    runner = Direct()
    yield RestApi(manager, runner)
    runner.close()
    manager.stop()


@pytest.fixture(scope="module")
def server(models: Path) -> Iterator[LocalServer]:
    """`grader serve` in a process of its own, with two versions."""
    started = LocalServer(models / "line", name="line", versions="all", labels={"stable": 1}, program="grader serve")
    with started:
        yield started


def post(api: RestApi, path: str, document: Any) -> tuple[int, Any]:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    response = api.respond("POST", f"/v1/models/{path}", body)
    return response.status, json.loads(response.body)


def get(api: RestApi, path: str) -> tuple[int, Any]:
    response = api.respond("GET", path)
    return response.status, json.loads(response.body)


def error_of(answer: tuple[int, Any]) -> str:
    assert list(answer[1]) == ["error"], answer
    return str(answer[1]["error"])


def request(
    server: LocalServer, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, Any, Any]:
    """One request over TCP: status, headers, document."""
    host, _, base = server.url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=60)
    try:
        connection.request(method, f"/{base}{path}", body, headers or {})
        response = connection.getresponse()
        return response.status, response.headers, json.loads(response.read() or b"null")
    finally:
        connection.close()


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


# The public description's own examples.


def test_the_example_of_the_public_description_answers_as_printed_there(api: RestApi) -> None:
    assert get(api, "/v1/models/half_plus_three") == (
        200,
        {
            "model_version_status": [
                {"version": "123", "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
            ]
        },
    )
    assert post(api, "half_plus_three:predict", {"instances": [1.0, 2.0, 5.0]}) == (
        200,
        {"predictions": [3.5, 4.0, 5.5]},
    )
    regress = {"signature_name": "tensorflow/serving/regress", "examples": [{"x": 1.0}, {"x": 2.0}]}
    assert post(api, "half_plus_three:regress", regress) == (200, {"results": [3.5, 4.0]})
    assert post(api, "half:predict", {"instances": [1.0, 5.0]}) == (
        404,
        {"error": "Servable not found for request: Latest(half)"},
    )


def test_classify_gives_labels_with_scores(api: RestApi) -> None:
    document = {"signature_name": "classify", "examples": [{"x": 1.0}, {"x": [2.0]}]}
    label = "half plus three"
    assert post(api, "half_plus_three:classify", document) == (200, {"results": [[[label, 3.5]], [[label, 4.0]]]})
    document = {"signature_name": "scores", "examples": [{"x": 1.0}]}
    assert post(api, "half_plus_three:classify", document) == (200, {"results": [[["", 3.5]]]})


def test_features_of_the_context_belong_to_every_example(api: RestApi) -> None:
    document = {"signature_name": "tensorflow/serving/regress", "context": {"x": 4.0}, "examples": [{}, {"note": "b"}]}
    assert post(api, "half_plus_three:regress", document) == (200, {"results": [5.0, 5.0]})


ROWS = [
    {"tag": "foo", "signal": [1, 2, 3, 4, 5], "sensor": [[1, 2], [3, 4]]},
    {"tag": "bar", "signal": [3, 4, 1, 2, 5], "sensor": [[4, 5], [6, 8]]},
]
COLUMNS = {
    "tag": ["foo", "bar"],
    "signal": [[1, 2, 3, 4, 5], [3, 4, 1, 2, 5]],
    "sensor": [[[1, 2], [3, 4]], [[4, 5], [6, 8]]],
}


def test_rows_are_answered_by_rows_and_columns_by_columns(api: RestApi) -> None:
    rows = [{"tag": "foo", "total": 15.0, "trace": 5}, {"tag": "bar", "total": 15.0, "trace": 12}]
    assert post(api, "many:predict", {"instances": ROWS}) == (200, {"predictions": rows})
    columns = {"tag": ["foo", "bar"], "total": [15.0, 15.0], "trace": [5, 12]}
    assert post(api, "many:predict", {"inputs": COLUMNS}) == (200, {"outputs": columns})


def test_a_single_input_and_a_single_output_need_no_name(api: RestApi) -> None:
    assert post(api, "line:predict", {"inputs": [1, 2]}) == (200, {"outputs": [2.5, 3.0]})
    assert post(api, "line:predict", {"inputs": {"x": [1, 2]}}) == (200, {"outputs": [2.5, 3.0]})
    assert post(api, "line:predict", {"instances": [{"x": 1}, {"x": 2}]}) == (200, {"predictions": [2.5, 3.0]})
    assert post(api, "many:predict", {"signature_name": "echo", "instances": ["foo", "bär"]}) == (
        200,
        {"predictions": ["foo", "bär"]},
    )


def test_bytes_come_and_go_in_base64(api: RestApi) -> None:
    image = bytes(range(256))
    document = {"signature_name": "reverse", "instances": [{"b64": base64.b64encode(image).decode()}, "abc"]}
    status, answer = post(api, "many:predict", document)
    assert status == 200
    found = [base64.b64decode(each["image_bytes"]["b64"]) for each in answer["predictions"]]
    assert found == [image[::-1], b"cba"]
    assert [each["length"] for each in answer["predictions"]] == [256, 3]
    document["instances"] = [{"image": {"b64": "aW1hZ2UgYnl0ZXM="}}]
    assert post(api, "many:predict", document)[1]["predictions"][0]["length"] == 11
    assert post(api, "many:predict", {"signature_name": "echo", "inputs": {"b64": "YWJj"}}) == (200, {"outputs": "abc"})


def test_not_a_number_and_infinity_are_numbers(api: RestApi) -> None:
    answer = api.respond("POST", "/v1/models/line:predict", b'{"instances": [NaN, Infinity, -Infinity, 1e2]}')
    assert (answer.status, answer.body) == (200, b'{"predictions": [NaN, Infinity, -Infinity, 52.0]}')


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_of_the_public_description_comes_back_as_it_went(api: RestApi, dtype: str) -> None:
    values: list[Any] = [[0, 1], [2, 100]]
    if dtype.startswith("int"):
        values[0][0] = -1
    if dtype == "bool":
        values = [[True, False]]
    if dtype.startswith("float"):
        values = [[0.1, -2.5e-8], [1e30, 3.0]]
    answer = post(api, "many:predict", {"signature_name": dtype, "inputs": values})
    if dtype == "float16":
        assert answer == (501, {"error": "Conversion of JSON Value: 0.1 to type: half"})
    else:
        assert answer == (200, {"outputs": values})


def test_a_scalar_and_an_empty_list_are_tensors(api: RestApi) -> None:
    assert post(api, "many:predict", {"signature_name": "float32", "inputs": 3.5}) == (200, {"outputs": 3.5})
    assert post(api, "many:predict", {"signature_name": "float32", "inputs": []}) == (200, {"outputs": []})


def test_versions_and_labels_are_chosen_in_the_path(api: RestApi) -> None:
    document = {"instances": [0.0]}
    for path, expected in (("", 2.0), ("/versions/1", 1.0), ("/versions/2", 2.0), ("/labels/stable", 1.0)):
        assert post(api, f"line{path}:predict", document) == (200, {"predictions": [expected]})
    assert get(api, "/v1/models/line/labels/stable")[1]["model_version_status"][0]["version"] == "1"
    assert [each["version"] for each in get(api, "/v1/models/line")[1]["model_version_status"]] == ["2", "1"]
    assert get(api, "/V1/Models/line/Versions/1")[0] == 200, "paths ignore case, model names do not"


def test_metadata_hold_the_signatures_as_the_file_has_them(api: RestApi) -> None:
    status, document = get(api, "/v1/models/line/versions/1/metadata")
    assert status == 200
    assert document["model_spec"] == {"name": "line", "signature_name": "", "version": "1"}
    signature = document["metadata"]["signature_def"]["signature_def"]["serving_default"]
    assert signature["method_name"] == "tensorflow/serving/predict"
    dim = [{"size": "-1", "name": ""}]
    x = {"dtype": "DT_FLOAT", "tensor_shape": {"dim": dim, "unknown_rank": False}, "name": "serving_default_x:0"}
    assert signature["inputs"] == {"x": x}


# Errors: the documented code, in a JSON object with the key "error".


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/v1/foo", 400, "Malformed request: GET /v1/foo"),
        ("POST", "/v1/foo", 400, "Malformed request: POST /v1/foo"),
        ("GET", "/v1/models", 400, "Missing model name in request."),
        ("POST", "/v1/models", 400, "Malformed request"),
        ("GET", "/v1/models/debug/line", 400, "Malformed request"),
        ("GET", "/v1/models/line:predict", 400, "Malformed request"),
        ("PUT", "/v1/models/line:predict", 400, "Malformed request"),
        ("POST", "/v1/models/line/version/1:predict", 400, "Malformed request"),
        ("POST", "/v1/models/line/versions/HELLO:regress", 400, "Malformed request"),
        ("POST", "/v1/models/line/versions/1/labels/a:regress", 400, "Malformed request"),
        ("POST", "/v1/models/line:guess", 400, "Malformed request"),
        ("POST", "/v1/models/line/metadata", 400, "Malformed request"),
        ("POST", f"/v1/models/line/versions/{2**64 - 1}:predict", 400, "Failed to convert version"),
        ("GET", "/statuspage", 404, "Not found"),
        ("GET", "/v1/models/foo", 404, "Could not find any versions of model foo"),
        ("GET", "/v1/models/line/versions/9", 404, "Could not find version 9 of model line"),
        ("GET", "/v1/models/foo/metadata", 404, "Servable not found for request: Latest(foo)"),
        ("GET", "/v1/models/line/versions/9/metadata", 404, "Servable not found for request: Specific(line, 9)"),
        ("GET", "/v1/models/line/labels/old", 400, "Unrecognized servable version label: old"),
    ],
)
def test_a_wrong_path_is_an_error_of_the_documented_kind(
    api: RestApi, method: str, path: str, status: int, words: str
) -> None:
    response = api.respond(method, path, b'{"instances": [1]}')
    assert response.status == status
    assert words in json.loads(response.body)["error"]


@pytest.mark.parametrize("path", ["foo", "foo/versions/50", "line/versions/99", "LINE"])
def test_an_unknown_model_or_version_is_not_found(api: RestApi, path: str) -> None:
    status, document = post(api, f"{path}:predict", {"instances": [1]})
    assert (status, list(document)) == (404, ["error"])
    assert document["error"].startswith("Servable not found for request: ")


DEEP = b'{"instances": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    ("model", "body", "words"),
    [
        ("line", b"", "JSON Parse error: The document is empty"),
        ("line", b"instances = [1, 2]", "JSON Parse error: Invalid value. at offset: 0"),
        ("line", b'{"instances": [1, 2}', "JSON Parse error"),
        ("line", b'{"instances": [1]} x', "JSON Parse error: The document root must not be followed by other values."),
        ("line", b'{"instances": [1], }', "JSON Parse error"),
        ("line", b"\xff\xfe\x00", "JSON Parse error"),
        ("line", b'{"instances": [' + b"1" * 5000 + b"]}", "JSON Parse error"),
        ("line", DEEP, "JSON Parse error: The document is nested too deeply."),
        ("line", b"[1, 2]", "JSON Value: [1, 2] Is not object"),
        ("line", b"{}", "Missing 'inputs' or 'instances' key"),
        ("line", b'{"instances": [1], "inputs": [1]}', "expecting only one of 'inputs' or 'instances' keys"),
        ("line", b'{"instances": 1}', "Excepting 'instances' to be an list/array"),
        ("line", b'{"instances": []}', "No values in 'instances' array"),
        ("line", b'{"signature_name": 100}', "'signature_name' key must be a string value."),
        ("line", b'{"signature_name": "no", "instances": [1]}', '"no" not found in signature def'),
        ("line", b'{"signature_name": "__saved_model_init_op", "instances": [1]}', "Failed to get input map"),
        ("line", b'{"instances": ["x", "y"]}', 'JSON Value: "x" Type: String is not of expected type: float'),
        ("line", b'{"instances": [1.0, "y"]}', 'list. Error: INVALID_ARGUMENT: JSON Value: "y"'),
        ("line", b'{"instances": [true]}', "Type: True is not of expected type: float"),
        ("line", b'{"instances": [null]}', "Type: Null is not of expected type: float"),
        ("line", b'{"inputs": [1e39]}', "Cannot convert JSON value: 1e+39 to float without loss of precision."),
        ("line", b'{"inputs": [16777217]}', "Cannot convert JSON value: 16777217 to float without loss of precision."),
        ("line", b'{"instances": [[1, 2], [3]]}', "Expecting tensor size: 2 but got: 1"),
        ("line", b'{"instances": [[[1, 2]], [[1], [2]]]}', "Expecting shape [1,2] but got: [2,1]"),
        ("line", b'{"inputs": [[1, 2], [3]]}', "Encountered list at unexpected size: 1 at level: 1 expected size: 2"),
        ("line", b'{"inputs": [1, [2]]}', "Encountered list at unexpected level: 1 expected < 1"),
        ("line", b'{"inputs": [[1], 2]}', "2 found at incorrect level: 2 in the JSON DOM. Expected at level: 2"),
        ("line", b'{"instances": [{"z": 1}]}', "element: 0 key: z of 'instances' list"),
        ("line", b'{"instances": [{"x": 1}, 2]}', "Expecting object but got list at item 1 of input list"),
        ("line", b'{"instances": [2, {"x": 1}]}', "Expecting value/list but got object at item 1 of input list"),
        ("line", b'{"inputs": {"z": [1]}}', "Missing named input: x in 'inputs' object."),
        ("line", b'{"inputs": {"x": {"b64": "YQ=="}}}', "Type: Object is not of expected type: float"),
        ("many", b'{"instances": [1, 2]}', "instances is a plain list, but expecting list of objects"),
        ("many", b'{"inputs": [1]}', "inputs is a plain value/list, but expecting an object"),
        ("many", b'{"instances": [{"tag": "a", "signal": [1, 2, 3, 4, 5]}]}', "must only have keys: sensor,signal,tag"),
        ("many", b'{"signature_name": "int8", "inputs": [1.5]}', "1.5 Type: Number is not of expected type: int8"),
        ("many", b'{"signature_name": "int8", "inputs": [128]}', "128 Type: Number is not of expected type: int8"),
        ("many", b'{"signature_name": "uint8", "inputs": [-1]}', "is not of expected type: uint8"),
        ("many", b'{"signature_name": "bool", "inputs": [1]}', "is not of expected type: bool"),
        ("many", b'{"signature_name": "echo", "inputs": [1]}', "is not of expected type: string"),
        ("many", b'{"signature_name": "echo", "inputs": [{"b64": 1}]}', "not formatted correctly for base64 data"),
        ("many", b'{"signature_name": "echo", "inputs": [{"b64": "*"}]}', "Unable to base64 decode"),
        ("many", b'{"signature_name": "echo", "inputs": [{"b64": "/w=="}]}', "let the output's name end in _bytes"),
        ("many", rb'{"signature_name": "echo", "inputs": ["\ud800"]}', "The surrogate pair in string is invalid."),
        ("many", b'{"signature_name": "total", "instances": [1, 2]}', "Tensor name: sum has no shape information"),
        ("many", b'{"signature_name": "matmul", "instances": [[1, 2]]}', "Matrix size-incompatible"),
        ("many", b'{"signature_name": "matmul", "instances": [1, 2]}', "In[0]"),
    ],
)  # fmt: skip
def test_a_wrong_body_is_a_bad_request_that_says_what_is_wrong(
    api: RestApi, model: str, body: bytes, words: str
) -> None:
    response = api.respond("POST", f"/v1/models/{model}:predict", body)
    assert response.status == 400, response.body
    assert words in json.loads(response.body)["error"]
    assert len(response.body) < 5000, "a large request does not come back inside its error"


@pytest.mark.parametrize(
    ("verb", "document", "words"),
    [
        ("classify", {"examples": [{"x": 1.0}]}, "Expected classification signature method_name to be"),
        ("regress", {"examples": [{"x": 1.0}]}, "Was: tensorflow/serving/predict"),
        ("regress", {"signature_name": "no", "examples": [{}]}, "No signature was found with the name: no"),
        ("regress", {"instances": [1]}, "key 'examples' is expected and was not found"),
        ("regress", {"examples": {}}, "Expecting 'examples' value to be an list/array"),
        ("regress", {"examples": []}, "'examples' value is an empty array"),
        ("regress", {"examples": [1]}, "Example must be JSON object but got JSON Number"),
        ("regress", {"examples": [{"x": None}]}, "Feature: x has element with unexpected JSON type: Null"),
        ("regress", {"examples": [{"x": [[1]]}]}, "Feature: x has element with unexpected JSON type: Array"),
        ("regress", {"examples": [{"x": [1, 1.5]}]}, "Unexpected element type in feature: x expecting type: int64"),
        ("regress", {"examples": [{"x": 2**63}]}, "Feature: x has uint64 element. Only int64 is supported."),
        ("regress", {"examples": [{"x": 1}]}, "Data types don't match"),
        ("regress", {"examples": [{"z": 1.0}]}, "Feature: x (data type: float) is required but could not be found"),
    ],
)
def test_wrong_examples_are_a_bad_request(api: RestApi, verb: str, document: Any, words: str) -> None:
    if verb == "regress" and words != "Was: tensorflow/serving/predict":
        document = {"signature_name": "tensorflow/serving/regress", **document}
    answer = post(api, f"half_plus_three:{verb}", document)
    assert answer[0] == 400
    assert words in error_of(answer)


def test_no_document_whatever_makes_the_server_fail(api: RestApi) -> None:
    dice = random.Random(1)
    leaves = [0, -1, 1.5, 1e39, 2**31, 2**64, True, None, "", "a", "YQ==", "\ud800", "é", float("nan"), -float("inf")]
    names = ["serving_default", "reverse", "echo", "matmul", "total", "classify", "tensorflow/serving/regress", *DTYPES]

    def value(depth: int = 0) -> Any:
        kind = dice.random() if depth < 4 else 1.0
        if kind < 0.35:
            return [value(depth + 1) for _ in range(dice.choice([0, 1, 1, 2, 3]))]
        if kind < 0.45:
            return {
                dice.choice(["x", "b64", "tag", "image", "s"]): value(depth + 1) for _ in range(dice.choice([0, 1, 2]))
            }
        return dice.choice(leaves)

    for _ in range(5000):
        keys = [key for key in ("instances", "inputs", "examples", "context") if dice.random() < 0.4]
        document = {"signature_name": dice.choice(names), **{key: value() for key in keys}}
        model, verb = dice.choice(["many", "line", "half_plus_three"]), dice.choice(["predict", "classify", "regress"])
        response = api.respond("POST", f"/v1/models/{model}:{verb}", json.dumps(document).encode())
        assert response.status in (200, 400, 501), (document, response.body)
        assert next(iter(json.loads(response.body))) in ("error", "predictions", "outputs", "results")
    assert not [version for name in ("many", "line") for version in api.manager.versions(name) if version.users]


def test_floats_are_written_with_the_digits_that_float32_has() -> None:
    body = json_tensors.write_outputs({"y": np.float32([0.2, 1 / 3, 16777216, 1e-30])}, row=False)
    assert body == b'{"outputs": [0.2, 0.33333334, 16777216.0, 1e-30]}'
    assert np.float32(json.loads(body)["outputs"][1]) == np.float32(1 / 3)
    every = np.random.default_rng(1).integers(0, 2**32, 200_000, dtype=np.uint32).view(np.float32)
    every = every[np.isfinite(every)].reshape(-1, 1)
    assert np.array_equal(json_tensors.short_floats(every).astype(np.float32), every), "no digit too few"


# Versions.


def test_the_version_policies_choose_as_documented() -> None:
    assert Policy().choose([1, 3, 2]) == [3]
    assert Policy("latest", count=2).choose([1, 3, 2]) == [2, 3]
    assert Policy("all").choose([3, 1]) == [1, 3]
    assert Policy("specific", versions=(1, 9)).choose([1, 2]) == [1]


def test_a_new_version_takes_over_and_the_old_one_stays_until_its_requests_end(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "line" / "1", tmp_path / "1")
    manager = Manager([ModelConfig("line", tmp_path)])
    manager.poll()
    lease = manager.lease(ModelSpec("line"))
    shutil.copytree(models / "line" / "2", tmp_path / "2")
    manager.poll()
    assert manager.available("line") == [2]
    assert [version.state for version in manager.status(ModelSpec("line"))] == [State.AVAILABLE, State.UNLOADING]
    with pytest.raises(ServingError, match=r"Specific\(line, 1\)"):
        manager.lease(ModelSpec("line", 1))
    work = Work(lease, "serving_default", {"x": np.float32([0])}, ("y",))
    assert work.run()["y"].tolist() == [1.0], "a request that has begun ends on the version it began with"
    lease.release()
    lease.release()
    assert [version.state for version in manager.status(ModelSpec("line"))] == [State.AVAILABLE, State.END]
    manager.stop()


def test_a_broken_version_is_reported_while_the_old_one_serves(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "line" / "1", tmp_path / "1")
    (tmp_path / "2").mkdir()
    (tmp_path / "3").mkdir()
    (tmp_path / "3" / "saved_model.pb").write_bytes(b"not a graph")
    (tmp_path / "notes").mkdir()
    manager = Manager([ModelConfig("line", tmp_path, Policy("all"))])
    api = RestApi(manager, Direct())
    manager.poll()
    states = {each["version"]: each for each in get(api, "/v1/models/line")[1]["model_version_status"]}
    assert [states[version]["state"] for version in "321"] == ["END", "END", "AVAILABLE"]
    assert states["2"]["status"]["error_code"] == "NOT_FOUND"
    assert states["3"]["status"]["error_code"] != "OK"
    assert states["3"]["status"]["error_message"]
    assert post(api, "line:predict", {"instances": [0]}) == (200, {"predictions": [1.0]})
    shutil.copytree(models / "line" / "2", tmp_path / "2", dirs_exist_ok=True)
    manager.poll()
    assert manager.available("line") == [1, 2], "what failed is tried again when its files change"
    manager.stop()


def test_the_latest_version_broken_leaves_the_one_before_in_place(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "line" / "1", tmp_path / "1")
    manager = Manager([ModelConfig("line", tmp_path)])
    manager.poll()
    (tmp_path / "2").mkdir()
    (tmp_path / "2" / "saved_model.pb").write_bytes(b"")
    manager.poll()
    assert manager.available("line") == [1]
    shutil.rmtree(tmp_path / "2")
    shutil.rmtree(tmp_path / "1")
    manager.poll()
    assert manager.available("line") == []
    tmp_path.rmdir()
    manager.poll()
    manager.stop()


def test_labels_move_only_to_versions_that_are_there(models: Path) -> None:
    base = models / "line"
    both = Policy("specific", versions=(1, 2))
    manager = Manager([ModelConfig("line", base, both, {"stable": 1})])
    manager.poll()
    with pytest.raises(ServingError, match="label canary to version 3") as caught:
        manager.reload([ModelConfig("line", base, both, {"stable": 2, "canary": 3})])
    assert caught.value.code is Code.FAILED_PRECONDITION
    with manager.leased(ModelSpec("line", label="stable")) as lease:
        assert lease.number == 1, "a refused configuration changes nothing"
    manager.reload([ModelConfig("line", base, both, {"stable": 2})])
    with manager.leased(ModelSpec("line", label="stable")) as lease:
        assert lease.number == 2
    manager.reload([ModelConfig("other", base)])
    with pytest.raises(ServingError, match="not found"):
        manager.lease(ModelSpec("line"))
    assert manager.available("other") == [2]
    with pytest.raises(ServingError, match="multiple times"):
        manager.reload([ModelConfig("a", base), ModelConfig("a", base)])
    manager.stop()


def test_loading_and_unloading_many_times_leaks_nothing(models: Path, tmp_path: Path) -> None:
    manager = Manager([ModelConfig("line", tmp_path)])
    api = RestApi(manager, Direct())
    process = psutil.Process()
    shutil.copytree(models / "line" / "1", tmp_path / "1")

    def renew(times: int) -> None:
        for _ in range(times):
            newest = max(int(path.name) for path in tmp_path.iterdir())
            (tmp_path / str(newest)).rename(tmp_path / str(newest + 1))
            manager.poll()
            assert post(api, "line:predict", {"instances": [0]})[0] == 200
        gc.collect()

    renew(10)
    memory, threads, files = process.memory_info().rss, process.num_threads(), process.num_fds()
    renew(40)
    assert process.memory_info().rss - memory < 16 * 2**20
    assert process.num_threads() <= threads + 1
    assert process.num_fds() <= files + 2
    manager.stop()


# Batching.


def batched(models: Path, model: str, **options: Any) -> tuple[Manager, Batching]:
    manager = Manager([ModelConfig(model, models / model)])
    manager.poll()
    return manager, Batching(BatchOptions(**options))


def test_requests_that_wait_together_run_together(models: Path) -> None:
    manager, runner = batched(models, "line", max_batch_size=8, batch_timeout=10, num_batch_threads=1)
    futures = []
    for i in range(8):
        inputs = {"x": np.float32([i])}
        futures.append(runner.submit(Work(manager.lease(ModelSpec("line")), "serving_default", inputs, ("y",))))
    assert [future.result(5)["y"].tolist() for future in futures] == [[i / 2 + 2] for i in range(8)]
    assert runner.batches == 1, "a full batch does not wait"
    manager.stop()
    assert manager.available("line") == [], "every lease was released"
    runner.close()


def test_a_batch_that_does_not_fill_runs_after_its_time(models: Path) -> None:
    manager, runner = batched(models, "line", max_batch_size=100, batch_timeout=0.05)
    started = time.monotonic()
    work = Work(manager.lease(ModelSpec("line")), "serving_default", {"x": np.float32([1, 2])}, ("y",))
    assert runner.submit(work).result(5)["y"].tolist() == [2.5, 3.0]
    assert time.monotonic() - started >= 0.05
    runner.close()
    manager.stop()


def test_what_cannot_share_a_batch_runs_by_itself(models: Path) -> None:
    manager, runner = batched(models, "many", max_batch_size=4, batch_timeout=5)
    api = RestApi(manager, runner)
    total = {"signature_name": "total", "inputs": [1, 2]}  # its output has no rows
    assert post(api, "many:predict", total) == (200, {"outputs": 3.0})
    large = {"signature_name": "matmul", "instances": [[1, 2, 3]] * 9}
    assert post(api, "many:predict", large) == (200, {"predictions": [[6.0, 6.0]] * 9})
    runner.close()
    manager.stop()


def test_one_bad_request_in_a_batch_does_not_harm_the_others(models: Path, tmp_path: Path) -> None:
    module = tf.Module()

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="x")])
    def serve(x: Any) -> Any:
        return {"y": tf.strings.to_number(x)}

    tf.saved_model.save(module, str(tmp_path / "number" / "1"), signatures={"serving_default": serve})
    manager, runner = batched(tmp_path, "number", max_batch_size=3, batch_timeout=5, num_batch_threads=1)
    api = RestApi(manager, runner)
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda x: post(api, "number:predict", {"instances": [x]}), ["1", "two", "3"]))
    assert [status for status, _ in answers] == [200, 400, 200]
    assert "two" in error_of(answers[1])
    assert runner.batches == 1
    runner.close()
    manager.stop()


def test_a_full_queue_refuses_with_unavailable(models: Path) -> None:
    manager, runner = batched(models, "line", max_batch_size=4, batch_timeout=60, max_enqueued_batches=1)
    runner.options = BatchOptions(4, batch_timeout=60, max_enqueued_batches=1)

    def submit(rows: int) -> Any:
        inputs = {"x": np.zeros(rows, np.float32)}
        return runner.submit(Work(manager.lease(ModelSpec("line")), "serving_default", inputs, ("y",)))

    waiting = submit(3)
    with pytest.raises(ServingError, match="queue") as caught:
        submit(2).result(5)
    assert (caught.value.code, caught.value.http_status) == (Code.UNAVAILABLE, 503)
    submit(1).result(5)
    assert waiting.result(5)["y"].shape == (3,)
    runner.close()
    manager.stop()


# Over TCP, in a process of its own.


def test_the_server_answers_over_http_and_says_json(server: LocalServer) -> None:
    status, headers, document = request(server, "POST", ":predict", b'{"instances": [1.0, 2.0, 5.0]}')
    assert (status, document) == (200, {"predictions": [2.5, 3.0, 4.5]})
    assert headers["Content-Type"] == "application/json"
    status, headers, document = request(server, "GET", "/nonsense")
    assert (status, list(document), headers["Content-Type"]) == (400, ["error"], "application/json")
    status, _, document = request(server, "BREW", ":predict", b"{}")
    assert status in (400, 405) and list(document) == ["error"]


def test_curl_gets_the_same_answer(server: LocalServer) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("no curl on this machine")
    command = [curl, "--silent", "--data", '{"instances": [1.0, 2.0, 5.0]}', f"{server.url}/labels/stable:predict"]
    answer = subprocess.run(command, capture_output=True, check=True, timeout=30)
    assert json.loads(answer.stdout) == {"predictions": [1.5, 2.0, 3.5]}


def test_a_body_packed_with_gzip_is_unpacked_within_the_limit(server: LocalServer) -> None:
    def sent(body: bytes, encoding: str = "gzip") -> tuple[int, Any]:
        status, _, document = request(server, "POST", ":predict", body, {"Content-Encoding": encoding})
        return status, document

    plain = b'{"instances": [1.0, 2.0, 5.0]}'
    status, document = sent(gzip.compress(plain))
    assert status == 200 and len(document["predictions"]) == 3
    bomb = gzip.compress(b" " * (33 * 2**20))
    assert len(bomb) < 100_000 and sent(bomb)[0] == 413
    for broken in (plain, gzip.compress(plain)[:-12], b""):
        status, document = sent(broken)
        assert status == 400 and "gzip" in document["error"]
    assert sent(plain, "br")[0] == 415
    assert sent(plain, "identity")[0] == 200


def test_there_is_no_grpc_unless_it_is_asked_for(models: Path) -> None:
    command = [sys.executable, "-m", "grader", "serve", str(models / "line"), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        lines = list(iter(process.stdout.readline, "Stop it with Ctrl-C.\n"))
        assert any(line.startswith("REST on") for line in lines) and not any("gRPC" in line for line in lines), lines
        found = [each for each in psutil.Process(process.pid).net_connections() if each.status == "LISTEN"]
        assert len(found) == 1
    finally:
        process.terminate()
        process.wait(30)


def test_it_listens_on_loopback_only(server: LocalServer) -> None:
    listening = [each for each in psutil.Process(server.process.pid).net_connections() if each.status == "LISTEN"]
    assert len(listening) == (2 if has_grpc() else 1)
    assert {each.laddr.ip.removeprefix("::ffff:") for each in listening} == {"127.0.0.1"}


def test_a_body_of_50_megabytes_is_refused_in_json_and_the_server_keeps_its_memory(server: LocalServer) -> None:
    process = psutil.Process(server.process.pid)
    before = process.memory_info().rss
    body = b'{"instances": [' + b"1.0, " * 10_000_000 + b"1.0]}"
    assert len(body) > 50_000_000
    status, headers, document = request(server, "POST", ":predict", body)
    assert (status, headers["Content-Type"]) == (413, "application/json")
    assert "larger than 32 MiB" in document["error"]
    assert process.memory_info().rss - before < 32 * 2**20
    assert request(server, "POST", ":predict", b'{"instances": [1.0]}')[0] == 200


def test_a_body_of_unknown_length_is_limited_too(server: LocalServer) -> None:
    host, _, base = server.url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=60)
    piece = b" " * 2**20
    connection.request("POST", f"/{base}:predict", iter([piece] * 40), encode_chunked=True)
    response = connection.getresponse()
    assert response.status == 413
    assert list(json.loads(response.read())) == ["error"]
    connection.close()


def test_a_hundred_clients_at_once_all_get_their_own_answer(server: LocalServer) -> None:
    process = psutil.Process(server.process.pid)
    together = threading.Barrier(100)

    def client(i: int) -> list[tuple[int, Any]]:
        host, _, base = server.url.removeprefix("http://").partition("/")
        connection = http.client.HTTPConnection(host, timeout=60)
        connection.connect()
        together.wait()
        answers = []
        for j in range(10):
            connection.request("POST", f"/{base}:predict", json.dumps({"instances": [i, j]}))
            response = connection.getresponse()
            answers.append((response.status, json.loads(response.read())))
        connection.close()
        return answers

    with ThreadPoolExecutor(100) as pool:
        for i, answers in enumerate(pool.map(client, range(100))):
            assert answers == [(200, {"predictions": [i / 2 + 2, j / 2 + 2]}) for j in range(10)]
    assert process.num_threads() < 100, "a client costs a connection, not a thread"
    wait_for(lambda: not [each for each in process.net_connections() if each.status == "ESTABLISHED"])


def test_a_client_that_hangs_up_harms_nobody(server: LocalServer) -> None:
    host, _, base = server.url.removeprefix("http://").partition("/")
    for _ in range(20):
        connection = http.client.HTTPConnection(host, timeout=60)
        connection.request("POST", f"/{base}:predict", b'{"instances": [1.0]}')
        connection.close()
    assert request(server, "POST", ":predict", b'{"instances": [1.0]}')[0] == 200


def test_a_model_swapped_under_load_drops_no_request_and_sigterm_ends_it(models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "line" / "1", tmp_path / "line" / "1")
    command = [sys.executable, "-m", "grader", "serve", str(tmp_path / "line"), "--port", "0", "--grpc-port", "-1"]
    process = subprocess.Popen([*command, "--poll", "0.05", "--batch", "8"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines = []
    while not (lines and lines[-1].startswith("REST on ")):
        lines.append(process.stdout.readline())
        assert lines[-1], lines
    url = lines[-1].removeprefix("REST on ").strip()
    host, _, base = url.removeprefix("http://").partition("/")
    swapped, stop, seen = threading.Event(), threading.Event(), []

    def client() -> None:
        connection = http.client.HTTPConnection(host, timeout=60)
        while not stop.is_set():
            connection.request("POST", f"/{base}:predict", b'{"instances": [0.0]}')
            response = connection.getresponse()
            seen.append((response.status, json.loads(response.read())["predictions"][0], swapped.is_set()))

    try:
        with ThreadPoolExecutor(4) as pool:
            clients = [pool.submit(client) for _ in range(4)]
            wait_for(lambda: len(seen) > 50)
            shutil.copytree(models / "line" / "2", tmp_path / "line" / "2")
            wait_for(lambda: seen[-1][1] == 2.0)
            time.sleep(0.2)
            swapped.set()
            count = len(seen)
            wait_for(lambda: len(seen) > count + 50)
            stop.set()
            for each in clients:
                each.result()
        assert {status for status, _, _ in seen} == {200}
        assert {value for _, value, _ in seen} == {1.0, 2.0}
        assert {value for _, value, after in seen if after} == {2.0}
    finally:
        stop.set()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    assert "Stopping" in process.stdout.read()


def test_a_server_beside_a_notebook_ends_with_it(models: Path) -> None:
    code = (
        "import os, sys; from grader.serving.launch import LocalServer\n"
        f"server = LocalServer({str(models / 'line')!r}, program='grader serve')\n"
        "print(server.process.pid, flush=True); os._exit(1)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1, ended.stderr
    pid = int(ended.stdout)
    wait_for(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE, 30)


# In one process, as the tests and a notebook may have it.


def test_a_large_body_is_read_and_written_and_does_not_block_the_others(models: Path) -> None:
    options = Options(rest_port=0, max_body=64 * 2**20)
    config = ModelConfig("line", models / "line")
    with ModelServer([config], options) as started:
        connection = http.client.HTTPConnection("127.0.0.1", started.rest_port or 0, timeout=60)
        body = b'{"instances": [' + b"1.0, " * 500_000 + b"1.0]}"
        connection.request("POST", "/v1/models/line:predict", body)
        response = connection.getresponse()
        answer = json.loads(response.read())
        assert response.status == 200
        assert len(answer["predictions"]) == 500_001 and set(answer["predictions"]) == {2.5}
        connection.close()


def test_a_port_in_use_is_an_error(models: Path) -> None:
    config = ModelConfig("line", models / "line")
    with ModelServer([config], Options(rest_port=0)) as first, pytest.raises(OSError, match="in use"):
        ModelServer([config], Options(rest_port=first.rest_port))


# The command's options.


def test_a_directory_is_one_model_or_several(models: Path, tmp_path: Path) -> None:
    one = configurations(models / "line", name="x", policy=policy("latest:2"), labels={"a": 1})
    assert [(each.name, each.policy.count, each.labels) for each in one] == [("x", 2, {"a": 1})]
    several = configurations(models, name=None, policy=policy("all"), labels={})
    assert [each.name for each in several] == ["half_plus_three", "line", "many"]
    for directory, words in (
        (tmp_path, "No version of a model"),
        (tmp_path / "none", "There is no directory"),
        (models / "line" / "1", "is a SavedModel itself"),
    ):
        with pytest.raises(UsageError, match=words):
            configurations(directory, name=None, policy=policy("latest"), labels={})
    with pytest.raises(UsageError, match="for one"):
        configurations(models, name="x", policy=policy("latest"), labels={})


def test_options_are_read_or_refused_with_an_example() -> None:
    assert policy("1,3") == Policy("specific", versions=(1, 3))
    assert parse_labels(["stable=1", "canary=2"]) == {"stable": 1, "canary": 2}
    with pytest.raises(UsageError, match="latest:2"):
        policy("newest")
    with pytest.raises(UsageError, match="stable=1"):
        parse_labels(["stable"])


def test_a_server_that_cannot_start_says_why(models: Path, tmp_path: Path) -> None:
    config = ModelConfig("line", models / "line", labels={"stable": 7})
    with pytest.raises(ServingError, match="label stable to version 7"), ModelServer([config], Options(rest_port=0)):
        pass
    (tmp_path / "1").mkdir()
    with pytest.raises(ServingError, match="No version of line could be loaded: Could not find SavedModel"):
        ModelServer([ModelConfig("line", tmp_path)], Options(rest_port=None)).start()
    started = LocalServer(tmp_path / "none", program="grader serve")
    with pytest.raises(CourseError, match=r"grader serve has ended with exit code 2: .*There is no directory"):
        started.wait(60)
    started.stop()


# gRPC.


@pytest.fixture(scope="module")
def channel(models: Path) -> Iterator[Any]:
    """A channel to a server in this process."""
    grpc = pytest.importorskip("grpc")
    pytest.importorskip("tensorflow_serving.apis")
    configs = [
        ModelConfig("half_plus_three", models / "half_plus_three"),
        ModelConfig("many", models / "many"),
        ModelConfig("line", models / "line", Policy("specific", versions=(1, 2)), {"stable": 1}),
    ]
    with (
        ModelServer(configs, Options(rest_port=None, grpc_port=0)) as started,
        grpc.insecure_channel(f"127.0.0.1:{started.grpc_port}") as opened,
    ):
        yield opened


def stub(channel: Any) -> Any:
    from tensorflow_serving.apis import prediction_service_pb2_grpc

    return prediction_service_pb2_grpc.PredictionServiceStub(channel)


def predict_request(model: str, signature: str = "", version: int = 0, label: str = "", **inputs: Any) -> Any:
    from tensorflow_serving.apis import predict_pb2

    message = predict_pb2.PredictRequest()
    message.model_spec.name, message.model_spec.signature_name = model, signature
    if version:
        message.model_spec.version.value = version
    if label:
        message.model_spec.version_label = label
    for name, value in inputs.items():
        message.inputs[name].CopyFrom(tf.make_tensor_proto(value))
    return message


def rpc_error(call: Callable[[], Any]) -> tuple[str, str]:
    import grpc

    with pytest.raises(grpc.RpcError) as caught:
        call()
    return caught.value.code().name, caught.value.details()


def test_grpc_predicts_and_says_with_which_version(channel: Any) -> None:
    for chosen, number, value in (({}, 2, 2.5), ({"version": 1}, 1, 1.5), ({"label": "stable"}, 1, 1.5)):
        answer = stub(channel).Predict(predict_request("line", x=np.float32([1]), **chosen), timeout=30)
        assert tf.make_ndarray(answer.outputs["y"]).tolist() == [value]
        assert list(answer.outputs["y"].float_val) == [value], "in the field that other languages read"
        assert (answer.model_spec.name, answer.model_spec.version.value) == ("line", number)
        assert answer.model_spec.signature_name == "serving_default"


def test_grpc_carries_every_dtype(channel: Any) -> None:
    for dtype in DTYPES:
        value = np.array([[0, 1], [2, 3]]).astype(dtype)
        answer = stub(channel).Predict(predict_request("many", dtype, x=value), timeout=30)
        found = tf.make_ndarray(answer.outputs["x"])
        assert found.dtype == value.dtype and found.tolist() == value.tolist()
    answer = stub(channel).Predict(predict_request("many", "reverse", image=[b"abc", b"\xff\x00"]), timeout=30)
    assert tf.make_ndarray(answer.outputs["image_bytes"]).tolist() == [b"cba", b"\x00\xff"]


def test_grpc_computes_only_the_outputs_that_are_asked_for(channel: Any) -> None:
    message = predict_request("many", "reverse", image=[b"abc"])
    message.output_filter.append("length")
    assert list(stub(channel).Predict(message, timeout=30).outputs) == ["length"]
    message.output_filter.append("width")
    code, words = rpc_error(lambda: stub(channel).Predict(message, timeout=30))
    assert code == "INVALID_ARGUMENT" and "output tensor alias not found in signature: width" in words


def test_grpc_errors_have_the_documented_codes(channel: Any) -> None:
    x = np.float32([1])
    bomb = predict_request("line", x=x)
    bomb.inputs["x"].tensor_shape.dim[0].size = 2**40
    for message, code, words in (
        (predict_request("foo", x=x), "NOT_FOUND", "Servable not found for request: Latest(foo)"),
        (predict_request("line", version=9, x=x), "NOT_FOUND", "Specific(line, 9)"),
        (predict_request("line", label="old", x=x), "INVALID_ARGUMENT", "Unrecognized servable version label: old"),
        (predict_request("line", "no", x=x), "FAILED_PRECONDITION", 'Serving signature key "no" not found.'),
        (predict_request("", x=x), "INVALID_ARGUMENT", "ModelSpec has no name specified."),
        (predict_request("line"), "INVALID_ARGUMENT", "Missing but required: {x}."),
        (predict_request("line", z=x), "INVALID_ARGUMENT", "input tensor alias not found in signature: z"),
        (predict_request("line", x=x, z=x), "INVALID_ARGUMENT", "Sent extra: {z}"),
        (predict_request("line", x=np.int32([1])), "INVALID_ARGUMENT", "to be float but int32 is provided"),
        (predict_request("many", "matmul", x=np.float32([[1, 2]])), "INVALID_ARGUMENT", "Matrix size-incompatible"),
        (bomb, "INVALID_ARGUMENT", "tensor parsing error: x"),
    ):
        found, said = rpc_error(lambda message=message: stub(channel).Predict(message, timeout=30))  # type: ignore[misc]
        assert found == code
        assert words in said


def test_grpc_classifies_and_regresses(channel: Any) -> None:
    from tensorflow_serving.apis import classification_pb2, regression_pb2

    def record(x: float) -> Any:
        feature = tf.train.Feature(float_list=tf.train.FloatList(value=[x]))
        return tf.train.Example(features=tf.train.Features(feature={"x": feature}))

    regress = regression_pb2.RegressionRequest()
    regress.model_spec.name, regress.model_spec.signature_name = "half_plus_three", "tensorflow/serving/regress"
    regress.input.example_list.examples.extend([record(1), record(2)])
    answer = stub(channel).Regress(regress, timeout=30)
    assert [each.value for each in answer.result.regressions] == [3.5, 4.0]

    classify = classification_pb2.ClassificationRequest()
    classify.model_spec.name, classify.model_spec.signature_name = "half_plus_three", "classify"
    classify.input.example_list_with_context.context.CopyFrom(record(1))
    classify.input.example_list_with_context.examples.add()
    answer = stub(channel).Classify(classify, timeout=30)
    assert [(each.label, each.score) for each in answer.result.classifications[0].classes] == [("half plus three", 3.5)]
    del classify.input.example_list_with_context.examples[:]
    assert rpc_error(lambda: stub(channel).Classify(classify, timeout=30)) == ("INVALID_ARGUMENT", "Input is empty.")


def test_grpc_metadata_and_status(channel: Any) -> None:
    from tensorflow_serving.apis import get_model_metadata_pb2, get_model_status_pb2, model_service_pb2_grpc

    wanted = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
    wanted.model_spec.name = "line"
    answer = stub(channel).GetModelMetadata(wanted, timeout=30)
    signatures = get_model_metadata_pb2.SignatureDefMap()
    assert answer.metadata["signature_def"].Unpack(signatures)
    assert signatures.signature_def["serving_default"].inputs["x"].dtype == tf.float32.as_datatype_enum
    assert answer.model_spec.version.value == 2
    del wanted.metadata_field[:]
    assert "at least one metadata_field" in rpc_error(lambda: stub(channel).GetModelMetadata(wanted, timeout=30))[1]

    status = get_model_status_pb2.GetModelStatusRequest()
    status.model_spec.name = "line"
    models = model_service_pb2_grpc.ModelServiceStub(channel)
    found = models.GetModelStatus(status, timeout=30).model_version_status
    available = get_model_status_pb2.ModelVersionStatus.State.Value("AVAILABLE")
    assert [(each.version, each.state, each.status.error_code) for each in found] == [
        (2, available, 0),
        (1, available, 0),
    ]
    status.model_spec.name = "foo"
    assert rpc_error(lambda: models.GetModelStatus(status, timeout=30))[0] == "NOT_FOUND"


def test_grpc_loads_no_model_from_outside_the_served_folder(channel: Any, models: Path, tmp_path: Path) -> None:
    from tensorflow_serving.apis import model_management_pb2, model_service_pb2_grpc

    shutil.copytree(models / "line", tmp_path / "line")
    (tmp_path / "beside").symlink_to(tmp_path / "line")
    service = model_service_pb2_grpc.ModelServiceStub(channel)
    for base in (tmp_path / "line", tmp_path / "beside", models / "line" / "..", Path("/")):
        message = model_management_pb2.ReloadConfigRequest()
        message.config.model_config_list.config.add(name="line", base_path=str(base), model_platform="tensorflow")
        code, words = rpc_error(lambda message=message: service.HandleReloadConfigRequest(message, timeout=60))
        assert code == "PERMISSION_DENIED" and "outside the served folder" in words
    answer = stub(channel).Predict(predict_request("line", x=np.float32([1])), timeout=30)
    assert answer.model_spec.name == "line"


def test_grpc_moves_a_label_while_the_server_runs(channel: Any, models: Path) -> None:
    from tensorflow_serving.apis import model_management_pb2, model_service_pb2_grpc

    message = model_management_pb2.ReloadConfigRequest()
    for name in ("half_plus_three", "many", "line"):
        message.config.model_config_list.config.add(
            name=name, base_path=str(models / name), model_platform="tensorflow"
        )
    line = message.config.model_config_list.config[2]
    line.model_version_policy.specific.versions.extend([1, 2])
    line.version_labels["stable"] = 2
    service = model_service_pb2_grpc.ModelServiceStub(channel)
    service.HandleReloadConfigRequest(message, timeout=60)
    answer = stub(channel).Predict(predict_request("line", label="stable", x=np.float32([1])), timeout=30)
    assert answer.model_spec.version.value == 2
    line.version_labels["stable"] = 5
    code, words = rpc_error(lambda: service.HandleReloadConfigRequest(message, timeout=60))
    assert code == "FAILED_PRECONDITION" and "label stable to version 5" in words
