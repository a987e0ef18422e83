"""Attacks that kill, hang, flood or exhaust: they lose their own cell and no other, and leave nothing behind."""

from __future__ import annotations

from .assignment import RIGHT, as_bytes, cell_of, code, hand_in, position
from .kinds import Submission, one_bad

FAMILY = "kill, hang, flood"
LEFT_BEHIND = "86399.5"
"""The argument of the `sleep` that a surviving process would show."""

_CALLED = {
    "hangs": "def row_norms(x):\n    while True: pass",
    "hangs_deaf_to_interrupts": """
import signal
def row_norms(x):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True: pass""",
    "catches_every_interrupt": """
def row_norms(x):
    while True:
        try:
            while True: pass
        except BaseException: pass""",
    "long_c_call": "def row_norms(x): return 7 ** (10 ** 9)",
    "exits": "import os\ndef row_norms(x): os._exit(0)",
    "exits_politely": "def row_norms(x): exit()",
    "kills_itself": "import os, signal\ndef row_norms(x): os.kill(os.getpid(), signal.SIGKILL)",
    "kills_everything": "import os, signal\ndef row_norms(x): os.kill(-1, signal.SIGKILL)",
    "kills_its_parent": """
import os, signal
def row_norms(x):
    os.kill(os.getppid(), signal.SIGKILL)
    os._exit(1)""",
    "stops_itself": "import os, signal\ndef row_norms(x): os.kill(os.getpid(), signal.SIGSTOP)",
    "reads_address_zero": "import ctypes\ndef row_norms(x): ctypes.string_at(0)",
    "recurses_forever": """
import sys
def row_norms(x):
    sys.setrecursionlimit(10**9)
    f = lambda: f()
    return f()""",
    "names_itself_with_any_bytes": """
import ctypes, time
def row_norms(x):
    ctypes.CDLL(None).prctl(15, b"\\xff\\xfe) R", 0, 0, 0)
    time.sleep(1)
    return np.zeros(len(x))""",
    "hides_memory_in_sockets": """
import os, socket, time
def row_norms(x):
    for _ in range(12):
        if os.fork() == 0:
            kept = []
            while True:
                try: kept.append(socket.socketpair())
                except OSError: time.sleep(60)
                for end in kept[-1]:
                    end.setblocking(False)
                    try:
                        while True: end.send(b"x" * 50_000)
                    except OSError: pass
    time.sleep(60)""",
    "hogs_every_core_in_sessions_of_its_own": """
import os
def row_norms(x):
    for _ in range(60):
        if os.fork() == 0:
            os.setsid()
            while True: pass
    return np.zeros(len(x))""",
    "eats_memory": """
def row_norms(x):
    kept = []
    while True: kept.append(bytearray(50_000_000))""",
    "fork_bomb": """
import os
def row_norms(x):
    while True:
        try: os.fork()
        except OSError: pass""",
    "prints_200_megabytes": """
def row_norms(x):
    for _ in range(2000): print('x' * 100_000)
    return np.zeros(len(x))""",
    "displays_a_million_things": """
from IPython.display import display
def row_norms(x):
    for n in range(1_000_000): display(n)""",
    "fills_the_disk": """
def row_norms(x):
    with open("big", "wb") as file:
        while True: file.write(bytes(10_000_000))""",
    "closes_every_descriptor": "import os\ndef row_norms(x):\n    os.closerange(3, 4096)\n    return np.zeros(len(x))",
    "stops_the_event_loop": """
def row_norms(x):
    get_ipython().kernel.io_loop.stop()
    get_ipython().kernel.shell_stream = None
    return np.zeros(len(x))""",
    "garbage_on_the_wire": """
import zmq, os
def row_norms(x):
    thread = get_ipython().kernel.iopub_thread
    for _ in range(200):
        thread.socket.send_multipart([os.urandom(50) for _ in range(5)])
    for name in os.listdir("/proc/self/fd"):
        try:
            if "socket" in os.readlink("/proc/self/fd/" + name): os.write(int(name), b"\\x02" + b"\\xff" * 1000)
        except OSError: pass
    return np.zeros(len(x))""",
    "half_a_message_without_end": """
import zmq
def row_norms(x):
    socket = get_ipython().kernel.iopub_thread.socket
    for _ in range(500): socket.send(bytes(1_000_000), zmq.SNDMORE)
    return np.zeros(len(x))""",
    "leaves_a_daemon": f"""
import os, subprocess
def row_norms(x):
    subprocess.Popen(["sleep", "{LEFT_BEHIND}"], start_new_session=True)
    return np.zeros(len(x))""",
    "goes_on_in_a_thread": """
import threading
def row_norms(x):
    def talk():
        while True: print("y" * 50_000)
    threading.Thread(target=talk, daemon=True).start()
    return np.zeros(len(x))""",
}

_AT_ONCE = {
    "answer_cell_hangs": "row_norms = None\nwhile True: pass",
    "answer_cell_dies": "import os\nos._exit(1)",
    "answer_cell_floods": "row_norms = None\nwhile True: print('z' * 100_000)",
}


def _extra_cell_dies() -> Submission:
    nb = hand_in(RIGHT)
    nb["cells"].insert(position(nb, "slope-1"), code("import os\nos._exit(7)"))
    name = "an extra cell dies between answer and check"
    return Submission(FAMILY, name, as_bytes(nb), never=(), keeps=tuple(_POINTS))


def _two_die() -> Submission:
    nb = hand_in(RIGHT)
    for name in ("row_norms", "one_hot"):
        cell_of(nb, name)["source"] = f"# exercise: {name}\ndef {name}(*x): import os; os._exit(1)"
    never = ("row_norms-1", "one_hot-1", "one_hot-2")
    return Submission(FAMILY, "two answers die", as_bytes(nb), never=never, keeps=("slope-1",))


_POINTS = ("row_norms-1", "slope-1", "one_hot-1", "one_hot-2")
SUBMISSIONS: list[Submission] = [
    *one_bad(FAMILY, _CALLED),
    *one_bad(FAMILY, _AT_ONCE),
    _extra_cell_dies(),
    _two_die(),
]
