"""A page that kills the process it is read in is read apart from the worker the next time."""

from __future__ import annotations

import faulthandler
import hashlib
import io
import os
import resource
import signal
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from uuid import uuid4

import pytest

from octavo.settings import Settings
from pipelines.engines import chaotic
from pipelines.values import PageInfo, Verdict
from store.claims import PageClaim, Source
from store.database import Database, open_engine
from store.objects.memory import MemoryObjects
from store.states import PageStage
from tasks import ocr
from tasks.context import Context
from tasks.sources import Sources

READ = 7  # exit code of a child that has read its page


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Context]:
    settings = Settings(rasterizer="null", recognizer="chaotic", test_engines=True)
    objects = MemoryObjects()
    objects.prepare()
    sources = Sources(objects, idle_seconds=60, within=tmp_path)
    database = Database(open_engine(settings, application="test", pool_size=1))  # never asked
    yield Context(settings, database, objects, sources)
    database.close()
    sources.close()


def claim(held: Context, attempt: int) -> PageClaim:
    content = b"%PDF-1.7"
    key = f"default/{uuid4()}/source"
    held.objects.put(key, io.BytesIO(content), size=len(content), media_type="application/pdf")
    source = Source(
        document_id=uuid4(),
        tenant="default",
        generation=1,
        object_key=key,
        sha256=hashlib.sha256(content).hexdigest(),
        media_type="application/pdf",
        options={"rasterizer": "null", "recognizer": "chaotic"},
        trace={},
    )
    page = asdict(PageInfo(1, 100.0, 100.0, verdict=Verdict.IMAGE))
    return PageClaim(source, 1, 0, PageStage.RECOGNIZE, attempt, attempt, 60.0, page)


@pytest.mark.parametrize(("attempt", "code"), [(1, -signal.SIGABRT), (2, READ), (3, READ)])
def test_a_deadly_page(
    attempt: int, code: int, held: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "1").write_text("abort", "ascii")
    monkeypatch.setenv(chaotic.DIRECTORY, str(tmp_path))
    child = os.fork()
    if child == 0:
        try:
            faulthandler.disable()
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            ocr.read(held, claim(held, attempt))
            os._exit(READ)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == code
