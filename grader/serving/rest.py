"""TensorFlow Serving's REST API, from method, path and body to the response, without a socket.

Source: the public description, `tensorflow_serving/g3doc/api_rest.md`, and the paths in `http_rest_api_util.cc`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from grader.serving import examples, json_tensors
from grader.serving.errors import Code, ServingError, from_exception, invalid
from grader.serving.manager import Lease, Manager, Version
from grader.serving.running import Outputs, Runner, Work
from grader.serving.servable import DEFAULT_SIGNATURE
from grader.serving.versions import ModelSpec

_MODEL = r"/v1/models/(?P<name>[^/:]+)(?:/versions/(?P<version>\d+)|/labels/(?P<label>[^/:]+))?"
_PREDICTION = re.compile(_MODEL + ":(?P<verb>classify|regress|predict)", re.IGNORECASE)
_INFORMATION = re.compile(_MODEL + "(?:/(?P<metadata>metadata))?", re.IGNORECASE)


@dataclass(frozen=True)
class Response:
    """What goes back to the client: an HTTP status and a JSON document in UTF-8."""

    status: int
    body: bytes


@dataclass(frozen=True)
class Computation:
    """A request that needs the model: what to run, and how to write the outputs into the response's body."""

    work: Work
    write: Callable[[Outputs], bytes]

    def respond(self, outputs: Outputs) -> Response:
        """The response, once the outputs are there."""
        try:
            return Response(200, self.write(outputs))
        except Exception as error:
            return failure(error)


def failure(error: BaseException) -> Response:
    """The response for an error."""
    known = from_exception(error)
    return Response(known.http_status, json_tensors.write_error(known.message))


class RestApi:
    """Answers requests about the models of a manager; any thread may ask."""

    def __init__(self, manager: Manager, runner: Runner) -> None:
        """Answer for this manager's models; computations are run by `runner`."""
        self.manager, self.runner = manager, runner

    def respond(self, method: str, path: str, body: bytes = b"") -> Response:
        """Answer a request, waiting for the model where it is needed. Errors are responses, too."""
        prepared = self.prepare(method, path, body)
        if isinstance(prepared, Response):
            return prepared
        try:
            outputs = self.runner.submit(prepared.work).result()
        except ServingError as error:
            return failure(error)
        return prepared.respond(outputs)

    def prepare(self, method: str, path: str, body: bytes = b"") -> Response | Computation:
        """Answer a request as far as that goes without running a model."""
        try:
            if not path.lower().startswith("/v1/"):
                raise ServingError(Code.NOT_FOUND, f"Not found: {path}; paths begin with /v1/models/")
            if method == "POST" and (match := _PREDICTION.fullmatch(path)):
                return self._prediction(_spec(match), match["verb"].lower(), body)
            if method == "GET" and path.lower() == "/v1/models":
                raise invalid("Missing model name in request.")
            if method == "GET" and (match := _INFORMATION.fullmatch(path)):
                spec = _spec(match)
                return Response(200, self._metadata(spec) if match["metadata"] else self._status(spec))
            raise invalid(f"Malformed request: {method} {path}")
        except Exception as error:
            return failure(error)

    def _prediction(self, spec: ModelSpec, verb: str, body: bytes) -> Computation:
        document = json_tensors.parse(body)
        signature = json_tensors.signature_name(document) or DEFAULT_SIGNATURE
        lease = self.manager.lease(spec)
        try:
            if verb == "predict":
                return _predict(lease, signature, document)
            return _classify_or_regress(lease, signature, verb, document)
        except BaseException:
            lease.release()
            raise

    def _status(self, spec: ModelSpec) -> bytes:
        versions = [_version_status(version) for version in self.manager.status(spec)]
        return _pretty({"model_version_status": versions})

    def _metadata(self, spec: ModelSpec) -> bytes:
        with self.manager.leased(spec) as lease:
            signatures = {name: _as_json(proto) for name, proto in sorted(lease.servable.signatures.items())}
            model = {"name": lease.name, "signature_name": "", "version": str(lease.number)}
        return _pretty({"model_spec": model, "metadata": {"signature_def": {"signature_def": signatures}}})


def _predict(lease: Lease, signature: str, document: dict[str, Any]) -> Computation:
    servable = lease.servable
    if signature not in servable.signatures:
        raise invalid(f'Serving signature name: "{signature}" not found in signature def')
    kinds = servable.kinds(signature)
    if not kinds:
        raise invalid(f"Failed to get input map for signature: {signature}")
    inputs, row = json_tensors.read_inputs(document, kinds)
    servable.check_inputs(signature, inputs)
    work = Work(lease, signature, inputs, servable.output_names(signature))
    return Computation(work, lambda outputs: json_tensors.write_outputs(outputs, row))


def _classify_or_regress(lease: Lease, signature: str, verb: str, document: dict[str, Any]) -> Computation:
    found, context = json_tensors.read_examples(document)
    servable, classify = lease.servable, verb == "classify"
    examples.check(servable, signature, examples.CLASSIFY if classify else examples.REGRESS)
    records = [examples.serialized(features) for features in found]
    inputs = examples.inputs(records, examples.serialized(context) if context else b"")
    servable.check_inputs(signature, inputs)

    def write(outputs: Outputs) -> bytes:
        if classify:
            return json_tensors.write_results(examples.classifications(outputs, len(records)))
        values = json_tensors.short_floats(examples.regressions(outputs, len(records)))
        return json_tensors.write_results(values.tolist())

    return Computation(Work(lease, signature, inputs, servable.output_names(signature)), write)


def _spec(match: re.Match[str]) -> ModelSpec:
    version = None if match["version"] is None else int(match["version"])
    if version is not None and version >= 2**63:
        raise invalid(f"Failed to convert version: {match['version']} to numeric.")
    return ModelSpec(unquote(match["name"]), version, unquote(match["label"]) if match["label"] else None)


def _version_status(version: Version) -> dict[str, Any]:
    error = {"error_code": version.code.name, "error_message": version.error.message if version.error else ""}
    return {"version": str(version.number), "state": version.state.name, "status": error}


def _as_json(proto: Any) -> Any:
    from google.protobuf import json_format

    return json_format.MessageToDict(proto, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)


def _pretty(value: Any) -> bytes:
    """JSON with indentation, for it is read by people in a terminal."""
    return (json.dumps(value, indent=1) + "\n").encode("utf-8")
