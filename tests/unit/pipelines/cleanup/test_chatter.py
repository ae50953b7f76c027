"""Talk around an answer, and refusals."""

from __future__ import annotations

import pytest

from pipelines.cleanup.chatter import bare, refuses, talks

PAGE = "The archive opens at nine.\nEvery box has a number."


@pytest.mark.parametrize(
    "answer",
    [
        f"Here is the corrected text:\n\n{PAGE}",
        f"Sure! Here's the cleaned version:\n{PAGE}",
        f"**Corrected text:**\n{PAGE}",
        f"Hier ist der korrigierte Text:\n{PAGE}",
        f"Voici le texte corrigé :\n\n{PAGE}",
        f"Aquí está el texto corregido:\n{PAGE}",
        f"Ecco il testo corretto:\n{PAGE}",
        f"Вот исправленный текст:\n{PAGE}",
        f"以下是修正后的文本：\n{PAGE}",
        f"```\n{PAGE}\n```",
        f"{PAGE}\n\nLet me know if you need anything else.",
        f"{PAGE}\n\nIch habe zwei Fehler korrigiert.",
        f"<<<PAGE 1>>>\n{PAGE}\n<<<END 1>>>",
    ],
)
def test_talk_is_taken_off(answer: str) -> None:
    found = bare(PAGE, answer, ("<<<PAGE 1>>>", "<<<END 1>>>"))
    assert (found.text, found.stripped) == (PAGE, True)


@pytest.mark.parametrize(
    "page",
    [
        f"Here is the corrected text:\n{PAGE}",
        f"{PAGE}\n\nNote: the archive is closed on Mondays.",
        "Hier ist der Text: alles gut.\nZweite Zeile.",
        "```\ncode\n```",
    ],
)
def test_what_the_page_says_itself_stays(page: str) -> None:
    assert bare(page, page).text == page
    assert not talks(page, page)


@pytest.mark.parametrize(
    "said",
    [
        "I'm sorry, but I can't help with that.",
        "As an AI language model, I cannot read this.",
        "Es tut mir leid, dabei kann ich nicht helfen.",
        "Je suis désolé, je ne peux pas.",
        "Lo siento, no puedo ayudar.",
        "对不起，我无法处理。",
        "Извините, я не могу.",
    ],
)
def test_refusals(said: str) -> None:
    assert refuses(PAGE, said)
    assert not refuses(f"{PAGE}\n{said}", f"{PAGE}\n{said}")
