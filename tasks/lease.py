"""Keep a claim alive while its work runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from octavo.telemetry import logs
from store.claims import BulkClaim, DocumentClaim, PageClaim, renew
from store.database import Database

_log = logs.get_logger(__name__)


@contextmanager
def kept(database: Database, claim: DocumentClaim | PageClaim | BulkClaim) -> Iterator[None]:
    """Renew the lease every third of its life until the block ends.

    When the process dies the lease runs out and another worker takes over. A lost lease does not
    stop the work: its result is refused by the fence.
    """
    done = threading.Event()

    def run() -> None:
        while not done.wait(claim.lease_seconds / 3):
            if not renew_once(database, claim):
                return

    keeper = threading.Thread(target=run, name="lease-keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def renew_once(database: Database, claim: DocumentClaim | PageClaim | BulkClaim) -> bool:
    """Whether the claim is still ours, as far as the database could be asked."""
    try:
        with database.begin() as session:
            held = renew(session, claim)
    except DBAPIError as error:
        _log.warning("lease.not_renewed", error=str(error.orig).strip())
        return True
    if not held:
        _log.warning("lease.lost")
    return held
