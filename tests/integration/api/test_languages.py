"""What pages may be written in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.engines import tessdata


def test_installed_languages_are_listed_with_their_engines(api: Any) -> None:
    body = api.get("/v1/languages").json
    assert body["default"] == ["auto"]
    codes = [each["code"] for each in body["items"]]
    assert codes == sorted(codes) and "osd" not in codes
    assert body["damaged"] == []
    (english,) = (each for each in body["items"] if each["code"] == "eng")
    assert (english["name"], english["script"]) == ("English", "Latin")
    assert set(english["engines"]) & {"tesserocr", "pytesseract"}
    assert english["default_engine"] == english["engines"][0]


def test_damaged_data_is_not_installed_and_said_to_be_damaged(
    open_api: Any, app_without: Any, tmp_path: Path
) -> None:
    whole = tessdata.installed()["eng"].read_bytes()
    (tmp_path / "rus.traineddata").write_bytes(whole[: len(whole) // 2])
    api = open_api(of=app_without(tessdata=tmp_path))
    body = api.get("/v1/languages").json
    assert body["damaged"] == ["rus"]
    assert "rus" not in [each["code"] for each in body["items"]]
    for languages in ("rus", "eng+rus"):
        refused = api.send(languages=languages)
        assert (refused.status_code, refused.json["code"]) == (422, "language_damaged")
        assert "rus" not in refused.json["installed"]
        assert "rus.traineddata" in refused.json["advice"]
        assert str(tmp_path) not in refused.text
    (tmp_path / "rus.traineddata").write_bytes(whole)
    assert api.get("/v1/languages").json["damaged"] == []
    assert api.send(languages="rus").status_code == 201


def test_each_language_says_which_engine_reads_it_by_default(api: Any) -> None:
    items = {each["code"]: each for each in api.get("/v1/languages").json["items"]}
    assert all(each["default_engine"] in (None, *each["engines"]) for each in items.values())
    assert items["chi_sim"]["default_engine"] == "rapidocr"
    named_only = [code for code, each in items.items() if each["default_engine"] is None]
    assert "deu_latf" in named_only
    refused = api.send(languages=named_only[0])
    assert (refused.status_code, refused.json["code"]) == (422, "language_missing")
    assert api.send(languages=named_only[0], engine="rapidocr").status_code == 201


def test_a_client_may_leave_the_language_to_the_page(api: Any) -> None:
    assert api.send().json["options"]["languages"] == ["auto"]
    assert api.send(languages="auto").json["options"]["languages"] == ["auto"]


def test_auto_stands_alone(api: Any) -> None:
    body = api.send(languages="auto+eng")
    assert (body.status_code, body.json["code"]) == (422, "language_missing")
    assert "stands alone" in body.json["detail"]


def test_an_engine_that_could_is_named(api: Any) -> None:
    items = api.get("/v1/languages").json["items"]
    codes = [each["code"] for each in items if each["engines"] == ["rapidocr"]]
    if not codes:
        pytest.skip("Tesseract reads every language that rapidocr reads here")
    assert "rapidocr" in api.send(languages=codes[0]).json["advice"]
    assert api.send(languages=codes[0], engine="rapidocr").status_code == 201
