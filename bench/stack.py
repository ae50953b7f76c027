"""A whole Octavo of its own for a measurement."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from octavo.cli.client import Client
from octavo.cli.running import local_key
from octavo.local.session import Session
from octavo.local.stack import Stack


@contextmanager
def running(root: Path) -> Iterator[Client]:
    """Every server and process under `root`, ready; stopped at the end."""
    os.environ.setdefault("OCTAVO_CACHE", "false")  # what is read twice is measured twice
    with Stack(root) as stack:
        session = Session(stack, root, local_key)
        session.start_first()
        session.start_next()
        session.start_last()
        session.wait_api(ready=True)
        address = session.publish()
        yield Client(address.url, address.api_key)
