"""The sandbox of graded kernels: each escape is tried for real, by code in a cell, and gains nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kernel_sessions import Session, manager, session, wait_until

from grader.kernels.policy import Policy
from grader.kernels.sandbox import available

REPOSITORY = Path(__file__).resolve().parent.parent
GRADED = "tensorflow-graded"


@pytest.fixture(scope="module")
def class_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class directory with a secret, and in it the directory in which a submission is executed."""
    root = tmp_path_factory.mktemp("class")
    (root / "gradebook.db").write_text("secret")
    (root / "source").mkdir()
    (root / "source" / "solution.py").write_text("secret")
    files = root / "autograded" / "ada" / "ps1"
    (files / "pictures").mkdir(parents=True)
    (files / "table.csv").write_text("a,b\n1,2\n")
    (files / "pictures" / "one.txt").write_text("one")
    (files / "ps1.ipynb").write_text("the hidden checks stand here")
    (files / "solution.py").symlink_to(root / "source" / "solution.py")
    os.mkfifo(files / "pipe")
    return files


@pytest.fixture(scope="module")
def kernel(class_directory: Path) -> Iterator[Session]:
    os.environ["INSTRUCTOR_TOKEN"] = "secret"
    with session(GRADED, cwd=str(class_directory)) as started:
        del os.environ["INSTRUCTOR_TOKEN"]
        started.run("import os")
        yield started


def test_this_machine_can_sandbox() -> None:
    assert available() is None


# What is there


@pytest.mark.parametrize("mask", [0o007, 0o077])
def test_a_sandbox_can_be_built_whatever_the_umask(mask: int) -> None:
    """`grader grade` in the class of a group of instructors has the first, a careful person's shell the second."""
    command = [sys.executable, "-m", "grader.kernels.namespaces"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, umask=mask)
    assert run.returncode == 0 and "error" not in run.stdout, run


def test_support_files_are_copies_in_the_working_directory(kernel: Session, class_directory: Path) -> None:
    found = kernel.run("import os; print(sorted(os.listdir('.')), open('pictures/one.txt').read())")
    assert found == "['pictures', 'table.csv'] one"  # no notebook, link or pipe
    assert kernel.run("open('table.csv', 'w').write('mine'); open('table.csv').read()").endswith("'mine'")
    assert (class_directory / "table.csv").read_text() == "a,b\n1,2\n"


def test_tensorflow_trains_compiles_and_plots(kernel: Session) -> None:
    said = kernel.run(
        "import tensorflow as tf, keras, numpy as np, matplotlib.pyplot as plt\n"
        "model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)]); model.compile('sgd', 'mse')\n"
        "model.fit(np.ones((8, 4)), np.ones(8), verbose=0); model.save('m.keras'); keras.models.load_model('m.keras')\n"
        "print(tf.function(lambda x: x * 2, jit_compile=True)(tf.constant(2.0)).numpy())\n"
        "plt.plot([1, 2]); plt.savefig('plot.png'); print(os.path.getsize('plot.png') > 1000)"
    )
    assert said == "4.0\nTrue"


def test_shell_commands_and_subprocesses_work(kernel: Session) -> None:
    assert kernel.run("!echo from the shell") == "from the shell"
    assert kernel.run("%%bash\necho from bash") == "from bash"


def test_its_own_loopback_works(kernel: Session) -> None:
    said = kernel.run(
        "import socket\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "client = socket.create_connection(server.getsockname()); server.accept()[0].send(b'hello')\n"
        "print(client.recv(9))"
    )
    assert said == "b'hello'"


# Reading


def test_class_home_and_repository_cannot_be_read(kernel: Session, class_directory: Path) -> None:
    root = class_directory.parent.parent.parent
    secrets = [
        root,
        root / "gradebook.db",
        class_directory,
        REPOSITORY / "solutions",
        REPOSITORY / "tests",
        REPOSITORY / ".git",
        Path.home() / ".ssh",
        Path("/etc/shadow"),
        Path("/var/log"),
        Path("/proc/1/root/etc/passwd"),
        Path("/proc/1/environ"),
        Path("/proc/1/mem"),
    ]
    for path in secrets:
        said = kernel.run(
            f"import pathlib; p = pathlib.Path({str(path)!r}); list(p.iterdir()) if p.is_dir() else p.open()"
        )
        assert said.startswith(("FileNotFoundError", "PermissionError")), (path, said)


def test_only_what_it_needs_is_in_home_and_root(kernel: Session) -> None:
    assert kernel.run("print(os.listdir('/home'))") == "['kernel']"
    tops = ("/root", "/home", str(REPOSITORY), str(REPOSITORY.parent))
    seen = kernel.run(
        f"import glob; print([f for top in {tops} for f in glob.glob(top + '/*') + glob.glob(top + '/.*')])"
    )
    for secret in (".ssh", ".git", "solutions", "tests", "notebooks"):
        assert f"/{secret}'" not in seen


def test_the_file_system_holds_nothing_of_the_class(kernel: Session) -> None:
    said = kernel.run(
        "!find / -xdev -name 'gradebook.db' -o -xdev -name 'solution.py' 2>/dev/null | grep -v site-packages"
    )
    assert said == ""


def test_the_graders_environment_is_not_passed_on(kernel: Session) -> None:
    said = kernel.run("print(os.environ, open('/proc/self/environ').read(), os.popen('env').read())")
    assert "INSTRUCTOR_TOKEN" not in said
    assert "secret" not in said


def test_another_kernels_scratch_is_out_of_sight(kernel: Session, tmp_path: Path) -> None:
    kernel.run("open('/scratch/mine.txt', 'w').write('answer'); open('/tmp/mine.txt', 'w').write('answer')")
    with session(GRADED, cwd=str(tmp_path)) as other:
        # /tmp may hold the mount point of an environment that lies there; what another kernel wrote is not in it.
        look = "import os; print(os.listdir('/scratch'), 'mine.txt' in os.listdir('/tmp'), os.listdir('/dev/shm'))"
        assert other.run(look) == "[] False []"
        said = other.run("print([p for p in os.listdir('/proc') if p.isdigit() and int(p) > 2])")
        assert said == "[]"


# Writing


def test_nothing_but_its_own_directories_can_be_written(kernel: Session) -> None:
    said = kernel.run(
        "import os\n"
        "gained = set()\n"
        f"for top in ('/', {str(REPOSITORY)!r}, '/usr', '/etc', '/root', '/sys', '/dev', '/home', '/run', '/bin'):\n"
        "    for folder, folders, files in os.walk(top):\n"
        "        if folder.startswith(('/proc', '/usr/share', '/usr/lib/x86')): folders.clear(); continue\n"
        "        try: open(folder + '/gained', 'w'); os.unlink(folder + '/gained'); gained.add(folder)\n"
        "        except OSError: pass\n"
        "print(sorted(g for g in gained if not g.startswith(('/scratch', '/tmp', '/home/kernel'))))",
        timeout=120,
    )
    assert said == "['/dev/shm', '/run/kernel']"


def test_settings_of_the_machine_cannot_be_written(kernel: Session) -> None:
    for name in (
        "/proc/sys/kernel/core_pattern",
        "/proc/sysrq-trigger",
        "/proc/sys/vm/drop_caches",
        "/proc/self/uid_map",
    ):
        said = kernel.run(f"open({name!r}, 'w').write('1')")
        assert said.startswith(("OSError", "PermissionError", "FileNotFoundError")), name


def test_the_courses_own_code_cannot_be_changed(kernel: Session) -> None:
    for module in ("grader", "IPython", "os"):
        said = kernel.run(f"import {module}; open({module}.__file__, 'a')")
        assert said.startswith(("OSError: [Errno 30]", "PermissionError")), said


# The network and sockets


def test_no_listener_outside_can_be_reached(kernel: Session, tmp_path: Path) -> None:
    accepted: list[object] = []
    named = socket.socket(socket.AF_UNIX)
    named.bind(str(tmp_path / "named"))
    abstract = socket.socket(socket.AF_UNIX)
    abstract.bind("\0grader-test")
    loopback = socket.create_server(("127.0.0.1", 0))
    port = loopback.getsockname()[1]
    listeners = [named, abstract, loopback]
    for listener in listeners:
        listener.listen()
        listener.settimeout(0.1)
    attempts = {
        f"socket.create_connection(('127.0.0.1', {port}), 2)": ("ConnectionRefusedError",),
        "socket.create_connection(('192.0.2.1', 80), 2)": ("OSError: [Errno 101]",),
        "socket.create_connection(('2001:db8::1', 80), 2)": ("OSError: [Errno 101]",),
        "socket.create_connection(('169.254.169.254', 80), 2)": ("OSError: [Errno 101]",),
        "socket.getaddrinfo('example.org', 80)": ("gaierror",),
        f"socket.socket(socket.AF_UNIX).connect({str(tmp_path / 'named')!r})": ("FileNotFoundError",),
        "socket.socket(socket.AF_UNIX).connect(chr(0) + 'grader-test')": ("ConnectionRefusedError",),
        "socket.socket(40, socket.SOCK_STREAM)": ("PermissionError",),  # AF_VSOCK
        "socket.socket(17, socket.SOCK_RAW)": ("PermissionError",),  # AF_PACKET
    }
    for attempt, expected in attempts.items():
        assert kernel.run(f"import socket; {attempt}").startswith(expected), attempt
    for listener in listeners:
        with pytest.raises(TimeoutError):
            accepted.append(listener.accept())
        listener.close()


# Processes and privileges


def test_outside_processes_are_not_seen_signalled_or_traced(kernel: Session) -> None:
    victim = subprocess.Popen(["sleep", "60"])
    try:
        assert kernel.run("print(sorted(int(p) for p in os.listdir('/proc') if p.isdigit())[:2])") == "[1, 2]"
        for pid in (victim.pid, os.getpid(), kernel.provisioner.process.supervisor):
            assert kernel.run(f"os.kill({pid}, 9)").startswith("ProcessLookupError")
            assert kernel.run(f"os.pidfd_open({pid})").startswith("ProcessLookupError")
        trace = (
            "import ctypes; c = ctypes.CDLL(None, use_errno=True); print(c.ptrace(16, {}, 0, 0), ctypes.get_errno())"
        )
        for pid in (1, victim.pid):
            assert kernel.run(trace.format(pid)) == "-1 1"
        assert victim.poll() is None
    finally:
        victim.kill()
        victim.wait()


def test_the_sandboxs_own_init_cannot_be_ended_from_inside(kernel: Session) -> None:
    kernel.run("import os, signal\nfor s in range(1, 65):\n    try: os.kill(1, s)\n    except OSError: pass")
    assert kernel.run("'alive'") == "'alive'"


def test_no_privilege_is_left_and_none_can_be_won(kernel: Session) -> None:
    status = dict(line.split(":\t", 1) for line in kernel.run("print(open('/proc/self/status').read())").splitlines())
    assert {int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert "0" not in status["Uid"].split()
    for attempt in ("os.setuid(0)", "os.setgid(0)", "os.setgroups([0])", "os.chroot('/tmp')", "os.nice(-5)"):
        assert kernel.run(attempt).startswith("PermissionError"), attempt
    assert "root" not in kernel.run("!su -c id root 2>&1; sudo -n id 2>&1; unshare -Ur id 2>&1")


@pytest.mark.parametrize(
    "call",
    [
        "mount(b'tmpfs', b'/tmp', b'tmpfs', 0, 0)",
        "mount(b'/usr', b'/tmp', 0, 4096, 0)",
        "umount2(b'/usr', 2)",
        "unshare(0x10000000)",
        "setns(os.open('/proc/self/ns/net', 0), 0)",
        "syscall(250, 0, -4, 0)",  # keyctl: the user's keyring
        "syscall(319, b'x', 0)",  # memfd_create: memory that no limit counts
        "syscall(321, 0, 0, 0)",  # bpf
        "syscall(425, 1, 0)",  # io_uring_setup
        "syscall(56, 0x10000011, 0, 0, 0, 0)",  # clone with a user namespace
    ],
)
def test_calls_that_open_namespaces_and_kernels_are_refused(kernel: Session, call: str) -> None:
    if "syscall" in call and os.uname().machine != "x86_64":
        pytest.skip("these numbers are x86-64's")
    said = kernel.run(f"import ctypes; c = ctypes.CDLL(None, use_errno=True); print(c.{call}, ctypes.get_errno())")
    assert said == "-1 1"


def test_no_limit_can_be_raised(kernel: Session) -> None:
    limits = ("RLIMIT_CPU", "RLIMIT_NPROC", "RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_DATA")
    for name in limits:
        said = kernel.run(f"import resource as r; s, h = r.getrlimit(r.{name}); r.setrlimit(r.{name}, (h + 1, h + 1))")
        assert said.startswith("ValueError: not allowed to raise"), (name, said)


# Using too much. Each kernel here is its own, and the shared one, its neighbour, must not notice.


def _run_until_ended(started: Session, code: str, timeout: float = 60) -> float:
    """Send a cell and wait for the kernel's end; the seconds it took."""
    begin = time.monotonic()
    started.client.execute(code)
    assert started.ended(timeout) is not None, "the kernel went on"
    return time.monotonic() - begin


def _alive(kernel: Session) -> bool:
    return kernel.run("40 + 2") == "42"


def test_ten_thousand_forks_stop_at_the_limit(kernel: Session, tmp_path: Path) -> None:
    with session(GRADED, cwd=str(tmp_path), policy=Policy(processes=100)) as bomb:
        said = bomb.run(
            "import os, time\nmade = 0\n"
            "try:\n    for _ in range(10_000):\n"
            "        if os.fork() == 0: time.sleep(60); os._exit(0)\n"
            "        made += 1\n"
            "except BlockingIOError: print('stopped', made < 100)"
        )
        assert said == "stopped True"
        assert _alive(kernel)


def test_too_much_memory_ends_the_kernel_and_names_the_limit(kernel: Session, tmp_path: Path) -> None:
    with session(GRADED, cwd=str(tmp_path), policy={"memory": "700M"}) as greedy:
        _run_until_ended(greedy, "hoard = []\nwhile True: hoard.append(bytearray(10_000_000))")
        assert "over the limit of 700 MiB (memory)" in greedy.provisioner.end_reason
        assert greedy.exit_code() == -signal.SIGKILL
    assert _alive(kernel)


_IN_SOCKETS = {
    "local": "socket.socketpair()",
    "datagrams": "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
    "loopback": "(lambda s: (socket.create_connection(s.getsockname()), s.accept()[0]))(socket.create_server(('', 0)))",
}


@pytest.mark.parametrize("kind", _IN_SOCKETS)
def test_memory_in_the_buffers_of_sockets_counts(tmp_path: Path, kind: str) -> None:
    hoard = (
        "import os, socket, time\n"
        "for _ in range(8):\n"
        "    if os.fork() == 0:\n"
        "        kept = []\n"
        "        while True:\n"
        f"            try: pair = {_IN_SOCKETS[kind]}\n"
        "            except OSError: time.sleep(60)\n"
        "            kept.append(pair)\n"
        "            for end in pair:\n"
        "                end.setblocking(False)\n"
        "                try:\n"
        "                    while True: end.send(b'x' * 50_000)\n"
        "                except OSError: pass\n"
        "time.sleep(60)"
    )
    with session(GRADED, cwd=str(tmp_path), policy={"memory": "600M"}) as greedy:
        _run_until_ended(greedy, hoard)
        assert "(memory)" in greedy.provisioner.end_reason


def test_a_name_of_any_bytes_hurts_nobody(tmp_path: Path) -> None:
    with session(GRADED, cwd=str(tmp_path)) as kernel:
        named = "import ctypes; print(ctypes.CDLL(None).prctl(15, b'\\xff) R 1\\n', 0, 0, 0))"  # PR_SET_NAME
        assert kernel.run(named) == "0"
        time.sleep(0.5)  # the supervisor looks at its limits meanwhile
        assert _alive(kernel)


def test_more_room_for_files_than_anybody_needs_ends_the_kernel(tmp_path: Path) -> None:
    pipes = (
        "import os, time\n"
        "for _ in range(40):\n"
        "    if os.fork() == 0:\n"
        "        try:\n"
        "            while True: os.pipe()\n"
        "        except OSError: time.sleep(60)\n"
        "time.sleep(60)"
    )
    with session(GRADED, cwd=str(tmp_path)) as greedy:
        _run_until_ended(greedy, pipes)
        assert "(open_files)" in greedy.provisioner.end_reason


def test_memory_shared_out_over_processes_counts(tmp_path: Path) -> None:
    with session(GRADED, cwd=str(tmp_path), policy={"memory": "700M"}) as greedy:
        _run_until_ended(
            greedy,
            "import os, time\nfor _ in range(8):\n"
            "    if os.fork() == 0:\n        a = bytearray(100_000_000); time.sleep(60)\n"
            "time.sleep(60)",
        )
        assert "(memory)" in greedy.provisioner.end_reason


def test_one_vast_allocation_is_an_error_in_the_cell(kernel: Session) -> None:
    assert kernel.run("bytearray(200 * 2**30)").startswith("MemoryError")


def test_a_full_disk_is_an_error_in_the_cell(tmp_path: Path) -> None:
    with session(GRADED, cwd=str(tmp_path), policy={"disk": "20M", "file_size": "8M"}) as writer:
        said = writer.run(
            "import os\nfor i in range(9):\n    for top in ('/scratch', '/tmp', '/dev/shm', '/run/kernel'):\n"
            "        open(f'{top}/{i}', 'wb').write(bytes(5_000_000))"
        )
        assert said.startswith("OSError: [Errno 28] No space left")
        writer.run("for top in ('/scratch', '/tmp', '/dev/shm', '/run/kernel'): os.system(f'rm {top}/?')")
        assert writer.run("open('/tmp/0', 'wb').write(bytes(10_000_000))").startswith("OSError: [Errno 27]")
        assert writer.run("for i in range(10**6): open(f'/tmp/empty{i}', 'w').close()").startswith(
            "OSError: [Errno 28]"
        )


def test_support_files_that_do_not_fit_refuse_the_start(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(bytes(3_000_000))
    with pytest.raises(RuntimeError, match="copy the support files"):
        manager(GRADED).start_kernel(cwd=str(tmp_path), policy={"disk": "1M"})


def test_cpu_time_of_all_processes_together_is_limited(tmp_path: Path) -> None:
    with session(GRADED, cwd=str(tmp_path), policy={"cpu_seconds": 3}) as busy:
        _run_until_ended(busy, "import os\nos.fork()\nwhile True: pass")
        assert "3 s of CPU time (cpu_seconds)" in busy.provisioner.end_reason


@pytest.mark.parametrize(
    "flood",
    [
        "print('x' * 10**9)",
        "while True: print('x' * 10**6)",
        "import os\nwhile True: os.write(1, b'x' * 10**6)",
        "!yes",
    ],
)
def test_a_gigabyte_of_output_ends_the_kernel(kernel: Session, tmp_path: Path, flood: str) -> None:
    before = _resident(os.getpid())
    with session(GRADED, cwd=str(tmp_path), policy={"output": "20M"}) as loud:
        _run_until_ended(loud, flood)
        # One text of a gigabyte is too much for its memory before it is too much output.
        assert "more than 20 MiB of output (output)" in loud.provisioner.end_reason or (
            "10**9" in flood and "(memory)" in loud.provisioner.end_reason
        )
        assert _resident(os.getpid()) - before < 100 * 2**20
    assert _alive(kernel)


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_what_was_sent_before_the_end_arrives(tmp_path: Path) -> None:
    with session(GRADED, cwd=str(tmp_path)) as brief:
        message = brief.client.execute(
            "import os, time; print('x' * 5_000_000, 'last words', flush=True); time.sleep(1); os.kill(os.getpid(), 9)"
        )
        assert brief.ended() == -signal.SIGKILL
        heard = ""
        while "last words" not in heard:
            answer = brief.client.get_iopub_msg(timeout=10)
            if answer["parent_header"].get("msg_id") == message and answer["msg_type"] == "stream":
                heard += answer["content"]["text"]
        assert brief.provisioner.end_reason is None


# The end


def _kernel_processes(supervisor: int) -> set[int]:
    """Process ids, outside, of everything in the PID namespace below a supervisor."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found, queue = set(), [supervisor]
    while queue:
        below = children.get(queue.pop(), [])
        found.update(below)
        queue += below
    return found


@pytest.mark.parametrize("how", ["exit", "shutdown", "kill", "supervisor"])
def test_daemons_end_with_the_kernel(tmp_path: Path, how: str) -> None:
    with session(GRADED, cwd=str(tmp_path)) as started:
        started.run(
            "import os, time, signal\nif os.fork() == 0:\n    os.setsid()\n    if os.fork(): os._exit(0)\n"
            "    for s in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT): signal.signal(s, signal.SIG_IGN)\n"
            "    time.sleep(600)\n"
            "os.wait()"
        )
        left = _kernel_processes(started.provisioner.process.supervisor)
        assert len(left) == 3  # init, kernel, daemon
        if how == "exit":
            started.client.execute("import os; os._exit(3)")
            assert started.ended() and started.exit_code() == 3
        elif how == "shutdown":
            started.manager.shutdown_kernel()
        elif how == "kill":
            started.manager.shutdown_kernel(now=True)
        else:
            os.kill(started.provisioner.process.supervisor, signal.SIGKILL)
    assert wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in left))


def test_its_directory_on_the_host_goes_with_it(tmp_path: Path) -> None:
    with session(GRADED, cwd=str(tmp_path)) as started:
        directory = Path(started.provisioner._directory)
        assert directory.stat().st_mode & 0o777 == 0o700
    assert not directory.exists()


def test_interrupt_and_restart_work_in_the_sandbox(tmp_path: Path) -> None:
    with session(GRADED, cwd=str(tmp_path)) as started:
        threading.Timer(1.0, started.manager.interrupt_kernel).start()
        assert started.run("import time; x = 1; time.sleep(30)").startswith("KeyboardInterrupt")
        started.run("open('trace', 'w')")
        started.manager.restart_kernel()
        started.client.wait_for_ready(timeout=30)
        assert started.run("import os; print(os.listdir('.'), 'x' in globals())") == "[] False"


# Policy and refusal


def test_a_policy_from_a_config_file() -> None:
    policy = Policy.from_dict({"memory": "2G", "disk": 1000, "gpu": True, "readable": ["/srv/data"]})
    assert (policy.memory, policy.disk, policy.gpu, policy.readable) == (2 * 2**30, 1000, True, ("/srv/data",))
    assert Policy.from_dict(policy.as_dict()) == policy
    for wrong in ({"memroy": 1}, {"memory": "much"}, {"memory": 0}, {"readable": "/srv"}, {"gpu": "yes"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Policy.from_dict(wrong)


def test_readable_and_hidden_paths_of_a_policy(tmp_path: Path) -> None:
    data, cwd = tmp_path / "data", tmp_path / "cwd"
    (data / "inner").mkdir(parents=True)
    cwd.mkdir()
    (data / "open.txt").write_text("open")
    (data / "closed.txt").write_text("closed")
    (data / "inner" / "closed.txt").write_text("closed")
    policy = Policy(readable=(str(data),), hidden=(str(data / "closed.txt"), str(data / "inner")))
    with session(GRADED, cwd=str(cwd), policy=policy) as started:
        said = started.run(f"import os; os.chdir({str(data)!r}); print(open('open.txt').read(), os.listdir('inner'))")
        assert said == "open []"
        assert started.run("open('closed.txt').read()") == "''"
        assert started.run("open('open.txt', 'a')").startswith(("OSError", "PermissionError"))


@pytest.mark.skipif(os.geteuid() != 0, reason="then every other test here shows it")
def test_it_needs_no_root() -> None:
    # The interpreter of the operating system: this environment's own may lie in root's home.
    command = ["/usr/bin/python3", "-m", "grader.kernels.namespaces"]
    run = subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command],
        env={"PYTHONPATH": str(REPOSITORY), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_no_sandbox_must_be_asked_for_by_name(tmp_path: Path) -> None:
    with session(GRADED, cwd=str(tmp_path), no_sandbox=True) as free:
        assert free.run("import os; os.getcwd()") == repr(str(tmp_path))


_FORBID = """
import ctypes, os, sys
sys.path.insert(0, {tests!r})
# As on a machine that forbids user namespaces: a limit of none, in a user namespace of this process's own.
libc = ctypes.CDLL(None, use_errno=True)
user = os.getuid()
assert libc.unshare(0x10000000) == 0
open("/proc/self/setgroups", "w").write("deny")
open("/proc/self/uid_map", "w").write(f"0 {{user}} 1")
open("/proc/self/gid_map", "w").write(f"0 {{os.getegid()}} 1")
open("/proc/sys/user/max_user_namespaces", "w").write("0")
from grader.kernels.sandbox import available
print(available())
from kernel_sessions import manager
try:
    manager("tensorflow-graded").start_kernel(cwd={cwd!r})
except RuntimeError as error:
    print("refused:", error)
"""


def test_where_user_namespaces_are_forbidden_the_kernel_is_refused(tmp_path: Path) -> None:
    code = _FORBID.format(tests=str(Path(__file__).parent), cwd=str(tmp_path))
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    available, refused = run.stdout.strip().splitlines()
    assert "sysctl user.max_user_namespaces=15000" in available, run.stderr
    assert refused == f"refused: {available}"
