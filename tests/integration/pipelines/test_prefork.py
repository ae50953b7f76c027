"""Confined work from the children of a prefork pool, as Celery runs it."""

from __future__ import annotations

import os
from pathlib import Path

from billiard.pool import Pool

from pipelines.confine import confined
from pipelines.values import Limits

from .test_confine import LIMITS, _wait_until_gone, add, parent_pid


def job(number: int) -> tuple[int, int, int]:
    """This process, its zygote, a result."""
    return (
        os.getpid(),
        confined(parent_pid, limits=LIMITS),
        confined(add, number, number, limits=LIMITS),
    )


def test_each_pool_child_has_a_zygote_that_ends_with_it() -> None:
    ours = confined(parent_pid, limits=LIMITS)  # the parent had one before it forked
    pool = Pool(2)
    try:
        done = pool.map(job, range(12), chunksize=1)
    finally:
        pool.terminate()
        pool.join()
    assert [result for _, _, result in done] == [2 * number for number in range(12)]
    zygotes = {(pid, zygote) for pid, zygote, _ in done}
    assert len(zygotes) == len({pid for pid, _ in zygotes})
    assert ours not in {zygote for _, zygote in zygotes}
    for _, zygote in zygotes:
        _wait_until_gone(zygote)
    assert confined(parent_pid, limits=Limits()) == ours
    assert Path(f"/proc/{ours}").exists()
