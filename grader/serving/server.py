"""A model server: models, REST and, where its stubs are installed, gRPC, started and stopped together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from grader.serving.errors import Code, ServingError
from grader.serving.manager import Manager, check_labels
from grader.serving.rest import RestApi
from grader.serving.running import Batching, BatchOptions, Direct, Runner
from grader.serving.versions import ModelConfig

if TYPE_CHECKING:
    from grader.serving.grpc_server import GrpcServer

MAX_BODY = 32 * 2**20


def has_grpc() -> bool:
    """Whether the stubs of TensorFlow Serving's gRPC API are installed."""
    return find_spec("grpc") is not None and find_spec("tensorflow_serving") is not None


@dataclass(frozen=True)
class Options:
    """How to serve.

    Attributes:
        ip: the address to listen on; the default is reached from this machine only.
        rest_port: the port of the REST API, 0 for any that is free, None for no REST.
        grpc_port: the same for gRPC.
        batching: put requests together, or not.
        poll_seconds: time between two looks for new versions.
        max_body: bytes that a request may have.
        reload_from: folders from which a gRPC request may have models loaded; those of the models if none.
    """

    ip: str = "127.0.0.1"
    rest_port: int | None = 8501
    grpc_port: int | None = None
    batching: BatchOptions | None = None
    poll_seconds: float = 1.0
    max_body: int = MAX_BODY
    reload_from: tuple[Path, ...] = ()


class ModelServer:
    """Serves models until it is stopped; as a context manager, until the end of the block.

    Attributes:
        manager: the models.
        api: the REST API, which may also be asked without a socket.
        rest_port: the port of the REST API, None where there is none.
        grpc_port: the port of gRPC, None where there is none.
    """

    def __init__(self, models: Sequence[ModelConfig], options: Options | None = None) -> None:
        """Take the ports; models are loaded and requests answered from `start` on.

        Raises:
            OSError: a port is in use.
        """
        options = options or Options()
        self.manager = Manager(models, poll_seconds=options.poll_seconds)
        self.runner: Runner = Batching(options.batching) if options.batching else Direct()
        self.api = RestApi(self.manager, self.runner)
        self._http = None
        self._grpc: GrpcServer | None = None
        try:
            if options.rest_port is not None:
                from grader.serving.http_server import HttpServer

                self._http = HttpServer(self.api, ip=options.ip, port=options.rest_port, max_body=options.max_body)
            if options.grpc_port is not None:
                self._grpc = self._make_grpc(options)
        except BaseException:
            self.stop()
            raise
        self.rest_port = self._http.port if self._http else None
        self.grpc_port = self._grpc.port if self._grpc else None

    def _make_grpc(self, options: Options) -> GrpcServer:
        from grader.serving.grpc_server import GrpcServer

        # A thread waits for each request, so a batch can only be as large as there are threads.
        threads = 2 * options.batching.max_batch_size if options.batching else 16
        return GrpcServer(
            self.manager,
            self.runner,
            ip=options.ip,
            port=options.grpc_port or 0,
            max_body=options.max_body,
            threads=min(max(16, threads), 256),
            reload_from=options.reload_from or [config.base_path for config in self.manager.configs],
        )

    def start(self) -> None:
        """Load the models, then answer requests.

        Raises:
            ServingError: UNAVAILABLE, no version of a model could be loaded; FAILED_PRECONDITION, a label of a version
                that is not available.
        """
        self.manager.start()
        for config in self.manager.configs:
            available = self.manager.available(config.name)
            if not available:
                reasons = [str(version.error) for version in self.manager.versions(config.name) if version.error]
                reason = reasons[0] if reasons else f"there is none in {config.base_path}"
                raise ServingError(Code.UNAVAILABLE, f"No version of {config.name} could be loaded: {reason}")
            check_labels(config, available)
        for server in (self._http, self._grpc):
            if server is not None:
                server.start()

    def stop(self) -> None:
        """Let requests end, unload the models, give the ports back."""
        for server in (self._http, self._grpc):
            if server is not None:
                server.stop()
        self.runner.close()
        self.manager.stop()

    def __enter__(self) -> ModelServer:
        """Start."""
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        """Stop."""
        self.stop()
