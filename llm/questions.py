"""What was read on a page, as a question."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from pydantic import TypeAdapter

from llm.values import Question
from octavo.telemetry import logs
from pipelines.cleanup.values import Mode
from pipelines.values import Word
from store.objects import ObjectError, Objects
from store.texts import Seen

_log = logs.get_logger(__name__)
_WORDS = TypeAdapter(tuple[Word, ...])
_MOST_BYTES = 8 * 2**20  # of a picture


def question_of(
    tenant: str, document_id: UUID, page: int, read: Seen, mode: Mode, *, fence: int | None
) -> Question:
    """A question about the text alone; `seen` adds the picture."""
    return Question(
        tenant=tenant,
        document_id=document_id,
        page=page,
        fence=fence,
        mode=mode,
        raw=read.raw,
        words=_WORDS.validate_python(read.words),
        languages=tuple(read.languages),
    )


def seen(objects: Objects, read: Seen, question: Question) -> Question:
    """With the page's picture in the mode vision; a page without one is asked about as text."""
    if question.mode is not Mode.VISION:
        return question
    picture = _picture(objects, read.image_key)
    return replace(question, image=picture, mode=Mode.VISION if picture else Mode.CLEANUP)


def _picture(objects: Objects, key: str | None) -> bytes | None:
    if key is None:
        return None  # taken from a text layer
    try:
        with objects.get(key) as body:
            if body.stored.size > _MOST_BYTES:
                return None
            return b"".join(body.chunks())
    except ObjectError as error:
        _log.warning("llm.no_picture", error=type(error).__name__)
        return None
