"""The page of settings is complete, true and fresh."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from octavo import settings_page
from octavo.settings import PREFIX, Settings

KEPT = Path(__file__).parents[3] / "docs/settings.md"
ROW = re.compile(r"^\| `OCTAVO_(\w+)` \| (?:`(.*)`)? \| (.+) \|$", re.MULTILINE)


def test_the_page_that_is_kept_is_fresh() -> None:
    assert KEPT.read_text("utf-8") == settings_page.page(), (
        "run: python -m octavo.settings_page > docs/settings.md"
    )


def test_every_setting_is_there_once_with_its_meaning() -> None:
    rows = ROW.findall(settings_page.page())
    assert [name.lower() for name, _, _ in rows] == list(Settings.model_fields)
    assert all(meaning.endswith(".") and meaning != "None" for _, _, meaning in rows)


@pytest.mark.parametrize(
    ("name", "shown"), [(row[0], row[1]) for row in ROW.findall(settings_page.page()) if row[1]]
)
def test_a_default_can_be_set_as_it_is_shown(
    name: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}{name}", shown)
    field = name.lower()
    assert getattr(Settings(), field) == Settings.model_fields[field].default


def test_the_variable_itself_holds_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "bucket"
    secret.write_text("from-a-file\n")
    monkeypatch.setenv("OCTAVO_S3_BUCKET_FILE", str(secret))
    monkeypatch.delenv("OCTAVO_S3_BUCKET", raising=False)
    assert Settings().s3_bucket == "from-a-file"
    monkeypatch.setenv("OCTAVO_S3_BUCKET", "from-the-variable")
    assert Settings().s3_bucket == "from-the-variable"
