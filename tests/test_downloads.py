"""A download ends in the right file or in one clear sentence, and never leaves a wrong file in the cache."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import datasets
from grader.data import download as data_download
from grader.data.catalogue import File
from grader.data.download import DownloadError, fetch

CONTENT = np.random.default_rng(0).integers(0, 256, 300_000, np.uint8).tobytes()
HASH = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """A server that follows a script: one entry for each request, the last one for all that follow."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[str] = ["fine"]
        self.asked: list[str | None] = []
        """The Range header of each request."""
        self.resumes = True

    def file(self, sha256: str = HASH, size: int = len(CONTENT)) -> File:
        return File(f"http://127.0.0.1:{self.server_port}/data.bin", sha256, size)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server

    def do_GET(self) -> None:
        step = self.server.script[min(len(self.server.asked), len(self.server.script) - 1)]
        self.server.asked.append(self.headers["Range"])
        if step.isdigit():
            return self.send_error(int(step))
        content = b"<html>sign in to the hotel's network</html>" if step == "portal" else CONTENT
        start = int(self.headers["Range"][6:-1]) if self.headers["Range"] and self.server.resumes else 0
        if start >= len(content):
            return self.send_error(416)
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        body = content[start:]
        if step == "cut":
            self.wfile.write(body[: len(body) // 2])
            self.connection.close()
        elif step == "slow":
            for at in range(0, len(body), 30_000):
                self.wfile.write(body[at : at + 30_000])
                time.sleep(0.05)
        else:
            self.wfile.write(body)
        return None

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(data_download, "PAUSE", 0.01)
    running = Server()
    thread = threading.Thread(target=running.serve_forever, args=(0.02,))
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


def begin(asked: str | None) -> int:
    """The first byte that a Range header asks for."""
    return int(asked[6:-1]) if asked else 0


def kept(folder: Path) -> set[str]:
    """What is in the cache, without the lock."""
    return {path.name for path in folder.iterdir() if not path.name.endswith(".lock")}


def test_a_download_is_kept_and_not_asked_for_again(server: Server, tmp_path: Path) -> None:
    path = fetch(server.file(), tmp_path / "new" / "cache")
    assert path.read_bytes() == CONTENT and path.name == "data.bin"
    assert fetch(server.file(), tmp_path / "new" / "cache") == path
    assert server.asked == [None] and kept(path.parent) == {"data.bin"}


def test_a_wrong_checksum_is_an_error_and_nothing_is_kept(server: Server, tmp_path: Path) -> None:
    server.script = ["portal"]
    with pytest.raises(DownloadError, match=r"is not the expected file \(its SHA-256 differs\), so nothing was kept"):
        fetch(server.file(), tmp_path)
    assert kept(tmp_path) == set()


def test_a_connection_cut_in_the_middle_is_taken_up_where_it_broke(server: Server, tmp_path: Path) -> None:
    server.script = ["cut", "fine"]
    assert fetch(server.file(), tmp_path).read_bytes() == CONTENT
    first, second = server.asked
    assert first is None and 130_000 <= begin(second) <= 150_000 and kept(tmp_path) == {"data.bin"}


def test_after_too_many_cuts_the_next_call_goes_on(server: Server, tmp_path: Path) -> None:
    server.script = ["cut"] * data_download.TRIES + ["fine"]
    with pytest.raises(DownloadError, match=r"broke after 0\.2 of 0\.3 MB of data\.bin: call again to go on\."):
        fetch(server.file(), tmp_path)
    assert kept(tmp_path) == {"data.bin.part"}
    assert fetch(server.file(), tmp_path).read_bytes() == CONTENT
    begins = [begin(asked) for asked in server.asked]
    assert begins == sorted(set(begins)) and begins[-1] > 200_000 and kept(tmp_path) == {"data.bin"}


def test_a_server_that_cannot_resume_sends_all_again(server: Server, tmp_path: Path) -> None:
    server.script, server.resumes = ["cut", "fine"], False
    assert fetch(server.file(), tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize("left", [b"something else", CONTENT + b"more", CONTENT])
def test_a_part_that_does_not_fit_is_thrown_away(server: Server, tmp_path: Path, left: bytes) -> None:
    (tmp_path / "data.bin.part").write_bytes(left)
    assert fetch(server.file(), tmp_path).read_bytes() == CONTENT
    assert kept(tmp_path) == {"data.bin"}


def test_a_file_damaged_in_the_cache_is_downloaded_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "data.bin").write_bytes(CONTENT[:-1] + b"?")
    assert fetch(server.file(), tmp_path).read_bytes() == CONTENT


def test_404_is_told_at_once(server: Server, tmp_path: Path) -> None:
    server.script = ["404"]
    with pytest.raises(DownloadError, match=r"answered 404 for http://127\.0\.0\.1:\d+/data\.bin: look for a newer"):
        fetch(server.file(), tmp_path)
    assert len(server.asked) == 1 and kept(tmp_path) == set()


def test_a_server_that_recovers_is_no_error(server: Server, tmp_path: Path) -> None:
    server.script = ["500", "fine"]
    assert fetch(server.file(), tmp_path).read_bytes() == CONTENT


def test_a_server_that_stays_ill_is_told(server: Server, tmp_path: Path) -> None:
    server.script = ["503"]
    with pytest.raises(DownloadError, match=r"answered 503 .* try again later"):
        fetch(server.file(), tmp_path)
    assert len(server.asked) == data_download.TRIES and kept(tmp_path) == set()


FETCH = """
import sys
from pathlib import Path
from grader.data.catalogue import File
from grader.data.download import DownloadError, fetch
{first}
try:
    print(fetch(File({url!r}, {sha!r}, {size}), Path({folder!r})).stat().st_size)
except DownloadError as error:
    print(error)
"""


def program(server: Server, folder: Path, first: str = "") -> list[str]:
    """A Python process that fetches the file."""
    file = server.file()
    code = FETCH.format(first=first, url=file.url, sha=file.sha256, size=file.size, folder=str(folder))
    return [sys.executable, "-c", code]


def test_a_full_disk_is_told_and_leaves_it_as_it_was(server: Server, tmp_path: Path) -> None:
    limit = (
        "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))"
    )
    said = subprocess.check_output(program(server, tmp_path, limit), text=True)
    assert said == (
        f"The disk is full: data.bin needs 0.3 MB in {tmp_path}; "
        "free some space or name another folder in $GRADER_DATA_DIR.\n"
    )
    assert kept(tmp_path) == set()
    assert fetch(server.file(), tmp_path).read_bytes() == CONTENT


def test_a_full_file_system_is_told_too(server: Server, tmp_path: Path) -> None:
    inside = 'mount -t tmpfs -o size=128k tmpfs "$0" && "$@"; ls "$0"'
    if subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode:
        pytest.skip("this kernel lets nobody mount a file system of his own")
    command = ["unshare", "-rm", "sh", "-c", inside, str(tmp_path), *program(server, tmp_path)]
    said, *left = subprocess.check_output(command, text=True).splitlines()
    assert said.startswith("The disk is full: data.bin needs 0.3 MB")
    assert set(left) <= {"data.bin.lock"}


def test_two_processes_at_once_download_once(server: Server, tmp_path: Path) -> None:
    server.script = ["slow"]
    both = [subprocess.Popen(program(server, tmp_path), stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=60)[0] for process in both]
    assert said == ["300000\n"] * 2
    assert len(server.asked) == 1 and kept(tmp_path) == {"data.bin"}


def test_a_killed_download_leaves_nothing_under_the_files_name(server: Server, tmp_path: Path) -> None:
    server.script = ["slow", "fine"]
    process = subprocess.Popen(program(server, tmp_path))
    deadline = time.monotonic() + 30
    part = tmp_path / "data.bin.part"
    while not (part.exists() and part.stat().st_size):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert not (tmp_path / "data.bin").exists()
    assert fetch(server.file(), tmp_path).read_bytes() == CONTENT


def test_a_large_download_shows_how_far_it_is(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content = CONTENT * 4
    monkeypatch.setattr(sys.modules[__name__], "CONTENT", content)
    fetch(server.file(hashlib.sha256(content).hexdigest(), len(content)), tmp_path)
    out, err = capsys.readouterr()
    assert out.count("\r") > 10 and out.endswith(f"data.bin {'█' * 40} 1.2 of 1.2 MB\n") and err == ""


def test_without_a_network_one_sentence_names_the_bundled_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_download, "PAUSE", 0.01)
    monkeypatch.setenv("GRADER_DATA_DIR", str(tmp_path))
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # where nothing listens
    for name in datasets.available()["download"]:
        with pytest.raises(DownloadError) as caught:
            datasets.load(name)
        instead = datasets.describe(name).instead
        assert str(caught.value).startswith("No network: ")
        assert str(caught.value).endswith(f'the bundled set "{instead}" needs no network: datasets.load("{instead}").')
        assert "\n" not in str(caught.value)
    assert kept(tmp_path) == set()


def test_a_cache_that_cannot_be_written_is_told(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DownloadError, match=r"cannot be written \(Not a directory\): name another folder in \$GRADER_"):
        fetch(server.file(), tmp_path / "file" / "cache")
