"""What can go wrong with a request, as a code of gRPC's with a message, and the HTTP status of each code."""

from __future__ import annotations

from enum import IntEnum

MESSAGE_LIMIT = 2000  # characters: a request of megabytes must not come back inside an error


class Code(IntEnum):
    """The canonical codes of gRPC; TensorFlow's own errors use the same numbers."""

    OK = 0
    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16


# As TensorFlow Serving's http_server.cc translates them.
HTTP_STATUS = {
    Code.OK: 200,
    Code.CANCELLED: 499,
    Code.INVALID_ARGUMENT: 400,
    Code.DEADLINE_EXCEEDED: 504,
    Code.NOT_FOUND: 404,
    Code.ALREADY_EXISTS: 409,
    Code.PERMISSION_DENIED: 403,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.FAILED_PRECONDITION: 400,
    Code.ABORTED: 409,
    Code.OUT_OF_RANGE: 400,
    Code.UNIMPLEMENTED: 501,
    Code.UNAVAILABLE: 503,
    Code.UNAUTHENTICATED: 401,
}


class ServingError(Exception):
    """A request that cannot be answered: `code` says of which kind, `message` why."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message if len(message) <= MESSAGE_LIMIT else message[:MESSAGE_LIMIT] + " …"

    @property
    def http_status(self) -> int:
        """The status code of the HTTP response."""
        return HTTP_STATUS.get(self.code, 500)


def invalid(message: str) -> ServingError:
    """The commonest error: the request is not as it should be."""
    return ServingError(Code.INVALID_ARGUMENT, message)


def from_exception(error: BaseException) -> ServingError:
    """Any exception as a ServingError: TensorFlow's keep their code, and lose the trace of the graph's making."""
    if isinstance(error, ServingError):
        return error
    code = getattr(error, "error_code", None)
    text = str(getattr(error, "message", None) or error).split("\n\nOriginal stack trace")[0].strip()
    if isinstance(code, int) and 0 < code <= max(Code):
        return ServingError(Code(code), text)
    kind = Code.NOT_FOUND if isinstance(error, FileNotFoundError) else Code.INTERNAL
    return ServingError(kind, text or type(error).__name__)
