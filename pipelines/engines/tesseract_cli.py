"""The pytesseract recognizer: the tesseract command, whose death only costs its page."""

from __future__ import annotations

import re
import shlex
import shutil
import tempfile
from functools import cached_property
from pathlib import Path

import pytesseract

from pipelines.deadline import Deadline, too_slow
from pipelines.engines import tessdata, tsv
from pipelines.errors import LanguageDamaged, PageFailed, Reason
from pipelines.values import Raster, Recognition, Stance

PROGRAM = "tesseract"
TRIAL = Raster(40, 40, 300.0, b"\xff" * 1600)  # takes 0.15 s: the loading of the model


class TesseractCommand:
    """A process a page."""

    name = "pytesseract"
    in_process = False
    upright = tsv.UPRIGHT

    def __init__(self, extra: Path | None = None) -> None:
        self._extra = extra
        self._loaded: set[tuple[Path, int, int]] = set()  # data that it can load

    @cached_property
    def version(self) -> str:
        return str(pytesseract.get_tesseract_version()).split()[0]

    def languages(self) -> tuple[str, ...]:
        return tuple(sorted(tessdata.installed(self._extra)))

    def recognize(
        self, raster: Raster, languages: tuple[str, ...], *, seconds: float
    ) -> Recognition:
        home, deadline = tessdata.datapath(languages, self._extra), Deadline.after(seconds)
        # Of several it may leave out what it cannot load, and says nothing of it.
        if len(languages) > 1:
            self._try(home, languages, deadline)
        try:
            table = self._read(raster, home, languages, deadline)
        except PageFailed as error:
            if error.reason is Reason.ENGINE_FAILED and deadline.left():
                self._try(home, languages, deadline)
            raise
        return tsv.recognition(table, raster, f"{self.name} {self.version}", languages)

    def stance(self, raster: Raster, *, seconds: float) -> Stance | None:
        home = tessdata.orientation_data(self._extra)
        if home is None:
            return None
        try:
            answer = self._run(raster, "osd", "osd", f"--psm 0 {_place(home, raster)}", seconds)
        except PageFailed as error:
            if error.reason is Reason.ENGINE_FAILED:  # it says so of pages with too few characters
                return None
            raise
        turn, script = re.search(r"Rotate: (\d+)", answer), re.search(r"Script: (\w+)", answer)
        return Stance(int(turn[1]) % 360, script[1] if script else "") if turn else None

    def _try(self, home: Path, languages: tuple[str, ...], deadline: Deadline) -> None:
        """Load each of `languages` alone, unless it was before. Raises LanguageDamaged."""
        spoilt = []
        for code, file in zip(languages, tessdata.states(home, languages), strict=True):
            if file in self._loaded:
                continue
            try:
                self._read(TRIAL, home, (code,), deadline)
            except PageFailed as error:
                if error.reason is not Reason.ENGINE_FAILED:
                    raise
                spoilt.append(code)
            else:
                self._loaded.add(file)
        if spoilt:
            raise LanguageDamaged(spoilt)

    def _read(
        self, raster: Raster, home: Path, languages: tuple[str, ...], deadline: Deadline
    ) -> str:
        deadline.check()
        chosen = " ".join(f"-c {name}={value}" for name, value in tsv.VARIABLES.items())
        config = f"-c tessedit_create_tsv=1 {chosen} --oem 1 --psm 3 {_place(home, raster)}"
        seconds = max(0.01, deadline.left())  # 0 would be for ever
        return self._run(raster, "tsv", "+".join(languages), config, seconds)

    def _run(self, raster: Raster, output: str, lang: str, config: str, seconds: float) -> str:
        with tempfile.TemporaryDirectory(prefix="octavo-") as directory:
            image = Path(directory) / "page.pgm"
            with image.open("wb") as file:
                file.write(b"P5 %d %d 255\n" % (raster.width, raster.height))
                file.write(raster.pixels)
            try:
                answer = pytesseract.pytesseract.run_and_get_output(
                    str(image), output, lang, config, timeout=seconds
                )
            except pytesseract.TesseractError as error:
                raise PageFailed(
                    Reason.ENGINE_FAILED, f"Tesseract ended with status {error.status}."
                ) from error
            except RuntimeError as error:  # how pytesseract says that its time is up
                raise too_slow(seconds) from error
        return str(answer)


def present() -> bool:
    """Whether Tesseract's program is on the PATH."""
    return shutil.which(PROGRAM) is not None


def _place(home: Path, raster: Raster) -> str:
    return f"--dpi {tsv.stated_resolution(raster)} --tessdata-dir {shlex.quote(str(home))}"
