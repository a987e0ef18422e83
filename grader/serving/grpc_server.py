"""TensorFlow Serving's gRPC API on a TCP port, through the official stubs of the package tensorflow-serving-api.

This is the one module that imports those stubs; the rest of the server works without them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from pathlib import Path
from typing import Any

import grpc
import numpy as np
from numpy.typing import NDArray
from tensorflow_serving.apis import (
    classification_pb2,
    get_model_metadata_pb2,
    get_model_status_pb2,
    model_management_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
    regression_pb2,
)

from grader.serving import examples
from grader.serving.errors import Code, ServingError, from_exception, invalid
from grader.serving.manager import Lease, Manager, Version
from grader.serving.running import Outputs, Runner, Work
from grader.serving.servable import DEFAULT_SIGNATURE
from grader.serving.versions import ModelConfig, ModelSpec, Policy

# Where a TensorProto holds the values of a dtype. TensorFlow Serving fills these fields, and clients in other languages
# read them, so tensors do not leave here as raw bytes.
_FIELDS = {
    "float32": "float_val",
    "float64": "double_val",
    "int8": "int_val",
    "int16": "int_val",
    "int32": "int_val",
    "uint8": "int_val",
    "uint16": "int_val",
    "int64": "int64_val",
    "uint32": "uint32_val",
    "uint64": "uint64_val",
    "bool": "bool_val",
    "object": "string_val",
}


class GrpcServer:
    """Serves PredictionService and ModelService.

    Attributes:
        port: the port it listens on.
    """

    def __init__(
        self,
        manager: Manager,
        runner: Runner,
        *,
        ip: str,
        port: int,
        max_body: int,
        threads: int,
        reload_from: Sequence[Path],
    ) -> None:
        """Listen on the port, 0 for any that is free; requests are answered from `start` on.

        Args:
            manager: the models.
            runner: computes.
            ip: the address to listen on.
            port: the port.
            max_body: bytes that a message may have.
            threads: requests that are answered at once; with batching they wait for each other.
            reload_from: folders in which the models of a new configuration must lie.

        Raises:
            OSError: the port is in use, or there is no such address.
        """
        self._server = grpc.server(
            ThreadPoolExecutor(threads, thread_name_prefix="grpc"),
            options=[
                ("grpc.max_receive_message_length", max_body),
                ("grpc.max_send_message_length", -1),
                ("grpc.so_reuseport", 0),  # a port in use is an error, not shared
            ],
        )
        prediction = _Prediction(manager, runner, max_body)
        prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(prediction, self._server)
        model_service_pb2_grpc.add_ModelServiceServicer_to_server(_Models(manager, reload_from), self._server)
        address = f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"
        try:
            self.port: int = self._server.add_insecure_port(address)
        except RuntimeError:
            self.port = 0
        if not self.port:
            raise OSError(f"cannot listen on {address}")

    def start(self) -> None:
        """Begin to answer."""
        self._server.start()

    def stop(self) -> None:
        """Take no more requests, let those that run end, and give the port back."""
        self._server.stop(grace=5).wait()


def _with_status(method: Callable[..., Any]) -> Callable[..., Any]:
    """Errors become the status of the call."""

    @wraps(method)
    def answer(self: Any, request: Any, context: Any) -> Any:
        try:
            return method(self, request)
        except Exception as error:
            known = from_exception(error)
            code = next(each for each in grpc.StatusCode if each.value[0] == int(known.code))
            return context.abort(code, known.message)

    return answer


class _Prediction(prediction_service_pb2_grpc.PredictionServiceServicer):
    def __init__(self, manager: Manager, runner: Runner, max_bytes: int) -> None:
        self._manager, self._runner, self._max_bytes = manager, runner, max_bytes

    @_with_status
    def Predict(self, request: Any) -> Any:
        signature = request.model_spec.signature_name or DEFAULT_SIGNATURE
        lease = self._manager.lease(_spec(request.model_spec))

        def work() -> Work:
            if signature not in lease.servable.signatures:
                message = f'Serving signature key "{signature}" not found.'
                raise ServingError(Code.FAILED_PRECONDITION, message)
            inputs = {name: _array(name, proto, self._max_bytes) for name, proto in request.inputs.items()}
            lease.servable.check_inputs(signature, inputs)
            return Work(lease, signature, inputs, lease.servable.output_names(signature, request.output_filter))

        outputs = self._run(lease, work)
        response = predict_pb2.PredictResponse()
        _fill_spec(response.model_spec, lease, signature)
        for name, array in outputs.items():
            response.outputs[name].CopyFrom(_proto(array))
        return response

    @_with_status
    def Classify(self, request: Any) -> Any:
        lease, signature, outputs, count = self._run_examples(request, examples.CLASSIFY)
        response = classification_pb2.ClassificationResponse()
        _fill_spec(response.model_spec, lease, signature)
        for pairs in examples.classifications(outputs, count):
            classes = response.result.classifications.add().classes
            for label, score in pairs:
                classes.add(label=label, score=score)
        return response

    @_with_status
    def Regress(self, request: Any) -> Any:
        lease, signature, outputs, count = self._run_examples(request, examples.REGRESS)
        response = regression_pb2.RegressionResponse()
        _fill_spec(response.model_spec, lease, signature)
        for value in examples.regressions(outputs, count).tolist():
            response.result.regressions.add(value=value)
        return response

    @_with_status
    def GetModelMetadata(self, request: Any) -> Any:
        if not request.metadata_field:
            raise invalid("GetModelMetadataRequest must specify at least one metadata_field")
        for field in request.metadata_field:
            if field != "signature_def":
                raise invalid(f"Metadata field {field} is not supported")
        response = get_model_metadata_pb2.GetModelMetadataResponse()
        with self._manager.leased(_spec(request.model_spec)) as lease:
            signatures = get_model_metadata_pb2.SignatureDefMap()
            for name, proto in lease.servable.signatures.items():
                signatures.signature_def[name].CopyFrom(proto)
            response.model_spec.name = lease.name
            response.model_spec.version.value = lease.number
        response.metadata["signature_def"].Pack(signatures)
        return response

    def _run_examples(self, request: Any, method: str) -> tuple[Lease, str, Outputs, int]:
        """Run a classify or regress signature; returns version, signature, outputs and the number of examples."""
        signature = request.model_spec.signature_name or DEFAULT_SIGNATURE
        lease = self._manager.lease(_spec(request.model_spec))
        given = request.input.WhichOneof("kind")
        listed = getattr(request.input, given).examples if given else []
        records = [each.SerializeToString() for each in listed]

        def work() -> Work:
            examples.check(lease.servable, signature, method)
            if not records:
                raise invalid("Input is empty.")
            with_context = given == "example_list_with_context"
            context = request.input.example_list_with_context.context.SerializeToString() if with_context else b""
            inputs = examples.inputs(records, context)
            lease.servable.check_inputs(signature, inputs)
            return Work(lease, signature, inputs, lease.servable.output_names(signature))

        return lease, signature, self._run(lease, work), len(records)

    def _run(self, lease: Lease, work: Callable[[], Work]) -> Outputs:
        """Run; the lease is released, whatever happens."""
        try:
            ready = work()
        except BaseException:
            lease.release()
            raise
        return self._runner.submit(ready).result()


class _Models(model_service_pb2_grpc.ModelServiceServicer):
    def __init__(self, manager: Manager, reload_from: Sequence[Path]) -> None:
        self._manager = manager
        self._folders = [folder.resolve() for folder in reload_from]

    @_with_status
    def GetModelStatus(self, request: Any) -> Any:
        response = get_model_status_pb2.GetModelStatusResponse()
        for version in self._manager.status(_spec(request.model_spec)):
            _fill_status(response.model_version_status.add(), version)
        return response

    @_with_status
    def HandleReloadConfigRequest(self, request: Any) -> Any:
        if request.config.WhichOneof("config") != "model_config_list":
            raise ServingError(
                Code.FAILED_PRECONDITION,
                "Cannot transition to requested config. It is only legal to transition from one ModelConfigList to "
                "another.",
            )
        configs = [_config(each) for each in request.config.model_config_list.config]
        for config in configs:
            # A SavedModel can read and write files, and everybody on this machine can send this request.
            if not any(config.base_path.resolve().is_relative_to(folder) for folder in self._folders):
                message = f"{config.base_path} is outside the served folder; start the server with --reload-from"
                raise ServingError(Code.PERMISSION_DENIED, message)
        self._manager.reload(configs)
        return model_management_pb2.ReloadConfigResponse()


def _spec(proto: Any) -> ModelSpec:
    if not proto.name:
        raise invalid("ModelSpec has no name specified.")
    choice = proto.WhichOneof("version_choice")
    version = int(proto.version.value) if choice == "version" else None
    return ModelSpec(proto.name, version, proto.version_label if choice == "version_label" else None)


def _config(proto: Any) -> ModelConfig:
    policy, choice = proto.model_version_policy, proto.model_version_policy.WhichOneof("policy_choice")
    if proto.model_platform not in ("", "tensorflow"):
        raise invalid(f"Model {proto.name} requests unsupported platform {proto.model_platform}")
    if choice == "specific":
        chosen = Policy("specific", versions=tuple(policy.specific.versions))
    elif choice == "all":
        chosen = Policy("all")
    else:
        chosen = Policy("latest", count=policy.latest.num_versions or 1)
    return ModelConfig(proto.name, Path(proto.base_path), chosen, dict(proto.version_labels))


def _fill_spec(proto: Any, lease: Lease, signature: str) -> None:
    proto.name, proto.signature_name = lease.name, signature
    proto.version.value = lease.number


def _fill_status(proto: Any, version: Version) -> None:
    proto.version, proto.state = version.number, version.state.value
    proto.status.error_code = int(version.code)
    proto.status.error_message = version.error.message if version.error else ""


def _array(name: str, proto: Any, max_bytes: int) -> NDArray[Any]:
    """The values of a TensorProto; a few bytes that claim to be a gigabyte are refused before anything is made."""
    import tensorflow as tf

    sizes = [dimension.size for dimension in proto.tensor_shape.dim]
    if proto.tensor_shape.unknown_rank or min(sizes, default=0) < 0:
        raise invalid(f"tensor parsing error: {name}")
    count = 1
    for size in sizes:
        count *= size
    if count > max_bytes:
        raise invalid(f"tensor parsing error: {name} has {count} values")
    try:
        return np.asarray(tf.make_ndarray(proto))
    except (TypeError, ValueError, KeyError) as error:
        raise invalid(f"tensor parsing error: {name} ({error})") from None


def _proto(array: NDArray[Any]) -> Any:
    import tensorflow as tf
    from tensorflow.core.framework import tensor_pb2, tensor_shape_pb2

    field = _FIELDS.get(array.dtype.name)
    if field is None:
        return tf.make_tensor_proto(array)
    proto = tensor_pb2.TensorProto(dtype=tf.as_dtype(array.dtype).as_datatype_enum)
    proto.tensor_shape.dim.extend(tensor_shape_pb2.TensorShapeProto.Dim(size=size) for size in array.shape)
    getattr(proto, field).extend(array.ravel().tolist())
    return proto
