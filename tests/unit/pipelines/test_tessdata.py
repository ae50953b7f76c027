"""Finding languages, and putting those of several directories into one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.engines import tessdata
from pipelines.errors import LanguageDamaged, PipelineError, Reason
from tests.support.traineddata import LSTM, SHAPES, made


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    first, second = tmp_path / "first", tmp_path / "second"
    for place, codes in ((first, ["aaa", "osd"]), (second, ["aaa", "bbb"])):
        place.mkdir()
        for code in codes:
            entry = SHAPES if code == "osd" else LSTM
            (place / f"{code}.traineddata").write_bytes(made((entry, place.name.encode())))
    monkeypatch.setenv("TESSDATA_PREFIX", str(second))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return first, second


def test_the_directory_given_comes_first(places: tuple[Path, Path]) -> None:
    found = tessdata.installed(places[0])
    assert found["aaa"].parent == places[0]
    assert found["bbb"].parent == places[1]
    assert "osd" not in found
    assert tessdata.orientation_data(places[0]) == places[0]


def test_what_is_no_file_is_no_language(places: tuple[Path, Path]) -> None:
    (places[0] / "bbb.traineddata").mkdir()
    (places[0] / "ccc.traineddata").symlink_to("ccc.traineddata")
    found = tessdata.installed(places[0])
    assert found["bbb"].parent == places[1]
    assert "ccc" not in found


def test_languages_of_one_directory_need_no_other(places: tuple[Path, Path]) -> None:
    assert tessdata.datapath(("aaa",), places[0]) == places[0]


def test_languages_of_several_directories_are_linked(places: tuple[Path, Path]) -> None:
    home = tessdata.datapath(("aaa", "bbb"), places[0])
    assert (home / "aaa.traineddata").read_bytes().endswith(b"first")
    assert (home / "bbb.traineddata").read_bytes().endswith(b"second")
    assert tessdata.datapath(("bbb", "aaa"), places[0]) == home


def test_many_may_link_at_once(places: tuple[Path, Path]) -> None:
    with ThreadPoolExecutor(8) as pool:
        homes = set(pool.map(lambda _: tessdata.datapath(("aaa", "bbb"), places[0]), range(32)))
    (home,) = homes
    assert [each.name for each in home.parent.iterdir()] == [home.name]


def test_a_directory_that_others_may_write_to_is_not_used(
    places: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_to_all = tmp_path / "cache" / "octavo" / "tessdata"
    open_to_all.mkdir(parents=True)
    open_to_all.chmod(0o777)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert open_to_all not in tessdata.datapath(("aaa", "bbb"), places[0]).parents


@pytest.mark.parametrize("code", ["zzz", "../aaa", "a/b", "osd", "eng;id", "", "a" * 500, "-l"])
def test_what_is_no_installed_language_is_refused_with_those_that_are(
    code: str, places: tuple[Path, Path]
) -> None:
    with pytest.raises(PipelineError, match="bbb") as caught:
        tessdata.datapath(("aaa", code), places[0])
    assert caught.value.reason is Reason.LANGUAGE_MISSING
    assert "tesseract-ocr" in caught.value.advice


def test_damaged_data_is_named_and_not_installed(places: tuple[Path, Path]) -> None:
    (places[0] / "aaa.traineddata").write_bytes(b"damaged")
    assert set(tessdata.damaged(places[0])) == {"aaa"}
    assert "aaa" not in tessdata.installed(places[0])  # though the next directory has it
    assert "aaa" in tessdata.installed(places[1])
    with pytest.raises(LanguageDamaged, match="aaa") as caught:
        tessdata.datapath(("bbb", "aaa"), places[0])
    assert (caught.value.codes, caught.value.reason) == (("aaa",), Reason.LANGUAGE_DAMAGED)
    assert str(places[0]) not in f"{caught.value.message} {caught.value.advice}"
    (places[0] / "aaa.traineddata").write_bytes(made())
    assert tessdata.datapath(("aaa",), places[0]) == places[0]


def test_a_language_that_is_missing_is_said_before_one_that_is_damaged(
    places: tuple[Path, Path],
) -> None:
    (places[0] / "aaa.traineddata").write_bytes(b"damaged")
    with pytest.raises(PipelineError, match="'zzz'") as caught:
        tessdata.datapath(("aaa", "zzz"), places[0])
    assert caught.value.reason is Reason.LANGUAGE_MISSING


def test_damaged_data_of_orientation_is_passed_over(places: tuple[Path, Path]) -> None:
    whole = (places[0] / "osd.traineddata").read_bytes()
    (places[1] / "osd.traineddata").write_bytes(whole)
    (places[0] / "osd.traineddata").write_bytes(whole[:50])
    assert tessdata.orientation_data(places[0]) == places[1]
    assert "osd" not in tessdata.damaged(places[0])


def test_no_language_at_all_is_refused(places: tuple[Path, Path]) -> None:
    with pytest.raises(PipelineError) as caught:
        tessdata.datapath((), places[0])
    assert caught.value.reason is Reason.LANGUAGE_MISSING
