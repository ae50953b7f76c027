"""The store on a real Postgres and the model of it, taking every step together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from outbox.record import record
from pipelines.values import Options, PageInfo
from store import (
    arrows,
    claims,
    documents,
    filling,
    layout,
    pages,
    requests,
    rereads,
    sheaves,
    sweep,
    uploads,
)
from store.claims import DocumentClaim, Failure, PageClaim, StaleFence
from store.database import Database
from store.models import Document, Page
from store.moves import Accepted, Move, PagesFinished, SheafDispatched
from store.sheaves import Plan
from store.states import PageStage, Stage
from tests.chaos import model

LEASE = 3600.0
LONG = 1e6  # longer than any back-off
PLAN = Plan(
    sheaf_pages=model.SHEAF_PAGES,
    bulk_pages=model.SHEAF_PAGES,
    sheaves_in_flight=model.SHEAVES_IN_FLIGHT,
    pages_in_flight=model.PAGES_IN_FLIGHT,
    lease_seconds=LEASE,
)
READING = pages.Reading(
    raw="raw",
    words=[],
    confidence=0.9,
    width=100,
    height=100,
    dpi=100.0,
    engine="null",
    languages=["eng"],
    flags=[],
    image_key=None,
)
FAILURE = Failure("internal", "drawn by lot")

Message = tuple[str, UUID, int, int]  # split, page or aggregate; document, generation, page
Rows = dict[UUID, Any]


@dataclass(frozen=True)
class Held:
    """A claim that somebody holds, or believes to hold."""

    claim: DocumentClaim | PageClaim
    step: str  # split, aggregate, recognize or clean

    @property
    def document_id(self) -> UUID:
        return self.claim.source.document_id

    @property
    def generation(self) -> int:
        return self.claim.source.generation


class Pair:
    """Every method does one step in both and compares all rows. Raises AssertionError."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.known: dict[UUID, model.Document] = {}
        self.messages: dict[Message, None] = {}  # sent at least once; none is ever taken away
        with database.begin() as session:
            session.execute(text("DELETE FROM documents"))
            session.execute(text("DELETE FROM outbox"))

    def upload(self, *, promised: bool) -> None:
        """A new document, with its file or with the promise of one."""
        document_id = uuid4()
        stored = _upload(document_id)
        if promised:
            key = layout.incoming_key("t", document_id, "0" * 64)
            waiting = replace(stored, sha256=None, object_key=key)
            with self.database.begin() as session:
                uploads.promise(session, waiting, expires_seconds=LEASE)
            self.known[document_id] = model.Document("awaiting_upload", has_file=False)
        else:
            self.known[document_id] = model.Document("queued", has_file=True)
            self._do(lambda session: uploads.accept(session, stored, lease_seconds=LEASE))

    def confirm(self, document_id: UUID) -> None:
        stored = _upload(document_id)
        self._asked(
            document_id,
            lambda session, document: uploads.confirm(
                session,
                document,
                object_key=stored.object_key,
                media_type=stored.media_type,
                size_bytes=stored.size_bytes,
                sha256="0" * 64,
                lease_seconds=LEASE,
            ),
            model.Document.confirm,
        )

    def cancel(self, document_id: UUID) -> None:
        self._asked(document_id, requests.cancel, model.Document.cancel)

    def delete(self, document_id: UUID) -> None:
        self._asked(document_id, requests.delete, model.Document.delete)

    def retry(self, document_id: UUID) -> None:
        self._asked(
            document_id,
            lambda s, document: requests.retry(s, document, lease_seconds=LEASE, plan=PLAN),
            model.Document.retry,
        )

    def reread(self, document_id: UUID, number: int) -> None:
        self._asked(
            document_id,
            lambda s, document: rereads.reread(
                s,
                document,
                _page(s, document, number),
                {"languages": ["deu"]},
                most_versions=model.PAGE_VERSIONS,
                plan=PLAN,
            ),
            lambda known: known.reread(number),
        )

    def restore(self, document_id: UUID, number: int, version: int) -> None:
        self._asked(
            document_id,
            lambda s, document: rereads.restore(
                s,
                document,
                _page(s, document, number),
                version,
                most_versions=model.PAGE_VERSIONS,
                lease_seconds=LEASE,
            ),
            lambda known: known.restore(number, version),
        )

    def purge(self, document_id: UUID) -> None:
        with self.database.begin() as session:
            requests.purge(session, document_id)
        if self.known[document_id].state == "deleted":
            del self.known[document_id]
        self._compare()

    def take(self, message: Message, step: PageStage) -> Held | None:
        """Claim what a message asks for; both give the same fence, or nothing."""
        kind, document_id, generation, number = message
        known = self.known.get(document_id)
        bounds = {"lease_seconds": LEASE, "max_attempts": model.MAX_ATTEMPTS}
        claim: DocumentClaim | PageClaim | None
        fence = None
        with self.database.begin() as session:
            if kind == "page":
                claim = pages.claim(session, document_id, generation, number, step, **bounds)  # type: ignore[arg-type]
            else:
                claim = documents.claim(session, document_id, generation, Stage(kind), **bounds)  # type: ignore[arg-type]
        if known is not None and kind == "page":
            fence = known.claim_page(generation, number, str(step))
        elif known is not None:
            fence = known.claim(generation, kind)
        assert (claim and claim.fence) == fence
        self._compare()
        return Held(claim, str(step) if kind == "page" else kind) if claim else None

    def record(self, held: Held, count: int) -> None:
        """The result of a claim; `count` pages when it is a split."""
        claim, generation = held.claim, held.generation
        if isinstance(claim, DocumentClaim) and held.step == "split":
            infos = [
                documents.NewPage(n, asdict(PageInfo(n, 100.0, 100.0))) for n in range(1, count + 1)
            ]
            self._under(
                held,
                lambda session: documents.record_split(
                    session,
                    claim,
                    media_type="application/pdf",
                    pages=infos,
                    plan=PLAN,
                    known=_known(count) if count % 2 == 0 else None,
                ),
                lambda known: known.record_split(
                    generation, claim.fence, count, self._read_before() if count % 2 == 0 else set()
                ),
            )
        elif isinstance(claim, DocumentClaim):
            self._under(
                held,
                lambda session: documents.record_aggregate(session, claim, summary={}),
                lambda known: known.record_aggregate(generation, claim.fence),
            )
        elif held.step == "recognize":
            self._under(
                held,
                lambda session: pages.record_recognition(
                    session, claim, replace(READING, source_key=_source_key(claim.number))
                ),
                lambda known: known.record_recognition(generation, claim.number, claim.fence),
            )
        else:
            self._under(
                held,
                lambda session: pages.record_clean(session, claim, "clean"),
                lambda known: known.record_clean(generation, claim.number, claim.fence),
            )

    def fail(self, held: Held) -> None:
        claim, where = held.claim, (held.generation, held.step)
        if isinstance(claim, PageClaim):
            self._under(
                held,
                lambda session: pages.record_failure(session, claim, FAILURE),
                lambda known: known.fail_page(where[0], claim.number, claim.fence, where[1]),
            )
        else:
            self._under(
                held,
                lambda session: documents.record_failure(session, claim, FAILURE),
                lambda known: known.record_failure(*where, claim.fence),
            )

    def release(self, held: Held, *, refund: bool) -> None:
        claim, where = held.claim, (held.generation, held.step)
        attempt = claim.attempt - refund
        if isinstance(claim, PageClaim):
            self._under(
                held,
                lambda session: pages.release(
                    session, claim, retry_after_seconds=LEASE, refund=refund
                ),
                lambda known: known.release_page(
                    where[0], claim.number, claim.fence, where[1], attempt
                ),
            )
        else:
            self._under(
                held,
                lambda session: documents.release(
                    session, claim, retry_after_seconds=LEASE, refund=refund
                ),
                lambda known: known.release(*where, claim.fence, attempt),
            )

    def renew(self, held: Held) -> None:
        known = self.known.get(held.document_id)
        with self.database.begin() as session:
            renewed = claims.renew(session, held.claim)
        number = held.claim.number if isinstance(held.claim, PageClaim) else None
        assert renewed == (known is not None and known.renew(held.claim.fence, number))
        self._compare()

    def age(self) -> None:
        """Long enough for every lease, also those of workers that live."""
        with self.database.begin() as session:
            for table, columns in {
                "documents": ("lease_until", "redrive_at", "deleted_at"),
                "pages": ("lease_until",),
                "sheaves": ("redrive_at",),
            }.items():
                moved = ", ".join(f"{c} = {c} - make_interval(secs => {LONG})" for c in columns)
                session.execute(text(f"UPDATE {table} SET {moved}"))
        for known in self.known.values():
            known.age()

    def sweep(self) -> None:
        """Every repair, the dispatch last."""
        for known in self.known.values():
            known.sweep()
        repairs: tuple[Callable[[Session], list[Move]], ...] = (
            lambda session: sweep.overdue_sheaves(session, PLAN, model.MAX_ATTEMPTS),
            lambda session: sweep.overdue_documents(session, LEASE, model.MAX_ATTEMPTS),
            sweep.expired_uploads,
            lambda session: sweep.unpurged(session, LEASE),
        )
        for repair in repairs:
            self._do(repair)
        self.dispatch()

    def dispatch(self) -> None:
        self._do(lambda session: sheaves.dispatch(session, PLAN))
        model.check_full(list(self.known.values()))
        self._compare()

    def is_live(self, message: Message) -> bool:
        """Whether it still asks for something."""
        kind, document_id, generation, number = message
        known = self.known.get(document_id)
        if known is None or known.generation != generation or known.state not in model.OPEN:
            return False
        return not known.pages[number].ended if kind == "page" else known.stage == kind

    def _read_before(self) -> set[int]:
        """Pages whose clean text some document has."""
        return {
            number
            for known in self.known.values()
            if known.state != "deleted"
            for number, page in known.pages.items()
            if page.text and page.clean
        }

    def _asked(
        self,
        document_id: UUID,
        arrow: Callable[[Session, Document], list[Move]],
        known_arrow: Callable[[model.Document], None],
    ) -> None:
        """A client's arrow: both take it, or both refuse."""

        def move(session: Session) -> list[Move]:
            return arrow(session, session.get_one(Document, document_id))

        refusals = (arrows.IllegalMove, rereads.NoSuchVersion, NoResultFound)
        self._together(self.known[document_id], move, known_arrow, refusals)

    def _under(
        self,
        held: Held,
        arrow: Callable[[Session], list[Move] | None],
        known_arrow: Callable[[model.Document], None],
    ) -> None:
        """A worker's arrow: both take it, or both call the claim stale."""
        known = self.known.get(held.document_id) or model.Document("deleted", has_file=False)
        self._together(known, arrow, known_arrow, StaleFence)

    def _together(
        self,
        known: model.Document,
        arrow: Callable[[Session], list[Move] | None],
        known_arrow: Callable[[model.Document], None],
        refusal: type[Exception] | tuple[type[Exception], ...],
    ) -> None:
        try:
            known_arrow(known)
        except model.Refused:
            try:
                self._do(arrow)
            except refusal:
                self._compare()
                return
            raise AssertionError("the store took an arrow that does not exist") from None
        self._do(arrow)
        self._compare()

    def _do(self, arrow: Callable[[Session], list[Move] | None]) -> None:
        with self.database.begin() as session:
            moves = arrow(session) or []
            record(session, moves, {})
        self._hear(moves)

    def _hear(self, moves: Iterable[Move]) -> None:
        """What the relay would publish."""
        sent = []
        for move in moves:
            match move:
                case Accepted():
                    self.messages["split", move.document_id, move.generation, 0] = None
                case PagesFinished():
                    self.messages["aggregate", move.document_id, move.generation, 0] = None
                case SheafDispatched():
                    for number in move.pages:
                        self.messages["page", move.document_id, move.generation, number] = None
                    if move.drive == 1:
                        sent.append((self.known[move.document_id], move.sheaf))
        if sent:
            model.dispatch(list(self.known.values()), sent)

    def _compare(self) -> None:
        """Every row against the model."""
        assert self._rows() == {key: known.seen() for key, known in self.known.items()}

    def _rows(self) -> Rows:
        with self.database.begin() as session:
            return {row.id: row.seen for row in session.execute(text(_SEEN))}


def _known(count: int) -> filling.Known:
    keys = {number: _source_key(number) for number in range(1, count + 1)}
    return filling.Known(keys, LONG, finished=True)


def _source_key(number: int) -> bytes:
    return bytes([number]) * 32


def _page(session: Session, document: Document, number: int) -> Page:
    return session.get_one(Page, (document.id, number))


def _upload(document_id: UUID) -> uploads.Upload:
    return uploads.Upload(
        document_id=document_id,
        tenant="t",
        filename="scan.pdf",
        media_type="application/pdf",
        size_bytes=3,
        sha256="0" * 64,
        object_key=layout.source_key("t", document_id),
        options=asdict(Options()),
        trace={},
    )


# As `model.Document.seen` gives it.
_SEEN = """
SELECT d.id, json_build_object(
  'state', d.state,
  'generation', d.generation,
  'stage', CASE WHEN d.state <> 'deleted' THEN d.stage END,
  'attempt', d.attempt,
  'fence', d.fence,
  'held', d.state <> 'deleted' AND coalesce(d.lease_until > clock_timestamp(), false),
  'done', d.pages_done,
  'failed', d.pages_failed,
  'endings', (SELECT coalesce(json_agg(json_build_array(e.generation, e.state)
      ORDER BY e.generation), '[]') FROM endings e WHERE e.document_id = d.id),
  'pages', (SELECT coalesce(json_agg(json_build_array(p.number, p.generation, p.state, p.attempt,
      p.fence, coalesce(p.lease_until > clock_timestamp(), false), coalesce(t.fence, 0),
      p.version, coalesce(t.version, 0), coalesce(p.keeps, 0),
      (SELECT coalesce(json_agg(v.version ORDER BY v.version), '[]') FROM page_versions v
        WHERE v.document_id = p.document_id AND v.number = p.number))
      ORDER BY p.number), '[]')
    FROM pages p LEFT JOIN page_texts t USING (document_id, number) WHERE p.document_id = d.id),
  'sheaves', (SELECT coalesce(json_agg(json_build_array(s.state, s.pages, s.pages_left)
      ORDER BY s.number), '[]')
    FROM sheaves s WHERE s.document_id = d.id AND s.generation = d.generation)
) AS seen FROM documents d
"""
