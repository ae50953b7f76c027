"""From commit to broker: latency, rates and what notification costs, each against its alternatives.

`python -m bench.outbox [--rate 500] [--seconds 25] [--old-rows 0]` starts PostgreSQL (fsync on) and
Valkey, runs real relays (`python -m outbox`), and compares, side by side, NOTIFY after the commit
(ours), a poll of one second, and NOTIFY inside the transaction.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from uuid import uuid4

import psutil
import redis
from sqlalchemy import create_engine, text

from octavo import broker
from octavo.local.stack import Stack
from outbox.doorbell import CHANNEL
from outbox.events import DocumentUploaded
from outbox.record import record
from store import migrate, outbox_rows
from store.database import Database
from store.moves import Accepted

QUEUE, _ = broker.lists("split")
MODES = ("after commit", "poll only", "in transaction")
THREADS = 8
ROUNDS = 5  # of each measurement, in turn; medians count


class Bench:
    """PostgreSQL and Valkey, and what is measured on them."""

    def __init__(self, stack: Stack) -> None:
        self.environment = stack.process_environment(OCTAVO_LOG_LEVEL="WARNING")
        self.database = Database(
            create_engine(stack.environment["OCTAVO_DATABASE_URL"], pool_size=THREADS)
        )
        self.broker_url = stack.environment["OCTAVO_BROKER_URL"]
        self.broker = redis.Redis.from_url(self.broker_url)
        # Beside the writers' threads it would wait for the interpreter's lock, and measure that.
        self._reader = ProcessPoolExecutor(1, get_context("spawn"))
        migrate.upgrade(self.database.engine)

    @contextmanager
    def relay(self) -> Iterator[subprocess.Popen[bytes]]:
        """A relay process, listening."""
        process = subprocess.Popen([sys.executable, "-m", "outbox"], env=self.environment)
        try:
            self._await_listeners(1)
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()

    def write(self, mode: str) -> str:
        """Commit one event; its document id."""
        move = Accepted(uuid4(), "bench", 1)
        with self.database.begin() as session:
            if mode == "after commit":
                record(session, [move], {})
            else:
                outbox_rows.add(session, [_row(move)])
            if mode == "in transaction":
                session.execute(text(f"NOTIFY {CHANNEL}"))
        return str(move.document_id)

    def latencies(self, mode: str, rate: int, seconds: float) -> list[float]:
        """Seconds from each commit's return to its message in the broker, at `rate` a second."""
        committed: dict[str, float] = {}
        total = int(rate * seconds)
        arrived = self._reader.submit(read, self.broker_url, total)
        start = time.monotonic()

        def write(number: int) -> None:
            time.sleep(max(0.0, start + number / rate - time.monotonic()))
            document = self.write(mode)
            committed[document] = time.monotonic()

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(write, range(total)))
        came = arrived.result()
        return [max(0.0, came[document] - at) for document, at in committed.items()]

    def inserts(self, mode: str, seconds: float) -> float:
        """Commits a second by several writers, without a relay."""
        end = time.monotonic() + seconds

        def write(_: int) -> int:
            done = 0
            while time.monotonic() < end:
                self.write(mode)
                done += 1
            return done

        with ThreadPoolExecutor(THREADS) as pool:
            count = sum(pool.map(write, range(THREADS)))
        self.empty()
        return count / seconds

    def takeover(self) -> float:
        """Longest silence of the broker, in seconds, when one of two relays is killed."""
        total = 1500
        with self.relay() as doomed, self.relay():
            self._await_listeners(2)
            arrived = self._reader.submit(read, self.broker_url, total)
            for number in range(total):
                if number == total // 2:
                    os.kill(doomed.pid, signal.SIGKILL)
                self.write("after commit")
            came = arrived.result()
        return max(after - before for before, after in pairwise(sorted(came.values())))

    def idle(self, seconds: float) -> float:
        """Share of one core that a relay with nothing to do burns."""
        with self.relay() as process:
            watched = psutil.Process(process.pid)
            before = watched.cpu_times()
            time.sleep(seconds)
            after = watched.cpu_times()
        return float(after.user + after.system - before.user - before.system) / seconds

    def drain(self, events: int) -> float:
        """Messages a second that one relay publishes from a backlog."""
        with self.database.begin() as session:
            rows = [_row(Accepted(uuid4(), "bench", 1)) for _ in range(events)]
            outbox_rows.add(session, rows)
        with self.relay():
            read(self.broker_url, events)
        # Each batch is marked at one moment, after it was sent: the first moment ends a batch.
        measured = text(
            "WITH batches AS (SELECT published_at, count(*) AS rows FROM outbox"
            " WHERE key LIKE 'document.uploaded:%:1:0' AND created_at > now() - interval '20 s'"
            " GROUP BY published_at)"
            " SELECT (sum(rows) - (array_agg(rows ORDER BY published_at))[1])"
            " / extract(epoch FROM max(published_at) - min(published_at)) FROM batches"
        )
        with self.database.begin() as session:
            return float(session.execute(measured).scalar_one())

    def fill(self, rows: int) -> None:
        """Published events of the last days, as a long-running system has them."""
        with self.database.begin() as session:
            session.execute(text("SET LOCAL statement_timeout = 0"))
            session.execute(
                text(
                    "INSERT INTO outbox (created_at, topic, version, key, payload, trace,"
                    " published_at) SELECT now() - make_interval(hours => n % 120 + 24),"
                    " 'document.uploaded', 1, n::text, '{}', '{}', now()"
                    " FROM generate_series(1, :rows) n"
                ),
                {"rows": rows},
            )
        with self.database.engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        ) as connection:
            connection.execute(text("ANALYZE outbox"))

    def empty(self) -> None:
        """Leave the broker empty, and nothing unpublished."""
        self.broker.flushdb()
        with self.database.begin() as session:
            session.execute(text("DELETE FROM outbox WHERE published_at IS NULL"))

    def _await_listeners(self, count: int) -> None:
        deadline = time.monotonic() + 30
        query = text(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name ="
            " 'octavo-relay-listener' AND datname = current_database()"
        )
        while time.monotonic() < deadline:
            with self.database.begin() as session:
                if session.execute(query).scalar_one() >= count:
                    return
            time.sleep(0.05)
        raise SystemExit("the relay did not start")


def read(broker_url: str, total: int) -> dict[str, float]:
    """When each of the next `total` messages came, by document id; the system's monotonic clock."""
    broker = redis.Redis.from_url(broker_url)
    arrived: dict[str, float] = {}
    while len(arrived) < total:
        popped = broker.brpop([QUEUE], timeout=30)
        now = time.monotonic()
        if popped is None:
            raise SystemExit(f"only {len(arrived)} of {total} messages came")
        arrived[json.loads(popped[1])["headers"]["id"].split(".")[0]] = now
    return arrived


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=500, help="commits a second")
    parser.add_argument("--seconds", type=float, default=25, help="of each measurement")
    parser.add_argument("--old-rows", type=int, default=0, help="published rows there beforehand")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as name, Stack(Path(name)) as stack:
        stack.start_services()
        stack.wait_services(["postgres", "valkey"])
        bench = Bench(stack)
        if chosen.old_rows:
            bench.fill(chosen.old_rows)
            print(f"with {chosen.old_rows} published rows of the last days")
        return _report(bench, chosen.rate, chosen.seconds)


def _report(bench: Bench, rate: int, seconds: float) -> int:
    print(f"commit to broker at {rate}/s, ms:   p50     p99")
    held = True
    delays: dict[str, list[tuple[float, float]]] = {mode: [] for mode in MODES}
    for _ in range(ROUNDS):
        for mode in MODES:
            with bench.relay():
                bench.latencies(mode, rate, 1)  # connections open, statements are prepared
                found = [1000 * one for one in bench.latencies(mode, rate, seconds / ROUNDS)]
            bench.empty()
            cuts = statistics.quantiles(found, n=100)
            delays[mode].append((cuts[49], cuts[98]))
    for mode, pairs in delays.items():
        half, most = (statistics.median(values) for values in zip(*pairs, strict=True))
        rounds = ", ".join(f"{p50:.1f} / {p99:.1f}" for p50, p99 in pairs)
        print(f"  {mode:16} {half:17.1f} {most:7.1f}   (rounds: {rounds})")
        if mode == "after commit":
            held &= _within("p50 ms", half, 5) & _within("p99 ms", most, 15)
    rates: dict[str, list[float]] = {mode: [] for mode in MODES}
    for _ in range(ROUNDS):
        for mode in MODES:
            rates[mode].append(bench.inserts(mode, seconds / ROUNDS))
    shares = {
        mode: statistics.median(
            one / plain for one, plain in zip(found, rates["poll only"], strict=True)
        )
        for mode, found in rates.items()
    }
    for mode, found in rates.items():
        print(
            f"commits a second, {mode:16} {statistics.median(found):8.0f}"
            f"  {shares[mode]:.2f} of none"
        )
    held &= _within("share lost", 1 - shares["after commit"], 0.1)
    drained = bench.drain(5000)
    bench.empty()
    print(f"a relay publishes {drained:.0f} messages a second from a backlog")
    held &= _within("seconds a 900 messages", 900 / drained, 1)
    held &= _within("takeover s", bench.takeover(), 2)
    held &= _within("idle share of a core", bench.idle(20), 0.005)
    return 0 if held else 1


def _within(what: str, found: float, bound: float) -> bool:
    print(f"  {what}: {found:.4g}, at most {bound}{'' if found <= bound else '  MISSED'}")
    return found <= bound


def _row(move: Accepted) -> outbox_rows.NewRow:
    event = DocumentUploaded(
        document_id=move.document_id, tenant=move.tenant, generation=move.generation
    )
    payload = event.model_dump(mode="json")
    return outbox_rows.NewRow(event.topic, event.version, event.key, payload, {})


if __name__ == "__main__":
    sys.exit(main())
