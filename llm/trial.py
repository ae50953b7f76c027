"""One page put to a model for a person who looks: nothing is kept but the bill."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from llm import cleanup, questions
from llm.config import ConfigInvalid, Models
from llm.desk import Desk
from llm.values import Cleanup
from octavo.settings import Settings
from pipelines.cleanup.difference import Difference, diff
from pipelines.cleanup.values import Mode
from store import texts
from store.database import Database
from store.objects import Objects


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it."""

    raw: str
    found: Cleanup
    changes: tuple[Difference, ...]  # between the raw text and the answer


def attempt(
    settings: Settings,
    database: Database,
    objects: Objects,
    models: Models,
    *,
    tenant: str,
    document_id: UUID,
    page: int,
    mode: Mode,
    provider: str | None = None,
) -> Trial | None:
    """Ask about a page as it was read, whatever its document's options; None: it has no text.

    Takes `settings.cleanup_seconds` at most, counts against the budgets, and is not answered from
    the cache. Raises ConfigInvalid for a provider that the file does not name.
    """
    if provider is not None:
        chosen = tuple(each for each in models.providers if each.name == provider)
        if not chosen:
            raise ConfigInvalid(f"no provider is named {provider!r}")
        models = models.model_copy(update={"providers": chosen})
    with database.begin() as session:
        read = texts.read(session, document_id, page)
    if read is None:
        return None
    question = questions.question_of(tenant, document_id, page, read, mode, fence=None)
    found = cleanup.clean(Desk(settings, database, models), questions.seen(objects, read, question))
    return Trial(read.raw, found, diff(read.raw, found.answer) if found.answer else ())
