"""Pages of a document just split whose texts are known are done at once.

A file has the same pages as another of the same bytes, so whole files are looked for, in one
statement a table, whatever their length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Integer,
    LargeBinary,
    Text,
    Uuid,
    case,
    cast,
    column,
    func,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on, insert
from sqlalchemy.orm import Session, aliased

from store.cache import FLAG, counts
from store.claims import Source
from store.clock import now
from store.models import Document, Page, PageText, Sheaf
from store.states import PAGE_ENDED, DocumentState, PageState, SheafState
from store.versions import READ

_OF_CLEANUP = ("clean", "clean_words", "cleanup")
_FILLED = "filled"  # in a session's info


@dataclass(frozen=True, slots=True)
class Known:
    """What the pages of a file may be known by."""

    keys: Mapping[int, bytes]  # source key of each page
    seconds: float  # age up to which a text counts
    finished: bool  # with its clean text; else that is made anew


def fill(session: Session, source: Source, known: Known) -> int:
    """pending -> done, or recognized: pages of a document just split whose texts are known.

    How many. They have no picture of their own: it is drawn when somebody looks.
    """
    origins = _origins(session, source.tenant, known)
    found = _copy(session, source, origins, known) if origins else []
    if found:
        _settle(session, source, {number: origins[number] for number in found}, known.finished)
        _count_off(session, source, len(found) if known.finished else 0)
    session.info[_FILLED] = len(found)
    return len(found)


def filled(session: Session) -> int:
    """How many pages this session has filled."""
    count: int = session.info.get(_FILLED, 0)
    return count


def _origins(session: Session, tenant: str, known: Known) -> dict[int, Any]:
    """The document that each page's text is found in; pages of one file have the same numbers."""
    wanted = (
        func.unnest(
            cast([*known.keys], ARRAY(Integer)),
            cast([*known.keys.values()], ARRAY(LargeBinary)),
        )
        .table_valued(column("number", Integer), column("key", LargeBinary))
        .render_derived("wanted")
    )
    rows = session.execute(
        select(wanted.c.number, PageText.document_id)
        .select_from(wanted)
        .join(
            PageText,
            (PageText.source_key == wanted.c.key) & (PageText.number == wanted.c.number),
        )
        .join(Document, Document.id == PageText.document_id)
        .where(PageText.clean.is_not(None), *counts(tenant, known.seconds))
        .order_by(wanted.c.number, PageText.written_at.desc())
        .ext(distinct_on(wanted.c.number))
    )
    return {row.number: row.document_id for row in rows}


def _copy(
    session: Session, source: Source, origins: Mapping[int, Any], known: Known
) -> Sequence[int]:
    """Write the texts that are still there; of which pages. Their documents stay until the end."""
    wanted = _pairs(origins, [known.keys[number] for number in origins])
    columns: dict[str, Any] = {
        **{name: PageText.__table__.columns[name] for name in READ},
        "flags": func.array_append(
            func.array_remove(PageText.flags, cast(FLAG, Text)), cast(FLAG, Text)
        ),
        "image_key": null(),
    }
    if not known.finished:
        columns |= dict.fromkeys(_OF_CLEANUP, null())
    return session.scalars(
        insert(PageText)
        .from_select(
            ["document_id", "number", "fence", *columns],
            select(
                cast(literal(source.document_id, Uuid), Uuid),
                PageText.number,
                literal(1),
                *columns.values(),
            )
            .select_from(wanted)
            .join(
                PageText,
                (PageText.document_id == wanted.c.origin)
                & (PageText.number == wanted.c.number)
                & (PageText.source_key == wanted.c.key),
            )
            .join(Document, Document.id == PageText.document_id)
            .where(Document.state != DocumentState.DELETED)
            .with_for_update(read=True, key_share=True, of=Document),
        )
        .returning(PageText.number)
    ).all()


def _settle(session: Session, source: Source, origins: Mapping[int, Any], finished: bool) -> None:
    """The pages as if they had been read, with what was seen of them then."""
    wanted, known = _pairs(origins, [b""] * len(origins)), aliased(Page)
    session.execute(
        update(Page)
        .where(
            Page.document_id == source.document_id,
            Page.number == wanted.c.number,
            known.document_id == wanted.c.origin,
            known.number == wanted.c.number,
        )
        .values(
            state=PageState.DONE if finished else PageState.RECOGNIZED,
            source=known.source,
            fence=1,
            started_at=now,
            finished_at=now if finished else None,
        )
        .execution_options(synchronize_session=False)
    )


def _count_off(session: Session, source: Source, done: int) -> None:
    session.execute(
        update(Document)
        .where(Document.id == source.document_id)
        .values(pages_done=Document.pages_done + done)
        .execution_options(synchronize_session=False)
    )
    left = (
        select(func.count())
        .where(
            Page.document_id == Sheaf.document_id,
            Page.generation == Sheaf.generation,
            Page.sheaf == Sheaf.number,
            Page.state.not_in(PAGE_ENDED),
        )
        .scalar_subquery()
    )
    session.execute(
        update(Sheaf)
        .where(Sheaf.document_id == source.document_id, Sheaf.generation == source.generation)
        .values(pages_left=left, state=case((left == 0, SheafState.DONE), else_=Sheaf.state))
        .execution_options(synchronize_session=False)
    )


def _pairs(origins: Mapping[int, Any], keys: Sequence[bytes]) -> Any:
    """A table of number, origin and key."""
    return (
        func.unnest(
            cast([*origins], ARRAY(Integer)),
            cast([*origins.values()], ARRAY(Uuid)),
            cast([*keys], ARRAY(LargeBinary)),
        )
        .table_valued(column("number", Integer), column("origin", Uuid), column("key", LargeBinary))
        .render_derived("wanted")
    )
