"""The published contracts are those of the code, and a change that breaks a reader is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from outbox import catalogue
from outbox.events import SheafReady

PUBLISHED = Path(__file__).parents[3] / "docs" / "events"


def test_what_is_published_is_what_the_code_says() -> None:
    written = {path.name: json.loads(path.read_text("utf-8")) for path in PUBLISHED.iterdir()}
    assert written == catalogue.files(), "run: python -m outbox.catalogue"


def test_a_new_optional_field_breaks_nobody() -> None:
    before = catalogue.schema(SheafReady)
    after = {**before, "properties": {**before["properties"], "colour": {"type": "string"}}}
    assert catalogue.breaks(before, after) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"properties": {"pages": {}}}, "sheaf is gone"),
        ({"properties": {"sheaf": {"type": "string"}}}, "sheaf is of another type"),
        ({"required": ["document_id"]}, "sheaf may be missing now"),
    ],
)
def test_what_a_reader_would_miss_is_said(change: dict[str, object], said: str) -> None:
    before = catalogue.schema(SheafReady)
    assert said in catalogue.breaks(before, {**before, **change})


def test_a_breaking_change_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(catalogue, "DIRECTORY", tmp_path)
    assert catalogue.main() == 0
    path = tmp_path / "sheaf.ready.v1.json"
    older = json.loads(path.read_text("utf-8"))
    older["properties"]["colour"] = {"type": "string"}
    path.write_text(json.dumps(older), "utf-8")
    assert catalogue.main() == 1
    assert "colour is gone: make a new version" in capsys.readouterr().err
    assert json.loads(path.read_text("utf-8")) == older
