"""Engines by name, and the best one present for `auto`."""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pipelines import scripts
from pipelines.engines import tessdata as data
from pipelines.engines.protocols import Rasterizer, Recognizer, Rereader
from pipelines.errors import PipelineError, Reason

if TYPE_CHECKING:
    from pipelines.engines.rapid import RapidOcr

AUTO = "auto"
NULL, CHAOTIC = "null", "chaotic"
# For tests and never chosen: text that nobody wrote is worse than an error.
TEST_ENGINES = frozenset({NULL, CHAOTIC})
# Engines for which a page costs less than a message: many of them are read by one task.
CHEAP = frozenset({NULL})
# Best first. What each needs beyond the packages that Octavo itself depends on.
RASTERIZERS = ("pypdfium2", "pdf2image", NULL)
RECOGNIZERS = ("tesserocr", "pytesseract", "rapidocr", NULL, CHAOTIC)
SPECIALIST = "rapidocr"  # Chinese and Japanese
TESSERACT = frozenset({"tesserocr", "pytesseract"})  # read what language data is installed
APART_FIRST = (
    "pytesseract",
    "tesserocr",
    "rapidocr",
    NULL,
    CHAOTIC,
)  # for a page that may kill its engine
ADVICE = {
    "pypdfium2": "pip install pypdfium2",
    "pdf2image": "Install Poppler: apt install poppler-utils, or brew install poppler.",
    "tesserocr": "pip install tesserocr",
    "pytesseract": "Install Tesseract: apt install tesseract-ocr, or brew install tesseract.",
    "rapidocr": "pip install 'octavo[rapidocr]'",
}


def rasterizer(name: str = AUTO) -> Rasterizer:
    """The rasterizer called `name`. Raises PipelineError ENGINE_MISSING."""
    return _rasterizer(_choose(name, RASTERIZERS))


def recognizer(
    name: str = AUTO, tessdata: Path | None = None, *, in_process: bool = True
) -> Recognizer:
    """The recognizer called `name`, one a process; `tessdata` is looked at first for languages.

    Without `in_process`, `auto` prefers an engine that is a program of its own; a name is followed,
    and the engine says by its own `in_process` what it is. Raises PipelineError ENGINE_MISSING.
    """
    chosen = _choose(name, RECOGNIZERS if in_process else APART_FIRST)
    if chosen in TEST_ENGINES:
        return _test_recognizer(chosen, in_process)
    return _recognizer(chosen, tessdata)


def cheap(rasterizer: str, recognizer: str) -> bool:
    """Whether a page costs next to nothing with these two."""
    return rasterizer in CHEAP and recognizer in CHEAP


def specialist(beside: Recognizer) -> Rereader | None:
    """The engine for Chinese and Japanese beside Tesseract, where it is.

    CER of three Chinese pages full of English names: 0.013, at 1.7 s a thousand letters; Tesseract
    0.087 at 2.6 s.
    """
    if beside.name not in TESSERACT or not _present(SPECIALIST):
        return None
    return _rapid()


def readers(name: str = AUTO, tessdata: Path | None = None) -> dict[str, str]:
    """The engine that reads a language where `name` is asked for, by Tesseract's code.

    Raises PipelineError ENGINE_MISSING.
    """
    engine = recognizer(name, tessdata)
    beside = specialist(engine) if name == AUTO else None
    dense = filter(scripts.dense, beside.languages()) if beside else ()
    return dict.fromkeys(engine.languages(), engine.name) | dict.fromkeys(dense, SPECIALIST)


def damaged(name: str = AUTO, tessdata: Path | None = None) -> tuple[str, ...]:
    """The languages that would be read where `name` is asked for, were their data whole; sorted.

    Raises PipelineError ENGINE_MISSING.
    """
    if recognizer(name, tessdata).name not in TESSERACT:
        return ()
    return tuple(sorted(data.damaged(tessdata).keys() - readers(name, tessdata)))


def stronger(than: Recognizer, languages: tuple[str, ...]) -> Rereader | None:
    """The engine that reads bad pages better than Tesseract, where it is and reads `languages`."""
    found = specialist(than)
    return found if found and set(languages) <= set(found.languages()) else None


def available() -> dict[str, dict[str, str]]:
    """Versions of what is present: {"rasterizers": {name: version}, "recognizers": {...}}."""
    return {
        "rasterizers": {name: _rasterizer(name).version for name in RASTERIZERS if _present(name)},
        "recognizers": {name: recognizer(name).version for name in RECOGNIZERS if _present(name)},
    }


def languages(tessdata: Path | None = None) -> dict[str, list[str]]:
    """Engines by the code of each language that they read, as `RECOGNIZERS` orders them."""
    found: dict[str, list[str]] = {}
    for name in RECOGNIZERS:
        if name not in TEST_ENGINES and _present(name):
            for code in recognizer(name, tessdata).languages():
                found.setdefault(code, []).append(name)
    return found


def _choose(name: str, known: tuple[str, ...]) -> str:
    if name == AUTO:
        for candidate in known:
            if candidate not in TEST_ENGINES and _present(candidate):
                return candidate
        _absent(known[0])
    if name not in known:
        raise PipelineError(
            Reason.ENGINE_MISSING,
            f"There is no engine {name[:64]!r}.",
            advice=f"Choose one of: {', '.join((AUTO, *known))}.",
        )
    if not _present(name):
        _absent(name)
    return name


def _absent(name: str) -> NoReturn:
    raise PipelineError(
        Reason.ENGINE_MISSING, f"The engine {name} is not installed.", advice=ADVICE[name]
    )


@lru_cache(maxsize=16)
def _present(name: str) -> bool:
    if name in TEST_ENGINES:
        return True
    if importlib.util.find_spec(name) is None:
        return False
    if name == "pdf2image":
        from pipelines.engines import poppler

        return poppler.present()
    if name == "pytesseract":
        from pipelines.engines import tesseract_cli

        return tesseract_cli.present()
    if name == SPECIALIST:
        from pipelines.engines import rapid

        return rapid.models() is not None
    return True


@lru_cache(maxsize=8)
def _rasterizer(name: str) -> Rasterizer:
    # Imported here: an engine's library may be absent, and each takes time to load.
    if name == "pypdfium2":
        from pipelines.engines.pdfium import Pdfium

        return Pdfium()
    if name == "pdf2image":
        from pipelines.engines.poppler import Poppler

        return Poppler()
    from pipelines.engines.null import NullRasterizer

    return NullRasterizer()


@lru_cache(maxsize=8)
def _recognizer(name: str, tessdata: Path | None) -> Recognizer:
    if name == "tesserocr":
        from pipelines.engines.tesseract_api import TesseractApi

        return TesseractApi(tessdata)
    if name == SPECIALIST:
        return _rapid()
    from pipelines.engines.tesseract_cli import TesseractCommand

    return TesseractCommand(tessdata)


@lru_cache(maxsize=1)
def _rapid() -> RapidOcr:
    from pipelines.engines import rapid

    models = rapid.models()
    if models is None:
        _absent(SPECIALIST)
    return rapid.RapidOcr(models)


@lru_cache(maxsize=4)
def _test_recognizer(name: str, in_process: bool) -> Recognizer:
    if name == CHAOTIC:
        from pipelines.engines.chaotic import ChaoticRecognizer

        return ChaoticRecognizer(in_process=in_process)
    from pipelines.engines.null import NullRecognizer

    return NullRecognizer(in_process=in_process)
