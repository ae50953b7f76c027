"""Is this PostgreSQL one that Octavo may trust its documents to?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from store import revisions
from store.findings import Finding, Standing

_OLDEST = 14
_SKEW_SECONDS = 60.0
_ROUNDS = 4
_POOLED = (
    "a pooler in transaction mode stands before PostgreSQL: LISTEN and session settings do not"
    " hold. Connect directly, or set pool_mode = session."
)


def run(engine: Engine, clock: Callable[[], float] = time.time) -> list[Finding]:
    """Everything about the database, in about ten queries.

    `clock` is this machine's, in Unix seconds. Raises OperationalError when it does not answer.
    """
    # Connections of its own: the engine's pool would give one session for two.
    apart = create_engine(
        engine.url, poolclass=NullPool, connect_args={"connect_timeout": 5}
    ).execution_options(isolation_level="AUTOCOMMIT")
    with apart.connect() as one, apart.connect() as other:
        found = [_version(one), _sessions(one, other), _clock(one, clock), *_durability(one)]
    found += _settings(engine)
    refused = any(finding.standing is Standing.REFUSED for finding in found)
    return found if refused else [*found, _schema(engine)]


def _version(connection: Connection) -> Finding:
    number: str = connection.scalar(text("SHOW server_version")) or "?"
    major = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
    if major < _OLDEST:
        words = f"PostgreSQL {number} is too old. Use version {_OLDEST} or newer."
        return Finding("database version", Standing.REFUSED, words)
    if connection.scalar(text("SELECT pg_is_in_recovery()")):
        words = f"PostgreSQL {number} is a standby and takes no writes. Connect to the primary."
        return Finding("database version", Standing.REFUSED, words)
    return Finding("database version", Standing.OK, f"PostgreSQL {number}")


def _sessions(one: Connection, other: Connection) -> Finding:
    """Two open connections are two sessions, and each stays the same."""
    ask = text("SELECT pg_backend_pid()")
    of_one, of_other = set(), set()
    for _ in range(_ROUNDS):
        of_one.add(one.scalar(ask))
        of_other.add(other.scalar(ask))
    if of_one & of_other or len(of_one) > 1 or len(of_other) > 1:
        return Finding("database sessions", Standing.REFUSED, _POOLED)
    return Finding("database sessions", Standing.OK, "a connection is a session")


def _clock(connection: Connection, clock: Callable[[], float]) -> Finding:
    before = clock()
    there = float(
        connection.scalar(text("SELECT extract(epoch FROM clock_timestamp())::float8")) or 0.0
    )
    apart = there - (before + clock()) / 2
    if abs(apart) > _SKEW_SECONDS:
        way = "behind" if apart > 0 else "ahead of"
        words = (
            f"the clock of this machine is {abs(apart):.0f} s {way} the database's. Leases hold,"
            " for they use the database's, but presigned uploads may be refused and times in the"
            " log mislead. Run NTP on both."
        )
        return Finding("clock", Standing.WARNING, words)
    return Finding("clock", Standing.OK, f"{abs(apart):.1f} s from the database's")


def _durability(connection: Connection) -> Iterator[Finding]:
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        if connection.scalar(text(f"SHOW {setting}")) == "off":
            words = f"{setting} is off: a crash may lose accepted documents. Set {setting} = on."
            yield Finding("database durability", Standing.WARNING, words)


def _settings(engine: Engine) -> Iterator[Finding]:
    """Whether the limits that `open_engine` asks for arrive."""
    try:
        with engine.connect() as connection:
            limit = connection.scalar(text("SHOW statement_timeout"))
    except OperationalError as error:
        if "startup parameter" not in str(error):
            raise
        yield Finding("database settings", Standing.REFUSED, _POOLED)
        return
    if limit == "0":
        words = (
            "the limits asked for at connecting (statement_timeout and others) did not arrive: a"
            " pooler drops them. Connect directly, or set them for the role in the database."
        )
        yield Finding("database settings", Standing.WARNING, words)


def _schema(engine: Engine) -> Finding:
    found, head = revisions.current(engine), revisions.head()
    if found is not None and found not in revisions.known():
        words = (
            f"the schema is at {found}, which this version of Octavo does not know (it needs"
            f" {head}): a newer version runs here. Upgrade this one too."
        )
        return Finding("migrations", Standing.REFUSED, words)
    if found != head:
        here = found or "base"
        words = f"at {here}, {head} is needed. The next start applies it, or: octavo migrate"
        return Finding("migrations", Standing.PENDING, words)
    return Finding("migrations", Standing.OK, f"at {found}")
