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
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from octavo.settings import Settings
from pipelines.cleanup.prompts import Prompt, PromptInvalid, defaults, parse
from pipelines.cleanup.values import LIMITS, GuardLimits, Mode
from store.gates import Gate
from store.spending import NANOS

Price = Annotated[float, Field(ge=0, description="Of a million tokens.")]


class ConfigInvalid(Exception):
    """The file cannot be used; the message says where and what to change."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Provider(_Part):
    """One OpenAI-compatible endpoint and what may be asked of it."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")
    base_url: str = Field(pattern=r"^https?://[^\s]+$")  # the operator's alone
    model: str = Field(min_length=1)
    modes: tuple[Literal["cleanup", "vision"], ...] = ("cleanup",)
    price_in: Price
    price_out: Price
    api_key_env: str | None = None  # name of the variable that holds the key
    api_key_file: Path | None = None
    headers: dict[str, str] = {}
    max_tokens: int = Field(4096, ge=1, le=200_000)  # of one answer
    max_tokens_name: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    parameters: dict[str, bool | int | float | str] = {}  # sent along; over the prompt's own
    send_temperature: bool = True  # some models take none
    image_tokens: int = Field(50_000, ge=0)  # the most that a picture of a page counts
    concurrency: int = Field(4, ge=1)  # over all workers
    per_minute: float | None = Field(None, gt=0)  # requests
    seconds: float = Field(60, gt=0)  # one request may take
    breaker_failures: int = Field(5, ge=1)
    breaker_seconds: float = Field(30, gt=0)

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
        if self.api_key_file is not None:
            try:
                return SecretStr(self.api_key_file.read_text("utf-8").strip())
            except OSError as error:
                raise ConfigInvalid(f"{self.api_key_file}: {error.strerror}") from error
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

    document: float | None = Field(None, ge=0)
    tenant_month: float | None = Field(None, ge=0)
    tenants: dict[str, Annotated[float, Field(ge=0)]] = {}  # a month, instead of tenant_month

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
    cache_days: float = Field(30, ge=0)  # of accepted answers; 0: none are kept
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
        toml = path.read_text("utf-8")
        tables = tomllib.loads(toml)
        tables["prompts"] = {**defaults(), **parse(toml)}
        for mode in Mode:
            tables.pop(str(mode), None)
        return Models.model_validate(tables)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigInvalid(f"{path} is no TOML: {error}") from error
    except PromptInvalid as error:
        raise ConfigInvalid(f"{path}: {error}") from error
    except ValidationError as error:
        # Without the values: a key may stand where it does not belong.
        told = "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()
        )
        raise ConfigInvalid(f"{path}: {told}") from error


def _nanos(amount: float | None) -> int | None:
    return None if amount is None else round(amount * NANOS)
