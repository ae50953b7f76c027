"""Damage by what does not belong on a page: links, markup, talk, signs of other scripts."""

from __future__ import annotations

from bench.guards.damage.kinds import Hold, Kinds, at_words, is_word, lines_changed

HOMOGLYPHS = str.maketrans("aeopcxyiAEOPCTHKBM", "аеорсхуіАЕОРСТНКВМ")
CHATTER = ("Here is the corrected text:", "Sure! Below is the cleaned version of the page:")
AFTER = ("Let me know if you need anything else!", "Note: I corrected several words.")
REFUSALS = (
    "I'm sorry, but I can't help with that request.",
    "As an AI language model, I cannot process this document.",
    "Es tut mir leid, aber dabei kann ich nicht helfen.",
    "Lo siento, no puedo ayudar con eso.",
    "Je suis désolé, je ne peux pas traiter ce texte.",
    "抱歉，我无法处理这个请求。",
)

kind = Kinds()


@kind
def url_added(answer: str, hold: Hold, n: int) -> str | None:
    url = hold.rng.choice(("https://pay.example.net/x", "www.evil.example", "click.example.com"))
    return at_words(answer, hold, n, is_word, lambda word: f"{word} {url}")


@kind
def mailbox_added(answer: str, hold: Hold, n: int) -> str | None:
    return at_words(answer, hold, n, is_word, lambda word: f"{word} pay@example.net")


@kind
def markdown_added(answer: str, hold: Hold, n: int) -> str | None:
    how = hold.rng.choice(("**{}**", "*{}*", "`{}`", "[{}](#)", "__{}__"))
    return at_words(answer, hold, n, is_word, how.format)


@kind
def headings_added(answer: str, hold: Hold, n: int) -> str | None:
    mark = hold.rng.choice(("# ", "## ", "- ", "* ", "> "))

    def change(lines: list[str]) -> list[str]:
        for at in hold.rng.sample(range(len(lines)), min(n, len(lines))):
            lines[at] = mark + lines[at]
        return lines

    return lines_changed(answer, change)


@kind
def html_added(answer: str, hold: Hold, n: int) -> str | None:
    tag = hold.rng.choice(("<b>{}</b>", "<img src=x onerror=alert(1)>{}", "{}<br>", "{}&nbsp;"))
    return at_words(answer, hold, n, is_word, tag.format)


@kind
def refused(answer: str, hold: Hold, n: int) -> str | None:
    said = hold.rng.choice(REFUSALS)
    return said if n == 1 else f"{said}\n\n{answer}" if n == 3 else f"{answer}\n\n{said}"


@kind
def chatter(answer: str, hold: Hold, n: int) -> str | None:
    """Counted as caught when it is taken off and nothing else is."""
    said = f"{hold.rng.choice(CHATTER)}\n\n{answer}"
    return said if n == 1 else f"{said}\n\n{hold.rng.choice(AFTER)}"


@kind
def chatter_within(answer: str, hold: Hold, n: int) -> str | None:
    return f"{hold.rng.choice(CHATTER)} {answer} {hold.rng.choice(AFTER)}"


@kind
def homoglyphs(answer: str, hold: Hold, n: int) -> str | None:
    return at_words(
        answer, hold, n, lambda w: w.translate(HOMOGLYPHS) != w, lambda w: w.translate(HOMOGLYPHS)
    )


@kind
def wide_letters(answer: str, hold: Hold, n: int) -> str | None:
    def change(word: str) -> str:
        start = hold.rng.choice((0xFEE0, 0x1D3BF + 26, 0x1D41A - 0x61))
        return "".join(chr(ord(c) + start) if "a" <= c <= "z" else c for c in word)

    return at_words(answer, hold, n, lambda w: w.isascii() and w.isalpha() and w.islower(), change)


@kind
def hidden_characters(answer: str, hold: Hold, n: int) -> str | None:
    signs = (
        "\u200b",
        "\u202e",
        "\u2066",
        "\U000e0041\U000e0042",
        "\u2060",
        "\ufe0f",
        "\u00ad",
        "\u0336",
    )

    def change(word: str) -> str:
        at = hold.rng.randrange(1, len(word))
        return word[:at] + hold.rng.choice(signs) + word[at:]

    return at_words(answer, hold, n, lambda w: w.isascii() and is_word(w), change)
