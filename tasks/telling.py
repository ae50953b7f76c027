"""What a task tells of itself: ids on its log lines, the time it takes, the pages it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from celery import current_task
from sqlalchemy import event
from sqlalchemy.orm import Session

from octavo.telemetry import logs, metrics, tracing
from pipelines import routing
from pipelines.values import Recognition
from store.claims import BulkClaim, DocumentClaim, PageClaim

NO_ENGINE = "none"  # of a page that failed
NOT_READ = "cache"  # of a page whose text was known before it was read


@contextmanager
def named(*, document_id: str | None = None, page: int | None = None) -> Iterator[None]:
    """These and the id of the task that runs here are on every line logged inside the block."""
    task_id = current_task.request.id if current_task else None
    with logs.bind(document_id=document_id, page=page, task_id=task_id):
        yield


@contextmanager
def stage(claim: DocumentClaim | PageClaim | BulkClaim) -> Iterator[None]:
    """Measure the work on a claim, and make a span of it."""
    name = step(claim)
    page = claim.number if isinstance(claim, PageClaim) else None
    about = {"document_id": str(claim.source.document_id), "page": page, "attempt": claim.attempt}
    with tracing.span(name, **about), timed(name):
        yield


def step(claim: DocumentClaim | PageClaim | BulkClaim) -> str:
    """What a claim is the right to do, as logs and metrics name it."""
    match claim:
        case PageClaim():
            return str(claim.step)
        case BulkClaim():
            return "bulk"
        case DocumentClaim():
            return str(claim.stage)


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Add the time the block takes, whatever comes of it, to those of the stage `name`."""
    began = perf_counter()
    try:
        yield
    finally:
        metrics.STAGE_SECONDS.labels(stage=name).observe(perf_counter() - began)


def page_ended(session: Session, outcome: str, engine: str, pages: int = 1) -> None:
    """Count pages as done or failed, once `session`'s transaction has committed."""

    def count(_: Session) -> None:
        metrics.PAGES.labels(outcome=outcome, engine=engine).inc(pages)

    event.listen(session, "after_commit", count, once=True)


def pages_found(session: Session, found: int, pages: int, finished: bool) -> None:
    """Count pages of a file that were, or were not, known, once `session` has committed."""

    def count(_: Session) -> None:
        metrics.CACHE.labels(found_by="source", outcome="hit").inc(found)
        metrics.CACHE.labels(found_by="source", outcome="miss").inc(pages - found)

    event.listen(session, "after_commit", count, once=True)
    if finished and found:
        page_ended(session, "done", NOT_READ, found)


def escalated(seen: Recognition) -> None:
    """Count a page that a second engine was asked to read."""
    if outcome := routing.outcome(seen):
        metrics.ESCALATIONS.labels(outcome=outcome).inc()
