"""The locks: complete, hashed, without any address, and in step with setup.cfg."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[3]
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?: ; .*)? \\$")
_EXTRAS = {
    "requirements-server.lock": ("rapidocr",),
    "requirements.lock": ("rapidocr", "local"),
    "requirements-dev.lock": ("rapidocr", "local", "dev"),
}


def _lines(name: str) -> list[str]:
    return (ROOT / name).read_text("utf-8").splitlines()


def _pins(name: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in _lines(name):
        if match := _PIN.match(line):
            found.setdefault(canonicalize_name(match[1]), set()).add(match[2])
    return found


def _wanted(extras: tuple[str, ...]) -> list[Requirement]:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    lists = [setup["options"]["install_requires"]]
    lists += [setup["options.extras_require"][extra] for extra in extras]
    lines = "\n".join(lists).splitlines()
    return [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("name", _EXTRAS)
def test_a_lock_satisfies_setup_cfg(name: str) -> None:
    pins = _pins(name)
    for requirement in _wanted(_EXTRAS[name]):
        versions = pins.get(canonicalize_name(requirement.name))
        assert versions, f"{requirement} is not in {name}: run make lock"
        assert all(requirement.specifier.contains(version) for version in versions), requirement


@pytest.mark.parametrize("name", _EXTRAS)
def test_every_line_is_a_pin_or_a_hash(name: str) -> None:
    lines = _lines(name)
    assert lines
    for before, line in zip(["", *lines], lines, strict=False):
        if _PIN.match(line):
            assert not before.endswith("\\"), f"no hash before {line}"
        else:
            assert re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line), line


def test_the_locks_agree() -> None:
    everything = _pins("requirements-dev.lock")
    for name in ("requirements.lock", "requirements-server.lock"):
        assert _pins(name).items() <= everything.items()
