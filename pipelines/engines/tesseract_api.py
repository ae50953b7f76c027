"""The tesserocr recognizer: Tesseract inside this process, its model kept warm."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import tesserocr

from pipelines.deadline import too_slow
from pipelines.engines import memory, tessdata, tsv
from pipelines.engines.kept import Kept
from pipelines.errors import LanguageDamaged, PageFailed, Reason
from pipelines.values import Raster, Recognition, Stance

# Bytes. A model takes 9 to 18 MB and is loaded in 0.1 s; one of Chinese takes 42, those of
# `tessdata_best` more.
LEAST = 9 * 2**20  # of a model; one that fills memory freed before does not show
PAGE = 45 * 2**20  # that reading a page takes: of 300 dpi 30 MB in passing, and up to 16 that stay
ORIENTATION = 40 * 2**20  # that a look at the orientation takes, the page included


@dataclass(slots=True)
class Model:
    """One loaded model; Tesseract's handle serves one thread at a time."""

    api: tesserocr.PyTessBaseAPI
    lock: threading.Lock = field(default_factory=threading.Lock)


class TesseractApi:
    """1.2 to 2.2 times faster a page than the command, which loads its model every time."""

    name = "tesserocr"
    in_process = True
    upright = tsv.UPRIGHT

    def __init__(self, extra: Path | None = None) -> None:
        self._extra = extra
        self._models: Kept[object, Model] = Kept()
        self._lock = threading.Lock()

    @property
    def version(self) -> str:
        return str(tesserocr.tesseract_version()).split()[1]

    def languages(self) -> tuple[str, ...]:
        return tuple(sorted(tessdata.installed(self._extra)))

    def recognize(
        self, raster: Raster, languages: tuple[str, ...], *, seconds: float
    ) -> Recognition:
        model = self._model(languages)
        with model.lock:
            try:
                table = _table(model.api, raster, seconds)
            finally:
                model.api.Clear()  # of a page that failed too, its pixels and half of its words
        return tsv.recognition(table, raster, f"{self.name} {self.version}", languages)

    def stance(self, raster: Raster, *, seconds: float) -> Stance | None:
        home = tessdata.orientation_data(self._extra)
        if home is None:
            return None
        # Not kept: few pages ask, and it is loaded in the time that it then looks at a page.
        with self._lock:
            self._make_room(ORIENTATION)
        api = _loaded(home, "osd", tesserocr.PSM.OSD_ONLY, tesserocr.OEM.TESSERACT_ONLY)
        with api:
            _show(api, raster)
            found = api.DetectOrientationScript()
        memory.trim()
        # Tesseract says how far the page was turned clockwise.
        if not found:
            return None
        return Stance((360 - int(found["orient_deg"])) % 360, str(found["script_name"]))

    def _model(self, languages: tuple[str, ...]) -> Model:
        home = tessdata.datapath(languages, self._extra)
        key = languages, tessdata.states(home, languages)  # a file that is replaced is seen
        with self._lock:
            return self._models.get(key) or self._load(home, languages, key)

    def _load(self, home: Path, languages: tuple[str, ...], key: object) -> Model:
        memory.keeps(self)
        self._make_room(PAGE)
        before = memory.resident()
        lang = "+".join(languages)
        model = Model(_loaded(home, lang, tesserocr.PSM.AUTO, tesserocr.OEM.LSTM_ONLY))
        self._models.add(key, model, max(LEAST, memory.resident() - before))
        self._make_room(PAGE)
        return model

    def spare(self) -> bool:
        """Let the model go that is worth least."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            return self._models.drop(but_last=False)
        finally:
            self._lock.release()

    def _make_room(self, needed: int) -> None:
        while not memory.make_room(needed, beside=self) and self._models.drop(but_last=True):
            pass


def _loaded(home: Path, lang: str, psm: int, oem: int) -> tesserocr.PyTessBaseAPI:
    try:
        api = tesserocr.PyTessBaseAPI(path=str(home), lang=lang, psm=psm, oem=oem)
    except RuntimeError as error:
        raise LanguageDamaged(lang.split("+")) from error
    # Of several it loads those that it can, and says nothing of the others.
    loaded = api.GetLoadedLanguages()
    if lacking := [code for code in lang.split("+") if code not in loaded]:
        api.End()
        raise LanguageDamaged(lacking)
    for name, value in {"debug_file": "/dev/null", **tsv.VARIABLES}.items():
        api.SetVariable(name, value)
    return api


def _table(api: tesserocr.PyTessBaseAPI, raster: Raster, seconds: float) -> str:
    _show(api, raster)
    started = time.monotonic()
    done = api.Recognize(max(1, int(seconds * 1000)))  # 0 would be for ever
    if time.monotonic() - started >= seconds:
        raise too_slow(seconds)
    if not done:
        raise PageFailed(Reason.ENGINE_FAILED, "Tesseract could not recognise the page.")
    return str(api.GetTSVText(0))


def _show(api: tesserocr.PyTessBaseAPI, raster: Raster) -> None:
    api.SetImageBytes(raster.pixels, raster.width, raster.height, 1, raster.width)
    api.SetSourceResolution(tsv.stated_resolution(raster))
