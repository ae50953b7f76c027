"""One engine's best reading of a page: read again where the first reading says that it would gain.

A page that reads well is read once and pays nothing for any of this but 16 ms of measuring.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipelines import ink, letters, orient, scripts, sideways, skew
from pipelines.choice import Choice
from pipelines.deadline import Deadline
from pipelines.engines.protocols import Recognizer
from pipelines.errors import LanguageDamaged, PageFailed
from pipelines.layout.frame import lines_of, lying
from pipelines.values import Limits, Raster, Recognition, Stance
from pipelines.view import View, covered, enlarged
from pipelines.whiten import whitened

# Mean confidence below which the letters of a page may be others than those of the language it was
# read in, or it may lie otherwise. Read as English, Fraktur has 0.55 to 0.68 and French typescripts
# 0.72 to 0.89; read as German, Fraktur has 0.62 to 0.71. See also `Recognizer.upright`.
DOUBTFUL = 0.75
# Words at least as sure are covered before the script of the others is asked: a Chinese page full
# of English words is taken for Latin.
READ_WELL = 0.7
SLOPE = 1.0  # degrees from which lines are made level; below it Tesseract does so itself
# Pixels of small letters. At 4 print has a CER of 0.113, enlarged 0.013, at 5 0.031 and 0.010, at 6
# 0.022 and 0.010; from 8 to 48 it reads the same (0.008 to 0.010).
TINY, GROWN, LARGEST = 7.0, 14.0, 3.0
# Tall letters cost more, and are read no better: shrunk from 20, Fraktur has 0.013 instead of 0.017
# and takes 0.8 of the time, pages of several languages 0.009 instead of 0.015. Print is the same.
TALL, FIT, SMALLEST = 12.0, 10.0, 6.0
# Arabic is read best small: 0.06 at 8 to 10, 0.13 at 12, 0.27 at 15, where lines are lost.
ARABIC_TALL, ARABIC_FIT = 10.5, 9.0
WORTH = 0.9  # a page is not shrunk to more of its size than this
# Confidence below which shadows and stains are taken off, and how many times the evidence must
# grow by it: nine of ten pages that gain less lose words.
STAINED, GAIN = 0.7, 1.2
# Share of its evidence that a reading may lose to one in the language that its words tell of, and
# one of lines that run down the page to one that has them level.
TOLD = 0.9
# Flags, each followed by a colon and the code of the language.
MISSING, DAMAGED = "language_missing", "language_damaged"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in a view of `raster`; boxes lie on the view."""

    recognition: Recognition
    raster: Raster
    view: View
    missing: tuple[str, ...] = ()  # languages that the page is in and no sound data is there for

    @property
    def sure(self) -> float:
        return self.recognition.confidence or 0.0


class Reader:
    """An engine and what is left of a page's time. `languages` may be AUTO_LANGUAGES.

    `specialist` reads Chinese and Japanese instead, where it is there. Languages whose data is
    `damaged` are not read, and flagged as such.
    """

    def __init__(
        self,
        engine: Recognizer,
        languages: tuple[str, ...],
        deadline: Deadline,
        likely: tuple[str, ...] = (),
        specialist: Recognizer | None = None,
        limits: Limits | None = None,
        damaged: Iterable[str] = (),
    ) -> None:
        self._engine = engine
        self._specialist = specialist
        self._deadline = deadline
        self._limits = limits or Limits()
        self._preparation = self._limits.preparation
        known = specialist.languages() if specialist else ()
        self._special = {code for code in known if scripts.dense(code)}
        self._damaged = set(damaged) - self._special
        self._unloaded: list[str] = []  # whose damage showed when the engine was to read them
        self._asked = languages, likely, self._special.union(engine.languages())
        self._choice = Choice(*self._asked, frozenset(self._damaged))
        self._cost = 0.0  # seconds of the first reading
        self._ink: ink.Ink  # of the page as it lies

    def read(self, raster: Raster) -> Recognition:
        """The text of `raster`; boxes lie on it, however it was shown to the engine.

        Raises PipelineError LANGUAGE_MISSING when the data of none of the languages is there, and
        PageFailed, LanguageDamaged too. A language whose data is missing or damaged beside others
        is flagged.
        """
        start = self._choice.start
        self._ink = ink.small(raster)
        turn = 0 if _written_down(start) else sideways.turn(self._ink)
        first = self._first(raster, turn, start)
        self._cost = self._deadline.spent()
        best = self._in_its_language(self._clean(self._upright(first)))
        found = best.view.back(best.recognition, raster)
        lacking = dict.fromkeys((*self._choice.lacking, *best.missing, *self._unloaded))
        return replace(found, flags=(*found.flags, *map(self._flag, lacking)))

    def _first(self, raster: Raster, turn: int, languages: tuple[str, ...]) -> Reading:
        try:
            return self._look(raster, self._view(raster, turn, languages), languages)
        except LanguageDamaged as error:
            self._note(error)
            rest = tuple(code for code in languages if code not in self._damaged)
            if not rest and self._choice.auto:
                self._choice = Choice(*self._asked, frozenset(self._damaged))
                rest = tuple(code for code in self._choice.start if code not in self._damaged)
            if not rest:
                raise
            return self._first(raster, turn, rest)

    def _note(self, error: LanguageDamaged) -> None:
        self._unloaded += error.codes
        self._damaged.update(error.codes)

    def _flag(self, code: str) -> str:
        return f"{DAMAGED if code in self._damaged else MISSING}:{code}"

    def _view(self, raster: Raster, turn: int, languages: tuple[str, ...]) -> View:
        """`raster` turned, level, and of the size at which it is read best."""
        upright = orient.turned(raster, turn)
        straighten = self._preparation.straighten
        slope = skew.measured(ink.turned(self._ink, turn)) if straighten else 0.0
        scale = self._scale(upright, languages) if self._preparation.rescale else 1.0
        return View(turn, slope if abs(slope) >= SLOPE else 0.0, scale)

    def _scale(self, raster: Raster, languages: tuple[str, ...]) -> float:
        """How much larger or smaller the letters of `raster` are read best."""
        found = letters.measured(raster)
        if found is None or scripts.dense(languages[0]):
            return 1.0
        if scripts.of(languages[0]).script == "Arabic":
            return ARABIC_FIT / found.usual if found.usual > ARABIC_TALL else 1.0
        if found.usual < TINY:
            return enlarged(raster, min(LARGEST, GROWN / found.usual), self._limits.max_page_pixels)
        if found.usual <= TALL:
            return 1.0
        scale = max(FIT / found.usual, SMALLEST / found.smallest)
        return scale if scale < WORTH else 1.0

    def _look(self, raster: Raster, view: View, languages: tuple[str, ...]) -> Reading:
        shown, engine = view.of(raster), self._reader(languages)
        return Reading(
            engine.recognize(shown, languages, seconds=self._deadline.left()), raster, view
        )

    def _reader(self, languages: tuple[str, ...]) -> Recognizer:
        special = self._special.intersection(languages)
        return self._specialist if special and self._specialist else self._engine

    def _again(self, raster: Raster, view: View, languages: tuple[str, ...]) -> Reading | None:
        """Another reading, where there is time for it and it does not fail."""
        if not self._deadline.left():
            return None
        try:
            return self._look(raster, view, languages)
        except LanguageDamaged as error:
            self._note(error)
            return None
        except PageFailed:
            return None

    def _upright(self, first: Reading) -> Reading:
        """The better of `first` and what the page reads like turned, or in its own letters."""
        down = _run_down(first.recognition)
        stance = self._stance(first, down=down)
        if stance is None:
            return self._as_it_lies(first)
        current = first.recognition.languages
        languages, missing = self._choice.of_script(stance.script, first.recognition)
        first = replace(first, missing=missing)
        if not stance.turn and languages == current:
            return first
        turn = (first.view.turn + stance.turn) % 360
        again = self._again(first.raster, self._view(first.raster, turn, languages), languages)
        if again and not scripts.borne_out(languages[0], again.recognition.text):
            return first
        # A line that runs down the page may be read in pieces, with letters of it in two of them.
        wanted = evidence(first) * (TOLD if down and stance.turn else 1.0)
        return replace(again, missing=missing) if again and evidence(again) > wanted else first

    def _as_it_lies(self, first: Reading) -> Reading:
        """The better of `first`, where it was turned by a guess, and the page as it lies."""
        if not first.view.turn or first.sure >= DOUBTFUL:
            return first
        languages = first.recognition.languages
        again = self._again(first.raster, self._view(first.raster, 0, languages), languages)
        return again if again and evidence(again) > evidence(first) else first

    def _stance(self, first: Reading, *, down: bool) -> Stance | None:
        languages = first.recognition.languages
        upright = self._reader(languages).upright
        doubtful = max(DOUBTFUL, upright) if self._choice.may_differ(languages) else upright
        if first.sure >= doubtful and not down:
            return None
        # Tesseract cannot be interrupted while it finds the orientation, which takes it less time
        # than the reading took: as much must be left.
        if self._deadline.left() <= self._cost:
            return None
        shown = first.view.of(first.raster)
        if not down:
            well = [w.box for w in first.recognition.words if w.confidence >= READ_WELL]
            shown = covered(shown, well)
        try:
            return self._engine.stance(shown, seconds=self._deadline.left())
        except PageFailed:
            return None

    def _clean(self, best: Reading) -> Reading:
        """The page without shadows and stains, where that shows far more of it."""
        if not self._preparation.whiten or best.sure >= STAINED or self._is_special(best):
            return best
        if self._deadline.left() <= self._cost or letters.measured(best.raster) is None:
            return best
        clean = whitened(best.raster)
        if clean is None:
            return best
        again = self._again(clean, best.view, best.recognition.languages)
        if again is None or evidence(again) <= GAIN * evidence(best):
            return best
        return replace(again, missing=best.missing)

    def _in_its_language(self, best: Reading) -> Reading:
        """The page in the languages that its words tell of."""
        current = best.recognition.languages
        languages, missing = self._choice.of_words(best.recognition)
        best = replace(best, missing=(*best.missing, *missing))
        if languages == current:
            return best
        again = self._again(best.raster, best.view, languages)
        if again is None or evidence(again) < TOLD * evidence(best):
            return best
        return replace(again, missing=best.missing)

    def _is_special(self, read: Reading) -> bool:
        return bool(self._special.intersection(read.recognition.languages))


def _run_down(read: Recognition) -> bool:
    """Whether most lines run down the page, in a language that is not written so."""
    if _written_down(read.languages):
        return False
    return bool(lying([word.box for word in read.words], lines_of(read.words)))


def _written_down(languages: Iterable[str]) -> bool:
    """Whether lines of one of them may run down a page that is upright."""
    return any(scripts.dense(code) or code.endswith("_vert") for code in languages)


def evidence(reading: Reading) -> float:
    """How much was read, and how surely: letters weighted by what is beyond doubt."""
    words = reading.recognition.words
    return sum(len(word.text) * max(0.0, word.confidence - 0.5) for word in words)
