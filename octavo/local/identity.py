"""Who a server runs as when the stack is started by root: PostgreSQL refuses to be root."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from octavo.local import linux
from octavo.local.errors import NotStarted

_USER = "nobody"


@dataclass(frozen=True, slots=True)
class Identity:
    """An existing unprivileged user, with at most one capability: to walk through directories."""

    uid: int
    gid: int
    capability: int | None = None

    def assume(self) -> None:
        """Become this user for good; called in the forked child."""
        if self.capability is not None:
            linux.keep_through_setuid()
        os.setgroups([])
        os.setgid(self.gid)
        os.setuid(self.uid)
        if self.capability is not None:
            linux.keep_only(self.capability)


def unprivileged(data: Path, used: Iterable[Path]) -> Identity | None:
    """Who may own `data` and reach the files `used`; None: the present user will do.

    The owner of `data`, when it is there already. A checkout below a closed directory (such as
    /root) is reached by a capability, so that no mode outside the stack's directory is changed.
    Raises NotStarted.
    """
    if os.geteuid() != 0:
        return None
    owner = data.stat().st_uid if data.exists() else 0
    try:
        user = pwd.getpwuid(owner) if owner != 0 else pwd.getpwnam(_USER)
    except KeyError as error:
        raise NotStarted(
            f"PostgreSQL does not run as root, and there is no user {owner or _USER} to run it as."
            " Start Octavo as a normal user."
        ) from error
    if all(_open_to_all(path) for path in (data, *used)):
        return Identity(user.pw_uid, user.pw_gid)
    return Identity(user.pw_uid, user.pw_gid, _walking_capability())


def _walking_capability() -> int:
    held = linux.held_capabilities()
    for capability in (linux.CAP_DAC_READ_SEARCH, linux.CAP_DAC_OVERRIDE):
        if {capability, linux.CAP_SETPCAP} <= held:
            return capability
    raise NotStarted(
        "PostgreSQL does not run as root, and another user cannot reach this directory."
        " Move the checkout to a place that others may enter, or start Octavo as a normal user."
    )


def _open_to_all(path: Path) -> bool:
    return all(not parent.exists() or parent.stat().st_mode & 0o001 for parent in path.parents)
