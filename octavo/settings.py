"""Every setting of every process, read once from the environment.

A field ``x`` is set by ``OCTAVO_X``, or by ``OCTAVO_X_FILE`` naming a file that holds the value
(how container platforms hand over secrets). ``docs/settings.md`` is generated from this module.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

PREFIX = "OCTAVO_"


class SecretFiles(EnvSettingsSource):
    """Values read from the files that ``OCTAVO_X_FILE`` variables name."""

    def __call__(self) -> dict[str, Any]:
        named = {
            name: os.environ[f"{PREFIX}{name.upper()}_FILE"]
            for name in self.settings_cls.model_fields
            if f"{PREFIX}{name.upper()}_FILE" in os.environ
        }
        return {name: Path(path).read_text("utf-8").strip() for name, path in named.items()}


class Settings(BaseSettings):
    """Defaults fit one machine; seconds, bytes and pixels are said in the names."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    # Where things are
    database_url: SecretStr = Field(
        SecretStr("postgresql+psycopg2://octavo@127.0.0.1:5432/octavo"),
        description="SQLAlchemy address of PostgreSQL, the only truth.",
    )
    broker_url: SecretStr = Field(
        SecretStr("redis://127.0.0.1:6379/0"),
        description="Redis or Valkey, a database of its own, maxmemory-policy noeviction.",
    )
    s3_endpoint: str = Field("127.0.0.1:8333", description="host:port of the object store.")
    s3_public_endpoint: str | None = Field(
        None, description="host:port or https://host that clients upload to by presigned forms."
    )
    s3_secure: bool = Field(False, description="Speak TLS to the object store.")
    s3_access_key: str = Field("octavo", description="Access key of the object store.")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="Secret key of the object store.")
    s3_bucket: str = Field("octavo", description="Bucket, created at start when missing.")
    s3_region: str = Field("us-east-1", description="Region used to sign requests.")
    object_directory: Path | None = Field(
        None, description="Keep objects in this directory instead of S3 (one machine only)."
    )

    # What is accepted
    max_upload_bytes: int = Field(50 * 2**20, description="Largest file accepted.")
    max_pages: int = Field(500, description="Most pages of one document.")
    max_page_pixels: int = Field(40_000_000, description="Pixels a page may be rendered to.")
    upload_expires_seconds: int = Field(3600, description="Life of a presigned upload.")

    # How pages are read
    rasterizer: str = Field("auto", description="auto, pypdfium2 or pdf2image.")
    recognizer: str = Field("auto", description="auto, tesserocr, pytesseract or rapidocr.")
    escalate_below: float = Field(
        0.92,
        ge=0,
        le=1,
        description="Share of a page's letters that are likely right, below which rapidocr reads it"
        " too; 0: never.",
    )
    test_engines: bool = Field(
        False, description="Let engines be chosen that read nothing: null, chaotic."
    )
    default_languages: str = Field(
        "auto", description="Tesseract codes joined by +; auto: told from each page."
    )
    straighten: bool = Field(
        True, description="Make lines level that slope by a degree or more before a page is read."
    )
    rescale: bool = Field(
        True, description="Enlarge tiny letters, and shrink tall ones, before a page is read."
    )
    whiten: bool = Field(
        True, description="Take shadows and stains off a page that reads badly, and read it again."
    )
    tessdata: Path | None = Field(
        None, description="One more directory of .traineddata files, looked at first."
    )
    cache: bool = Field(
        True, description="Take the text of a page that was read before, see docs/cache.md."
    )
    cache_seconds: int = Field(
        30 * 24 * 3600, ge=0, description="Age up to which a text may be taken for another page."
    )
    page_versions: int = Field(
        5, ge=1, description="Texts of a page kept beside the current one when it is read again."
    )
    render_seconds: int = Field(60, description="Time a page may take to render.")
    recognize_seconds: int = Field(180, description="Time a page may take to be recognised.")
    pdf_seconds: int = Field(180, description="Time a searchable PDF may take to be made.")
    child_memory_bytes: int = Field(2 * 2**30, description="Memory of a confined child.")

    # What a language model may do
    llm_file: Path | None = Field(
        None,
        description="TOML file of providers, prices, budgets and prompts (docs/cleanup.md);"
        " none: no model is asked.",
    )
    llm_api_key: SecretStr = Field(
        SecretStr(""), description="Key of the providers whose entry names none of its own."
    )
    cleanup: Literal["off", "cleanup", "vision"] = Field(
        "off", description="Mode of documents that ask for none: off, cleanup, vision."
    )
    cleanup_pages: Literal["unsure", "always"] = Field(
        "unsure", description="Pages sent: those below cleanup_below, or all."
    )
    cleanup_below: float = Field(
        0.85, ge=0, le=1, description="Confidence below which a page is unsure."
    )
    cleanup_seconds: float = Field(
        120, gt=0, description="Time a page may wait for its cleanup, with all that is tried again."
    )
    cleanup_sends: int = Field(
        4, ge=1, description="Times a page is sent to a model, ever, whatever dies."
    )
    cleanup_debug: bool = Field(
        False, description="Let keys with the scope admin try a cleanup: POST .../cleanup."
    )

    # How work is driven
    sheaf_pages: int = Field(8, description="Pages of one chord.")
    bulk_pages: int = Field(
        64, description="Pages of one task, where a page costs less than a message."
    )
    sheaves_in_flight: int = Field(2, description="Chords of one document at a time.")
    pages_in_flight: int = Field(128, description="Dispatched, unfinished pages over all.")
    lease_seconds: int = Field(45, description="Life of a claim that is not renewed.")
    sweep_seconds: int = Field(15, description="Time between two sweeps.")
    canary_seconds: int = Field(
        30, description="Time between two canaries of a queue; three missed say nobody consumes."
    )
    collect_seconds: int = Field(3600, description="Time between two collections of orphans.")
    orphan_seconds: int = Field(
        3600, description="Age from which an object that no document names is removed."
    )
    idempotency_seconds: int = Field(
        7 * 24 * 3600, description="How long an Idempotency-Key is remembered."
    )
    max_attempts: int = Field(3, description="Claims of one stage before quarantine.")
    outbox_batch: int = Field(200, description="Rows a relay takes at once.")
    outbox_poll_seconds: float = Field(1.0, description="Poll behind LISTEN/NOTIFY.")
    outbox_max_attempts: int = Field(12, description="Publish attempts before a dead letter.")
    api_threads: int = Field(16, description="Threads of one API process.")

    # What is said about it
    log_level: str = Field("INFO", description="Level of the structured log.")
    log_format: Literal["json", "console"] = Field("json", description="json or console.")
    metrics_port: int = Field(
        0, description="Where a worker or a relay serves /metrics; 0: nowhere. One a process."
    )
    metrics_host: str = Field("127.0.0.1", description="Interface of metrics_port.")

    @field_validator("llm_file", mode="before")
    @classmethod
    def _no_file(cls, value: object) -> object:
        """Compose hands over a variable that is not set as an empty one."""
        return None if value == "" else value

    @model_validator(mode="after")
    def _engines_read(self) -> Settings:
        """Text that nobody wrote is worse than an error, so it must be asked for twice."""
        for name in {"null", "chaotic"} & {self.rasterizer, self.recognizer}:
            if not self.test_engines:
                raise ValueError(
                    f"the engine {name} reads nothing; it needs OCTAVO_TEST_ENGINES=true"
                )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, SecretFiles(settings_cls)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process; tests clear the cache after changing the environment."""
    return Settings()
