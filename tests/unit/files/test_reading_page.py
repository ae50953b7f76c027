"""The page on reading explains every option, verdict, flag and format there is."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from octavo.cli.options import READING
from pipelines import identity, judge, reading, resolution, routing, soundness
from pipelines.engines import registry
from pipelines.outputs.formats import NAMES
from pipelines.values import Verdict

PAGE = (Path(__file__).parents[3] / "docs/reading.md").read_text("utf-8")
FLAGS = (
    *(identity.CACHED, routing.ESCALATED, routing.FAILED, reading.MISSING, reading.DAMAGED),
    *(resolution.ASSUMED, resolution.LOWERED),
)


@pytest.mark.parametrize("word", [*READING, *Verdict, *NAMES])
def test_options_verdicts_and_formats_are_explained(word: str) -> None:
    assert f"`{word}`" in PAGE


@pytest.mark.parametrize("flag", FLAGS)
def test_flags_are_explained(flag: str) -> None:
    assert re.search(rf"`{flag}[`:]", PAGE)


@pytest.mark.parametrize("name", sorted({*registry.RECOGNIZERS} - registry.TEST_ENGINES))
def test_engines_are_named(name: str) -> None:
    assert name in PAGE


def test_each_ground_of_a_verdict_is_explained() -> None:
    grounds = set(
        re.findall(r'"([a-z_]+)"(?:\)| if|$)', inspect.getsource(soundness.fault), re.MULTILINE)
    )
    grounds |= set(re.findall(r'Verdict\.\w+, "(\w+)"', inspect.getsource(judge)))
    assert {"misread", "stamp", "hidden", "pasted", "too_long"} <= grounds
    assert sorted(ground for ground in grounds if f"`{ground}`" not in PAGE) == []
