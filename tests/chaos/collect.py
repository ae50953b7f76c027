"""One collection of orphans by a process of its own; prints how many objects it removed."""

from __future__ import annotations

from octavo.telemetry import logs
from tasks import collector
from tasks.context import close, context

if __name__ == "__main__":
    logs.configure("chaos", "ERROR", "console")
    print(collector.run_once(context(), most=100_000).removed.total())  # noqa: T201
    close()
