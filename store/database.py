"""Engines and transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from octavo.settings import Settings

# What every connection to Postgres carries, so that a server that is gone, dead or black-holed is
# noticed within half a minute: keepalives find a silent one, the user timeout (ms) one that no
# longer acknowledges what it is sent.
LIVENESS: dict[str, int] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


def open_engine(settings: Settings, *, application: str, pool_size: int = 5) -> Engine:
    """A pool whose connections notice a dead server and never wait for ever.

    `application` is the name shown in ``pg_stat_activity``. One engine a process: a pool must
    not cross a fork.
    """
    return create_engine(
        settings.database_url.get_secret_value(),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,  # an error is logged, and page text must not be
        connect_args={
            **LIVENESS,
            "application_name": application,
            "options": "-c statement_timeout=30000 -c lock_timeout=10000"
            " -c idle_in_transaction_session_timeout=60000 -c timezone=UTC",
        },
    )


def cause(error: DBAPIError) -> str:
    """Why the server did not do its part: the driver's own words, without where and what to try."""
    first = (str(error.orig).strip().splitlines() or [type(error).__name__])[0]
    return " ".join(first.rpartition(" failed: ")[2].split()).removesuffix(".")


class Database:
    """Opens transactions on one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A transaction: committed at the end, rolled back when the block raises."""
        with self._sessions.begin() as session:
            yield session

    def close(self) -> None:
        """Return every connection."""
        self.engine.dispose()
