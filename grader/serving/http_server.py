"""The REST API on a TCP port: a Tornado server with an event loop in a thread of its own.

Tornado parses HTTP (keep-alive, chunked bodies, limits, timeouts); it is there wherever Jupyter is.
"""

from __future__ import annotations

import asyncio
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler, stream_request_body

from grader.serving.errors import Code, ServingError, invalid
from grader.serving.json_tensors import write_error
from grader.serving.rest import Response, RestApi, failure

SMALL = 32 * 2**10  # bytes: what is smaller is read and written at once, for handing it to a thread takes longer
DISCARDED = 64  # times the limit: a body that is too large is read to its end up to this, so that the client hears why
GRACE = 5.0  # seconds for requests to end when the server stops


class HttpServer:
    """Serves a RestApi.

    Attributes:
        port: the port it listens on.
    """

    def __init__(self, api: RestApi, *, ip: str, port: int, max_body: int) -> None:
        """Listen on the port, 0 for any that is free; requests are answered from `start` on.

        Args:
            api: answers the requests.
            ip: the address to listen on.
            port: the port.
            max_body: bytes that the body of a request may have.

        Raises:
            OSError: the port is in use, or there is no such address.
        """
        self._sockets = bind_sockets(port, address=ip, backlog=1024)
        self.port: int = self._sockets[0].getsockname()[1]
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="large-json")
        self._busy = 0
        settings = {"api": api, "max_body": max_body, "pool": self._pool, "server": self}
        self._application = Application([(r".*", _Handler, settings)], log_function=lambda handler: None)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="rest", daemon=True)
        self._started = threading.Event()

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()
        self._started.wait()

    def stop(self) -> None:
        """Take no more requests, let those that run end, and give the port back."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
        for each in self._sockets:
            each.close()
        self._pool.shutdown()

    def enter(self) -> None:
        """A request is being answered."""
        self._busy += 1

    def leave(self) -> None:
        """A request has been answered."""
        self._busy -= 1

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        server = HTTPServer(self._application, idle_connection_timeout=75, body_timeout=120)
        server.add_sockets(self._sockets)
        self._started.set()
        await self._stopping.wait()
        server.stop()
        deadline = self._loop.time() + GRACE
        while self._busy and self._loop.time() < deadline:
            await asyncio.sleep(0.01)
        await server.close_all_connections()


def inflated(body: bytes, limit: int) -> bytes:
    """What gzip has packed, of which no more is unpacked than one byte over the limit.

    Raises:
        zlib.error: it is no gzip, or cut off.
    """
    unpacked = zlib.decompressobj(wbits=31)
    data = unpacked.decompress(body, limit + 1)
    if not unpacked.eof and len(data) <= limit:
        raise zlib.error("it is cut off")
    return data


@stream_request_body
class _Handler(RequestHandler):
    def initialize(self, api: RestApi, max_body: int, pool: ThreadPoolExecutor, server: HttpServer) -> None:
        self._api, self._max_body, self._pool, self._server = api, max_body, pool, server
        self._chunks: list[bytes] = []
        self._size = 0

    def prepare(self) -> None:
        self.request.connection.set_max_body_size(DISCARDED * self._max_body)  # type: ignore[union-attr]
        length = self.request.headers.get("Content-Length", "0")
        waits = self.request.headers.get("Expect", "").lower() == "100-continue"
        if waits and length.isdigit() and int(length) > self._max_body:
            self._send(self._too_large())

    def data_received(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size > self._max_body:
            self._chunks.clear()  # an answer before the end of the body would meet a client that does not listen yet
        else:
            self._chunks.append(chunk)

    def _too_large(self) -> Response:
        limit = f"{self._max_body / 2**20:g} MiB"
        message = f"Request body is larger than {limit}; send smaller batches, or start the server with --max-body"
        return Response(413, write_error(message))

    async def _answer(self) -> None:
        self._server.enter()
        try:
            self._send(await self._response())
        finally:
            self._server.leave()

    get = post = put = delete = head = options = patch = _answer

    def _unpacked(self) -> bytes | Response:
        """The body as the client meant it, or the answer to one that cannot be unpacked."""
        body, self._chunks = b"".join(self._chunks), []
        encoding = self.request.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding == "identity":
            return body
        if encoding not in ("gzip", "x-gzip"):
            return Response(415, write_error(f"Content-Encoding is {encoding!r}; send gzip or none"))
        try:
            body = inflated(body, self._max_body)
        except zlib.error as error:
            return failure(invalid(f"The body is no gzip: {error}"))
        return body if len(body) <= self._max_body else self._too_large()

    async def _response(self) -> Response:
        if self._size > self._max_body:
            return self._too_large()
        body = self._unpacked()
        if isinstance(body, Response):
            return body
        method, path = self.request.method or "", self.request.path
        loop = asyncio.get_running_loop()
        if len(body) > SMALL:
            prepared = await loop.run_in_executor(self._pool, self._api.prepare, method, path, body)
        else:
            prepared = self._api.prepare(method, path, body)
        del body
        if isinstance(prepared, Response):
            return prepared
        try:
            outputs = await asyncio.wrap_future(self._api.runner.submit(prepared.work))
        except ServingError as error:
            return failure(error)
        if sum(array.nbytes for array in outputs.values()) > SMALL:
            return await loop.run_in_executor(self._pool, prepared.respond, outputs)
        return prepared.respond(outputs)

    def _send(self, response: Response) -> None:
        self.set_status(response.status)
        self.set_header("Content-Type", "application/json")
        self.clear_header("Server")
        self.finish(response.body)

    def write_error(self, status_code: int, **kwargs: object) -> None:
        """Errors that Tornado finds are JSON, too."""
        code = Code.INVALID_ARGUMENT if status_code < 500 else Code.INTERNAL
        text = f"Malformed request: {self.request.method} {self.request.path}" if status_code < 500 else self._reason
        self._send(Response(status_code, failure(ServingError(code, text)).body))

    def compute_etag(self) -> None:
        """None: answers are not cached."""
        return None
