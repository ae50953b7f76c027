"""Which language a text is in."""

from __future__ import annotations

import pytest

from octavo.sample_text import TEXTS
from pipelines import told

SENTENCES = {
    "deu": "Der Leser sieht nur die Seiten in ihrer Ordnung und muss nicht wissen, wie seltsam sie"
    " nebeneinander lagen, als die Farbe noch nass war.",
    "fra": "Le lecteur ne voit que les pages dans leur ordre, et il n'a pas besoin de savoir"
    " comment elles étaient placées sur la feuille quand l'encre n'était pas sèche.",
    "ita": "Il lettore vede solo le pagine nel loro ordine e non ha bisogno di sapere come erano"
    " disposte sul foglio quando l'inchiostro non era ancora asciutto.",
    "por": "O leitor só vê as páginas na sua ordem e não precisa de saber como elas estavam no"
    " papel quando a tinta ainda não tinha secado, o que é muito bom.",
    "nld": "De lezer ziet alleen de bladzijden in hun volgorde en hoeft niet te weten hoe vreemd ze"
    " naast elkaar lagen toen de inkt nog nat was.",
    "rus": "Читатель видит только страницы по порядку, и он не знает, как они были на листе, когда"
    " краска еще не высохла, и что это было так.",
}


@pytest.mark.parametrize(("code", "text"), SENTENCES.items())
def test_small_words_tell_the_language(code: str, text: str) -> None:
    assert told.languages(text) == (code,)


@pytest.mark.parametrize("code", TEXTS)
def test_every_sample_is_in_its_language(code: str) -> None:
    for paragraph in TEXTS[code][1]:
        assert told.languages(paragraph) == (code,)


def test_an_engine_that_loses_accents_and_some_words_does_not_mislead() -> None:
    read = (
        "Le lecteur ne v0it que Ies pages dans Ieur ordre, et i1 n'a pas besoin de savoir comment"
    )
    assert told.languages(f"{read} eIles etaient placees sur la feuille") == ("fra",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "17 8 1931",
        "the cat",
        "Meier Schulz Berger Huber Wagner Fischer Weber Becker Hoffmann Koch Richter Klein Wolf",
        "x = 1 y = 2 z = 3 def main return print if else foo bar baz qux quux corge grault",
    ],
)
def test_what_says_too_little_tells_nothing(text: str) -> None:
    assert told.languages(text) == ()


def test_what_one_language_has_is_no_sign_of_another() -> None:
    text = "Elle a une forme qui me plaît et il a tout à dire à ceux qui ont os et peau à voir"
    assert told.languages(f"{text}. Le lecteur a donc à choisir, et il me dit où.") == ("fra",)


def test_a_page_in_two_languages_tells_both_the_one_with_more_of_it_first() -> None:
    english, spanish = (TEXTS[code][1] for code in ("eng", "spa"))
    mixed = "\n".join((*english[:1], *spanish[:3]))
    assert told.languages(mixed) == ("spa", "eng")
