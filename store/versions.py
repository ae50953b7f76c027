"""Versions of a page's text: the one that counts, and those kept beside it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, defer

from store.models import Page, PageText, PageVersion, Read

# Columns that every version has, the current one and those kept.
READ = tuple(name for name in Read.__annotations__ if name in PageText.__table__.columns)
_LARGE = ("words", "clean_words", "blocks")
_VERSION = ("document_id", "number", "version", *READ)


def keep(session: Session, document_id: UUID, number: int) -> int | None:
    """Put the current text of a page beside what replaces it; its version, None: it has none."""
    columns = [PageText.__table__.columns[name] for name in _VERSION]
    return session.scalar(
        insert(PageVersion)
        .from_select(_VERSION, select(*columns).where(*_at(PageText, document_id, number)))
        .returning(PageVersion.version)
    )


def bring_back(
    session: Session, document_id: UUID, number: int, version: int, *, fence: int
) -> None:
    """Make a version that is kept the current text, in place of whatever is; under `fence`."""
    place = (*_at(PageVersion, document_id, number), PageVersion.version == version)
    columns = [PageVersion.__table__.columns[name] for name in ("version", *READ)]
    kept = session.execute(select(*columns).where(*place)).mappings().one()
    session.execute(
        update(PageText)
        .where(*_at(PageText, document_id, number))
        .values(fence=fence, **kept)
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(PageVersion).where(*place).execution_options(synchronize_session=False))


def trim(session: Session, document_id: UUID, number: int, most: int) -> None:
    """Forget the oldest of the versions kept beside the current one when more than `most` are.

    The one that a reading under way would fall back to stays.
    """
    keeps = select(Page.keeps).where(*_at(Page, document_id, number)).scalar_subquery()
    surplus = (
        select(PageVersion.version)
        .where(*_at(PageVersion, document_id, number))
        .order_by(
            PageVersion.version.is_not_distinct_from(keeps).desc(), PageVersion.version.desc()
        )
        .offset(most)
    )
    session.execute(
        delete(PageVersion)
        .where(*_at(PageVersion, document_id, number), PageVersion.version.in_(surplus))
        .execution_options(synchronize_session=False)
    )


def listing(session: Session, document_id: UUID, number: int) -> list[PageText | PageVersion]:
    """Every version of a page's text, the newest first, without words and blocks."""
    current = session.scalars(
        select(PageText)
        .where(*_at(PageText, document_id, number))
        .options(*(defer(getattr(PageText, name), raiseload=True) for name in _LARGE))
    ).one_or_none()
    kept = session.scalars(
        select(PageVersion)
        .where(*_at(PageVersion, document_id, number))
        .options(*(defer(getattr(PageVersion, name), raiseload=True) for name in _LARGE))
    )
    if current is None:
        return []
    # Until a page that is read again is recognised, its text is current and kept.
    found: list[PageText | PageVersion] = [current]
    found += [each for each in kept if each.version != current.version]
    return sorted(found, key=lambda each: -each.version)


def one(
    session: Session, document_id: UUID, number: int, version: int
) -> PageText | PageVersion | None:
    """One version of a page's text, the current one or one that is kept."""
    current = session.get(PageText, (document_id, number))
    if current is not None and current.version == version:
        return current
    return session.get(PageVersion, (document_id, number, version))


def _at(kind: Any, document_id: UUID, number: int) -> tuple[Any, Any]:
    return kind.document_id == document_id, kind.number == number
