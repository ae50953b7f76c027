"""A seccomp filter that takes from a process the system calls it has no use for (seccomp(2))."""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

PR_SET_SECCOMP, MODE_FILTER = 22, 2
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
X32 = 0x40000000  # the second ABI of x86-64, whose numbers would slip past the list

# Numbers by machine (asm/unistd.h): names in this order, -1 where the machine has no such call.
FORBIDDEN = {
    #                     x86_64, aarch64
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "ptrace": (101, 117),
    "kill": (62, 129),
    "tkill": (200, 130),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
    "reboot": (169, 142),
    "prlimit64": (302, 261),
    "shmget": (29, 194),
    "msgget": (68, 186),
    # Landlock says nothing of these, of truncate only in its third version.
    "chmod": (90, -1),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, -1),
    "fchown": (93, 55),
    "lchown": (94, -1),
    "fchownat": (260, 54),
    "truncate": (76, 45),
    "utime": (132, -1),
    "utimes": (235, -1),
    "futimesat": (261, -1),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
}
IOCTL = (16, 29)
# FS_IOC_SETFLAGS, the same of 32 bits, FS_IOC_FSSETXATTR: attributes again.
FORBIDDEN_IOCTLS = (0x40086602, 0x40046602, 0x401C5820)
# Also taken from children that start no program of their own.
STARTING = {
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, -1),
    "vfork": (58, -1),
    "clone": (56, 220),
    "clone3": (435, 435),
}
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def restrict(*, spawns: bool) -> bool:
    """Make the listed calls fail with EPERM from now on; False: not offered here."""
    machine = platform.machine()
    if machine not in AUDIT:
        return False
    column = list(AUDIT).index(machine)
    calls = FORBIDDEN if spawns else FORBIDDEN | STARTING
    numbers = [row[column] for row in calls.values() if row[column] >= 0]
    program = _program(AUDIT[machine], numbers, IOCTL[column])
    code = ctypes.create_string_buffer(program, len(program))
    filters = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.c_char_p(filters), 0, 0)) == 0


def _program(audit: int, numbers: list[int], ioctl: int) -> bytes:
    """BPF: another machine's calls kill, listed ones fail, the rest go on."""
    count = len(numbers)
    requests = [
        (EQUAL, 1, 0, ioctl),
        (RETURN, 0, 0, ALLOW),
        (LOAD, 0, 0, 24),  # the lower half of the second argument
        *(
            (EQUAL, len(FORBIDDEN_IOCTLS) - at, 0, request)
            for at, request in enumerate(FORBIDDEN_IOCTLS)
        ),
        (RETURN, 0, 0, ALLOW),
    ]
    over = len(requests)
    steps = [
        (LOAD, 0, 0, 4),  # the machine the call was made for
        (EQUAL, 1, 0, audit),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, 0),  # the call's number
        (AT_LEAST, count + over, 0, X32),
        *((EQUAL, count - at - 1 + over, 0, number) for at, number in enumerate(numbers)),
        *requests,
        (RETURN, 0, 0, ERRNO | errno.EPERM),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
