"""A page's picture for people: made when somebody first looks at the page, and kept.

Most pages are never looked at, and a picture costs as much as a fiftieth of a page's reading.
"""

from __future__ import annotations

import io
import tempfile
from dataclasses import replace
from pathlib import Path

from api.problems import ImageMissing
from api.services import Services
from pipelines import media
from pipelines.errors import PipelineError
from pipelines.preview import LONGEST_SIDE, MEDIA_TYPE, preview
from pipelines.render import render
from pipelines.values import PageInfo
from store import layout
from store.models import Document, Page, PageText


def key_of(services: Services, document: Document, page: Page, text: PageText | None) -> str:
    """The object that holds the picture, which is made if need be.

    Raises ImageMissing, BeingMade, and what the object store raises.
    """
    if text is None:
        raise ImageMissing(f"Page {page.number} was not read, and has no picture.")
    key = text.image_key or layout.image_key(document.tenant, document.id, page.number)
    if services.objects.head(key) is None:
        try:
            services.pictures.await_made(key, lambda: _make(services, document, page, key))
        except PipelineError as error:
            raise ImageMissing(f"Page {page.number} cannot be drawn: {error.message}") from error
    return key


def _make(services: Services, document: Document, page: Page, key: str) -> None:
    limits = services.limits
    if document.media_type == media.PDF:  # drawn at once at the size it is looked at
        limits = replace(limits, max_page_pixels=LONGEST_SIDE**2)
    with tempfile.TemporaryDirectory(prefix="octavo-picture-") as directory:
        source = Path(directory) / "source"
        services.objects.fetch(document.object_key, source, sha256=document.sha256)
        raster = render(source, PageInfo(**page.source), limits, services.settings.rasterizer)
    picture = preview(raster)
    services.objects.put(key, io.BytesIO(picture), size=len(picture), media_type=MEDIA_TYPE)
