"""What a check found, and the refusal to start over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

EXIT_CODE = 78  # EX_CONFIG of sysexits.h: the configuration must be changed first


class Standing(StrEnum):
    """How it stands with one thing."""

    OK = "ok"
    PENDING = "pending"  # the next start does it by itself
    WARNING = "warning"  # works, but not as it should
    MISSING = "missing"  # is not there, or does not answer: nothing goes on without it
    REFUSED = "refused"  # would lose or mix up documents


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; words or advice say what to change when not everything is well."""

    name: str
    standing: Standing
    words: str
    advice: str = ""


class StartRefused(Exception):
    """Something here would lose documents; the message says what to change."""


def accept(findings: Iterable[Finding], warn: Callable[[Finding], None]) -> None:
    """Hand on warnings. Raises StartRefused with every refusal in words."""
    found = list(findings)
    for finding in found:
        if finding.standing is Standing.WARNING:
            warn(finding)
    refusals = [f"{each.name}: {each.words}" for each in found if each.standing is Standing.REFUSED]
    if refusals:
        raise StartRefused(" ".join(refusals))
