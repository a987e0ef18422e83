"""What users of a hub take: real servers of deploy/'s JupyterHub, some with a kernel that has trained a small model.

    python benchmarks/hub_memory.py [--users 30] [--kernels 10]

A person's MiB are what would be free without their processes. The libraries are there once for all, and other programs
on this machine that have them, too, do not count. Run as root, on Linux, with configurable-http-proxy, in an
environment of `make hub` (Keras imports more where the tests' packages are). Exit code 1 if a bar below the table is
missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from hub_machine import Hub, Machine, files, machine, memory, missing
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect
from tqdm import tqdm

from grader.kernels.prewarm import IDLE

TOKEN = "a-token-of-the-benchmark"
SERVICE = f"""
c.JupyterHub.services += [{{"name": "bench", "api_token": "{TOKEN}"}}]
c.JupyterHub.load_roles += [
    {{"name": "bench", "services": ["bench"], "scopes": ["admin:users", "admin:servers", "access:servers"]}}
]
"""
# What a browser asks for as it opens JupyterLab.
PAGE = ("lab", "lab/api/settings", "lab/api/translations", "api/contents", "api/kernelspecs", "api/sessions", "api/me")
CELL = """
import keras, numpy as np, tensorflow as tf
model = keras.Sequential([keras.layers.Input((8,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(np.ones((256, 8)), np.ones(256), epochs=2, verbose=0)
print("trained")
"""


class Visitors:
    """People of a hub."""

    def __init__(self, made: Machine, hub: Hub, count: int) -> None:
        self.hub = hub
        self.names = [f"student{number:02d}" for number in range(1, count + 1)]
        for name in self.names:
            made.types(f"useradd --create-home --key HOME_MODE=0700 --groups tf101 {name}")
        self._kernels: list[tuple[str, str]] = []

    def ask(self, path: str, method: str = "GET", data: object = None) -> Any:
        """Ask the hub, or somebody's server, with all rights."""
        body = None if data is None else json.dumps(data).encode()
        asked = urllib.request.Request(
            self.hub.address + path, body, {"Authorization": f"token {TOKEN}"}, method=method
        )
        with urllib.request.urlopen(asked, timeout=300) as answer:
            text = answer.read()
        return json.loads(text) if answer.headers.get_content_type() == "application/json" and text else None

    def open(self, name: str) -> None:
        """Start somebody's server, and load its page."""
        self.ask(f"/hub/api/users/{name}", "POST")
        self.ask(f"/hub/api/users/{name}/server", "POST")
        end = time.monotonic() + 300
        while not self.ask(f"/hub/api/users/{name}")["servers"].get("", {}).get("ready"):
            if time.monotonic() > end:
                raise RuntimeError(f"{name}'s server does not start:\n{self.hub.log.read_text()[-3000:]}")
            time.sleep(0.5)
        for page in PAGE:
            self.ask(f"/user/{name}/{page}")

    async def train(self, name: str) -> None:
        """Start a kernel of somebody, and train a small model in it."""
        kernel = self.ask(f"/user/{name}/api/kernels", "POST", {"name": "python3"})["id"]
        self._kernels.append((name, kernel))
        address = self.hub.address.replace("http", "ws") + f"/user/{name}/api/kernels/{kernel}/channels"
        channel = await websocket_connect(HTTPRequest(address, headers={"Authorization": f"token {TOKEN}"}))
        header = {"msg_id": uuid.uuid4().hex, "username": name, "session": "s", "msg_type": "execute_request",
                  "version": "5.3", "date": ""}  # fmt: skip
        content = {"code": CELL, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content}
        await channel.write_message(json.dumps(message))
        while True:
            heard = json.loads(str(await asyncio.wait_for(channel.read_message(), 300)))
            if heard["parent_header"].get("msg_id") == header["msg_id"] and heard["msg_type"] == "execute_reply":
                break
        if heard["content"]["status"] != "ok":
            raise RuntimeError(heard["content"])
        channel.close()

    def end_kernels(self) -> None:
        for name, kernel in self._kernels:
            self.ask(f"/user/{name}/api/kernels/{kernel}", "DELETE")


def _row(what: str, found: dict[str, float], names: list[str]) -> float:
    """Print a line for some people; the median."""
    own = [found[name] for name in names]
    print(f"{what:<44}{len(names):>6}{statistics.median(own):>10.0f}{max(own):>10.0f}", flush=True)
    return statistics.median(own)


def _total(found: dict[str, float], made: Machine) -> float:
    whole = sum(found.values()) + files(made)
    print(f"{'all, with programs and libraries once':<44}{'':>6}{whole:>10.0f}\n", flush=True)
    return whole


def main() -> int:
    """Measure, print, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=30)
    parser.add_argument("--kernels", type=int, default=10)
    chosen = parser.parse_args()
    if missing():
        print(missing(), file=sys.stderr)
        return 2
    with machine() as made:
        made.types(
            "groupadd tf101 && mkdir -p /etc/jupyter /etc/jupyterhub && cp deploy/nbgrader_config.py /etc/jupyter/"
        )
        made.types("git config --system --add safe.directory '*' && cp deploy/jupyterhub_config.py /etc/jupyterhub/")
        hub = Hub(made, SERVICE)
        visitors = Visitors(made, hub, chosen.users)
        for name in tqdm(visitors.names, "servers", leave=False):
            visitors.open(name)
        time.sleep(10)
        print(f"{'MiB':<44}{'users':>6}{'median':>10}{'most':>10}")
        found = memory(made)
        idle = _row("nobody has had a kernel", found, visitors.names)
        _row("hub, proxy, culler", found, ["root"])
        _total(found, made)
        working, others = visitors.names[: chosen.kernels], visitors.names[chosen.kernels :]
        for name in tqdm(working, "kernels", leave=False):
            asyncio.run(visitors.train(name))
        found = memory(made)
        _row("with a kernel that has trained", found, working)
        _row("the others", found, others)
        whole = _total(found, made)
        visitors.end_kernels()
        for _ in tqdm(range(int(IDLE) + 30), "kernels are ended", leave=False, mininterval=30):
            time.sleep(1)
        found = memory(made)
        after = _row("with a kernel five minutes ago", found, working)
        _total(found, made)
        hub.close()
    bars = [
        ("an idle user, private", idle, 150),
        ("the same after a kernel", after, 150),
        ("all of it", whole, 8192 - 512),
    ]
    for what, figure, bar in bars:
        print(f"{what}: {figure:.0f} MiB, bar {bar}: {'held' if figure < bar else 'MISSED'}")
    return int(any(figure >= bar for _, figure, bar in bars))


if __name__ == "__main__":
    sys.exit(main())
