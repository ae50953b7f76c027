"""The kill points of the product, by the process that passes them, and how to arm them."""

from __future__ import annotations

from pathlib import Path

_STEP = ("claimed", "worked", "recorded", "committed")


def _step(name: str) -> tuple[str, ...]:
    return tuple(f"{name}.{moment}" for moment in _STEP)


# Points of Celery's own code (`tests.chaos.worker`): around the message to the next of a chain,
# around the count of a chord's parts, and around the message that runs its body.
CHAINING = ("chain.before_next", "chain.after_next")
COUNTING = ("chord.before_count", "chord.before_body", "chord.after_body", "chord.counted")

POINTS: dict[str, tuple[str, ...]] = {
    "api": ("api.object_stored", "outbox.committed"),
    "relay": ("relay.mid_batch", "relay.published"),
    "split": (*_step("split"), "outbox.committed"),
    "ocr": (*_step("recognize"), *_step("bulk"), *CHAINING),
    "llm": (*_step("clean"), *COUNTING, "outbox.committed"),
    "aggregate": (*_step("aggregate"), "advance.called", "outbox.committed"),
    "maintenance": ("sweep.repaired", "purge.objects_removed", "outbox.committed"),
}


class Points:
    """Arms points of one process by files in its directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True)

    def arm(self, name: str, *, passes: int = 0, signal: str = "SIGKILL") -> None:
        """The process that passes `name` after `passes` others gets `signal`."""
        (self.directory / f"{name}.fired").unlink(missing_ok=True)
        for number in range(passes + 1):
            fresh = self.directory / f".{number}"
            fresh.write_text(signal, "ascii")
            fresh.rename(self.directory / f"{name}@{number}")

    def fired(self, name: str) -> int | None:
        """The process that met its end (or halt) there since `arm`."""
        path = self.directory / f"{name}.fired"
        text = path.read_text("ascii") if path.exists() else ""
        return int(text) if text else None

    def disarm(self) -> None:
        """Forget all that was armed."""
        for path in self.directory.iterdir():
            path.unlink(missing_ok=True)
