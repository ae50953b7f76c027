"""The operator's file of providers, prices, budgets and prompts (`OCTAVO_LLM_FILE`, TOML).

It is read again when it changes. Keys stand in the environment or in files of their own, so that
this file can be kept under version control.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from llm.fields import Address, Headers, Parameters, Price, Seconds, Sum, sendable
from octavo.settings import Settings
from pipelines.cleanup.prompts import Prompt, PromptInvalid, defaults, parse
from pipelines.cleanup.values import LIMITS, GuardLimits, Mode
from store.gates import Gate
from store.spending import NANOS


class ConfigInvalid(Exception):
    """The file cannot be used; the message says where and what to change."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Provider(_Part):
    """One OpenAI-compatible endpoint and what may be asked of it."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")
    base_url: Address  # the operator's alone
    model: str = Field(min_length=1)
    modes: tuple[Literal["cleanup", "vision"], ...] = ("cleanup",)
    price_in: Price
    price_out: Price
    api_key_env: str | None = None  # name of the variable that holds the key
    api_key_file: Path | None = None
    headers: Headers = {}
    max_tokens: int = Field(4096, ge=1, le=200_000)  # of one answer
    max_tokens_name: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    parameters: Parameters = {}  # sent along; over the prompt's own
    send_temperature: bool = True  # some models take none
    image_tokens: int = Field(
        50_000, ge=0, le=10_000_000
    )  # the most that a picture of a page counts
    concurrency: int = Field(4, ge=1, le=10_000)  # over all workers
    per_minute: float | None = Field(None, ge=0.001, le=1e6)  # requests
    seconds: Seconds = 60  # one request may take
    breaker_failures: int = Field(5, ge=1, le=1000)
    breaker_seconds: Seconds = 30

    @property
    def gate(self) -> Gate:
        """What `store.gates` must know of it."""
        return Gate(
            self.name,
            concurrency=self.concurrency,
            per_minute=self.per_minute,
            breaker_failures=self.breaker_failures,
            breaker_seconds=self.breaker_seconds,
        )

    def key(self, settings: Settings) -> SecretStr:
        """Its own key, else the one of the settings. Raises ConfigInvalid."""
        key = self._key(settings)
        if not sendable(key.get_secret_value()):
            raise ConfigInvalid(f"provider {self.name}: its key holds more than visible ASCII")
        return key

    def _key(self, settings: Settings) -> SecretStr:
        if self.api_key_file is not None:
            try:
                return SecretStr(self.api_key_file.read_text("utf-8").strip())
            except OSError as error:
                raise ConfigInvalid(f"{self.api_key_file}: {error.strerror}") from error
            except UnicodeDecodeError:
                raise ConfigInvalid(f"{self.api_key_file}: holds no text") from None
            except ValueError:  # NUL
                raise ConfigInvalid(f"provider {self.name}: api_key_file is no path") from None
        if self.api_key_env is not None:
            if not os.environ.get(self.api_key_env):
                raise ConfigInvalid(f"provider {self.name}: ${self.api_key_env} is not set")
            return SecretStr(os.environ[self.api_key_env])
        return settings.llm_api_key

    def parameters_for(self, prompt: Prompt, max_tokens: int) -> dict[str, Any]:
        """What is sent beside model and messages."""
        temperature = {"temperature": prompt.temperature} if self.send_temperature else {}
        return {**temperature, **self.parameters, self.max_tokens_name: max_tokens}

    def nanos(self, tokens_in: int, tokens_out: int) -> int:
        """What so many tokens cost, in billionths of the currency, rounded up."""
        millions = tokens_in * self.price_in + tokens_out * self.price_out
        return -int(-millions * (NANOS // 1_000_000) // 1)


class Budgets(_Part):
    """Hard ends of spending, in the currency of the prices; none given: no end."""

    document: Sum | None = None
    tenant_month: Sum | None = None
    tenants: dict[str, Sum] = {}  # a month, instead of tenant_month

    def of_tenant(self, tenant: str) -> int | None:
        """Nanos a month; None: no end."""
        return _nanos(self.tenants.get(tenant, self.tenant_month))

    def of_document(self) -> int | None:
        """Nanos a document; None: no end."""
        return _nanos(self.document)


class Guards(_Part):
    """Limits of `pipelines.cleanup` other than its own, by the names of GuardLimits."""

    cleanup: dict[str, float] = {}
    vision: dict[str, float] = {}

    @model_validator(mode="after")
    def _known(self) -> Self:
        known = {each.name for each in fields(GuardLimits)}
        if unknown := sorted({*self.cleanup, *self.vision} - known):
            raise ValueError(f"knows no {unknown[0]!r}: {', '.join(sorted(known))}")
        _ = self.of(Mode.CLEANUP), self.of(Mode.VISION)
        return self

    def of(self, mode: Mode) -> GuardLimits:
        """What an answer in this mode may change."""
        return replace(LIMITS[mode], **(self.vision if mode is Mode.VISION else self.cleanup))


class Models(_Part):
    """The whole file; its tables `cleanup` and `vision` are prompts in place of the built-in."""

    currency: str = Field("USD", min_length=1, max_length=8)
    providers: tuple[Provider, ...] = Field(min_length=1)  # in the order they are asked
    budgets: Budgets = Budgets()
    guards: Guards = Guards()
    cache_days: float = Field(30, ge=0, le=36_500)  # of accepted answers; 0: none are kept
    prompts: Mapping[Mode, Prompt] = Field(default_factory=defaults)

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        names = [provider.name for provider in self.providers]
        if len(set(names)) < len(names):
            raise ValueError("two providers have the same name")
        return self

    def of_mode(self, mode: Mode) -> tuple[Provider, ...]:
        """The providers that do it, in order."""
        return tuple(provider for provider in self.providers if mode.value in provider.modes)


def models(settings: Settings) -> Models | None:
    """What the file says; None: there is none, and no model is asked. Raises ConfigInvalid."""
    path = settings.llm_file
    if path is None:
        return None
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise ConfigInvalid(f"OCTAVO_LLM_FILE {path}: {error.strerror}") from error


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Models:
    del changed
    try:
        toml, tables = _tables(path)
        if "prompts" in tables:
            raise ConfigInvalid(f"{path}: prompts are the tables [cleanup] and [vision]")
        tables["prompts"] = {**defaults(), **parse(toml)}
        for mode in Mode:
            tables.pop(str(mode), None)
        return Models.model_validate(tables)
    except PromptInvalid as error:
        raise ConfigInvalid(f"{path}: {error}") from error
    except ValidationError as error:
        # Without the values: a key may stand where it does not belong.
        told = "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()
        )
        raise ConfigInvalid(f"{path}: {told}") from error


def _tables(path: Path) -> tuple[str, dict[str, Any]]:
    """The file as text and as TOML."""
    try:
        toml = path.read_text("utf-8")
        return toml, tomllib.loads(toml)
    except RecursionError as error:
        raise ConfigInvalid(f"{path} is no TOML: it is nested too deep") from error
    except ValueError as error:  # no UTF-8, no TOML, a number of thousands of digits
        raise ConfigInvalid(f"{path} is no TOML: {error}") from error


def _nanos(amount: float | None) -> int | None:
    return None if amount is None else round(amount * NANOS)
