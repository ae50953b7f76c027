"""What a client asked for, checked against what this installation can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from api.problems import (
    CleanupUnavailable,
    EngineMissing,
    LanguageDamaged,
    LanguageMissing,
    PageOutOfRange,
)
from llm import wanting
from octavo.settings import Settings
from pipelines import media
from pipelines.cleanup.values import Mode
from pipelines.engines import registry, tessdata
from pipelines.errors import DocumentRejected
from pipelines.values import AUTO_LANGUAGES, CleanupPages, Options, TextLayer

_STORED = {"engine": "recognizer"}  # where a field of the API has another name


def checked(asked: Mapping[str, Any], settings: Settings) -> Options:
    """Options from the fields of `api.schemas.documents.OptionsSchema`.

    Raises LanguageMissing, LanguageDamaged, EngineMissing, PageOutOfRange, CleanupUnavailable.
    """
    engine = _engine(asked.get("engine", registry.AUTO), settings)
    languages = asked.get("languages") or [settings.default_languages]
    return Options(
        languages=_languages(languages, engine, settings),
        pages=_pages(asked.get("pages")),
        text_layer=TextLayer(asked.get("text_layer", TextLayer.AUTO)),
        rasterizer=settings.rasterizer,
        recognizer=engine,
        cache=asked.get("cache", True),
        cleanup=_cleanup(asked.get("cleanup"), settings),
        cleanup_pages=CleanupPages(asked.get("cleanup_pages", settings.cleanup_pages)),
    )


def of_page(asked: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """Options of one page from the fields of `api.schemas.documents.ReadingSchema`.

    Only those that were asked for: the others stay the document's. Raises LanguageMissing,
    LanguageDamaged, EngineMissing and CleanupUnavailable.
    """
    chosen = stored(checked(asked, settings))
    return {_STORED.get(name, name): chosen[_STORED.get(name, name)] for name in asked}


def stored(options: Options) -> dict[str, Any]:
    """Options as the database keeps them and `tasks.options` reads them."""
    return {**asdict(options), "languages": list(options.languages)}


def _languages(asked: Sequence[str], engine: str, settings: Settings) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(code for part in asked for code in part.split("+")))
    if codes == AUTO_LANGUAGES:
        return codes
    there = registry.readers(engine, settings.tessdata)
    unread = [code for code in codes if code not in there]
    if unread:
        spoilt = registry.damaged(engine, settings.tessdata)
        damaged = [code for code in unread if code in spoilt]
        kind = LanguageDamaged if damaged == unread else LanguageMissing
        raise kind(
            f"{_unread(unread, damaged)} Installed: {', '.join(sorted(there)) or 'none'}.",
            advice=_advice(_other_engine(codes, settings), unread, damaged),
            installed=sorted(there),
        )
    return codes


def _unread(codes: Sequence[str], damaged: Sequence[str]) -> str:
    if set(AUTO_LANGUAGES) <= set(codes):
        return "'auto' stands alone, without other languages."
    said = f"Cannot read {', '.join(repr(code[:64]) for code in codes)} here."
    return f"{said} The data of {', '.join(damaged)} is damaged." if damaged else said


def _advice(other: str, unread: Sequence[str], damaged: Sequence[str]) -> str:
    """The `other` engine or how to get the data, and which to replace."""
    if any("," in code for code in unread):
        return "Join languages by +, as in eng+deu."
    said = [other or tessdata.ADVICE] if other or len(damaged) < len(unread) else []
    if damaged:
        files = ", ".join(f"{code}{tessdata.SUFFIX}" for code in damaged)
        said.append(f"Replace {files} by a whole copy.")
    return " ".join(said)


def _other_engine(codes: Sequence[str], settings: Settings) -> str:
    """Advice to choose the engine that reads all of `codes`; empty: none does."""
    for name in _recognizers():
        there = registry.readers(name, settings.tessdata)
        if name not in registry.TEST_ENGINES and set(codes) <= there.keys():
            return f"Choose the engine {name}, which reads them here."
    return ""


def _pages(asked: str | None) -> str | None:
    if asked is None or not asked.strip():
        return None
    try:
        media.check_page_range(asked)
    except DocumentRejected as error:
        raise PageOutOfRange(error.message, advice=error.advice) from error
    return asked


def _engine(asked: str, settings: Settings) -> str:
    if asked == registry.AUTO:
        return settings.recognizer
    names = [
        name
        for name in _recognizers()
        if settings.test_engines or name not in registry.TEST_ENGINES
    ]
    if asked not in names:
        raise EngineMissing(
            f"There is no engine {asked[:64]!r} here.", available=[registry.AUTO, *names]
        )
    return asked


def _cleanup(asked: str | None, settings: Settings) -> Mode:
    """What was asked for, if a provider does it; a default that nobody does is off."""
    wanted = Mode(settings.cleanup if asked is None else asked)
    if wanted is Mode.OFF:
        return wanted
    available = wanting.modes(settings)
    if wanted in available:
        return wanted
    if asked is None:
        return Mode.OFF
    raise CleanupUnavailable(
        f"No language model does the cleanup {asked!r} here.", available=sorted(map(str, available))
    )


@lru_cache(maxsize=1)
def _recognizers() -> tuple[str, ...]:
    return tuple(registry.available()["recognizers"])
