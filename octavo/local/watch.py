"""Starts a worker anew that lives and consumes nothing: its canaries tell."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from octavo.local.supervisor import Supervisor
from octavo.settings import Settings
from store.database import Database, open_engine

_BEAT = "beat"


class Watch:
    """Looks at the queues now and then; a worker's program is named for its queue."""

    def __init__(
        self, supervisor: Supervisor, settings: Settings, say: Callable[[str], None]
    ) -> None:
        self._supervisor = supervisor
        self._settings = settings
        self._say = say
        self._began = self._looked = time.monotonic()
        self._started: dict[str, float] = {}  # anew, by this

    def run_now_and_then(self) -> None:
        """`run_once`, three times a canary; returns at once otherwise."""
        if time.monotonic() - self._looked > self._settings.canary_seconds / 3:
            self._looked = time.monotonic()
            self.run_once()

    def run_once(self) -> list[str]:
        """Start silent workers anew; their names. A database that is down tells nothing."""
        # Here, because the first look comes late, and the Celery app takes its time.
        from tasks import canary

        database = Database(open_engine(self._settings, application="octavo-watch", pool_size=1))
        try:
            with database.begin() as session:
                queues = canary.pulses(session, self._settings)
        except SQLAlchemyError:
            return []
        finally:
            database.close()
        silent = [each.name for each in queues if each.pulse is canary.Pulse.SILENT]
        if silent and len(silent) == len(queues):
            silent = [_BEAT]  # nobody is sent any canary
        patience = canary.MISSED * self._settings.canary_seconds
        anew = [name for name in silent if self._was_given(name, patience)]
        for name in anew:
            self._say(f"{name} lives and does nothing; starting it anew")
            self._started[name] = time.monotonic()
        self._supervisor.restart(anew)
        return anew

    def _was_given(self, name: str, seconds: float) -> bool:
        """Whether it runs, and had that long to show itself."""
        if name not in self._supervisor.names():
            return False
        return time.monotonic() - self._started.get(name, self._began) > seconds
