"""Every bound of a page follows a setting."""

from __future__ import annotations

from dataclasses import fields

from octavo.limits import limits
from octavo.settings import Settings
from pipelines.values import Limits, Preparation


def test_each_bound_is_set_by_a_setting() -> None:
    chosen = Settings(
        max_pages=7,
        max_page_pixels=1_000_000,
        render_seconds=8,
        recognize_seconds=9,
        child_memory_bytes=1 << 30,
        escalate_below=0.5,
        straighten=False,
        rescale=False,
        whiten=False,
    )
    assert limits(chosen) == Limits(
        7, 1_000_000, 8, 9, 1 << 30, 0.5, Preparation(straighten=False, rescale=False, whiten=False)
    )
    unset = [
        each.name for each in fields(Limits) if getattr(limits(chosen), each.name) == each.default
    ]
    assert not unset


def test_the_defaults_of_both_agree() -> None:
    assert limits(Settings()) == Limits()
