"""Names of the tasks, shown in Flower, and the ids of their messages."""

from __future__ import annotations

from uuid import UUID

SPLIT = "octavo.split"
RECOGNIZE = "octavo.recognize"
CLEAN = "octavo.clean"
BULK = "octavo.bulk"
ADVANCE = "octavo.advance"
AGGREGATE = "octavo.aggregate"
ANNOUNCE = "octavo.announce"
PURGE = "octavo.purge"
SWEEP = "octavo.sweep"
COLLECT = "octavo.collect"
CANARY = "octavo.canary"


def of(stage: str) -> str:
    """The task that does a step of `pipelines.pipeline`."""
    return f"octavo.{stage}"


def message_id(name: str, document_id: UUID, generation: int, *parts: int | str) -> str:
    """Derived from what the message asks for, so the same ask has the same id."""
    step = name.removeprefix("octavo.")
    return ".".join([str(document_id), f"g{generation}", step, *map(str, parts)])
