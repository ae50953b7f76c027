"""The command line `octavo`: a module a group of commands, loaded when one of them is called."""

from __future__ import annotations

from octavo.cli.main import main

__all__ = ["main"]
