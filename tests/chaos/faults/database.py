"""Faults of PostgreSQL: 11 to 14."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.house import House
from tests.chaos.scene import After, NotMade, Scene, fault

_FREE_BYTES = 48 * 2**20
_TABLES = ("documents", "pages", "sheaves", "outbox", "page_texts")


@fault(11, "PostgreSQL restarted again and again, two times out of three by kill -9", "A B C D")
def restarts(scene: Scene) -> None:
    for round_ in range(12 if scene.thorough else 4):
        scene.house.stop_server("postgres", hard=round_ % 3 != 0)
        scene.house.pass_time(scene.rng.uniform(0, 2))
        scene.house.start_server("postgres")
        scene.house.pass_time(scene.rng.uniform(3, 6))


@fault(12, "PostgreSQL's disk is full, then freed", "A F")
def disk_full(scene: Scene) -> None:
    house = scene.house
    with _on_small_disk(house) as disk:
        ballast = disk / "ballast"
        _fill(ballast)
        refused = house.sql_fails("CREATE TABLE chaos_full AS SELECT generate_series(1, 3000000)")
        assert refused, "the disk is not full"
        house.pass_time(10)
        ballast.unlink()
        house.start_server("postgres")
        house.pass_time(5)
        scene.notes.append(f"refused meanwhile with: {refused}")


@fault(13, "deadlocks and serialization errors, one statement in thirty", "A B C D")
def aborted_transactions(scene: Scene) -> None:
    scene.house.sql(
        "CREATE FUNCTION chaos() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF random() < 0.016 THEN RAISE EXCEPTION 'injected' USING ERRCODE = '40P01'; END IF;"
        " IF random() < 0.016 THEN RAISE EXCEPTION 'injected' USING ERRCODE = '40001'; END IF;"
        " RETURN NEW; END $$"
    )
    try:
        for table in _TABLES:
            scene.house.sql(
                f"CREATE TRIGGER chaos BEFORE INSERT OR UPDATE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION chaos()"
            )
        scene.house.pass_time(15)
    finally:
        for table in _TABLES:  # one lock at a time: all at once may deadlock with the workers
            scene.house.sql(f"DROP TRIGGER IF EXISTS chaos ON {table}")
        scene.house.sql("DROP FUNCTION chaos")


@fault(14, "an old snapshot is held open for 10 minutes", "G")
def old_snapshot(scene: Scene) -> After:
    with scene.house.engine.connect().execution_options(isolation_level="REPEATABLE READ") as held:
        held.exec_driver_sql("SELECT count(*) FROM outbox")
        scene.outage(600, 20)
    return scene.assert_published


def _fill(ballast: Path) -> None:
    """Write until there is no space left."""
    block = b"\0" * 2**20
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(block) == len(block):
                continue
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise


@contextmanager
def _on_small_disk(house: House) -> Iterator[Path]:
    """PostgreSQL's data on a memory disk with little left, for a while."""
    data = house.directory / "postgres"
    aside = house.directory / "postgres.aside"
    if os.geteuid() != 0 or shutil.which("mount") is None:
        raise NotMade("a small disk needs root and mount")
    house.stop_server("postgres")
    used = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
    data.rename(aside)
    data.mkdir(mode=0o700)
    size = f"size={used + _FREE_BYTES}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "octavo-chaos", str(data)],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        if mounted.returncode != 0:
            raise NotMade(f"mounting is not permitted here: {mounted.stderr.strip()}")
        try:
            _copy(aside, data)
            house.start_server("postgres")
            yield data
        finally:
            house.stop_server("postgres")
            shutil.rmtree(aside)
            _copy(data, aside)
            subprocess.run(["umount", str(data)], check=True)
    finally:
        data.rmdir()
        aside.rename(data)
        house.start_server("postgres")


def _copy(source: Path, target: Path) -> None:
    target.mkdir(mode=0o700, exist_ok=True)
    subprocess.run(["cp", "-a", f"{source}/.", str(target)], check=True)
