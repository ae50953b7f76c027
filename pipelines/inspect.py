"""The split stage: what a file is and what pages it has, without drawing any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipelines import images, media, pdf, resolution, textlayer
from pipelines.confine import confined
from pipelines.deadline import Deadline
from pipelines.errors import DocumentRejected, PageFailed, Reason
from pipelines.values import Inspection, Limits, Options, PageInfo, TextLayer

BATCH = 25  # pages looked at by one child
PAGE_SECONDS = 10.0  # for one page that made its batch fail


def inspect(source: Path, options: Options, limits: Limits) -> Inspection:
    """The pages that `options` asks for, with sizes, resolution and the verdict on text layers.

    A page whose content cannot be parsed is kept: it fails later and alone. Pages that
    `limits.inspect_seconds` leave no time for are kept as if they were no scans and had no layer.
    Raises DocumentRejected: EMPTY_FILE, UNSUPPORTED_MEDIA, INVALID_PDF, INVALID_IMAGE, ENCRYPTED,
    NO_PAGES, TOO_MANY_PAGES, PAGE_OUT_OF_RANGE, RESOURCE_LIMIT, TIMEOUT.
    """
    media_type = _media_type(source)
    deadline = Deadline.after(limits.inspect_seconds)
    try:
        if media_type == media.PDF:
            pages, count = _pdf_pages(source, options, limits, deadline)
        else:
            pages, count = _image_pages(source, media_type, options, limits)
    except PageFailed as error:  # no page is to blame yet: the file as a whole cannot be opened
        raise DocumentRejected(
            _document_reason(error.reason, media_type),
            error.message,
            retryable=error.retryable,
            advice=error.advice,
        ) from error
    return Inspection(media_type, count, pages)


def look_again(source: Path, page: PageInfo, options: Options, limits: Limits) -> PageInfo:
    """The same page with the verdict that these options come to; not those it was split with."""
    if _media_type(source) != media.PDF:
        return page
    plain = replace(page, dpi=None, text_layer=False)
    seconds = min(PAGE_SECONDS, limits.render_seconds)
    return _alone(source, plain, options.text_layer, limits, seconds)


def look(source: Path, pages: tuple[PageInfo, ...], mode: TextLayer) -> tuple[PageInfo, ...]:
    """The same pages with resolution and verdict; runs inside `pipelines.confine`."""
    with pdf.opened(source) as document:
        return tuple(_look(document, page, mode) for page in pages)


def _look(document: object, page: PageInfo, mode: TextLayer) -> PageInfo:
    try:
        with pdf.loaded(document, page.number) as sheet:
            text = textlayer.characters(sheet)
            dpi = pdf.resolution(sheet, has_text=bool(text.strip()))
    except PageFailed:
        return page
    taken = textlayer.taken(text, mode, scan=dpi is not None)
    return replace(page, dpi=dpi, text_layer=taken)


def _media_type(source: Path) -> str:
    with source.open("rb") as file:
        head = file.read(media.HEAD_BYTES)
    if not head:
        raise DocumentRejected(Reason.EMPTY_FILE, "The file is empty.")
    media_type = media.sniff(head)
    if media_type is None:
        raise DocumentRejected(
            Reason.UNSUPPORTED_MEDIA,
            "The file is no PDF, PNG, JPEG, TIFF or WebP.",
            advice="Send one of these; a PDF must start with %PDF-.",
        )
    return media_type


def _pdf_pages(
    source: Path, options: Options, limits: Limits, deadline: Deadline
) -> tuple[tuple[PageInfo, ...], int]:
    sizes = confined(pdf.sizes, source, limits.max_pages, limits=limits)
    numbers = media.page_range(options.pages, len(sizes))
    plain = tuple(PageInfo(number, *sizes[number - 1]) for number in numbers)
    return tuple(_looked_at(source, plain, options.text_layer, limits, deadline)), len(sizes)


def _looked_at(
    source: Path,
    pages: tuple[PageInfo, ...],
    mode: TextLayer,
    limits: Limits,
    deadline: Deadline,
) -> Iterator[PageInfo]:
    for start in range(0, len(pages), BATCH):
        batch = pages[start : start + BATCH]
        seconds = deadline.left() / 2  # so that a batch that hangs leaves time for the others
        try:
            yield from _seen(source, batch, mode, limits, seconds)
        except PageFailed:
            for page in batch:
                seconds = min(PAGE_SECONDS, limits.render_seconds, deadline.left())
                yield _alone(source, page, mode, limits, seconds)


def _alone(
    source: Path, page: PageInfo, mode: TextLayer, limits: Limits, seconds: float
) -> PageInfo:
    try:
        return _seen(source, (page,), mode, limits, seconds)[0]
    except PageFailed:  # it will say so again when it is drawn, and then for itself alone
        return page


def _seen(
    source: Path, pages: tuple[PageInfo, ...], mode: TextLayer, limits: Limits, seconds: float
) -> tuple[PageInfo, ...]:
    """The pages looked at, or as they are when no time is left."""
    if not seconds:
        return pages
    return confined(look, source, pages, mode, limits=limits, seconds=seconds)


def _image_pages(
    source: Path, media_type: str, options: Options, limits: Limits
) -> tuple[tuple[PageInfo, ...], int]:
    sizes = confined(images.sizes, source, media_type, limits, limits=limits)
    numbers = media.page_range(options.pages, len(sizes))
    pages = []
    for number in numbers:
        width, height, dpi = sizes[number - 1]
        point = (dpi or max(width, height) / resolution.PAGE_INCHES) / 72  # pixels
        pages.append(PageInfo(number, width / point, height / point, dpi))
    return tuple(pages), len(sizes)


def _document_reason(reason: Reason, media_type: str) -> Reason:
    if reason is not Reason.RENDER_FAILED:
        return reason
    return Reason.INVALID_PDF if media_type == media.PDF else Reason.INVALID_IMAGE
