"""What a confined child may still do: the one place where its powers are taken away.

Three layers, each of which only takes: resource limits everywhere; Landlock (no file but the
source, fonts and the programs' own) and seccomp (no network, no new program, no signal to others)
where the kernel offers them. Together they cost 0.6 ms.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipelines import landlock, seccomp
from pipelines.prctl import prctl

FILE_BYTES = 256 * 2**20  # the largest file a child may write
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
SIGKILL = 9
# Libraries, programs and the fonts that are put in place of missing ones; nothing of users, no
# /proc, where the environment of others lies.
SYSTEM = (
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/dev/urandom",
    sys.prefix,
    sys.base_prefix,
    str(Path(__file__).parent),
)
# The layers beside resource limits, as they are called when a system refuses them.
DEATH = "death with the zygote"
PRIVILEGES = "no new privileges"
FILES = "files by Landlock"
CALLS = "system calls by seccomp"
# Poppler and its wrapper write nowhere else.
SCRATCH = ("/dev/null",)


@dataclass(frozen=True, slots=True)
class Confinement:
    """Bounds on one child."""

    memory_bytes: int
    cpu_seconds: int
    spawns: bool = False  # may start programs, which inherit every bound
    readable: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()


def enter(confinement: Confinement) -> tuple[str, ...]:
    """Give up every power that the work does not need; there is no way back.

    Returns the layers that this system refuses: the work goes on within those that it has.
    """
    _limit(confinement)
    if not sys.platform.startswith("linux"):
        return (DEATH, FILES, CALLS)
    refused = []
    if not prctl(PR_SET_PDEATHSIG, SIGKILL):
        refused.append(DEATH)
    # Without it, a program that runs as another user could have what was taken; the kernel grants
    # the next two to nobody but root then, and says so itself.
    if not prctl(PR_SET_NO_NEW_PRIVS, 1):
        refused.append(PRIVILEGES)
    if not landlock.restrict(
        read=_existing((*SYSTEM, *confinement.readable)),
        write=_existing((*SCRATCH, *confinement.writable)),
    ):
        refused.append(FILES)
    if not seccomp.restrict(spawns=confinement.spawns):
        refused.append(CALLS)
    return tuple(refused)


def _limit(confinement: Confinement) -> None:
    for name, value in (
        ("RLIMIT_CORE", 0),
        ("RLIMIT_FSIZE", FILE_BYTES),
        ("RLIMIT_CPU", confinement.cpu_seconds),
        ("RLIMIT_AS", confinement.memory_bytes),
    ):
        kind = getattr(resource, name)
        _, hard = resource.getrlimit(kind)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        # One second between the soft limit's signal, which says why, and the hard one's.
        resource.setrlimit(kind, (bound, bound + 1 if name == "RLIMIT_CPU" else bound))


def _existing(paths: Iterable[str]) -> list[Path]:
    return [path for path in {Path(each) for each in paths if each} if path.exists()]
