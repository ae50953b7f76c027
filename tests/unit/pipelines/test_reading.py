"""Pages that are read again: turned upright, in other letters, in their own language."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from octavo.sample_text import TEXTS
from pipelines import deadline, letters, orient, reading, sideways
from pipelines.deadline import Deadline
from pipelines.errors import LanguageDamaged, PageFailed, Reason
from pipelines.letters import Letters
from pipelines.reading import Reader
from pipelines.values import AUTO_LANGUAGES, Box, Limits, Raster, Recognition, Stance, Word

# A page of 4 x 2 pixels whose first pixel is dark: the word lies there.
PAGE = Raster(4, 2, 300.0, b"\x00" + b"\xff" * 7)
ENGLISH, SPANISH = (TEXTS[code][1][0] for code in ("eng", "spa"))


@dataclass
class Clock:
    """Time that passes when told to."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(deadline, "monotonic", clock)
    return clock


@dataclass
class Scripted:
    """A recognizer that reads well what has its dark pixel first, in the language that it is in."""

    seen_as: Stance | None = None
    language: str = "eng"
    text: str = "word"
    installed: tuple[str, ...] = ("eng",)
    wrong: float = 0.3  # confidence in another language, or turned
    clock: Clock = field(default_factory=Clock)
    takes: list[float] = field(default_factory=list)  # seconds of each call, 0 when it runs out
    given: list[float] = field(default_factory=list)  # seconds that each call was allowed
    name: str = "scripted"
    in_process: bool = True
    upright: float = 0.6
    version: str = "1"
    read_in: list[tuple[str, ...]] = field(default_factory=list)
    unloadable: tuple[str, ...] = ()  # languages whose data looks whole and is not

    def languages(self) -> tuple[str, ...]:
        return self.installed

    def recognize(
        self, raster: Raster, languages: tuple[str, ...], *, seconds: float
    ) -> Recognition:
        self._pass(seconds)
        self.read_in.append(languages)
        if spoilt := [code for code in languages if code in self.unloadable]:
            raise LanguageDamaged(spoilt)
        right = raster.pixels[0] == 0 and self.language in languages
        confidence = 0.9 if right else self.wrong
        word = Word("word", Box(0, 0, 1, 1), confidence, 0)
        return Recognition(
            self.text, (word,), confidence, raster.width, raster.height, 300.0, "t", languages
        )

    def stance(self, raster: Raster, *, seconds: float) -> Stance | None:
        self._pass(seconds)
        return self.seen_as

    def _pass(self, seconds: float) -> None:
        self.given.append(seconds)
        taken = self.takes.pop(0) if self.takes else 0.0
        self.clock.now += min(taken, seconds)
        if taken > seconds:
            raise PageFailed(Reason.TIMEOUT, "too slow")


@dataclass
class Mixed(Scripted):
    """A page that holds a Latin word beside the one that other languages read."""

    stood: list[Raster] = field(default_factory=list)

    def recognize(
        self, raster: Raster, languages: tuple[str, ...], *, seconds: float
    ) -> Recognition:
        seen = super().recognize(raster, languages, seconds=seconds)
        latin = Word("Python", Box(2, 0, 4, 1), 0.95, 0)
        return replace(seen, words=(*seen.words, latin))

    def stance(self, raster: Raster, *, seconds: float) -> Stance | None:
        self.stood.append(raster)
        return super().stance(raster, seconds=seconds)


@dataclass
class Lying(Scripted):
    """A page 4 pixels wide that is read well as it lies, in a line that runs down it."""

    stood: Raster = PAGE

    def recognize(
        self, raster: Raster, languages: tuple[str, ...], *, seconds: float
    ) -> Recognition:
        seen = super().recognize(raster, languages, seconds=seconds)
        boxes = (Box(0, 0, 1, 1), Box(0, 1, 1, 2))
        if raster.width != 4:
            boxes = (Box(0, 0, 1, 1), Box(1, 0, 2, 1))
        words = tuple(Word("word", box, 0.95, 0) for box in boxes)
        return replace(seen, words=words, confidence=0.95)

    def stance(self, raster: Raster, *, seconds: float) -> Stance | None:
        self.stood = raster
        return super().stance(raster, seconds=seconds)


@dataclass
class Stained(Scripted):
    """A page that reads better where all of it is dark."""

    better: float = 0.9

    def recognize(
        self, raster: Raster, languages: tuple[str, ...], *, seconds: float
    ) -> Recognition:
        seen = super().recognize(raster, languages, seconds=seconds)
        confidence = 0.64 if raster.pixels[-1] else self.better
        word = replace(seen.words[0], confidence=confidence)
        return replace(seen, words=(word,), confidence=confidence)


@dataclass
class Sized(Scripted):
    """Tells how wide the pages are that it is shown."""

    widths: list[int] = field(default_factory=list)

    def recognize(
        self, raster: Raster, languages: tuple[str, ...], *, seconds: float
    ) -> Recognition:
        self.widths.append(raster.width)
        return super().recognize(raster, languages, seconds=seconds)


def _read(
    engine: Scripted,
    raster: Raster = PAGE,
    languages: tuple[str, ...] = ("eng",),
    likely: tuple[str, ...] = (),
    seconds: float = 10,
) -> Recognition:
    return Reader(engine, languages, Deadline.after(seconds), likely).read(raster)


class TestTurned:
    """Pages that lie on their side or upside down."""

    @pytest.mark.parametrize("angle", [90, 180, 270])
    def test_it_is_read_upright_with_boxes_where_people_see_them(self, angle: int) -> None:
        lying = orient.turned(PAGE, 360 - angle)
        best = _read(Scripted(Stance(angle, "Latin")), lying)
        assert best.confidence == 0.9
        assert best.turn == angle
        assert (best.width, best.height) == (lying.width, lying.height)
        box = best.words[0].box
        assert (box.right - box.left, box.bottom - box.top) == (1, 1)
        assert lying.pixels[box.top * lying.width + box.left] == 0

    def test_a_page_that_reads_well_is_not_looked_at_again(self) -> None:
        engine = Scripted(Stance(180, "Latin"))
        assert _read(engine).turn == 0
        assert len(engine.given) == 1

    @pytest.mark.parametrize(
        ("languages", "looks"), [(("eng",), 1), (("deu",), 2), (("auto",), 2)], ids=str
    )
    def test_a_page_that_is_surely_upright_is_looked_at_again_for_other_letters_alone(
        self, languages: tuple[str, ...], looks: int
    ) -> None:
        engine = Scripted(Stance(0, "Latin"), language="", wrong=0.65, installed=("eng", "deu"))
        assert _read(engine, languages=languages).turn == 0
        assert len(engine.given) == looks

    def test_a_page_whose_words_run_down_it_is_turned_however_well_it_reads(self) -> None:
        engine = Lying(Stance(90, "Latin"))
        assert _read(engine).turn == 90
        assert engine.stood.pixels == PAGE.pixels  # nothing of it is covered

    @pytest.mark.parametrize("languages", [("chi_sim",), ("eng", "jpn_vert")])
    def test_a_language_that_may_run_down_the_page_is_left_so(
        self, languages: tuple[str, ...]
    ) -> None:
        engine = Lying(Stance(90, "Latin"), installed=("eng", "chi_sim", "jpn_vert"))
        assert _read(engine, languages=languages).turn == 0

    def test_a_page_whose_ink_says_that_it_lies_on_its_side_is_read_once(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sideways, "turn", lambda _: 90)
        engine = Scripted()
        best = _read(engine, orient.turned(PAGE, 270))
        assert (best.turn, best.confidence, len(engine.given)) == (90, 0.9, 1)

    @pytest.mark.parametrize("seen_as", [Stance(270, "Latin"), None])
    def test_a_guess_by_its_ink_that_is_wrong_is_taken_back(
        self, seen_as: Stance | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sideways, "turn", lambda _: 90)
        best = _read(Scripted(seen_as))
        assert (best.turn, best.confidence) == (0, 0.9)

    @pytest.mark.parametrize("seen_as", [Stance(0, "Latin"), None, Stance(180, "Latin")])
    def test_turning_never_harms(self, seen_as: Stance | None) -> None:
        dark_nowhere = replace(PAGE, pixels=b"\xff" * 8)
        best = _read(Scripted(seen_as), dark_nowhere)
        assert (best.turn, best.confidence, best.flags) == (0, 0.3, ())

    @pytest.mark.parametrize(
        ("takes", "calls"),
        [
            ([4.0, 1.0, 4.0], 3),  # all of it in time
            ([4.0, 1.0, 6.0], 3),  # the second reading runs out of time
            ([4.0, 6.0], 2),  # finding the orientation does
            ([4.0, 7.0], 2),
            ([6.0], 1),  # less is left than the first reading took
        ],
    )
    def test_all_looks_share_the_time_of_the_page(
        self, takes: list[float], calls: int, clock: Clock
    ) -> None:
        engine = Scripted(Stance(180, "Latin"), clock=clock, takes=list(takes))
        best = _read(engine, orient.turned(PAGE, 180))
        in_time = sum(takes) <= 10 and calls == 3
        assert (best.confidence, best.turn) == ((0.9, 180) if in_time else (0.3, 0))
        assert engine.given == [10 - sum(takes[:call]) for call in range(calls)]
        assert clock.now <= 110


class TestLanguage:
    """Pages whose language nobody said."""

    def test_a_page_in_the_usual_language_is_read_once(self) -> None:
        engine = Scripted(text=ENGLISH, installed=("deu", "eng", "spa"))
        assert _read(engine, languages=AUTO_LANGUAGES).languages == ("eng",)
        assert engine.read_in == [("eng",)]

    def test_another_language_is_told_from_the_words(self) -> None:
        engine = Scripted(language="spa", text=SPANISH, wrong=0.85, installed=("eng", "spa"))
        best = _read(engine, languages=AUTO_LANGUAGES)
        assert (best.languages, best.confidence) == (("spa",), 0.9)

    def test_the_languages_of_other_pages_come_first(self) -> None:
        engine = Scripted(language="spa", text=SPANISH, installed=("eng", "spa"))
        _read(engine, languages=AUTO_LANGUAGES, likely=("spa",))
        _read(engine, languages=AUTO_LANGUAGES, likely=("fra",))
        assert engine.read_in == [("spa",), ("eng",), ("spa",)]

    def test_a_page_in_two_languages_is_read_in_both_english_last(self) -> None:
        both = "\n".join((ENGLISH, ENGLISH, SPANISH))
        engine = Scripted(language="spa", text=both, wrong=0.85, installed=("eng", "spa"))
        assert _read(engine, languages=AUTO_LANGUAGES).languages == ("spa", "eng")

    def test_a_language_without_data_is_named(self) -> None:
        engine = Scripted(language="spa", text=SPANISH, wrong=0.85)
        best = _read(engine, languages=AUTO_LANGUAGES)
        assert best.flags == ("language_missing:spa",)
        assert engine.read_in == [("eng",)]

    def test_a_language_that_reads_much_worse_is_not_believed(self) -> None:
        engine = Scripted(language="eng", text=SPANISH, installed=("eng", "spa"))
        assert _read(engine, languages=AUTO_LANGUAGES).languages == ("eng",)

    def test_what_a_client_says_is_not_doubted(self) -> None:
        engine = Scripted(language="spa", text=SPANISH, wrong=0.85, installed=("eng", "spa"))
        assert _read(engine).languages == ("eng",)

    def test_one_of_several_that_is_missing_is_named_and_the_rest_goes_on(self) -> None:
        best = _read(Scripted(), languages=("xyz", "eng"))
        assert (best.languages, best.flags) == (("eng",), ("language_missing:xyz",))


class TestDamage:
    """Pages in a language whose data is there, and damaged."""

    @staticmethod
    def _read(
        engine: Scripted,
        languages: tuple[str, ...] = AUTO_LANGUAGES,
        *,
        damaged: tuple[str, ...] = ("spa",),
        likely: tuple[str, ...] = (),
        page: Raster = PAGE,
    ) -> Recognition:
        reader = Reader(engine, languages, Deadline.after(9), likely, damaged=damaged)
        return reader.read(page)

    def test_it_is_named_where_the_words_tell_of_it(self) -> None:
        engine = Scripted(language="spa", text=SPANISH, wrong=0.85)
        best = self._read(engine)
        assert (best.languages, best.flags) == (("eng",), ("language_damaged:spa",))
        assert engine.read_in == [("eng",)]

    def test_it_is_not_named_on_a_page_in_another(self) -> None:
        assert self._read(Scripted(text=ENGLISH)).flags == ()

    def test_what_the_engine_lists_all_the_same_is_not_read(self) -> None:
        engine = Scripted(language="spa", text=SPANISH, wrong=0.85, installed=("eng", "spa"))
        assert self._read(engine).flags == ("language_damaged:spa",)
        assert engine.read_in == [("eng",)]

    def test_one_of_several_is_named_and_the_rest_goes_on(self) -> None:
        best = self._read(Scripted(), ("spa", "xyz", "eng"))
        assert best.languages == ("eng",)
        assert best.flags == ("language_damaged:spa", "language_missing:xyz")

    def test_it_is_named_where_the_script_tells_of_it(self) -> None:
        engine = Scripted(Stance(0, "Cyrillic"), language="rus")
        assert self._read(engine, damaged=("rus",)).flags == ("language_damaged:rus",)
        turned = Scripted(Stance(90, "Cyrillic"), language="eng")
        best = self._read(turned, damaged=("rus",), page=orient.turned(PAGE, 270))
        assert (best.turn, best.flags) == (90, ("language_damaged:rus",))

    def test_another_language_of_the_script_reads_for_it_and_says_so(self) -> None:
        engine = Scripted(Stance(0, "Cyrillic"), language="ukr", installed=("eng", "ukr"))
        best = self._read(engine, damaged=("rus",))
        assert (best.languages, best.flags) == (("ukr",), ("language_damaged:rus",))

    def test_fraktur_is_named_too(self) -> None:
        german = "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine"
        engine = Scripted(Stance(0, "Fraktur"), "frk", german, ("deu", "eng"), wrong=0.7)
        assert self._read(engine, ("deu",), damaged=("frk",)).flags == ("language_damaged:frk",)
        assert self._read(engine, ("eng",), damaged=("frk",)).flags == ()

    def test_a_page_that_tells_nothing_may_be_in_what_it_would_have_begun_in(self) -> None:
        engine = Scripted(installed=("deu",))
        assert self._read(engine, damaged=("eng",)).flags == ("language_damaged:eng",)
        engine = Scripted(installed=("deu", "eng"))
        likely = self._read(engine, damaged=("spa",), likely=("spa", "eng"))
        assert (likely.languages, likely.flags) == (("eng",), ("language_damaged:spa",))
        spanish = Scripted(language="spa", text=SPANISH, installed=("spa",))
        assert self._read(spanish, damaged=("eng",)).flags == ()

    @pytest.mark.parametrize("languages", [AUTO_LANGUAGES, ("spa", "eng")])
    def test_damage_that_shows_when_it_is_loaded_is_named_too(
        self, languages: tuple[str, ...]
    ) -> None:
        engine = Scripted(
            language="spa", text=SPANISH, wrong=0.85, installed=("eng", "spa"), unloadable=("spa",)
        )
        best = self._read(engine, languages, damaged=())
        assert (best.languages, best.flags) == (("eng",), ("language_damaged:spa",))

    def test_damage_within_the_data_of_the_language_to_begin_with_costs_no_other(self) -> None:
        engine = Scripted(language="deu", installed=("deu", "eng"), unloadable=("eng",))
        best = self._read(engine, damaged=())
        assert (best.languages, best.flags) == (("deu",), ("language_damaged:eng",))
        likely = Scripted(installed=("deu", "eng", "spa"), unloadable=("spa",))
        best = self._read(likely, damaged=(), likely=("spa",))
        assert (best.languages, best.flags) == (("eng",), ("language_damaged:spa",))
        with pytest.raises(LanguageDamaged):
            self._read(Scripted(unloadable=("eng",)), damaged=())

    def test_where_nothing_else_was_asked_for_the_page_fails(self) -> None:
        with pytest.raises(LanguageDamaged):
            self._read(Scripted(unloadable=("eng",)), ("eng",))


class TestLetters:
    """Pages in another script than the first reading's."""

    def test_they_are_read_by_what_knows_them(self) -> None:
        engine = Scripted(Stance(0, "Arabic"), language="ara", installed=("ara", "eng"))
        assert _read(engine, languages=AUTO_LANGUAGES).languages == ("ara",)

    def test_they_may_also_lie_on_their_side(self) -> None:
        engine = Scripted(Stance(90, "Han"), "chi_sim", "文字", installed=("chi_sim", "eng"))
        best = _read(engine, orient.turned(PAGE, 270), AUTO_LANGUAGES)
        assert (best.languages, best.turn) == (("chi_sim",), 90)

    def test_latin_words_that_were_read_are_read_beside_them(self) -> None:
        mixed = Mixed(Stance(0, "Arabic"), "ara", installed=("ara", "eng"))
        assert _read(mixed, languages=AUTO_LANGUAGES).languages == ("ara", "eng")
        (seen,) = mixed.stood
        assert (
            set(seen.pixels) == {0, 255} and seen.pixels[2:4] == b"\xff\xff"
        )  # the word is covered

    def test_chinese_goes_to_the_engine_that_knows_it(self) -> None:
        plain = Scripted(Stance(0, "Han"), language="none")
        special = Scripted(None, "chi_sim", "文字", installed=("chi_sim", "eng"))
        for languages in (AUTO_LANGUAGES, ("chi_sim",)):
            best = Reader(plain, languages, Deadline.after(9), specialist=special).read(PAGE)
            assert (best.languages, best.confidence) == (("chi_sim",), 0.9)
        assert plain.read_in == [("eng",)]  # only where nobody said that it is Chinese

    def test_a_chart_that_is_taken_for_japanese_has_no_sign_of_it(self) -> None:
        plain = Scripted(Stance(90, "Japanese"), language="none")
        special = Scripted(None, "jpn", "100 200 Support", installed=("jpn", "eng"))
        chart = orient.turned(PAGE, 270)
        best = Reader(plain, AUTO_LANGUAGES, Deadline.after(9), specialist=special).read(chart)
        assert (best.languages, best.turn) == (("eng",), 0)
        assert special.read_in == [("jpn",)]

    def test_a_script_without_data_names_its_usual_language(self) -> None:
        best = _read(Scripted(Stance(0, "Cyrillic"), language="rus"), languages=AUTO_LANGUAGES)
        assert best.flags == ("language_missing:rus",)

    @pytest.mark.parametrize("languages", [AUTO_LANGUAGES, ("deu",)])
    def test_fraktur_is_german_in_other_letters(self, languages: tuple[str, ...]) -> None:
        german = "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine"
        engine = Scripted(Stance(0, "Fraktur"), "frk", german, ("deu", "eng", "frk"), wrong=0.7)
        assert _read(engine, languages=languages).languages == ("frk",)
        assert len(engine.read_in) == 2


class TestStains:
    """Pages that read badly, with paper that is not white."""

    @pytest.mark.parametrize(("better", "kept"), [(0.65, False), (0.9, True)])
    def test_they_are_taken_off_where_that_shows_far_more(
        self, better: float, kept: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(letters, "measured", lambda _: Letters(12.0, 9.0))
        monkeypatch.setattr(reading, "whitened", lambda page: replace(page, pixels=b"\x00" * 8))
        engine = Stained(None, better=better)
        best = _read(engine)
        assert (best.confidence == better) is kept
        untouched = replace(Limits().preparation, whiten=False, rescale=False)
        reader = Reader(engine, ("eng",), Deadline.after(9), limits=Limits(preparation=untouched))
        assert reader.read(PAGE).confidence == 0.64

    def test_a_page_without_letters_is_not_tried(self) -> None:
        engine = Scripted(None, wrong=0.1, language="none")
        _read(engine)
        assert len(engine.read_in) == 1


class TestSize:
    """Letters that are read better at another size."""

    @pytest.mark.parametrize(
        ("language", "height", "factor"),
        [
            ("eng", 5.0, 2.8),
            ("eng", 12.0, 1.0),
            ("eng", 20.0, 0.5),
            ("eng", 42.0, 10 / 42),
            ("eng", 25.0, 0.4),
            ("ara", 9.0, 1.0),
            ("ara", 18.0, 0.5),
            ("chi_sim", 5.0, 1.0),
        ],
    )
    def test_what_they_are_scaled_by(
        self, language: str, height: float, factor: float, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(letters, "measured", lambda _: Letters(height, height))
        large = Raster(900, 600, 200.0, b"\xff" * 540_000)
        engine = Sized(None, language=language, installed=(language,))
        _read(engine, large, (language,))
        assert engine.widths[0] == pytest.approx(900 * factor, abs=1)

    def test_small_print_among_huge_letters_stays_readable(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(letters, "measured", lambda _: Letters(40.0, 10.0))
        engine = Sized(None)
        _read(engine, Raster(900, 600, 200.0, b"\xff" * 540_000))
        assert engine.widths[0] == 540  # of 10 pixels, 6 are left

    def test_a_page_is_not_enlarged_beyond_its_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(letters, "measured", lambda _: Letters(5.0, 5.0))
        engine = Sized(None)
        limits = Limits(max_page_pixels=4 * 540_000)
        page = Raster(900, 600, 200.0, b"\xff" * 540_000)
        Reader(engine, ("eng",), Deadline.after(9), limits=limits).read(page)
        assert engine.widths[0] == 1800
