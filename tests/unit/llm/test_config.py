"""The operator's file: what it says, what it refuses, and that it never tells a key."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from llm.config import ConfigInvalid, Provider, models
from octavo.settings import Settings
from pipelines.cleanup.values import LIMITS, Mode
from store.spending import NANOS

GOOD = """
[budgets]
document = 0.5
tenant_month = 20
tenants = { acme = 100 }

[[providers]]
name = "local"
base_url = "http://127.0.0.1:8080/v1"
model = "small"
price_in = 0
price_out = 0
modes = ["cleanup", "vision"]

[[providers]]
name = "far"
base_url = "https://models.example/v1"
model = "large"
price_in = 0.15
price_out = 0.6
api_key_env = "FAR_KEY"

[cleanup]
id = "mine"
version = 3
system = "Correct it."
user = \"\"\"
{begin}
{text}
{end}
\"\"\"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "llm.toml"
    path.write_text(GOOD)
    return path


def settings(file: Path, **more: str) -> Settings:
    return Settings(llm_file=file, **more)  # type: ignore[arg-type] # read from strings


def test_without_a_file_there_is_no_model() -> None:
    assert models(Settings(llm_file=None)) is None


def test_providers_are_asked_in_their_order_for_what_they_do(file: Path) -> None:
    known = models(settings(file))
    assert known is not None
    assert [each.name for each in known.of_mode(Mode.CLEANUP)] == ["local", "far"]
    assert [each.name for each in known.of_mode(Mode.VISION)] == ["local"]


def test_budgets_are_of_tenants_and_documents(file: Path) -> None:
    known = models(settings(file))
    assert known is not None
    assert known.budgets.of_document() == NANOS // 2
    assert known.budgets.of_tenant("acme") == 100 * NANOS
    assert known.budgets.of_tenant("other") == 20 * NANOS


def test_prompts_of_the_file_stand_for_those_built_in(file: Path) -> None:
    known = models(settings(file))
    assert known is not None
    assert known.prompts[Mode.CLEANUP].key == "mine@3"
    assert known.prompts[Mode.VISION].key == "octavo-vision@1"


def test_a_file_that_changes_is_read_again(file: Path) -> None:
    assert models(settings(file)) is not None
    file.write_text(GOOD.replace('model = "small"', 'model = "smaller"'))
    os.utime(file, ns=(1, 1))
    known = models(settings(file))
    assert known is not None
    assert known.providers[0].model == "smaller"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "far"', 'name = "local"', "same name"),
        ("price_in = 0.15\n", "", "price_in"),
        ("price_in = 0.15", "price_in = -1", "price_in"),
        ("api_key_env", "api_key", "api_key"),
        ('"https://models.example/v1"', '"ftp://models.example"', "base_url"),
        ("[[providers]]", "[[provider]]", "provider"),
        ("{end}", "", "{begin}, {text}, {end}"),
        ("[budgets]", "[budgets", "no TOML"),
        ("price_in = 0.15", f"price_in = {'1' * 5000}", "no TOML"),
        ("price_in = 0.15", f"price_in = {'[' * 20_000}", "nested too deep"),
        ("price_in = 0.15", "price_in = inf", "price_in"),
        ("price_in = 0.15", "price_in = 1e300", "price_in"),
        ("document = 0.5", "document = inf", "budgets.document"),
        ("tenant_month = 20", "tenant_month = 1e300", "budgets.tenant_month"),
        ("acme = 100", "acme = inf", "budgets.tenants.acme"),
        ("price_out = 0.6", "price_out = 0.6\nseconds = inf", "seconds"),
        ("price_out = 0.6", "price_out = 0.6\nparameters = { n = 10 }", "n is Octavo's to say"),
        ("price_out = 0.6", 'price_out = 0.6\nheaders = { X = "a\\r\\nEvil: 1" }', "visible ASCII"),
        ("price_out = 0.6", 'price_out = 0.6\nheaders = { "X y" = "" }', "no header"),
        ("price_out = 0.6", 'price_out = 0.6\nheaders = { Content-Length = "3" }', "no header"),
        ("models.example", "[::1", "base_url"),
        ("models.example", "models.example:port", "base_url"),
        ("models.example/v1", "models.example/v1?version=2", "base_url"),
        ("models.example/v1", "models.example/v1#chat", "base_url"),
        ("models.example", "user:sk-put@models.example", "no user and no password"),
        ("models.example", "m" * 64, "63 characters"),
        ("models.example", "models..example", "is empty"),
        ("[budgets]", "prompts = 3\n[budgets]", "[cleanup] and [vision]"),
    ],
)
def test_what_is_wrong_is_told_without_values(file: Path, old: str, new: str, told: str) -> None:
    file.write_text(GOOD.replace("FAR_KEY", "sk-put-in-the-wrong-place").replace(old, new))
    with pytest.raises(ConfigInvalid) as raised:
        models(settings(file))
    assert told in str(raised.value)
    assert "sk-put" not in str(raised.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match="No such file"):
        models(settings(tmp_path / "none.toml"))


def provider(**more: object) -> Provider:
    values = {"name": "p", "base_url": "http://x/v1", "model": "m", "price_in": 0.15}
    return Provider.model_validate({**values, "price_out": 0.6, **more})


def test_where_a_key_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    common = Settings(llm_api_key="common")
    kept = tmp_path / "key"
    kept.write_text("from-file\n")
    monkeypatch.setenv("FAR_KEY", "from-env")
    found = [
        provider(**more).key(common).get_secret_value()
        for more in ({}, {"api_key_env": "FAR_KEY"}, {"api_key_file": kept})
    ]
    assert found == ["common", "from-env", "from-file"]
    assert "from-file" not in repr(provider(api_key_file=kept))
    with pytest.raises(ConfigInvalid, match="NO_KEY is not set"):
        provider(api_key_env="NO_KEY").key(common)
    with pytest.raises(ConfigInvalid, match="is no path"):
        provider(api_key_file=Path("a\0b")).key(common)


@pytest.mark.parametrize("key", [b"sk-one\nsk-two", "sk-\u00e9".encode(), b"sk-\xff", b"sk-\0"])
def test_a_key_that_no_header_can_hold_is_told_without_it(tmp_path: Path, key: bytes) -> None:
    kept = tmp_path / "key"
    kept.write_bytes(key)
    with pytest.raises(ConfigInvalid) as raised:
        provider(api_key_file=kept).key(Settings())
    assert "sk-" not in str(raised.value)


@pytest.mark.parametrize(
    ("tokens_in", "tokens_out", "nanos"),
    [(0, 0, 0), (1, 0, 150), (10**6, 10**6, 750_000_000)],
)
def test_tokens_cost(tokens_in: int, tokens_out: int, nanos: int) -> None:
    assert provider().nanos(tokens_in, tokens_out) == nanos


def test_a_fraction_of_the_smallest_sum_is_rounded_up() -> None:
    assert provider(price_in=0.0001).nanos(1, 0) == 1


def test_the_guards_have_limits_of_their_own_or_the_operator_s(file: Path) -> None:
    file.write_text(GOOD + "[guards.vision]\nadded_words = 0.05\n")
    known = models(settings(file))
    assert known is not None
    assert known.guards.of(Mode.CLEANUP) == LIMITS[Mode.CLEANUP]
    assert known.guards.of(Mode.VISION) == replace(LIMITS[Mode.VISION], added_words=0.05)


@pytest.mark.parametrize("bad", ["colour = 1", "edits = -1", 'edits = "x"', "shortest = 2"])
def test_limits_that_are_none_are_refused(file: Path, bad: str) -> None:
    file.write_text(f"{GOOD}[guards.cleanup]\n{bad}\n")
    with pytest.raises(ConfigInvalid, match="guards"):
        models(settings(file))
