"""Whether a model is to be asked about a page at all; decided before the page is sent anywhere."""

from __future__ import annotations

from llm.config import ConfigInvalid, models
from llm.values import Skip
from octavo.settings import Settings
from octavo.telemetry import logs
from pipelines.cleanup.judge import worth_sending
from pipelines.cleanup.values import Mode
from pipelines.values import CleanupPages, Options

_log = logs.get_logger(__name__)


def modes(settings: Settings) -> frozenset[Mode]:
    """What documents may ask for here; a file that cannot be used offers nothing but off."""
    try:
        known = models(settings)
    except ConfigInvalid as error:
        _log.error("llm.misconfigured", why=str(error))
        known = None
    offered = {Mode(mode) for each in known.providers for mode in each.modes} if known else set()
    return frozenset(offered | {Mode.OFF})


def why_not(
    options: Options, raw: str, confidence: float | None, settings: Settings
) -> Skip | None:
    """Why a page of a document that asked for cleanup keeps its text; None: it is to be sent."""
    if settings.llm_file is None:
        return Skip.NO_PROVIDER
    if not worth_sending(raw):
        return Skip.BLANK_PAGE
    sure = confidence is not None and confidence >= settings.cleanup_below
    if sure and options.cleanup_pages is CleanupPages.UNSURE:
        return Skip.CONFIDENT
    return None
