"""The split stage: what a file is, what pages it has, and what kind the first of them are of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipelines import images, layers, media, pdf, resolution
from pipelines.confine import confined
from pipelines.deadline import Deadline
from pipelines.errors import DocumentRejected, PageFailed, Reason
from pipelines.values import Inspection, Limits, Options, PageInfo, Verdict

SAMPLE = 8  # pages looked at from the start, and again over the rest


def inspect(source: Path, options: Options, limits: Limits) -> Inspection:
    """The pages that `options` asks for, with sizes, and the verdict on a sample of them.

    The others are looked at when they are read: the first page of a book waits for none of them.
    A page whose content cannot be parsed is kept: it fails later and alone.
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
    pages = [PageInfo(number, *sizes[number - 1]) for number in numbers]
    places = sampled(len(pages))
    looked_at = tuple(pages[place] for place in places)
    found = layers.each(layers.judged, source, looked_at, limits=limits, deadline=deadline)
    for place, page in zip(places, found, strict=True):
        if page is not None:
            pages[place] = replace(page, number=pages[place].number)
    return tuple(pages), len(sizes)


def sampled(count: int) -> list[int]:
    """Places of the pages to look at: the first ones, and as many spread over the rest."""
    first = min(count, SAMPLE)
    spread = (first + step * (count - first) // SAMPLE for step in range(1, SAMPLE + 1))
    return sorted({*range(first), *(place - 1 for place in spread)})


def _image_pages(
    source: Path, media_type: str, options: Options, limits: Limits
) -> tuple[tuple[PageInfo, ...], int]:
    sizes = confined(images.sizes, source, media_type, limits, limits=limits)
    numbers = media.page_range(options.pages, len(sizes))
    pages = []
    for number in numbers:
        width, height, dpi = sizes[number - 1]
        point = (dpi or max(width, height) / resolution.PAGE_INCHES) / 72  # pixels
        pages.append(PageInfo(number, width / point, height / point, dpi, Verdict.IMAGE))
    return tuple(pages), len(sizes)


def _document_reason(reason: Reason, media_type: str) -> Reason:
    if reason is not Reason.RENDER_FAILED:
        return reason
    return Reason.INVALID_PDF if media_type == media.PDF else Reason.INVALID_IMAGE
