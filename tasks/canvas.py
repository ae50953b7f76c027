"""The canvas: what is sent to the broker for each subscriber of an event.

A sheaf is a chord: a chain a page in parallel, of the pipeline's stages for each page (the first
alone where no model is asked about the text: it does the rest at once), then
`advance`, which sends the next sheaf; one of cheap pages is a single task, then `advance`. They
drive the fast path only. Whether a document is finished is decided in Postgres, so a chord that
never fires costs a sweep, not a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from celery import Signature, chain, chord
from kombu.exceptions import BatchPublishError, OperationalError
from redis.exceptions import RedisError

from octavo.broker import FIRST, LATER
from octavo.killpoints import killpoint
from octavo.telemetry import tracing
from outbox.events import Event, SheafReady
from outbox.relay import BrokerDown, Envelope
from outbox.routes import ROUTES
from pipelines.pipeline import PIPELINE
from tasks import names
from tasks.app import app

_BROKER_ERRORS = (BatchPublishError, OperationalError, RedisError, OSError)
_BATCH = 500  # messages sent to the broker in one write


class CanvasPublisher:
    """Publishes each event to its subscribers over one connection."""

    def __init__(self) -> None:
        # A task that this process knows brings its own options with it.
        app.loader.import_default_modules()

    def publish(self, envelopes: Sequence[Envelope]) -> Mapping[int, str]:
        """See `outbox.relay.Publisher`."""
        errors: dict[int, str] = {}
        try:
            with app.producer_or_acquire() as producer, producer.batch(_BATCH):
                for envelope in envelopes:
                    try:
                        with tracing.resume(envelope.trace):
                            for signature in signatures(envelope.event):
                                signature.apply_async(producer=producer)
                    except _BROKER_ERRORS:
                        raise
                    except Exception as error:  # noqa: BLE001 one event never blocks the others
                        errors[envelope.row_id] = f"{type(error).__name__}: {error}"
                    killpoint("relay.mid_batch")
        except _BROKER_ERRORS as error:
            raise BrokerDown(f"the broker cannot be reached: {error}") from error
        return errors


def signatures(event: Event) -> list[Signature]:
    """What each subscriber of the event is sent."""
    return [
        BUILDERS[subscriber.name](event, subscriber.queue) for subscriber in ROUTES[event.topic]
    ]


def _one(name: str) -> Callable[[Event, str], Signature]:
    """A single message that names the document."""

    def build(event: Event, queue: str) -> Signature:
        drive = getattr(event, "drive", 0)
        return app.signature(
            name,
            args=[str(event.document_id), event.generation],
            immutable=True,
            queue=queue,
            task_id=names.message_id(name, event.document_id, event.generation, f"d{drive}"),
        )

    return build


def _sheaf(event: Event, queue: str) -> Signature:
    """The chord of a sheaf, or the one task that reads all of its pages."""
    if not isinstance(event, SheafReady):
        raise TypeError(f"{event.topic} has no pages")

    def step(name: str, number: int, on: str) -> Signature:
        return app.signature(
            name,
            args=[str(event.document_id), event.generation, number],
            immutable=True,
            queue=on,
            task_id=names.message_id(
                name, event.document_id, event.generation, f"p{number}", f"d{event.drive}"
            ),
        )

    advance = app.signature(
        names.ADVANCE,
        args=[str(event.document_id), event.generation],
        immutable=True,
        queue=PIPELINE.aggregate.queue,
        task_id=names.message_id(
            names.ADVANCE, event.document_id, event.generation, f"s{event.sheaf}", f"d{event.drive}"
        ),
    )
    if event.bulk:
        together = app.signature(
            names.BULK,
            args=[str(event.document_id), event.generation, list(event.pages)],
            immutable=True,
            queue=queue,
            # Whatever waits there takes longer.
            priority=FIRST,
            task_id=names.message_id(
                names.BULK,
                event.document_id,
                event.generation,
                f"s{event.sheaf}",
                f"d{event.drive}",
            ),
        )
        return chain(together, advance)
    # A letter is all first sheaf, so it overtakes the rest of a book in the queue too; a sheaf
    # that the sweeper sends again has waited long enough to go first.
    first = event.sheaf == 0 or event.drive > 1
    head, *others = PIPELINE.each_page

    def way(number: int) -> Signature:
        start = step(names.of(head.name), number, queue).set(priority=FIRST if first else LATER)
        rest = [step(names.of(stage.name), number, stage.queue) for stage in others]
        return chain(start, *rest) if event.clean else start

    pages = [way(number) for number in event.pages]
    return chord(pages, advance, app=app)


BUILDERS: dict[str, Callable[[Event, str], Signature]] = {
    "split": _one(names.SPLIT),
    "read": _sheaf,
    "aggregate": _one(names.AGGREGATE),
    "announce": _one(names.ANNOUNCE),
    "purge": _one(names.PURGE),
}
