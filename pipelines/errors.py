"""Why a document or a page could not be read: one tree, every leaf a stable reason code.

PipelineError
├── DocumentRejected   the file as a whole: no page of it can be read
└── PageFailed         one page: the rest of the document goes on
    └── LanguageDamaged  the data of its language
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Reason(StrEnum):
    """Reason codes that clients see; never renamed, only added."""

    EMPTY_FILE = "empty_file"
    UNSUPPORTED_MEDIA = "unsupported_media"
    INVALID_PDF = "invalid_pdf"
    INVALID_IMAGE = "invalid_image"
    ENCRYPTED = "encrypted"
    SIGNED = "signed"
    NO_PAGES = "no_pages"
    TOO_MANY_PAGES = "too_many_pages"
    PAGE_OUT_OF_RANGE = "page_out_of_range"
    PAGE_TOO_LARGE = "page_too_large"
    RENDER_FAILED = "render_failed"
    RESOURCE_LIMIT = "resource_limit"
    TIMEOUT = "timeout"
    LANGUAGE_MISSING = "language_missing"
    LANGUAGE_DAMAGED = "language_damaged"
    ENGINE_MISSING = "engine_missing"
    ENGINE_FAILED = "engine_failed"
    OBJECT_MISSING = "object_missing"
    OBJECT_CHANGED = "object_changed"
    OUT_OF_MEMORY = "out_of_memory"
    ATTEMPTS_EXHAUSTED = "attempts_exhausted"
    INTERNAL = "internal"


class PipelineError(Exception):
    """What happened (`reason`, message), whether to retry (`retryable`), what to do (`advice`)."""

    def __init__(
        self, reason: Reason, message: str, *, retryable: bool = False, advice: str = ""
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.retryable = retryable
        self.advice = advice

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.reason, self.message, self.retryable, self.advice))


class DocumentRejected(PipelineError):
    """The file cannot be read at all."""


class PageFailed(PipelineError):
    """One page cannot be read; the others go on."""


class LanguageDamaged(PageFailed):
    """Tesseract's data for `codes` is there, and cannot be read."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = tuple(codes)
        files = ", ".join(f"{code}.traineddata" for code in self.codes)
        super().__init__(
            Reason.LANGUAGE_DAMAGED,
            f"Tesseract's data for {', '.join(self.codes)} is damaged, or of another version.",
            advice=f"Replace {files} by a whole copy.",
        )

    def __reduce__(self) -> tuple[object, ...]:
        return (LanguageDamaged, (self.codes,))


def _rebuild(
    kind: type[PipelineError], reason: Reason, message: str, retryable: bool, advice: str
) -> PipelineError:
    return kind(reason, message, retryable=retryable, advice=advice)
