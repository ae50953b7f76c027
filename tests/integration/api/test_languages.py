"""What pages may be written in."""

from __future__ import annotations

from typing import Any


def test_installed_languages_are_listed_with_their_engines(api: Any) -> None:
    body = api.get("/v1/languages").json
    assert body["default"] == ["auto"]
    codes = [each["code"] for each in body["items"]]
    assert codes == sorted(codes) and "osd" not in codes
    (english,) = (each for each in body["items"] if each["code"] == "eng")
    assert (english["name"], english["script"]) == ("English", "Latin")
    assert set(english["engines"]) & {"tesserocr", "pytesseract"}


def test_a_client_may_leave_the_language_to_the_page(api: Any) -> None:
    assert api.send().json["options"]["languages"] == ["auto"]
    assert api.send(languages="auto").json["options"]["languages"] == ["auto"]


def test_auto_stands_alone(api: Any) -> None:
    body = api.send(languages="auto+eng")
    assert (body.status_code, body.json["code"]) == (422, "language_missing")
