"""A claimed page put to the models, its answer as the page keeps it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded

from llm import cleanup, questions, wanting
from llm.config import ConfigInvalid, models
from llm.desk import Desk
from llm.values import Cleanup, Question, Skip, State
from octavo.telemetry import logs, metrics
from pipelines.clean import clean as clean_text
from pipelines.cleanup.align import align
from pipelines.cleanup.values import Mode
from pipelines.values import Options
from store.claims import PageClaim, StaleFence
from store.texts import Seen
from tasks.context import Context
from tasks.steps import OUTAGES

_log = logs.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A page's clean text; what the model did to it, and its words, where one was wanted."""

    text: str
    words: list[dict[str, Any]] | None = None
    report: dict[str, Any] | None = None


def cleaned(held: Context, claim: PageClaim, options: Options, read: Seen) -> Cleaned:
    """The rules' text, or a model's where one is wanted and the guards take its answer.

    Whatever goes wrong with a model costs the page nothing but its answer. Raises StaleFence when
    the claim was lost, and what the database raises.
    """
    text = clean_text(read.raw, tuple(read.languages))
    if options.cleanup is Mode.OFF:
        return Cleaned(text)
    question = questions.question_of(
        claim.source.tenant,
        claim.source.document_id,
        claim.number,
        read,
        options.cleanup,
        fence=claim.fence,
    )
    found = _asked(held, claim, options, read, question)
    if found.reason == Skip.GONE:
        raise StaleFence
    metrics.CLEANUPS.labels(state=str(found.state), reason=str(found.reason or "")).inc()
    _log.info("page.cleanup", state=str(found.state), reason=str(found.reason or ""))
    if found.state is not State.ACCEPTED or found.text is None:
        return Cleaned(text, report=found.report())
    words = [asdict(each) for each in align(question.words, found.text)]
    return Cleaned(clean_text(found.text, tuple(read.languages)), words, found.report())


def _asked(
    held: Context, claim: PageClaim, options: Options, read: Seen, question: Question
) -> Cleanup:
    why = wanting.why_not(options, read.raw, read.confidence, held.settings)
    if why is not None:
        return cleanup.skipped(question, why)
    if claim.attempt >= held.settings.max_attempts:
        # Whatever ended the attempts before this one must not cost the page its text.
        return cleanup.skipped(question, Skip.SENDS_EXHAUSTED)
    try:
        known = models(held.settings)
        if known is None:
            return cleanup.skipped(question, Skip.NO_PROVIDER)
        desk = Desk(held.settings, held.database, known)
        return cleanup.clean(desk, questions.seen(held.objects, read, question))
    except ConfigInvalid as error:
        _log.error("llm.misconfigured", why=str(error))
        return cleanup.skipped(question, Skip.MISCONFIGURED)
    except SoftTimeLimitExceeded:
        return cleanup.skipped(question, Skip.TOO_SLOW)
    except OUTAGES:
        raise
    except Exception as error:  # noqa: BLE001 the page has its text already
        # Not its words: they may quote the page.
        _log.error("llm.unexpected", error=type(error).__qualname__)
        return cleanup.skipped(question, Skip.INTERNAL)
