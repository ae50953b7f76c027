"""Passwords of the embedded servers: made once, kept in a file that only its owner reads."""

from __future__ import annotations

import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from octavo.local import environment


@dataclass(frozen=True, slots=True)
class Secrets:
    """One password a server."""

    postgres: str
    valkey: str
    s3: str


def load(path: Path) -> Secrets:
    """Those in the file; made anew when there is none."""
    if not path.exists():
        made = Secrets(*(secrets.token_urlsafe(24) for _ in range(3)))
        environment.write(path, {name.upper(): value for name, value in asdict(made).items()})
    kept = environment.read(path)
    return Secrets(kept["POSTGRES"], kept["VALKEY"], kept["S3"])


def write_private(path: Path, text: str, owner: tuple[int, int] | None = None) -> None:
    """A file that only its owner reads, from its first byte on."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        if owner is not None:
            os.fchown(descriptor, *owner)
        file.write(text)
