"""Exit codes of `octavo`, and the errors that carry them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from octavo.local.errors import LocalError

OK = 0
ERROR = 1
USAGE = 2
PARTIAL = 3
FAILED = 4
CANCELLED = 5
REFUSED = 65
NO_INPUT = 66
UNAVAILABLE = 69
NO_OUTPUT = 73
NO_PERMISSION = 77
INTERRUPTED = 130
TERMINATED = 143

OF_STATE = {
    "completed": OK,
    "partial": PARTIAL,
    "failed": FAILED,
    "cancelled": CANCELLED,
    "deleted": CANCELLED,
}

TABLE = """\b
Exit codes:
  0    every page has its text
  1    something else went wrong
  2    wrong usage
  3    partial: some pages have no text; they are named with the reason
  4    failed: no page has text; the reason is named
  5    cancelled or deleted
  65   the API refused the file or an option
  66   the file cannot be read
  69   Octavo, or a server it needs, is not there
  73   the results cannot be saved
  77   the API key is missing, unknown or not allowed to
  130  interrupted
"""


class Failure(click.ClickException):
    """A sentence for the person at the terminal, and an exit code for the script."""

    def __init__(self, message: str, exit_code: int = ERROR) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc] # click's own way to set one


# Where a plain KeyboardInterrupt leaves an `exec` of a string (a dataclass is made by one), CPython
# sets `unhandled_keyboard_interrupt` and ends by SIGINT in the end, though it was caught.
class Interrupted(KeyboardInterrupt):
    """Ctrl-C, by a class of its own."""


def interrupt(*_: object) -> NoReturn:
    """A handler of SIGINT."""
    raise Interrupted


@contextmanager
def explained() -> Iterator[None]:
    """Turn what the stack raises, and Ctrl-C, into exit codes."""
    try:
        yield
    except LocalError as error:
        raise Failure(str(error), UNAVAILABLE) from error
    except KeyboardInterrupt as error:
        raise Failure("interrupted", INTERRUPTED) from error
