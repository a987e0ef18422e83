"""How a process locks itself in a sandbox: namespaces, a root of its own, no privileges, limits (Linux).

A forked child calls `enter` before it becomes a kernel. Four processes come of it:

- the *supervisor* (see `grader.kernels.supervisor`), which stays outside the new PID namespace;
- the *init* of that namespace, which reaps what is left over and tells the kernel's exit code: when it ends, all end;
- the *kernel*;
- for a moment, if the launching process is root, a shell that maps the kernel to the user nobody.

Nothing here needs root, a daemon or a container: see user_namespaces(7), mount_namespaces(7), pid_namespaces(7).
"""

from __future__ import annotations

import contextlib
import fnmatch
import json
import os
import resource
import shutil
import signal
import socket
import stat
import struct
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypedDict

from grader.kernels import syscalls
from grader.kernels.policy import Policy
from grader.kernels.request import Child, Request
from grader.kernels.supervisor import Supervisor

SCRATCH = "/scratch"
"""The kernel's working directory, which holds copies of the support files."""
RUN = "/run/kernel"
"""Inside the sandbox: the connection file and the kernel's sockets."""
_HOME = "/home/kernel"
_USER, _NOBODY = 1000, 65534
# For the shell: it waits for the end of its input, and writes each map in one piece, as user_namespaces(7) wants it.
_MAP_USERS = (
    f"read -r _; map='0 0 1\n{_USER} {_NOBODY} 1\n'; "
    'printf "$map" >/proc/$1/uid_map && printf "$map" >/proc/$1/gid_map'
)
_WRITABLE = {"scratch": SCRATCH, "tmp": "/tmp", "home": _HOME, "run": RUN, "shm": "/dev/shm"}
_NAMES = {
    "etc/passwd": f"root:x:0:0:root:/:/usr/sbin/nologin\nkernel:x:{_USER}:{_USER}:kernel:{_HOME}:/bin/sh\n",
    "etc/group": f"root:x:0:\nkernel:x:{_USER}:\n",
    "etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
_ETC = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime", "timezone", "mime.types")
_TOP = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_NEVER = ("/usr/local/share/nbgrader", "/usr/share/nbgrader", f"{sys.prefix}/share/jupyter/nbgrader")
_PASSED = (
    "PATH", "LANG", "LC_*", "TZ", "PYTHON*", "LD_LIBRARY_PATH", "OMP_*", "MKL_*", "OPENBLAS_*", "KERAS_*", "XLA_*",
    "TF_CPP_*", "TF_ENABLE_*", "TF_NUM_*", "TF_USE_*", "TF_XLA_*", "TF_CUDNN_*", "TF_DETERMINISTIC_*", "TF_FORCE_*",
    "TF_GPU_*", "CUDA_VISIBLE_DEVICES", "MPLBACKEND", "NBGRADER_EXECUTION", "GRADER_SEED",
)  # fmt: skip


class Sandbox(TypedDict):
    """What the launching process says of a sandbox."""

    policy: dict[str, Any]
    files: str | None
    """The directory whose files are copied into the scratch directory, if any."""
    mount_point: str
    """An empty directory of the launching process's own, on which the new root is built."""
    sockets: list[str]
    """Paths on which clients expect the kernel's sockets."""
    ports: list[int]
    """The number that ends each of these paths, in and outside."""
    connection: dict[str, Any]
    """What the kernel's connection file says."""


class _Step(Exception):
    """A step of building a sandbox that failed."""


def environment(policy: Policy, variables: Mapping[str, str]) -> dict[str, str]:
    """The environment variables that a sandboxed kernel receives of `variables`: none that it has no use for."""
    patterns = (*_PASSED, *policy.environment)
    passed = {
        name: value
        for name, value in variables.items()
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    }
    return {**passed, "HOME": _HOME, "TMPDIR": "/tmp", "USER": "kernel", "LOGNAME": "kernel"}


def enter(child: Child, request: Request) -> None:
    """Split into supervisor, init and kernel; returns in the kernel's process, locked in, in its scratch directory.

    A failure is told on the child's connection, and ends the process.
    """
    sandbox: Sandbox = request["sandbox"]  # type: ignore[assignment]
    policy = Policy.from_dict(sandbox["policy"])
    os.umask(0o022)  # the kernel is another user, and reads what is built here, whoever may read the instructor's files
    try:
        _close_others({0, 1, 2, child.connection, child.launcher})
        listeners = _listen(sandbox)
        status, tell_status = os.pipe()
        terminal, tell_terminal = os.pipe()
        up, tell_up = socket.socketpair()
        up.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        with _step("leave the host's namespaces"):
            _unshare()
        with _step("build a root file system"):
            _build_root(policy, sandbox)
        init = os.fork()
    except (_Step, OSError) as error:
        _refuse(child.connection, str(error))
    if init == 0:
        os.close(status)
        os.close(terminal)
        _be_init(policy, sandbox["mount_point"], tell_status, tell_terminal, tell_up)
        return
    for descriptor in (tell_status, tell_terminal, tell_up.detach()):
        os.close(descriptor)
    kernel = _hear_of_kernel(up, child.connection)
    os.write(child.connection, json.dumps({"pid": kernel, "supervisor": os.getpid()}).encode() + b"\n")
    launcher = -1 if request["independent"] else child.launcher
    supervisor = Supervisor(policy, init, status, terminal, launcher, child.connection, listeners)
    _end_like(supervisor.run())


# Before the namespaces


@contextlib.contextmanager
def _step(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _Step(f"The sandbox could not {what}: {error}.") from error


def _refuse(connection: int, reason: str) -> NoReturn:
    os.write(connection, json.dumps({"error": reason}).encode() + b"\n")
    os._exit(1)


def _close_others(kept: set[int]) -> None:
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in kept:
            with contextlib.suppress(OSError):  # the listing's own descriptor
                os.close(int(name))


def _listen(sandbox: Sandbox) -> list[tuple[socket.socket, str]]:
    """Open the sockets that clients connect to, each with the path of the kernel's own inside."""
    pairs = []
    for path, port in zip(sandbox["sockets"], sandbox["ports"], strict=True):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen()
        listener.setblocking(False)
        pairs.append((listener, f"{RUN}/ipc-{port}"))
    return pairs


def _unshare() -> None:
    """Enter new namespaces as their user 1000, which is nobody outside if we are root, else ourselves."""
    user, group, pid = os.geteuid(), os.getegid(), os.getpid()
    # The machine ends a sandboxed process first if it runs out of memory.
    Path("/proc/self/oom_score_adj").write_text("1000")
    flags = syscalls.CLONE_NEWNS | syscalls.CLONE_NEWPID | syscalls.CLONE_NEWNET | syscalls.CLONE_NEWIPC
    flags |= syscalls.CLONE_NEWUSER | syscalls.CLONE_NEWUTS | syscalls.CLONE_NEWCGROUP
    if user == 0:
        # A process of root's own would escape RLIMIT_NPROC and own much of what it may read; only root outside can map
        # another user, so a helper that stays outside does. It is a shell: a fork of this process would take 30 times
        # as long.
        go, going = os.pipe()
        command = ["sh", "-c", _MAP_USERS, "sh", str(pid)]
        helper = os.posix_spawn("/bin/sh", command, {}, file_actions=[(os.POSIX_SPAWN_DUP2, go, 0)])
        try:
            syscalls.unshare(flags)
        finally:
            os.close(going)
            os.close(go)
            _, ended = os.waitpid(helper, 0)
        if ended:
            raise OSError("the kernel's user could not be mapped to the user nobody")
        os.setgroups([])
    else:
        syscalls.unshare(flags)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/gid_map").write_text(f"{_USER} {group} 1\n")
        Path("/proc/self/uid_map").write_text(f"{_USER} {user} 1\n")
    syscalls.leave_keyrings()
    socket.sethostname("sandbox")


# The root file system


def _build_root(policy: Policy, sandbox: Sandbox) -> None:
    """Mount on the mount point all that the kernel will see but /proc, and copy the support files."""
    root = Path(sandbox["mount_point"])
    syscalls.mount(None, "/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
    plain = syscalls.MS_NOSUID | syscalls.MS_NODEV
    syscalls.mount("tmpfs", str(root), "tmpfs", plain, "mode=755,size=4m,nr_inodes=16k")
    _make_etc(root)
    _make_devices(root, policy)
    work = root / ".work"
    work.mkdir()
    syscalls.mount("tmpfs", str(work), "tmpfs", plain, f"mode=755,size={policy.disk},nr_inodes=64k")
    for name in _WRITABLE:
        (work / name).mkdir()
    if sandbox["files"] is not None:
        _copy_files(sandbox["files"], work / "scratch", policy.exclude)
    (work / "run" / "connection.json").write_text(json.dumps({**sandbox["connection"], "ip": f"{RUN}/ipc"}))
    for name, target in _WRITABLE.items():
        _give_to_user(work / name)
        (root / target.lstrip("/")).mkdir(parents=True, exist_ok=True)
        syscalls.mount(str(work / name), f"{root}{target}", None, syscalls.MS_BIND)
    syscalls.unmount(str(work))
    work.rmdir()
    for source in sorted(_trees(policy)):  # last: an environment may lie in /tmp
        _show(source, root)
    (root / "proc").mkdir()
    _hide(root, policy)
    if policy.loopback:
        syscalls.loopback_up()


def _trees(policy: Policy) -> set[str]:
    """The files and directories of the host that are readable at their own paths, none inside another."""
    package = Path(__file__).resolve().parent.parent
    wanted = {"/usr", sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, str(package)}
    wanted |= {os.path.dirname(os.path.dirname(os.path.realpath(sys.executable)))}
    wanted |= {path for path in sys.path if path.endswith(("/site-packages", "/dist-packages"))}
    wanted |= {f"/etc/{name}" for name in _ETC}
    wanted |= {"/sys/devices/system"} | set(policy.readable)
    if (package.parent / "data").is_dir() and (package.parent / "pyproject.toml").exists():
        wanted.add(str(package.parent / "data"))  # the datasets of a checkout
    wanted |= set(_TOP)
    if policy.gpu:
        wanted = wanted - {"/sys/devices/system"} | {"/sys"}
    there = {os.path.abspath(path) for path in wanted if os.path.exists(path)} - {"/"}
    return {path for path in there if not any(path.startswith(other + "/") for other in there)}


def _show(source: str, root: Path) -> None:
    """Make `source` visible, read-only, at its own path below `root`."""
    target = root / source.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    if source in _TOP and os.path.islink(source):
        target.symlink_to(os.readlink(source))
        return
    if os.path.isdir(source):
        target.mkdir(exist_ok=True)
    else:
        target.touch()
    syscalls.bind(source, str(target))


def _make_etc(root: Path) -> None:
    for name, text in _NAMES.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


def _make_devices(root: Path, policy: Policy) -> None:
    """A /dev with the harmless devices, terminals of its own, and the GPUs if asked."""
    names = [*_DEVICES]
    if policy.gpu:
        names += [str(path.relative_to("/dev")) for path in Path("/dev").rglob("nvidia*") if path.is_char_device()]
    for name in names:
        target = root / "dev" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
        syscalls.bind(f"/dev/{name}", str(target), device=True)
    (root / "dev/pts").mkdir()
    flags = syscalls.MS_NOSUID | syscalls.MS_NOEXEC
    syscalls.mount("devpts", str(root / "dev/pts"), "devpts", flags, "newinstance,ptmxmode=0666,mode=620")
    links = {"ptmx": "pts/ptmx", "fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
    for name, goal in links.items():
        (root / "dev" / name).symlink_to(goal)


def _copy_files(source: str, target: Path, exclude: tuple[str, ...]) -> None:
    """Copy the regular files below `source`: no links, pipes or devices, nothing that `exclude` names."""
    with _step(f"copy the support files of {source}"), os.scandir(source) as entries:
        for entry in entries:
            if any(fnmatch.fnmatchcase(entry.name, pattern) for pattern in exclude):
                continue
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                (target / entry.name).mkdir()
                _copy_files(entry.path, target / entry.name, exclude)
            elif stat.S_ISREG(mode):
                descriptor = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
                with open(descriptor, "rb") as original, open(target / entry.name, "wb") as copy:
                    shutil.copyfileobj(original, copy)
                os.chmod(target / entry.name, mode & 0o777 | 0o600)


def _give_to_user(directory: Path) -> None:
    os.chmod(directory, 0o700)
    if os.geteuid() != _USER:
        for folder, _, files in os.walk(directory):
            for path in (folder, *(os.path.join(folder, name) for name in files)):
                os.chown(path, _USER, _USER)


def _hide(root: Path, policy: Policy) -> None:
    """Cover what lies in a readable tree but must not be seen."""
    for hidden in (*_NEVER, *policy.hidden):
        target = f"{root}{os.path.realpath(hidden)}"
        if os.path.isdir(target):
            syscalls.mount("tmpfs", target, "tmpfs", syscalls.MS_RDONLY, "mode=555,size=0")
        elif os.path.exists(target):
            syscalls.mount("/dev/null", target, None, syscalls.MS_BIND)


# Inside


def _be_init(policy: Policy, root: str, tell_status: int, tell_terminal: int, tell_up: socket.socket) -> None:
    """Lock this process in and fork the kernel; returns in the kernel, else serves as init and never returns."""
    try:
        with _step("mount /proc"):
            # Read-only: what root outside may change there, its processes inside may not.
            flags = syscalls.MS_RDONLY | syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC
            syscalls.mount("proc", f"{root}/proc", "proc", flags)
        with _step("change its root"):
            syscalls.enter_root(root)
            syscalls.mount(None, "/", None, syscalls.MS_REMOUNT | syscalls.MS_BIND | syscalls.MS_RDONLY | 6)
        with _step("give up its privileges"):
            _lock_in(policy)
        kernel = os.fork()
        if kernel == 0:
            _be_kernel(tell_status, tell_terminal, tell_up)
            return
    except (_Step, OSError) as error:
        tell_up.send(str(error).encode())
        os._exit(1)
    _serve_as_init(kernel, tell_status)


def _lock_in(policy: Policy) -> None:
    """Become the unprivileged user, with the policy's limits, for good."""
    _set_limits(policy)
    syscalls.bound_capabilities()
    if os.geteuid() != _USER:
        os.setresgid(_USER, _USER, _USER)
        os.setresuid(_USER, _USER, _USER)
    syscalls.clear_capabilities()
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    syscalls.filter_calls()


def _set_limits(policy: Policy) -> None:
    limits = {
        resource.RLIMIT_CPU: (policy.cpu_seconds, policy.cpu_seconds + 5),
        resource.RLIMIT_NPROC: (policy.processes, policy.processes),
        resource.RLIMIT_NOFILE: (policy.open_files, policy.open_files),
        resource.RLIMIT_FSIZE: (policy.file_size, policy.file_size),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_MSGQUEUE: (0, 0),
        resource.RLIMIT_MEMLOCK: (64 * 1024, 64 * 1024),
    }
    if not policy.gpu:  # CUDA reserves much more than it uses
        # The supervisor ends a kernel at `memory`; this makes one vast allocation a MemoryError in its cell.
        with open("/proc/self/statm") as file:
            data = int(file.read().split()[5]) * resource.getpagesize()
        limits[resource.RLIMIT_DATA] = (data + 2 * policy.memory, data + 2 * policy.memory)
    for which, (soft, hard) in limits.items():
        _, ceiling = resource.getrlimit(which)
        if ceiling != resource.RLIM_INFINITY:
            resource.setrlimit(which, (min(soft, ceiling), min(hard, ceiling)))
        else:
            resource.setrlimit(which, (soft, hard))


def _be_kernel(tell_status: int, tell_terminal: int, tell_up: socket.socket) -> None:
    os.setsid()
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)  # else /proc/self would not be its own
    null = os.open("/dev/null", os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(tell_terminal, 1)
    os.dup2(tell_terminal, 2)
    os.chdir(SCRATCH)
    if not os.access(sys.executable, os.R_OK | os.X_OK):
        raise _Step(f"The sandbox's user cannot read the interpreter {sys.executable}.")
    tell_up.send(b"\0")
    os.close(tell_up.detach())
    _close_others({0, 1, 2})


def _serve_as_init(kernel: int, tell_status: int) -> NoReturn:
    """Reap whatever ends; when the kernel does, tell its exit code and end, and with it all that is left."""
    # Only handled signals reach an init from inside: let there be none.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _close_others({0, 1, 2, tell_status})
    null = os.open("/dev/null", os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    while True:
        pid, status = os.wait()
        if pid == kernel:
            os.write(tell_status, struct.pack("i", os.waitstatus_to_exitcode(status)))
            os._exit(0)


# The supervisor


def _hear_of_kernel(up: socket.socket, connection: int) -> int:
    """The kernel's process id as it is outside, which the credentials of its first message carry; ends on a failure."""
    message, ancillary, _, _ = up.recvmsg(4096, socket.CMSG_SPACE(12))
    if message != b"\0":
        _refuse(connection, message.decode(errors="replace") or "The sandbox's first process died.")
    up.close()
    return int(struct.unpack("iii", ancillary[0][2][:12])[0])


def _end_like(code: int) -> NoReturn:
    """End with the kernel's own exit code or signal."""
    if code < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with contextlib.suppress(OSError, ValueError):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code if code >= 0 else 1)


# A trial


def _main() -> None:
    """Build a sandbox around nothing and leave it: what `grader.kernels.sandbox.available` runs."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="grader-") as directory:
        for name in ("root", "files"):
            os.mkdir(f"{directory}/{name}")
        builder = os.fork()
        if builder == 0:
            null = os.open(os.devnull, os.O_WRONLY)
            child = Child(os.dup(1), null, null, os.pidfd_open(os.getppid()))
            sandbox = Sandbox(
                policy={},
                files=f"{directory}/files",
                mount_point=f"{directory}/root",
                sockets=[],
                ports=[],
                connection={},
            )
            enter(
                child,
                {"arguments": [], "environment": {}, "directory": "/", "independent": False, "sandbox": dict(sandbox)},
            )
            os._exit(0)
        status = os.waitpid(builder, 0)[1]
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    _main()
