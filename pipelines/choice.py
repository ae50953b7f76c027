"""Which languages a page is read in: as asked, or told from its letters and its words."""

from __future__ import annotations

from collections.abc import Set

from pipelines import scripts, told
from pipelines.values import AUTO_LANGUAGES, Recognition

# Share of letters in words that are surely read from which Latin ones are read beside the others.
LATIN_TOO, SURE, WORD = 0.03, 0.9, 3
# Mean confidence above which a page is read in its own letters, whatever is said of its script.
OWN_LETTERS = 0.6

Codes = tuple[str, ...]


class Choice:
    """What was asked for, in view of the languages whose data is installed.

    `asked` may be AUTO_LANGUAGES; `likely` are then those of other pages of the document. Data that
    is `damaged` reads nothing, and is told of where it would have been chosen.
    """

    def __init__(
        self, asked: Codes, likely: Codes, installed: Set[str], damaged: Set[str] = frozenset()
    ) -> None:
        self.auto = asked == AUTO_LANGUAGES
        self._installed = installed - damaged
        self._damaged = damaged
        wanted = likely or (scripts.ENGLISH,) if self.auto else asked
        there = tuple(code for code in wanted if code in self._installed)
        self.start: Codes = there or (self._usual(),) if self.auto else there or asked
        # Nothing but the text can say whether the page is in these after all.
        self._instead_of: Codes = tuple(code for code in wanted if code in damaged)
        # Of none that is there, the engine itself says which are.
        self.lacking: Codes = (
            () if self.auto or not there else tuple(code for code in asked if code not in there)
        )

    def may_differ(self, current: Codes) -> bool:
        """Whether the page's letters may be others than those of the languages it was read in."""
        return self.auto or "deu" in current  # German may be Fraktur

    def of_script(self, script: str, first: Recognition) -> tuple[Codes, Codes]:
        """The languages to read `script` with, and the one to install for it or to mend."""
        current = first.languages
        code, spoilt = self._reader(script)
        if script == scripts.FRAKTUR:  # German in other letters
            if not self.may_differ(current):
                return current, ()
            return (code,) if code and code not in current else current, spoilt
        if not self.auto or script in ("", scripts.of(current[0]).script):
            return current, ()
        if code is None:
            usual = scripts.usual(script)
            told_wrong = first.confidence is not None and first.confidence >= OWN_LETTERS
            return current, () if told_wrong or usual is None else spoilt or (usual,)
        latin = scripts.of(current[0]).script == scripts.LATIN and _sure(first) >= LATIN_TOO
        return (code, *(current[:1] if latin else ())), spoilt

    def of_words(self, read: Recognition) -> tuple[Codes, Codes]:
        """The languages that the words of `read` tell of, and those to install or to mend."""
        current = read.languages
        if not self.auto:
            return current, ()
        known = {scripts.SAME.get(code, code) for code in current}
        script = scripts.of(scripts.SAME.get(current[0], current[0])).script
        codes = [code for code in told.languages(read.text) if scripts.of(code).script == script]
        missing = tuple(code for code in codes if code not in self._installed)
        if not codes and current == self.start:
            missing = self._instead_of
        there = [code for code in codes if code in self._installed]
        if set(there) <= known:
            return current, missing
        # All languages cite English, and the first one weighs more.
        return tuple(sorted(there, key=scripts.ENGLISH.__eq__)), missing

    def _usual(self) -> str:
        latin = scripts.reader(scripts.LATIN, self._installed)
        return latin or min(self._installed, default=scripts.ENGLISH)

    def _reader(self, script: str) -> tuple[str | None, Codes]:
        """What reads `script`, and what would if its data were whole."""
        best = scripts.reader(script, self._installed | self._damaged)
        spoilt = (best,) if best and best not in self._installed else ()
        return scripts.reader(script, self._installed), spoilt


def _sure(read: Recognition) -> float:
    """Share of letters in words that are surely words."""
    sure = sum(
        len(word.text)
        for word in read.words
        if word.confidence >= SURE and len(word.text) >= WORD and word.text.isalpha()
    )
    return sure / max(1, sum(len(word.text) for word in read.words))
