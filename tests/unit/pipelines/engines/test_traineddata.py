"""What a look at the head of a file tells of damage."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.engines import traineddata
from tests.support.traineddata import LSTM, SHAPES, VERSION, made

WHOLE = made()
TABLE = 4 + 8 * 24


def _is_whole(path: Path, content: bytes) -> bool:
    path.write_bytes(content)
    return traineddata.is_whole(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "xyz.traineddata"


def test_a_whole_file_is(path: Path) -> None:
    assert _is_whole(path, WHOLE)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x18",
        b"a page of text that somebody gave another name\n" * 100,
        b"<!DOCTYPE html><title>404</title>" + b" " * 1000,
        bytes(10_000),
        struct.pack("<i", -1) + WHOLE[4:],
        struct.pack("<i", 1001) + WHOLE[4:],
        WHOLE[:100],
        WHOLE[:TABLE],
        WHOLE[: TABLE + 3],
        made((LSTM, b""), (VERSION, b"x")),
        made((SHAPES, b"of a version before LSTM")),
        struct.pack("<i24q", 24, *[-1] * 17, TABLE + 5, TABLE, *[-1] * 5) + b"x" * 99,
        struct.pack("<i24q", 24, *[-1] * 17, 8, *[-1] * 6) + b"x" * 99,
        struct.pack("<i24q", 24, *[-2] * 17, TABLE, *[-1] * 6) + b"x" * 99,
        struct.pack("<i24q", 24, *[-1] * 17, 2**62, *[-1] * 6) + b"x" * 99,
    ],
)
def test_a_damaged_file_is_not(path: Path, content: bytes) -> None:
    assert not _is_whole(path, content)


def test_a_file_that_was_cut_off_is_not(path: Path) -> None:
    last = TABLE + len(b"a model")
    assert [_is_whole(path, WHOLE[:size]) for size in range(last)] == [False] * last


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.integers(0, 300))
def test_whatever_stands_there_has_an_answer(path: Path, noise: bytes, at: int) -> None:
    path.unlink(missing_ok=True)
    assert _is_whole(path, WHOLE[:at] + noise) in (True, False)


def test_data_of_orientation_has_no_model_of_lines(path: Path) -> None:
    path.write_bytes(made((SHAPES, b"shapes")))
    assert traineddata.is_whole(path, traineddata.SHAPES)
    path.write_bytes(b"damaged")
    assert not traineddata.is_whole(path, traineddata.SHAPES)


def test_what_is_no_file_is_not(path: Path) -> None:
    assert not traineddata.is_whole(path)
    path.mkdir()
    assert not traineddata.is_whole(path)


def test_a_file_that_is_replaced_is_looked_at_anew(path: Path) -> None:
    assert not _is_whole(path, b"\0" * len(WHOLE))
    assert _is_whole(path, WHOLE + b"longer")
    path.write_bytes(b"\0" * len(WHOLE + b"longer"))
    os.utime(path, ns=(1, 1))  # written within one tick of the clock
    assert not traineddata.is_whole(path)
