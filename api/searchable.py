"""The searchable PDF of a document: made on demand, kept in the object store.

On demand, for most documents are never asked for one, and a text that changes would make it stale;
in a confined child, for no process that holds keys and connections parses a client's file.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from api import readings
from api.problems import NoPdf
from api.services import Services
from octavo.telemetry.logs import get_logger
from pipelines import media
from pipelines.errors import PipelineError, Reason
from pipelines.outputs.pdf import layer_file
from pipelines.outputs.pdf.make import make
from store import layout, queries
from store.models import Document

MEDIA_TYPE = media.PDF
# The machine's, not the file's: the same may be possible later.
_PASSING = frozenset({Reason.INTERNAL, Reason.OUT_OF_MEMORY})
_log = get_logger(__name__)


def key_of(services: Services, found: Document, edition: str) -> str:
    """The object that holds the PDF of this edition, which is made if need be.

    A PDF all of whose pages had their own text is its own searchable PDF. Raises NoPdf, BeingMade,
    and what the object store raises.
    """
    if found.media_type == media.PDF:
        with services.database.begin() as session:
            if not queries.read_by_another(session, found.id, layer_file.OWN):
                return found.object_key
    key = layout.pdf_key(found.tenant, found.id, edition)
    if services.objects.head(key) is None:
        try:
            services.pdfs.await_made(key, lambda: _make(services, found, key))
        except PipelineError as error:
            if error.reason in _PASSING:
                raise
            reason = {"code": error.reason, "detail": error.message}
            raise NoPdf(error.message, advice=error.advice or None, reason=reason) from error
    return key


def _make(services: Services, found: Document, key: str) -> None:
    with tempfile.TemporaryDirectory(prefix="octavo-pdf-") as name:
        directory = Path(name)
        source, layers = directory / "source", directory / "layers"
        layer_file.write(layers, layer_file.layers(readings.pages(services, found, words=True)))
        services.objects.fetch(found.object_key, source, sha256=found.sha256)
        made = make(
            source,
            found.media_type,
            layers,
            directory,
            services.limits,
            float(services.settings.pdf_seconds),
        )
        earlier = layout.results_prefix(found.tenant, found.id)
        stale = [stored.key for stored in services.objects.list(earlier) if stored.key != key]
        with made.open("rb") as file:
            services.objects.put(key, file, size=made.stat().st_size, media_type=MEDIA_TYPE)
        for old in stale:
            services.objects.delete(old)
        _log.info("api.pdf_made", document_id=str(found.id), size=made.stat().st_size)
