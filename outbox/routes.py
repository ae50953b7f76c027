"""Who is told of what: one event, many subscribers, each on a queue of its own."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.pipeline import PIPELINE


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who wants to know; `tasks.canvas` says what is sent to them."""

    name: str
    queue: str


SPLIT = Subscriber("split", PIPELINE.split.queue)
READ = Subscriber("read", PIPELINE.each_page[0].queue)
AGGREGATE = Subscriber("aggregate", PIPELINE.aggregate.queue)
ANNOUNCE = Subscriber("announce", "notify")
PURGE = Subscriber("purge", "maintenance")

ROUTES: dict[str, tuple[Subscriber, ...]] = {
    "document.uploaded": (SPLIT,),
    "sheaf.ready": (READ,),
    "document.recognized": (AGGREGATE,),
    "document.completed": (ANNOUNCE,),
    "document.partial": (ANNOUNCE,),
    "document.failed": (ANNOUNCE,),
    "document.cancelled": (ANNOUNCE,),
    "document.deleted": (PURGE, ANNOUNCE),
}
