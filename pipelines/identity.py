"""What a page's text depends on, as a digest: pages that share it have the same text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipelines import resolution, routing
from pipelines.engines import registry, tessdata, traineddata
from pipelines.values import AUTO_LANGUAGES, Limits, Options, Raster

CACHED = "cached"  # flag: the text was read on another page that is the same
# Flags of pages that were read as well as they can be. A page with any other is read anew each
# time: less was read than there is, for want of pixels, data, time or an engine.
SOUND = frozenset({CACHED, resolution.ASSUMED, routing.ESCALATED})
# Share of its time from which a reading may have left something out for want of it.
HURRIED = 0.4
# What draws and reads pages beside the code here.
PACKAGES = (
    *("pypdfium2", "pdf2image", "pillow", "numpy", "tesserocr", "pytesseract", "rapidocr"),
    *("onnxruntime", "opencv-python-headless", "pikepdf"),
)
# Of the options: which pages are read, and what becomes of their text afterwards.
NOT_OF_READING = ("pages", "cache", "cleanup", "cleanup_pages")


def reading(options: Options, limits: Limits, extra: Path | None = None) -> bytes | None:
    """Digest of all but the page that decides what is read; None: engines that are for tests.

    It covers the options, the limits, the code of this package, the packages that draw and read,
    and the language data, byte by byte. Raises PipelineError ENGINE_MISSING.
    """
    engine = registry.recognizer(options.recognizer, extra)
    if {engine.name, options.rasterizer} & registry.TEST_ENGINES:
        return None
    asked = asdict(options)
    told = {
        "options": {name: asked[name] for name in asked if name not in NOT_OF_READING},
        "limits": asdict(limits),
        "code": code(),
        "packages": packages(),
        "engine": [engine.name, engine.version],
        "data": data(options.languages, extra) if engine.name in registry.TESSERACT else [],
    }
    return _digest(json.dumps(told, sort_keys=True, default=str).encode())


def of_source(
    reading: bytes, tenant: str, sha256: str, page: int, *, cleanup: object = None
) -> bytes:
    """Key of page `page` of the file with that digest: known before anything is drawn.

    `cleanup` is what becomes of the text afterwards.
    """
    return _digest(reading, b"source", tenant.encode(), sha256.encode(), repr((page, str(cleanup))))


def of_raster(reading: bytes, tenant: str, raster: Raster) -> bytes:
    """Key of a page by its pixels: the same scan in another file is found."""
    said = repr((raster.width, raster.height, raster.dpi, raster.flags))
    pixels = hashlib.sha256(raster.pixels).digest()
    return _digest(reading, b"raster", tenant.encode(), said, pixels)


def is_sound(flags: Iterable[str]) -> bool:
    """Whether a text with these flags may stand for every page that is the same."""
    return set(flags) <= SOUND


def hurried(seconds: float, limits: Limits) -> bool:
    """Whether a reading that took so long may have left something out for want of time."""
    return seconds >= HURRIED * limits.recognize_seconds


@lru_cache(maxsize=1)
def code() -> str:
    """Digest of this package's source: whatever is changed in it, no older text is taken."""
    home = Path(__file__).parent
    seen = hashlib.sha256()
    for path in sorted(home.rglob("*.py")):
        seen.update(f"{path.relative_to(home)} {path.stat().st_size}\n".encode())
        seen.update(path.read_bytes())
    return seen.hexdigest()


@lru_cache(maxsize=1)
def packages() -> dict[str, str]:
    """Version of each of PACKAGES that is installed."""
    return {name: found for name in PACKAGES if (found := _version(name))}


def data(languages: Iterable[str], extra: Path | None = None) -> list[list[str]]:
    """(code, SHA-256) of the language data that a reading may need, and of that of orientation."""
    there = dict(tessdata.installed(extra))
    chosen = there if tuple(languages) == AUTO_LANGUAGES else {*languages} & {*there}
    found = [[name, _of_file(there[name])] for name in sorted(chosen)]
    home = tessdata.orientation_data(extra)
    return found + ([["osd", _of_file(home / f"osd{tessdata.SUFFIX}")]] if home else [])


def _of_file(path: Path) -> str:
    return _of_contents(*traineddata.state(path))


@lru_cache(maxsize=512)
def _of_contents(path: Path, size: int, changed: int) -> str:
    del size, changed  # another file under the same name is read again
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _digest(*parts: bytes | str) -> bytes:
    """SHA-256 over the parts, each preceded by its length."""
    seen = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        seen.update(len(content).to_bytes(8, "big") + content)
    return seen.digest()
