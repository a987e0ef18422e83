"""Warm kernels behave as the cold kernels of Jupyter's own local provisioner, and start faster.

Where a test is parametrised by `warm`, the cold case is that provisioner: whatever it does is the reference.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import json
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE
from typing import Any

import nbformat
import pytest
from jupyter_client import AsyncKernelManager, KernelManager
from jupyter_client.ioloop import AsyncIOLoopKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import _ShutdownStatus
from kernel_sessions import SPECS, Session, manager, session, wait_until
from nbclient import NotebookClient
from traitlets.config import Application

from grader.kernels import launch, specs
from grader.kernels.provisioner import WarmProvisioner


@pytest.fixture(autouse=True)
def _own_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is logged here arrives at `caplog`, whatever an earlier test in this process has done to logging.

    An application takes over traitlets' log, and alembic, by which nbgrader makes its tables, switches loggers off.
    """
    monkeypatch.setattr(Application, "_instance", None, raising=False)
    monkeypatch.setattr(logging.getLogger("traitlets"), "disabled", False)


both = pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])


@pytest.fixture(scope="module")
def kernel() -> Iterator[Session]:
    with session("python3") as started:
        yield started


def zygote() -> launch.Zygote:
    (running,) = [each for key, each in launch._zygotes.items() if key.modules]
    return running


# The zygote


def test_a_kernel_is_forked_with_tensorflow_imported_and_no_runtime_started() -> None:
    with session("python3") as fresh:
        said = fresh.run(
            "import sys; loaded = sorted({'tensorflow', 'keras', 'pandas', 'matplotlib.pyplot'} & set(sys.modules))\n"
            "from tensorflow.python.eager import context\n"
            "print(loaded, context.context()._context_handle, context.context()._physical_devices)"
        )
        assert said == "['keras', 'matplotlib.pyplot', 'pandas', 'tensorflow'] None None"
        maps = Path(f"/proc/{zygote().process.pid}/maps").read_text()
        assert "/dev/nvidia" not in maps  # no CUDA context


def test_one_zygote_serves_all_kernels_of_a_process(kernel: Session) -> None:
    first = zygote().process.pid
    with session("python3", transport="ipc") as second, session("tensorflow-graded") as third:
        assert zygote().process.pid == first
        for each in (second, third):
            assert each.run("1 + 1") == "2"


def test_prewarm_returns_at_once_and_tensorflow_writes_nothing_to_the_terminal() -> None:
    code = """
        import time
        from grader.kernels import launch
        begin = time.perf_counter(); launch.prewarm(); print(time.perf_counter() - begin)
        (zygote,) = launch._zygotes.values(); zygote.wait_ready(); print("ready")
    """
    run = _python(code)
    took, ready = run.stdout.split()
    assert (float(took) < 2, ready, run.stderr) == (True, "ready", "")


def test_only_its_user_can_reach_the_zygote(kernel: Session) -> None:
    # Its control socket has no name: a pair of which the launching process holds the other end.
    listening = Path("/proc/net/unix").read_text()
    for descriptor in Path(f"/proc/{zygote().process.pid}/fd").iterdir():
        target = os.readlink(descriptor)
        if target.startswith("socket:["):
            inode = target[8:-1]
            (line,) = [line.split() for line in listening.splitlines() if line.split()[6] == inode]
            assert len(line) == 7, line  # no eighth column: no path, no abstract name


_LAUNCHER = """
    import os, signal, sys
    from subprocess import DEVNULL
    sys.path.insert(0, {tests!r})
    from kernel_sessions import manager
    from grader.kernels import launch
    pids = []
    for name, more in (("python3", {{}}), ("tensorflow-graded", {{}}), ("python3", {{"independent": True}})):
        made = manager(name); made.start_kernel(stdout=DEVNULL, stderr=DEVNULL, **more)
        client = made.client(); client.start_channels(); client.wait_for_ready(60)
        pids.append(made.provisioner.pid)
    print(*[zygote.process.pid for zygote in launch._zygotes.values()], *pids, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_zygote_and_kernels_end_with_the_process_that_launched_them() -> None:
    run = _python(_LAUNCHER.format(tests=str(Path(__file__).parent)))
    *ending, independent = map(int, run.stdout.split())
    try:
        assert len(ending) == 3
        assert wait_until(lambda: not any(_running(pid) for pid in ending), 10)
        assert _running(independent)
    finally:
        os.kill(independent, signal.SIGKILL)


def test_a_killed_zygote_leaves_its_kernels_alone_and_is_replaced(caplog: pytest.LogCaptureFixture) -> None:
    with session("python3") as first, session("tensorflow-graded") as graded:
        first.run("x = 6 * 7")
        old = zygote().process.pid
        os.kill(old, signal.SIGKILL)
        with session("python3") as second:
            assert second.run("1 + 1") == "2"
            assert zygote().process.pid != old
        assert [record.levelname for record in caplog.records if "zygote" in record.message] == ["WARNING"]
        for each, code in ((first, "x"), (graded, "42")):
            assert each.manager.is_alive()
            assert each.run(code) == "42"
            each.manager.interrupt_kernel()
            assert each.run(code) == "42"
            each.manager.shutdown_kernel()
            assert not each.manager.is_alive()


def test_an_idle_zygote_ends_only_without_kernels_and_the_next_comes_without_a_word() -> None:
    code = """
        import logging, sys, time
        sys.path.insert(0, {tests!r})
        from kernel_sessions import session
        from grader.kernels import launch
        logging.basicConfig(level=logging.DEBUG, format="%(levelname)s")
        launch.end_when_idle(1)
        with session("python3") as kernel:
            (first,) = launch._zygotes.values()
            time.sleep(3)
            print(first.process.poll(), kernel.run("6 * 7"))
        print(first.process.wait(30))
        with session("python3") as kernel:
            (second,) = launch._zygotes.values()
            print(second is first, kernel.run("6 * 7"))
    """
    run = _python(code.format(tests=str(Path(__file__).parent)))
    assert run.stdout.splitlines() == ["None 42", "0", "False 42"], run.stderr
    assert "WARNING" not in run.stderr


def test_a_zygote_that_does_not_answer_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "FORK_TIMEOUT", 1.0)
    with session("python3"):
        old = zygote()
    os.kill(old.process.pid, signal.SIGSTOP)
    with session("python3") as second:
        assert second.run("1 + 1") == "2"
    assert zygote() is not old
    assert not _running(old.process.pid)


@pytest.mark.parametrize("fault", ["raise ImportError('no AVX here')", "import os; os._exit(1)"])
def test_without_a_working_tensorflow_kernels_start_cold_and_say_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    (tmp_path / "tensorflow.py").write_text(fault)
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    WarmProvisioner._told.clear()
    for _ in range(2):
        with session("python3", env=env) as started:
            assert started.run("1 + 1") == "2"
            assert isinstance(started.provisioner.process, subprocess.Popen)
    (line,) = [record.message for record in caplog.records if "start cold" in record.message]
    assert ("no AVX here" in line) or ("died" in line)
    with session("tensorflow-graded", env=env, cwd=str(tmp_path)) as graded:  # cold, but never outside the sandbox
        assert graded.run("import os; os.getcwd()") == "'/scratch'"


def test_where_fork_is_not_safe_kernels_start_cold_and_say_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(launch, "supported", lambda: False)
    WarmProvisioner._told.clear()
    for _ in range(2):
        with session("python3") as started:
            assert started.run("1 + 1") == "2"
            assert isinstance(started.provisioner.process, subprocess.Popen)
    assert [record.message for record in caplog.records if "safe on Linux only" in record.message]
    with pytest.raises(RuntimeError, match="Linux"):
        manager("tensorflow-graded").start_kernel()


def test_the_provisioner_loads_where_the_parts_of_linux_are_missing() -> None:
    code = """
        import asyncio, os, select, sys, jupyter_client.provisioning
        for missing in ("resource", "fcntl"): sys.modules[missing] = None
        del os.register_at_fork, os.pidfd_open, os.fork, select.poll, select.POLLIN
        sys.platform = "win32"
        from grader.kernels import launch, prewarm, provisioner, sandbox, specs
        print(launch.supported(), sandbox.available())
    """
    run = _python(code)
    assert run.stdout.startswith("False Kernels can be sandboxed on Linux (x86-64, ARM64) only"), run.stderr


# What a kernel is given


@both
def test_directory_environment_and_arguments_are_honoured(tmp_path: Path, warm: bool) -> None:
    env = {**os.environ, "EXTRA": "given"}
    with _session(warm, cwd=str(tmp_path), env=env, extra_arguments=["--HistoryManager.enabled=False"]) as started:
        said = started.run(
            "import os, sys; env = os.environ\n"
            "print(os.getcwd(), env['EXTRA'], env['TF_CPP_MIN_LOG_LEVEL'], os.getenv('HOME'))\n"
            "print('' in sys.path, sys.argv[0].endswith('ipykernel_launcher.py'), sys.argv[1], sys.argv[-1])\n"
            "print(get_ipython().history_manager.enabled, __name__, os.getsid(0) == os.getpid())"
        )
        assert said.splitlines() == [
            f"{tmp_path} given 3 {os.environ['HOME']}",
            "True True -f --HistoryManager.enabled=False",
            "False __main__ True",
        ]


def test_a_variable_that_is_read_while_importing_takes_another_zygote(kernel: Session) -> None:
    before = set(launch._zygotes.values())
    with session("python3", env={**os.environ, "PYTHONHASHSEED": "7"}) as started:
        expected = subprocess.check_output(
            [sys.executable, "-c", "print(hash('a'))"], env={**os.environ, "PYTHONHASHSEED": "7"}, text=True
        )
        assert started.run("print(hash('a'))") == expected.strip()
    (new,) = set(launch._zygotes.values()) - before
    for key in [key for key, each in launch._zygotes.items() if each is new]:
        launch._zygotes.pop(key).stop()


def test_random_numbers_differ_between_kernels_unless_seeded() -> None:
    draw = (
        "import random, numpy as np, tensorflow as tf, keras\n"
        "print(random.random(), np.random.rand(), np.random.default_rng().random(), tf.random.uniform([]).numpy(),"
        " keras.random.uniform(()).numpy(), keras.initializers.GlorotUniform()((1, 1)).numpy()[0, 0])"
    )
    drawn = []
    for _ in range(2):
        with session("python3") as started:
            drawn.append(started.run(draw).split())
            drawn.append(started.run("keras.utils.set_random_seed(3)\n" + draw).split())
    first, first_seeded, second, second_seeded = drawn
    assert len(first) == 6
    assert not set(first) & set(second)
    assert [a == b for a, b in zip(first_seeded, second_seeded, strict=True)] == [True, True, False, True, True, True]


NOISY = [
    "import tensorflow as tf, keras, numpy as np, warnings, logging, sys, os",
    "tf.constant(1) + 1",
    "warnings.warn('careful'); np.log(np.float64(-1.0)); print('to stderr', file=sys.stderr); os.write(2, b'raw')",
    "logging.warning('logged'); tf.get_logger().warning('by TensorFlow')",
    "import absl.logging; absl.logging.warning('by absl')",
    "model = keras.Sequential([keras.layers.Dense(1, input_shape=(4,))]); tf.print('printed')",
    "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()",
    "plt.plot([1, 3]);",
    "!echo shell; echo error >&2",
    "print(sys.path, sys.flags, sys.executable, sys.ps1)",
    "1 / 0",
]


@pytest.mark.parametrize("execution", [None, "autograde"])
def test_outputs_are_those_of_a_cold_kernel(execution: str | None) -> None:
    env = {**os.environ, **({"NBGRADER_EXECUTION": execution} if execution else {})}
    warm, cold = (_outputs(NOISY, warm, env) for warm in (True, False))
    assert warm == cold
    streams = {output[1] for cell in warm for output in cell if output[0] == "stream"}
    assert streams == ({"stdout"} if execution else {"stdout", "stderr"})


def _outputs(sources: list[str], warm: bool, env: dict[str, str]) -> list[list[tuple[Any, ...]]]:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    made = _manager(warm, AsyncKernelManager)
    client = NotebookClient(notebook, km=made, allow_errors=True, timeout=120)
    client.owns_km = True
    client.execute(env=env, stderr=subprocess.DEVNULL)
    return [_summary(cell.outputs) for cell in notebook.cells]


def _summary(outputs: list[Any]) -> list[tuple[Any, ...]]:
    """What is shown, without what differs from run to run: process ids in warnings' file names."""
    shown: dict[tuple[str, str], str] = {}
    rest: list[tuple[Any, ...]] = []
    for output in outputs:
        if output.output_type == "stream":
            shown["stream", output.name] = shown.get(("stream", output.name), "") + output.text
        elif output.output_type == "error":
            rest.append(("error", output.ename, output.evalue))
        else:
            picture = output.data.get("image/png", "")
            rest.append((output.output_type, sorted(output.data), len(picture)))
    told = {key: [line for line in text.splitlines() if "/ipykernel_" not in line] for key, text in shown.items()}
    return [(*key, lines) for key, lines in sorted(told.items())] + rest


def test_restart_gives_a_fresh_kernel_that_imports_in_no_time(kernel: Session) -> None:
    # In the kernel's own CPU time: a cold import takes more than two seconds of it, however busy the machine is.
    kernel.run("x = 1")
    kernel.manager.restart_kernel()
    kernel.client.wait_for_ready(timeout=30)
    timed = "import time; began = time.process_time(); import tensorflow as tf; print(time.process_time() - began < 1)"
    assert kernel.run(timed) == "True"
    assert kernel.run("x").startswith("NameError")


@both
def test_the_debugger_stops_at_a_breakpoint_and_goes_on(warm: bool) -> None:
    with session("python3", warm=warm) as kernel:
        debugger = Debugger(kernel)
        assert debugger.ask("initialize", {"adapterID": "test", "pathFormat": "path"})["success"]
        assert debugger.ask("attach", {})["success"]
        code = "x = 41\nx += 1\nprint(x)"
        source = debugger.ask("dumpCell", {"code": code})["body"]["sourcePath"]
        marked = {"source": {"path": source}, "breakpoints": [{"line": 3}], "sourceModified": False}
        assert debugger.ask("setBreakpoints", marked)["body"]["breakpoints"][0]["verified"]
        debugger.ask("configurationDone", {})
        kernel.client.execute(code)
        assert debugger.event("stopped")["body"]["reason"] == "breakpoint"
        frames = debugger.ask("stackTrace", {"threadId": debugger.thread})["body"]["stackFrames"]
        assert frames[0]["line"] == 3
        assert debugger.ask("continue", {"threadId": debugger.thread})["success"]
        assert kernel.client.get_shell_msg(timeout=30)["content"]["status"] == "ok"


class Debugger:
    """Speaks the Debug Adapter Protocol with a kernel, as JupyterLab's debugger does."""

    def __init__(self, kernel: Session) -> None:
        self._client = kernel.client
        self._asked = 0
        self.thread = 0

    def ask(self, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self._asked += 1
        content = {"type": "request", "seq": self._asked, "command": command, "arguments": arguments}
        message = self._client.session.msg("debug_request", content)
        self._client.control_channel.send(message)
        while True:
            reply = self._client.get_control_msg(timeout=30)
            if reply["parent_header"]["msg_id"] == message["header"]["msg_id"]:
                answer: dict[str, Any] = reply["content"]
                return answer

    def event(self, name: str) -> dict[str, Any]:
        while True:
            message = self._client.get_iopub_msg(timeout=30)
            if message["msg_type"] == "debug_event" and message["content"]["event"] == name:
                told: dict[str, Any] = message["content"]
                self.thread = told["body"].get("threadId", 0)
                return told


# jupyter_client's own expectations of a provisioner, after its test_kernelmanager, test_provisioning and test_restarter


@pytest.mark.parametrize("transport", ["tcp", "ipc"])
@pytest.mark.parametrize("name", ["python3", "tensorflow-graded"])
def test_lifecycle(name: str, transport: str) -> None:
    made = manager(name, transport)
    made.start_kernel(stdout=PIPE, stderr=PIPE)
    assert made.is_alive()
    assert made.ready.done()
    made.restart_kernel(now=True)
    assert made.is_alive()
    made.interrupt_kernel()
    made.shutdown_kernel(now=True)
    assert not made.is_alive()
    assert not made.provisioner.has_process
    assert made.context.closed


@pytest.mark.parametrize("name", ["python3", "tensorflow-graded"])
def test_asynchronous_lifecycle(name: str) -> None:
    async def live() -> None:
        made = _manager(True, AsyncKernelManager, name)
        await made.start_kernel(stdout=PIPE, stderr=PIPE)
        assert await made.is_alive()
        await made.restart_kernel(now=True)
        assert await made.is_alive()
        await made.interrupt_kernel()
        await made.shutdown_kernel(now=True)
        assert not await made.is_alive()
        assert made.context.closed

    asyncio.run(live())


_GO_ON = "while True:\n    try: time.sleep(60)\n    except KeyboardInterrupt: pass"


@both
@pytest.mark.parametrize(
    ("stubborn", "expected"),
    [
        ("", _ShutdownStatus.ShutdownRequest),
        (_GO_ON, _ShutdownStatus.SigtermRequest),
        (f"signal.signal(signal.SIGTERM, signal.SIG_IGN)\n{_GO_ON}", _ShutdownStatus.SigkillRequest),
    ],
)
def test_shutdown_asks_then_terminates_then_kills(warm: bool, stubborn: str, expected: _ShutdownStatus) -> None:
    with _session(warm) as started:
        started.run("import signal, time, sys")
        # A kernel of ours ends on request even while a cell runs: one that must not, cannot answer.
        started.run(
            "get_ipython().kernel.control_thread.io_loop.add_callback(lambda: time.sleep(600))" if stubborn else ""
        )
        started.client.execute(stubborn)
        time.sleep(1)
        started.manager.shutdown_wait_time = 2.0 if stubborn else 30.0
        started.manager.shutdown_kernel()
        assert started.manager._shutdown_status == expected
        assert not started.manager.is_alive()


@both
def test_interrupting_a_busy_cell_reaches_its_subprocesses_too(warm: bool) -> None:
    with _session(warm) as started:
        started.run("import subprocess, time; children = [subprocess.Popen(['sleep', '60']) for _ in range(3)]")
        message = started.client.execute(
            "try:\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    print('interrupted')"
        )
        time.sleep(0.5)
        started.manager.interrupt_kernel()
        reply = started.client.get_shell_msg(timeout=10)
        while reply["parent_header"].get("msg_id") != message:
            reply = started.client.get_shell_msg(timeout=10)
        assert reply["content"]["status"] == "ok"
        assert started.run("[child.wait(5) for child in children]") == "[-2, -2, -2]"


def test_an_interrupt_stops_a_tensorflow_loop_and_the_kernel_goes_on(kernel: Session) -> None:
    message = kernel.client.execute("import tensorflow as tf\nwhile True: tf.reduce_sum(tf.random.normal([100, 100]))")
    time.sleep(1)
    kernel.manager.interrupt_kernel()
    reply = kernel.client.get_shell_msg(timeout=10)
    while reply["parent_header"].get("msg_id") != message:
        reply = kernel.client.get_shell_msg(timeout=10)
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert kernel.run("tf.constant(2).numpy()").endswith("2)") or kernel.run("int(tf.constant(2))") == "2"


@both
def test_an_interrupt_drops_the_cells_that_wait_also_those_that_go_on_after_an_error(warm: bool) -> None:
    """As JupyterLab sends Run All of an exercise notebook, whose checks are tagged `raises-exception`."""
    with _session(warm) as started:
        sent = ["import time\nprint('at work')\nwhile True: time.sleep(0.1)", "ran = 1", "ran = 2", "1 / 0"]
        messages = [started.client.execute(code, stop_on_error=False) for code in sent]
        while started.client.get_iopub_msg(timeout=30)["content"].get("text") != "at work\n":
            pass
        started.manager.interrupt_kernel()
        answers: dict[str, str] = {}
        while not set(messages) <= set(answers):
            reply = started.client.get_shell_msg(timeout=30)
            answers[reply["parent_header"]["msg_id"]] = reply["content"]["status"]
        assert [answers[message] for message in messages] == ["error", "aborted", "aborted", "aborted"]
        assert started.run("'ran' in globals()") == "False"
        failing = started.client.execute("1 / 0", stop_on_error=False)
        going_on = started.client.execute("ran = 3", stop_on_error=False)
        while not {failing, going_on} <= set(answers):
            reply = started.client.get_shell_msg(timeout=30)
            answers[reply["parent_header"]["msg_id"]] = reply["content"]["status"]
        assert (answers[failing], answers[going_on]) == ("error", "ok")


@both
@pytest.mark.parametrize(
    ("last", "code"),
    [
        ("os._exit(3)", 3),
        ("os.kill(os.getpid(), 9)", -9),
        ("import ctypes; ctypes.string_at(0)", -11),
        ("get_ipython().kernel.do_shutdown(False); exit()", 0),
    ],
)
def test_a_kernel_that_ends_by_itself_is_dead_with_its_own_exit_code(warm: bool, last: str, code: int) -> None:
    with _session(warm) as started:
        started.client.execute(f"import os; {last}")
        assert wait_until(lambda: started.exit_code() is not None)
        assert started.exit_code() == code
        assert not started.manager.is_alive()


@both
def test_a_stopped_kernel_is_alive_and_can_be_shut_down(warm: bool) -> None:
    with _session(warm) as started:
        os.kill(started.provisioner.pid, signal.SIGSTOP)
        assert started.manager.is_alive()
        started.manager.shutdown_wait_time = 1.0
        started.manager.shutdown_kernel()
        assert not started.manager.is_alive()


@both
def test_a_dead_kernel_is_restarted_by_the_servers_restarter(warm: bool) -> None:
    async def crash_and_recover() -> None:
        made = _manager(warm, AsyncIOLoopKernelManager)
        restarted = asyncio.Event()
        await made.start_kernel(stderr=subprocess.DEVNULL)
        made.add_restart_callback(restarted.set, "restart")
        try:
            first = made.provisioner.pid
            await made.provisioner.kill()
            await asyncio.wait_for(restarted.wait(), 20)
            client = made.client()
            client.start_channels()
            await client.wait_for_ready(timeout=30)
            client.stop_channels()
            assert made.provisioner.pid != first
        finally:
            await made.shutdown_kernel(now=True)

    asyncio.run(crash_and_recover())


@both
def test_the_restarter_gives_up_on_a_kernel_that_cannot_start(tmp_path: Path, warm: bool) -> None:
    async def give_up() -> None:
        made = _manager(warm, AsyncIOLoopKernelManager)
        made.connection_file = str(tmp_path / "kernel.json")
        made.config.KernelRestarter.restart_limit = 1
        died = asyncio.Event()
        await made.start_kernel(
            extra_arguments=["--IPKernelApp.kernel_class=no.such.Kernel"], stderr=subprocess.DEVNULL
        )
        made.add_restart_callback(died.set, "dead")
        try:
            await asyncio.wait_for(died.wait(), 60)
        finally:
            await made.shutdown_kernel(now=True)

    asyncio.run(give_up())


def test_the_kernelspecs_name_a_provisioner_that_is_installed() -> None:
    found = KernelSpecManager()
    found.kernel_dirs = [str(SPECS)]
    assert {"python3", "tensorflow-graded"} <= set(found.get_all_specs())
    for name in ("python3", "tensorflow-graded"):
        spec = found.get_kernel_spec(name)
        assert spec.metadata["kernel_provisioner"]["provisioner_name"] == "tensorflow-warm"
        assert {path.name for path in (SPECS / name).iterdir()} == {
            "kernel.json",
            "logo-32x32.png",
            "logo-64x64.png",
            "logo-svg.svg",
        }


@pytest.mark.parametrize("name", ["python3", "tensorflow-graded"])
def test_another_process_takes_a_kernel_over_by_its_provisioners_information(name: str) -> None:
    with session(name) as started:
        info = asyncio.run(started.provisioner.get_provisioner_info())
        code = f"""
            import asyncio, json
            from grader.kernels.provisioner import WarmProvisioner
            info = json.loads({json.dumps(info, default=bytes.decode)!r})
            async def look():
                taken = WarmProvisioner()
                await taken.load_provisioner_info(info)
                print(taken.has_process, await taken.poll())
                await taken.kill()
                await taken.wait()
                print(taken.has_process)
                again = WarmProvisioner()
                await again.load_provisioner_info(info)
                print(again.has_process)
            asyncio.run(look())
        """
        assert _python(code).stdout.split() == ["True", "None", "False", "False"]
        assert wait_until(lambda: started.exit_code() == -signal.SIGKILL)


@pytest.mark.parametrize("transport", ["tcp", "ipc"])
def test_kernels_start_in_sequence_and_from_threads(transport: str) -> None:
    _short_life(transport)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(_short_life, [transport] * 4))


def test_kernels_start_from_a_forked_process_with_a_zygote_of_its_own(kernel: Session) -> None:
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        assert pool.submit(_short_life, "tcp").result(120) != zygote().process.pid
    assert kernel.run("1 + 1") == "2"


def _short_life(transport: str) -> int:
    with session("python3", transport=transport) as started:
        assert started.run("1 + 1") == "2"
        started.manager.restart_kernel(now=True)
        started.client.wait_for_ready(timeout=30)
        assert started.run("1 + 1") == "2"
        started.manager.shutdown_kernel()
        return zygote().process.pid


def test_encrypted_transport_is_honoured() -> None:
    made = manager("python3")
    made.transport_encryption = "required"
    made.start_kernel(stderr=subprocess.DEVNULL)
    client = made.client()
    client.start_channels()
    client.wait_for_ready(timeout=30)
    assert made.get_connection_info()["curve_publickey"]
    client.stop_channels()
    made.shutdown_kernel(now=True)


# Through nbclient and nbgrader


def test_nbclient_uses_the_sandbox_with_its_directory_policy_and_environment(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("1,2\n")
    source = "import os; print(open('table.csv').read().strip(), os.getcwd(), os.environ['GRADER_SEED'])"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    made = _manager(True, AsyncKernelManager, "tensorflow-graded")
    client = NotebookClient(notebook, km=made, timeout=60)
    client.owns_km = True
    client.execute(cwd=str(tmp_path), policy={"memory": "2G"}, env={**os.environ, "GRADER_SEED": "7"})
    assert notebook.cells[0].outputs[0].text == "1,2 /scratch 7\n"
    assert made.transport == "ipc"


CHEAT = "import pathlib; print(list(pathlib.Path('../../..').rglob('p1.ipynb')), open('table.csv').read())"


def test_unmodified_nbgrader_grades_in_the_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    solution = nbformat.v4.new_code_cell("x = 1")
    solution.metadata["nbgrader"] = _nbgrader_cell("answer", solution=True, grade=False)
    check = nbformat.v4.new_code_cell("import warnings; warnings.warn('harmless')\nassert x == 2")
    check.metadata["nbgrader"] = {**_nbgrader_cell("answer-1", solution=False, grade=True), "points": 2}
    notebook = nbformat.v4.new_notebook(cells=[solution, check])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (tmp_path / "source" / "ps1").mkdir(parents=True)
    nbformat.write(notebook, tmp_path / "source" / "ps1" / "p1.ipynb")
    (tmp_path / "source" / "ps1" / "table.csv").write_text("1,2")
    config = Config()
    config.CourseDirectory.root = str(tmp_path)
    config.Execute.kernel_name = "tensorflow-graded"
    config.Execute.timeout = 100
    config.WarmProvisioner.policy = {"memory": "2G"}
    monkeypatch.setenv("JUPYTER_PATH", str(SPECS.parent))
    monkeypatch.chdir(tmp_path)
    nbgrader = NbGraderAPI(config=config)
    assert nbgrader.generate_assignment("ps1")["success"]
    notebook.cells[0].source = f"x = 2\n{CHEAT}"
    (tmp_path / "submitted" / "ada" / "ps1").mkdir(parents=True)
    nbformat.write(notebook, tmp_path / "submitted" / "ada" / "ps1" / "p1.ipynb")
    outcome = nbgrader.autograde("ps1", "ada")
    assert outcome["success"], outcome
    graded = nbformat.read(tmp_path / "autograded" / "ada" / "ps1" / "p1.ipynb", as_version=4)
    assert graded.cells[0].outputs[0].text == "[] 1,2\n"
    assert [output.get("name") for output in graded.cells[1].outputs] == ["stdout"]
    with nbgrader.gradebook as gradebook:
        assert gradebook.find_submission("ps1", "ada").score == 2


def _nbgrader_cell(grade_id: str, *, solution: bool, grade: bool) -> dict[str, Any]:
    return {
        "grade_id": grade_id,
        "solution": solution,
        "grade": grade,
        "locked": grade,
        "schema_version": 3,
        "task": False,
        "cell_type": "code",
    }


# With a GPU

TRAIN_ON_GPU = """
import tensorflow as tf, keras, numpy as np
model = keras.Sequential([keras.layers.Input((8,)), keras.layers.Dense(4), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(np.ones((64, 8)), np.ones(64), epochs=3, verbose=0)
print(len(tf.config.list_physical_devices("GPU")) > 0, "GPU" in tf.reduce_sum(tf.ones([2])).device)
"""


@pytest.mark.skipif(not Path("/dev/nvidia0").exists(), reason="needs an NVIDIA GPU")
def test_two_forked_kernels_and_a_sandboxed_one_share_the_gpu() -> None:
    env = {**os.environ, "TF_FORCE_GPU_ALLOW_GROWTH": "true"}
    with session("python3", env=env) as first, session("python3", env=env) as second:
        assert "/dev/nvidia" not in Path(f"/proc/{zygote().process.pid}/maps").read_text()
        with session("tensorflow-graded", env=env, policy={"gpu": True, "memory": "16G"}) as graded:
            for each in (first, second, graded):
                assert each.run(TRAIN_ON_GPU, 300).endswith("True True")
        assert "/dev/nvidia" not in Path(f"/proc/{zygote().process.pid}/maps").read_text()


# Kernelspecs


def test_installed_kernelspecs_start_this_interpreter_and_installing_again_changes_nothing(tmp_path: Path) -> None:
    first = specs.install(tmp_path)
    contents = {path: path.read_bytes() for directory in first for path in directory.iterdir()}
    assert specs.install(tmp_path) == first
    assert contents == {path: path.read_bytes() for directory in first for path in directory.iterdir()}
    assert [path.name for path in first] == ["python3", "tensorflow-graded"]
    for directory in first:
        assert directory.parent == tmp_path / "share" / "jupyter" / "kernels"
        assert json.loads((directory / "kernel.json").read_text())["argv"][0] == sys.executable
    found = KernelSpecManager()
    found.kernel_dirs = [str(tmp_path / "share" / "jupyter" / "kernels")]
    made = KernelManager(kernel_name="python3", kernel_spec_manager=found)
    made.start_kernel(stderr=subprocess.DEVNULL)
    assert isinstance(made.provisioner.process, launch.ForkedKernel)
    made.shutdown_kernel(now=True)


def _manager(warm: bool, kind: type[KernelManager], name: str = "python3") -> Any:
    found = KernelSpecManager()
    found.kernel_dirs = [str(SPECS), *found.kernel_dirs]
    made = kind(kernel_name=name, kernel_spec_manager=found)
    made.config.WarmProvisioner.warm = warm
    return made


def _session(warm: bool, **launch_options: Any) -> Any:
    return session("python3", warm=warm, **launch_options)


def _python(code: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "JUPYTER_PATH": str(SPECS.parent)}
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False, env=env, timeout=120
    )


def _running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


logging.getLogger("traitlets").propagate = True
