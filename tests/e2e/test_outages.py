"""A server that goes away delays a document and never loses it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from octavo.cli.client import Refused
from octavo.samples import make_scan


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.pdf"
    make_scan(path, pages=4, seed=31)
    return path


def test_an_upload_is_accepted_while_the_broker_is_down(octavo: Any, scan: Path) -> None:
    with octavo.without(octavo.stack.valkey):
        document = octavo.submit(scan)
        assert document["state"] == "queued"
    assert octavo.end_of(document)["state"] == "completed"


def test_an_upload_is_refused_while_the_object_store_is_down(octavo: Any, scan: Path) -> None:
    with octavo.without(octavo.stack.seaweedfs):
        with pytest.raises(Refused) as refused:
            octavo.submit(scan)
        assert refused.value.status == 503
    assert octavo.end_of(octavo.submit(scan))["state"] == "completed"


def test_a_broker_that_forgets_everything_loses_no_page(octavo: Any, scan: Path) -> None:
    import redis

    document = octavo.submit(scan)
    client = redis.Redis.from_url(octavo.stack.valkey.url())
    client.flushall()
    client.close()
    assert octavo.end_of(document)["state"] == "completed"


def test_an_ocr_worker_that_is_killed_loses_no_page(octavo: Any, scan: Path) -> None:
    document = octavo.submit(scan)
    supervisor = octavo.stack.supervisor
    os.killpg(supervisor.pid("ocr"), signal.SIGKILL)
    while supervisor.pid("ocr") is None or "ocr" not in supervisor.run_once():
        continue
    while supervisor.pid("ocr") is None:
        supervisor.run_once()
    document = octavo.end_of(document)
    assert (document["state"], document["pages_done"]) == ("completed", 4)
