"""Queue `ocr`: read one page, or many that cost next to nothing."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import asdict, replace
from time import perf_counter
from typing import Any

from sqlalchemy.orm import Session

from pipelines import bulk as cheap
from pipelines import identity
from pipelines.clean import clean
from pipelines.cleanup.values import Mode
from pipelines.preview import MEDIA_TYPE, preview
from pipelines.recognize import look
from pipelines.recognize import recognize as recognize_raster
from pipelines.render import render
from pipelines.values import AUTO_LANGUAGES, Options, Raster, Recognition, Word
from store import bulk as many
from store import layout, pages, texts
from store.claims import BulkClaim, PageClaim
from store.moves import Move
from store.states import PageStage
from tasks import names, telling
from tasks.app import app
from tasks.cache import PageCache
from tasks.context import Context
from tasks.options import options_of, page_of
from tasks.steps import Outcome, bulk_step, page_step
from tasks.telling import timed


@app.task(name=names.RECOGNIZE)
def recognize(document_id: str, generation: int, page: int) -> None:
    """Recognise one page."""
    page_step(document_id, generation, page, PageStage.RECOGNIZE, read)


@app.task(name=names.BULK)
def bulk(document_id: str, generation: int, page_numbers: list[int]) -> None:
    """Recognise and clean many cheap pages."""
    bulk_step(document_id, generation, page_numbers, read_many)


def read(held: Context, claim: PageClaim) -> Outcome:
    """The page's text with its evidence, and its picture where a model is to see it.

    It is cleaned at once where no model may be asked about it.
    """
    options = options_of(claim.source)
    path = held.sources.fetch(claim.source)
    known = PageCache.of(held, claim, options)
    page, seen = look(path, page_of(claim), options, held.limits)
    if seen is not None:
        reading = known.keyed(reading_of(seen, None), page.number)
    else:
        with timed("render"):
            raster = render(path, page, held.limits, options.rasterizer)
        reading = _of_raster(held, claim, options, raster, known)
        if options.cleanup is Mode.VISION:
            reading = replace(reading, image_key=_pictured(held, claim, raster))

    if options.cleanup is not Mode.OFF:
        text = None
    else:
        with timed("clean"):
            text = clean(reading.raw, tuple(reading.languages))

    def keep(session: Session) -> list[Move]:
        pages.record_recognition(session, claim, reading, asdict(page))
        if text is None:
            return []
        moves = pages.record_clean(session, claim, text)
        telling.page_ended(session, "done", reading.engine)
        return moves

    return keep


def _pictured(held: Context, claim: PageClaim, raster: Raster) -> str:
    """The key of the page's picture, which is kept. People's are made when they look at a page."""
    key = layout.image_key(claim.source.tenant, claim.source.document_id, claim.number)
    picture = preview(raster)
    held.objects.put(key, io.BytesIO(picture), size=len(picture), media_type=MEDIA_TYPE)
    return key


def _of_raster(
    held: Context, claim: PageClaim, options: Options, raster: Raster, known: PageCache
) -> pages.Reading:
    """What was read on these pixels before, else what is read now."""
    raster_key, found = known.find(raster)
    if found is not None:
        return known.keyed(found, claim.number, raster_key)
    began = perf_counter()
    with timed("read"):
        seen = recognize_raster(
            raster,
            options,
            held.limits,
            tessdata=held.settings.tessdata,
            in_process=claim.attempt == 1,  # a page that killed its worker kills no other
            likely=_likely(held, claim, options),
        )
    telling.escalated(seen)
    reading = reading_of(seen, None)
    if claim.attempt > 1 or identity.hurried(perf_counter() - began, held.limits):
        return reading  # the page's own, for nobody else to find
    return known.keyed(reading, claim.number, raster_key)


def _likely(held: Context, claim: PageClaim, options: Options) -> tuple[str, ...]:
    """What its document's pages are in as far as they were read; nothing where a client says it."""
    if options.languages != AUTO_LANGUAGES:
        return ()
    with held.database.begin() as session:
        return tuple(texts.read_in(session, claim.source.document_id))


def read_many(held: Context, claim: BulkClaim) -> Outcome:
    """The text of every page that has a good layer; the others are set aside, with why."""
    options = options_of(claim.source)
    path = held.sources.fetch(claim.source)
    known = PageCache.of(held, claim, options)
    found = cheap.read(path, [page_of(page) for page in claim.pages], options, held.limits)
    read = {
        page.number: many.DonePage(
            asdict(page),
            known.keyed(reading_of(seen, None), page.number),
            clean(seen.text, seen.languages),
        )
        for page, seen in found
        if seen is not None
    }
    aside = {page.number: asdict(page) for page, seen in found if seen is None}

    def keep(session: Session) -> list[Move]:
        moves = many.record(session, claim, read) if read else []
        if aside:
            moves += many.set_aside(session, claim, aside)
        for engine, count in Counter(page.reading.engine for page in read.values()).items():
            telling.page_ended(session, "done", engine, count)
        return moves

    return keep


def reading_of(seen: Recognition, image_key: str | None) -> pages.Reading:
    """A recognition as the store keeps it."""
    return pages.Reading(
        raw=seen.text,
        words=[_word(word) for word in seen.words],
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


def _word(word: Word) -> dict[str, Any]:
    """As `asdict` has it, and a tenth of its time."""
    box = word.box
    return {
        "text": word.text,
        "box": {"left": box.left, "top": box.top, "right": box.right, "bottom": box.bottom},
        "confidence": word.confidence,
        "line": word.line,
    }
