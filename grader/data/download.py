"""Download a file once: resumed after a break, its SHA-256 checked before use, kept in the user's cache."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import requests

    from grader.data.catalogue import File

VARIABLE = "GRADER_DATA_DIR"
TRIES = 3
PAUSE = 1.0
"""Seconds before the second try; twice as many before the third."""
_PIECE = 1 << 14
"""Bytes written at a time, and so the most that a break can lose."""
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class DownloadError(RuntimeError):
    """A file could not be had; the message says why and what to do. Nothing wrong was left in the cache."""


def cache_folder() -> Path:
    """Where downloads are kept: $GRADER_DATA_DIR, or the user's own cache folder."""
    import pooch

    return Path(os.environ.get(VARIABLE) or pooch.os_cache("tensorflow-by-exercise"))


def fetch(file: File, folder: Path | None = None) -> Path:
    """The path of the file, downloaded first if it is not in `folder` (the cache) yet.

    A download goes to `<name>.part`, which a later call resumes; under its own name the file appears only when it is
    complete and its SHA-256 is right. Of several processes that ask at once, one downloads and the others wait.
    Raises DownloadError.
    """
    import pooch
    import requests

    folder = folder or cache_folder()
    target = folder / file.name
    if target.exists() and pooch.file_hash(str(target)) == file.sha256:
        return target
    pooch.get_logger().setLevel("WARNING")
    part = folder / f"{file.name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder / f"{file.name}.lock"):
            return _retrieve(file, target, part)
    except requests.HTTPError as error:
        status = _status(error)
        advice = "try again later" if status >= 500 else "look for a newer version of the course"
        raise DownloadError(f"{_host(file)} answered {status} for {file.url}: {advice}.") from error
    except requests.RequestException as error:
        if part.exists():
            done = f"{part.stat().st_size / 1e6:.1f} of {file.size / 1e6:.1f} MB"
            raise DownloadError(f"The connection broke after {done} of {file.name}: call again to go on.") from error
        raise DownloadError(f"No network: {_host(file)} did not answer, so {file.name} was not downloaded.") from error
    except OSError as error:
        if error.errno in _DISK_FULL:
            part.unlink(missing_ok=True)
            need = f"{file.name} needs {file.size / 1e6:.1f} MB"
            raise DownloadError(
                f"The disk is full: {need} in {folder}; free some space or name another folder in ${VARIABLE}."
            ) from error
        raise DownloadError(
            f"The cache {folder} cannot be written ({error.strerror}): name another folder in ${VARIABLE}."
        ) from error


def _retrieve(file: File, target: Path, part: Path) -> Path:
    """Download by pooch, which checks the sum and renames; once more from the start if a resumed file is wrong."""
    import pooch

    def receive(url: str, output: str, _: Any) -> None:
        _receive_patiently(file, part)
        os.replace(part, output)

    for resumed in [part.exists(), False]:
        try:
            pooch.retrieve(
                file.url, f"sha256:{file.sha256}", fname=target.name, path=str(target.parent), downloader=receive
            )
            return target
        except ValueError as error:
            if not resumed:
                raise DownloadError(
                    f"What {_host(file)} sent as {file.name} is not the expected file (its SHA-256 differs), so "
                    "nothing was kept: try again later or on another network."
                ) from error
    raise AssertionError("the second round either returns or raises")


def _receive_patiently(file: File, part: Path) -> None:
    """Receive the file into `part`, trying again after a broken connection or a server's error."""
    import requests

    for attempt in range(1, TRIES + 1):
        try:
            return _receive(file, part)
        except requests.RequestException as error:
            refused = isinstance(error, requests.HTTPError) and _status(error) < 500
            if refused or attempt == TRIES:
                raise
        time.sleep(PAUSE * 2 ** (attempt - 1))


def _receive(file: File, part: Path) -> None:
    """Ask for what `part` lacks, and add it."""
    import requests

    have = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with requests.get(file.url, headers=headers, stream=True, timeout=(10, 60)) as reply:
        if reply.status_code == requests.codes.requested_range_not_satisfiable:
            part.unlink()  # longer than the file: it cannot be a beginning of it
            raise requests.ConnectionError(f"{part.name} was longer than {file.name}", response=reply)
        reply.raise_for_status()
        if reply.status_code != requests.codes.partial_content:
            have = 0
        whole = have + int(reply.headers.get("Content-Length", 0))
        with part.open("ab" if have else "wb") as output:
            for piece in reply.iter_content(_PIECE):
                have += output.write(piece)
                _show_progress(file, have)
    if have < whole:
        raise requests.ConnectionError(f"{file.name} ended after {have} of {whole} bytes", response=reply)


def _show_progress(file: File, have: int) -> None:
    """A bar on one line of standard output, drawn again at each of its forty steps; none for a small file."""
    if file.size < 1_000_000:
        return
    step, before = 40 * have // file.size, 40 * max(0, have - _PIECE) // file.size
    if step != before or have >= file.size:
        bar = "█" * min(step, 40) + "░" * (40 - min(step, 40))
        end = "\n" if have >= file.size else ""
        sys.stdout.write(f"\r{file.name} {bar} {have / 1e6:.1f} of {file.size / 1e6:.1f} MB{end}")
        sys.stdout.flush()


def _status(error: requests.HTTPError) -> int:
    """The number of the server's answer."""
    return error.response.status_code if error.response is not None else 0


def _host(file: File) -> str:
    """The server's name."""
    return urlsplit(file.url).hostname or file.url


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock file: only one process at a time gets past. Where a file system has no locks, all do."""
    with path.open("a") as lock:
        if sys.platform == "win32":
            import msvcrt

            while True:
                with suppress(OSError):  # it gives up after ten seconds
                    msvcrt.locking(lock.fileno(), msvcrt.LK_LOCK, 1)
                    break
        else:
            import fcntl

            with suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield
