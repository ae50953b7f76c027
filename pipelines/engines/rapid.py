"""The rapidocr recognizer: PP-OCR's models, for pages that Tesseract reads badly."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterable, Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import rows
from pipelines.boxes import around
from pipelines.deadline import Deadline
from pipelines.engines import memory
from pipelines.errors import PipelineError, Reason
from pipelines.values import Corners, Raster, Recognition, Stance, Word
from pipelines.words import mean_confidence

if TYPE_CHECKING:
    from pipelines.engines.rapid_page import PageReader

PACKAGE = "rapidocr"
NEEDED = ("cv2", "onnxruntime")  # beside it, and loaded by the first page alone
# Bytes that a page takes in passing; the models, and the packages that run them.
PAGE, MODELS = 85 * 2**20, 110 * 2**20
DETECTOR, READER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
ASIAN = ("chi_sim", "chi_tra", "jpn")
# Languages in Latin letters, all of which are in the reader's alphabet.
LATIN = (
    *("frk", "deu_latf"),  # Fraktur: CER 0.018 on six pages of 1841, Tesseract 0.017
    *("afr", "cat", "ces", "cym", "dan", "deu", "eng", "est", "eus", "fin", "fra", "gle", "glg"),
    *("hrv", "hun", "ind", "isl", "ita", "lat", "lav", "lit", "mlt", "msa", "nld", "nor", "oci"),
    *("pol", "por", "ron", "slk", "slv", "spa", "sqi", "swa", "swe", "tgl", "tur"),
)


class RapidOcr:
    """Finds more on receipts, forms and photographs than Tesseract does, and takes longer."""

    name = PACKAGE
    in_process = True
    upright = 0.75  # upside down it has 0.61 to 0.69

    def __init__(self, models: Path) -> None:
        self._models = models
        self._reader: PageReader | None = None
        self._lock = threading.Lock()  # one page at a time: memory is bounded by the page

    @cached_property
    def version(self) -> str:
        return version(PACKAGE)

    def languages(self) -> tuple[str, ...]:
        return tuple(sorted((*LATIN, *ASIAN)))

    def recognize(
        self, raster: Raster, languages: tuple[str, ...], *, seconds: float
    ) -> Recognition:
        self._check(languages)
        deadline = Deadline.after(seconds)
        with self._lock:
            pieces = self._ready().pieces(raster, deadline, latin=_latin(languages))
        return self._recognition(pieces, raster, languages)

    def reread(
        self,
        raster: Raster,
        spots: Sequence[Corners],
        languages: tuple[str, ...],
        *,
        seconds: float,
    ) -> Recognition:
        self._check(languages)
        deadline = Deadline.after(seconds)
        with self._lock:
            pieces = self._ready().parts(raster, spots, deadline, latin=_latin(languages))
        return self._recognition(pieces, raster, languages)

    def _recognition(
        self, pieces: Iterable[list[Word]], raster: Raster, languages: tuple[str, ...]
    ) -> Recognition:
        # A piece a line: `layout` says which of them stand in one row, and which in columns.
        text, words = rows.written(sorted(filter(None, pieces), key=_middle))
        return Recognition(
            text=text,
            words=words,
            confidence=mean_confidence(words),
            width=raster.width,
            height=raster.height,
            dpi=raster.dpi,
            engine=f"{self.name} {self.version}",
            languages=languages,
            flags=raster.flags,
        )

    def stance(self, raster: Raster, *, seconds: float) -> Stance | None:
        with self._lock:
            turn = self._ready().orientation(raster, Deadline.after(seconds))
        return None if turn is None else Stance(turn, "")

    def spare(self) -> bool:
        """Let the models go, which are loaded in 0.1 s."""
        if self._reader is None or not self._lock.acquire(blocking=False):
            return False
        try:
            self._reader = None
        finally:
            self._lock.release()
        return True

    def _ready(self) -> PageReader:
        """The models, loaded, and room for a page."""
        memory.make_room(PAGE + (0 if self._reader else MODELS), beside=self)
        if self._reader is None:
            from pipelines.engines.rapid_page import PageReader

            memory.keeps(self)
            self._reader = PageReader(self._models / DETECTOR, self._models / READER)
        return self._reader

    def _check(self, languages: tuple[str, ...]) -> None:
        missing = [code for code in languages if code not in (*LATIN, *ASIAN)]
        if missing or not languages:
            names = ", ".join(repr(code[:64]) for code in missing) or "no language"
            raise PipelineError(
                Reason.LANGUAGE_MISSING,
                f"{PACKAGE} cannot read {names}. It reads: {', '.join(self.languages())}.",
                advice="Choose another engine for this language.",
            )


def _latin(languages: tuple[str, ...]) -> bool:
    return not set(languages) & set(ASIAN)


def _middle(piece: Sequence[Word]) -> int:
    box = around(word.box for word in piece)
    return box.top + box.bottom


def models() -> Path | None:
    """Where the models lie; None: a package is missing, or brings other models."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None or not all(map(importlib.util.find_spec, NEEDED)):
        return None
    found = Path(spec.origin).parent / "models"
    return found if all((found / name).is_file() for name in (DETECTOR, READER)) else None
