"""Bring database and bucket up at start, and go on trying while either is down."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from octavo.telemetry.logs import get_logger
from outbox import starting
from store import checks as database_checks
from store import migrate
from store.database import Database
from store.findings import StartRefused, accept
from store.objects import ObjectError, Objects
from store.objects import checks as object_checks

_LONGEST_PAUSE_SECONDS = 2.0

_log = get_logger(__name__)


class Preparing:
    """What must happen once; the server answers meanwhile, and /readyz says what is missing."""

    def __init__(self, database: Database, objects: Objects) -> None:
        engine = database.engine
        self._steps: dict[str, Callable[[], None]] = {
            "database": lambda: accept(database_checks.run(engine), starting.warn),
            "migrations": lambda: migrate.upgrade(engine),
            "bucket": objects.prepare,
            "object store": lambda: accept(object_checks.run(objects), starting.warn),
        }
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Try once; go on in the background when something is down. Raises StartRefused."""
        if not self.run_once():
            self._thread = threading.Thread(target=self._run, name="preparation", daemon=True)
            self._thread.start()

    def run_once(self) -> bool:
        """Do the steps that are not done yet; whether all are done now. Raises StartRefused."""
        for name, step in list(self._steps.items()):
            try:
                step()
            except (SQLAlchemyError, ObjectError) as error:
                _log.warning("start.not_prepared", step=name, error=str(error).strip())
            else:
                del self._steps[name]
        return not self._steps

    def stop(self) -> None:
        """Give up on what is not done."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _run(self) -> None:
        pause = 0.5
        try:
            while not self._stopped.wait(pause) and not self.run_once():
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        except StartRefused as refused:
            _log.error("start.refused", why=str(refused))
            # The server starts this process anew, which is refused at once, and gives up.
            os.kill(os.getpid(), signal.SIGTERM)
