"""Queue `ocr`: read one page."""

from __future__ import annotations

import io
from dataclasses import asdict

from sqlalchemy.orm import Session

from pipelines import textlayer
from pipelines.confine import confined
from pipelines.inspect import look_again
from pipelines.preview import MEDIA_TYPE, preview
from pipelines.recognize import recognize as recognize_raster
from pipelines.render import render
from pipelines.values import AUTO_LANGUAGES, Options, PageInfo, Recognition, TextLayer
from store import layout, pages
from store.claims import PageClaim
from store.moves import Move
from store.states import PageStage
from tasks import names
from tasks.app import app
from tasks.context import Context
from tasks.options import options_of
from tasks.steps import Outcome, page_step
from tasks.telling import timed


@app.task(name=names.RECOGNIZE)
def recognize(document_id: str, generation: int, page: int) -> None:
    """Recognise one page."""
    page_step(document_id, generation, page, PageStage.RECOGNIZE, read)


def read(held: Context, claim: PageClaim) -> Outcome:
    """The page's text with its evidence, and its picture in the object store."""
    page = PageInfo(**claim.page)
    options = options_of(claim.source)
    path = held.sources.fetch(claim.source)
    if claim.version > 1:
        page = look_again(path, page, options, held.limits)
    image_key = None
    if page.text_layer and options.text_layer is not TextLayer.FORCE:
        seen = confined(textlayer.extract, path, page, options.languages, limits=held.limits)
    else:
        with timed("render"):
            raster = render(path, page, held.limits, options.rasterizer)
        with timed("read"):
            seen = recognize_raster(
                raster,
                options,
                held.limits,
                tessdata=held.settings.tessdata,
                in_process=claim.attempt == 1,  # a page that killed its worker kills no other
                likely=_likely(held, claim, options),
            )
        image_key = layout.image_key(claim.source.tenant, claim.source.document_id, page.number)
        picture = preview(raster)
        held.objects.put(image_key, io.BytesIO(picture), size=len(picture), media_type=MEDIA_TYPE)
    reading = reading_of(seen, image_key)

    def keep(session: Session) -> list[Move]:
        pages.record_recognition(session, claim, reading)
        return []

    return keep


def _likely(held: Context, claim: PageClaim, options: Options) -> tuple[str, ...]:
    """What its document's pages are in as far as they were read; nothing where a client says it."""
    if options.languages != AUTO_LANGUAGES:
        return ()
    with held.database.begin() as session:
        return tuple(pages.read_in(session, claim.source.document_id))


def reading_of(seen: Recognition, image_key: str | None) -> pages.Reading:
    """A recognition as the store keeps it."""
    return pages.Reading(
        raw=seen.text,
        words=[asdict(word) for word in seen.words],
        confidence=seen.confidence,
        width=seen.width,
        height=seen.height,
        dpi=seen.dpi,
        engine=seen.engine,
        languages=list(seen.languages),
        flags=list(seen.flags),
        blocks=[asdict(block) for block in seen.blocks],
        turn=seen.turn,
        image_key=image_key,
    )
