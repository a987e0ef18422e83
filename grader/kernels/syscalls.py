"""The Linux system calls that a sandbox is made of and that Python's standard library lacks.

Each raises OSError with the errno and the call's name. Numbers and structures: the manual pages mount(2),
pivot_root(2), mount_setattr(2), capabilities(7), prctl(2) and seccomp(2), and linux/filter.h.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import socket
import struct

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = (
    1, 2, 4, 8, 32, 4096, 16384, 1 << 18,
)  # fmt: skip
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 24, 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4

_libc = ctypes.CDLL(None, use_errno=True)
_MACHINE = {"x86_64": 0, "aarch64": 1}.get(platform.machine())
_PIVOT_ROOT, _CAPSET, _KEYCTL, _MOUNT_SETATTR = (155, 41), (126, 91), (250, 219), (442, 442)


def _number(numbers: tuple[int, int]) -> int:
    if _MACHINE is None:
        raise OSError(errno.ENOSYS, f"no sandbox on {platform.machine()} processors")
    return numbers[_MACHINE]


def _checked(result: int, what: str) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    """Leave the namespaces that `flags` name for new ones."""
    _checked(_libc.unshare(flags), "unshare")


def mount(source: str | None, target: str, kind: str | None = None, flags: int = 0, options: str | None = None) -> None:
    """mount(2)."""
    coded = [None if each is None else os.fsencode(each) for each in (source, target, kind)]
    data = None if options is None else options.encode()
    _checked(
        _libc.mount(coded[0], coded[1], coded[2], ctypes.c_ulong(flags), data), f"mount {kind or source} on {target}"
    )


def bind(source: str, target: str, *, device: bool = False) -> None:
    """Show `source`, with what is mounted below it, read-only at `target`; `device` keeps a device node usable."""
    mount(source, target, None, MS_BIND | MS_REC)
    # MOUNT_ATTR_RDONLY | NOSUID | NODEV, with AT_RECURSIVE: needs Linux 5.12, and minds flags that are locked.
    attributes = struct.pack("QQQQ", 2 if device else 1 | 2 | 4, 0, 0, 0)
    result = _libc.syscall(_number(_MOUNT_SETATTR), -100, os.fsencode(target), 0x8000, attributes, len(attributes))
    _checked(result, f"read-only mount on {target}")


def enter_root(directory: str) -> None:
    """Make `directory`, a mount point, the root of this mount namespace and let go of the old one."""
    os.chdir(directory)
    _checked(_libc.syscall(_number(_PIVOT_ROOT), b".", b"."), "pivot_root")
    _checked(_libc.umount2(b".", MNT_DETACH), "umount of the old root")
    os.chdir("/")


def unmount(target: str) -> None:
    """Detach what is mounted on `target`."""
    _checked(_libc.umount2(os.fsencode(target), MNT_DETACH), f"umount {target}")


def prctl(option: int, *arguments: int) -> None:
    """prctl(2)."""
    padded = [ctypes.c_ulong(each) for each in (*arguments, 0, 0, 0, 0)[:4]]
    _checked(_libc.prctl(option, *padded), f"prctl {option}")


def leave_keyrings() -> None:
    """Take a new, empty session keyring."""
    _libc.syscall(_number(_KEYCTL), 1, None)  # KEYCTL_JOIN_SESSION_KEYRING; a kernel without keyrings refuses, rightly


def bound_capabilities() -> None:
    """Let no program that this process starts have a capability."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError as error:
            if error.errno != errno.EINVAL:  # EINVAL: past the last one that this kernel knows
                raise
            break
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)


def clear_capabilities() -> None:
    """Give up every capability that this process has."""
    header, sets = struct.pack("Ii", 0x20080522, 0), bytes(24)
    _checked(_libc.syscall(_number(_CAPSET), header, sets), "capset")


def loopback_up() -> None:
    """Switch on this network namespace's loopback interface."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP


# Calls that a notebook never needs and that have opened kernels before, or that reach what no namespace confines;
# memfd_create, shmget and msgget also because their memory belongs to no process that could be measured.
_DENIED = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_getfd": (438, 438), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442), "unshare": (272, 97), "setns": (308, 268),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425), "kexec_load": (246, 104),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "swapon": (167, 224),
    "reboot": (169, 142), "syslog": (103, 116), "acct": (163, 89), "quotactl": (179, 60),
    "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264), "memfd_create": (319, 279),
    "memfd_secret": (447, 447), "shmget": (29, 194), "msgget": (68, 186),
}  # fmt: skip
_CLONE, _CLONE3, _SOCKET = (56, 220), (435, 435), (41, 198)
_FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, 16)  # 16: netlink, which getaddrinfo uses; not AF_VSOCK
_NAMESPACES = 0x7E020080  # every CLONE_NEW flag, CLONE_NEWTIME included
_AUDIT_ARCHITECTURE = (0xC000003E, 0xC00000B7)
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16  # offsets in struct seccomp_data


def filter_program() -> bytes:
    """The seccomp filter as an array of struct sock_filter: (code, jump if true, jump if false, constant)."""
    denied = _ERROR | errno.EPERM
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, _number(_AUDIT_ARCHITECTURE)),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, 1, 0x40000000),  # the x32 numbering would walk around the list
        (_RETURN, 0, 0, denied),
        (_EQUAL, 0, 1, _number(_CLONE3)),  # its flags are in memory, out of reach: the C library then takes clone
        (_RETURN, 0, 0, _ERROR | errno.ENOSYS),
    ]
    for numbers in _DENIED.values():
        program += [(_EQUAL, 0, 1, _number(numbers)), (_RETURN, 0, 0, denied)]
    program += [
        (_EQUAL, 0, 3, _number(_CLONE)),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_ANY_BIT, 0, len(_FAMILIES) + 4, _NAMESPACES),
        (_RETURN, 0, 0, denied),
        (_EQUAL, 0, len(_FAMILIES) + 2, _number(_SOCKET)),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
    ]
    program += [(_EQUAL, len(_FAMILIES) - at, 0, family) for at, family in enumerate(_FAMILIES)]
    program += [(_RETURN, 0, 0, denied), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)


def filter_calls() -> None:
    """Refuse the calls above, with EPERM, to this process and all that come from it. Needs no_new_privs."""
    program = filter_program()
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    pointer = ctypes.create_string_buffer(header, len(header))
    prctl(PR_SET_SECCOMP, 2, ctypes.addressof(pointer))  # SECCOMP_MODE_FILTER
