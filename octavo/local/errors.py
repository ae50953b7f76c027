"""What can go wrong on the way to a running stack."""

from __future__ import annotations


class LocalError(Exception):
    """What happened and what to do, in words for the person at the terminal."""


class Busy(LocalError):
    """Another stack holds the directory."""


class NotStarted(LocalError):
    """A server or process did not come up."""


class Missing(LocalError):
    """A program that the stack needs is not installed."""
