"""One engine's best reading of a page: read again where the first reading says that it would gain.

A page that reads well is read once and pays nothing for any of this.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pipelines import orient, scripts, told
from pipelines.deadline import Deadline
from pipelines.engines.protocols import Recognizer
from pipelines.errors import PageFailed
from pipelines.values import AUTO_LANGUAGES, Raster, Recognition, Stance

DOUBTFUL = 0.6  # mean confidence below which a page may be turned; upright pages stay above
# The same below which its letters may be others than those of the language it was read in. Read
# as English, Fraktur has 0.60 to 0.64 and French typescripts 0.72 to 0.89; read as German, Fraktur
# has 0.67 to 0.71.
OTHER_LETTERS = 0.75
# Words at least as sure are covered before the script of the others is asked: a Chinese page full
# of English words is taken for Latin.
READ_WELL = 0.7
# Share of letters in words that are surely read from which Latin ones are read beside the others.
LATIN_TOO, SURE, WORD = 0.03, 0.9, 3
# Share of its evidence that a reading may lose to one in the language that its words tell of.
TOLD = 0.9
MISSING = "language_missing"  # flag, followed by a colon and the code


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a raster turned by `turn`; boxes lie on the turned one."""

    recognition: Recognition
    turn: int = 0
    missing: tuple[str, ...] = ()  # languages that the page is in and no data is there for


class Reader:
    """An engine and what is left of a page's time. `languages` may be AUTO_LANGUAGES.

    `specialist` reads Chinese and Japanese instead, where it is there.
    """

    def __init__(
        self,
        engine: Recognizer,
        languages: tuple[str, ...],
        deadline: Deadline,
        likely: tuple[str, ...] = (),
        specialist: Recognizer | None = None,
    ) -> None:
        self._engine = engine
        self._specialist = specialist
        self._deadline = deadline
        self._auto = languages == AUTO_LANGUAGES
        self._special = {
            code for code in (specialist.languages() if specialist else ()) if scripts.dense(code)
        }
        self._installed = self._special.union(engine.languages())
        self._start, self._lacking = self._chosen(languages, likely)
        self._cost = 0.0  # seconds of the first reading

    def read(self, raster: Raster) -> Recognition:
        """The text of `raster`; boxes lie on it, whichever way up it was read.

        Raises PipelineError LANGUAGE_MISSING when the data of none of the languages is there, and
        PageFailed. A language whose data is missing beside others is flagged.
        """
        engine = self._engine_for(self._start)
        first = engine.recognize(raster, self._start, seconds=self._deadline.left())
        self._cost = self._deadline.spent()
        best = self._upright(Reading(first), raster)
        if self._auto:
            best = self._in_its_language(best, raster)
        found = orient.turned_back(best.recognition, raster, best.turn)
        lacking = (*self._lacking, *best.missing)
        return replace(found, flags=(*found.flags, *(f"{MISSING}:{code}" for code in lacking)))

    def _chosen(
        self, languages: tuple[str, ...], likely: tuple[str, ...]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The languages to begin with, and those asked for whose data is missing."""
        if self._auto:
            usual = scripts.reader(scripts.LATIN, self._installed) or min(
                self._installed, default=""
            )
            there = tuple(code for code in likely if code in self._installed)
            return there or (usual or scripts.ENGLISH,), ()
        there = tuple(code for code in languages if code in self._installed)
        # Of none that is there, the engine itself says which are.
        return there or languages, tuple(code for code in languages if there and code not in there)

    def _engine_for(self, languages: tuple[str, ...]) -> Recognizer:
        special = self._special.intersection(languages)
        return self._specialist if special and self._specialist else self._engine

    def _upright(self, first: Reading, raster: Raster) -> Reading:
        """The better of `first` and what the page reads like turned, or in its own letters."""
        stance = self._stance(first.recognition, raster)
        if stance is None:
            return first
        languages, missing = self._for_script(stance.script, first.recognition)
        first = replace(first, missing=missing)
        if not stance.turn and languages == first.recognition.languages:
            return first
        again = self._again(raster, stance.turn, languages)
        if again is None or evidence(again.recognition) <= evidence(first.recognition):
            return first
        return again

    def _stance(self, first: Recognition, raster: Raster) -> Stance | None:
        bound = OTHER_LETTERS if self._auto or self._fraktur(first.languages) else DOUBTFUL
        if first.confidence is not None and first.confidence >= bound:
            return None
        # Tesseract cannot be interrupted while it finds the orientation, which takes it less time
        # than the reading took: as much must be left.
        if self._deadline.left() <= self._cost:
            return None
        try:
            return self._engine.stance(covered(raster, first), seconds=self._deadline.left())
        except PageFailed:
            return None

    def _for_script(
        self, script: str, first: Recognition
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The languages to read `script` with, and the one to install if there is none."""
        current = first.languages
        if script == scripts.FRAKTUR:
            return self._fraktur(current) or current, ()
        if not self._auto or script in ("", scripts.of(current[0]).script):
            return current, ()
        code = scripts.reader(script, self._installed)
        if code is None:
            usual = scripts.usual(script)
            return current, (usual,) if usual else ()
        latin = scripts.of(current[0]).script == scripts.LATIN and _sure(first) >= LATIN_TOO
        return (code, *(current[:1] if latin else ())), ()

    def _fraktur(self, current: tuple[str, ...]) -> tuple[str, ...]:
        """What reads Fraktur instead of `current`, where its data is there."""
        code = scripts.reader(scripts.FRAKTUR, self._installed)
        asked = self._auto or "deu" in current
        return (code,) if code and asked and code not in current else ()

    def _in_its_language(self, best: Reading, raster: Raster) -> Reading:
        """The page read in the languages that its words tell of."""
        current = best.recognition.languages
        script = scripts.of(scripts.SAME.get(current[0], current[0])).script
        codes = [
            code
            for code in told.languages(best.recognition.text)
            if scripts.of(code).script == script
        ]
        missing = tuple(code for code in codes if code not in self._installed)
        best = replace(best, missing=(*best.missing, *missing))
        there = [code for code in codes if code not in missing]
        if set(there) <= {scripts.SAME.get(code, code) for code in current}:
            return best
        # All languages cite English, and the first one weighs more.
        again = self._again(raster, best.turn, tuple(sorted(there, key=scripts.ENGLISH.__eq__)))
        if again is None or evidence(again.recognition) < TOLD * evidence(best.recognition):
            return best
        return replace(again, missing=best.missing)

    def _again(self, raster: Raster, turn: int, languages: tuple[str, ...]) -> Reading | None:
        """Another reading, where there is time for it and it does not fail."""
        left = self._deadline.left()
        if not left:
            return None
        try:
            engine = self._engine_for(languages)
            seen = engine.recognize(orient.turned(raster, turn), languages, seconds=left)
        except PageFailed:
            return None
        return Reading(seen, turn)


def evidence(recognition: Recognition) -> float:
    """How much was read, and how surely: letters weighted by what is beyond doubt."""
    return sum(len(word.text) * max(0.0, word.confidence - 0.5) for word in recognition.words)


def covered(raster: Raster, read: Recognition) -> Raster:
    """`raster` without the words that were read well."""
    pixels = np.frombuffer(raster.pixels, np.uint8).reshape(raster.height, raster.width).copy()
    for word in read.words:
        if word.confidence >= READ_WELL:
            box = word.box
            pixels[box.top : box.bottom, box.left : box.right] = 255
    return replace(raster, pixels=pixels.tobytes())


def _sure(read: Recognition) -> float:
    """Share of letters in words that are surely words."""
    sure = sum(
        len(word.text)
        for word in read.words
        if word.confidence >= SURE and len(word.text) >= WORD and word.text.isalpha()
    )
    return sure / max(1, sum(len(word.text) for word in read.words))
