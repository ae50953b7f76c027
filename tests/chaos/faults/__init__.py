"""The list of faults, a scenario each; importing this package fills `tests.chaos.scene.FAULTS`."""

from tests.chaos.faults import (
    accepting,
    broker,
    children,
    chords,
    database,
    documents,
    house,
    models,
    objects,
    points,
    relays,
)

__all__ = [
    "accepting",
    "broker",
    "children",
    "chords",
    "database",
    "documents",
    "house",
    "models",
    "objects",
    "points",
    "relays",
]
