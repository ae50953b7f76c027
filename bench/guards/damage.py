"""The adversary: every way it knows to spoil a page's text, at every rate.

A kind of damage is a function from an answer to a worse one; None where the page gives no hold.
`n` says how often: once, a few times, many times.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

NAMES = ("Kowalczyk", "Fitzgerald", "Ostrowski", "Baumgartner", "Villanueva", "Thorvaldsen")
SENTENCES = (
    "The undersigned agrees to all further charges.",
    "Dies wurde am Montag einstimmig beschlossen.",
    "Le paiement doit être effectué sans délai.",
    "El contrato queda rescindido desde hoy.",
)
MONTHS = {"June": "July", "May": "March", "Januar": "Februar", "mai": "mars", "juin": "avril"}
NEGATIONS = (
    "not",
    "no",
    "nicht",
    "kein",
    "keine",
    "ne",
    "pas",
    "sans",
    "never",
    "sin",
    "nunca",
    "nie",
)
NEGATABLE = ("is", "was", "are", "must", "ist", "sind", "wird", "war", "est", "sont", "es", "son")
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


ADDRESS = re.compile(r"\w+@\w|www\.\w|https?:")


@dataclass(frozen=True, slots=True)
class Hold:
    """What the adversary knows beside the answer: other pages' texts, in other languages too."""

    rng: random.Random
    foreign: str
    other: str


Damage = Callable[[str, Hold, int], str | None]
KINDS: dict[str, Damage] = {}
UNDETECTABLE: dict[str, Damage] = {}  # by any guard that sees text alone


def kind(act: Damage) -> Damage:
    KINDS[act.__name__] = act
    return act


def undetectable(act: Damage) -> Damage:
    UNDETECTABLE[act.__name__] = act
    return act


def at_words(
    answer: str, hold: Hold, n: int, fits: Callable[[str], bool], change: Callable[[str], str]
) -> str | None:
    """The answer with `n` words that fit changed, or all of them when there are fewer."""
    spans = [found.span() for found in re.finditer(r"\S+", answer) if fits(found[0])]
    if not spans:
        return None
    text = answer
    for start, end in sorted(hold.rng.sample(spans, min(n, len(spans))), reverse=True):
        text = text[:start] + change(text[start:end]) + text[end:]
    return text if text.split() != answer.split() else None


def lines_changed(answer: str, change: Callable[[list[str]], list[str]]) -> str | None:
    lines = [line for line in answer.split("\n") if line.strip()]
    text = "\n".join(change(lines)) if len(lines) >= 3 else answer
    return text if text.split() != answer.split() else None


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _is_word(word: str) -> bool:
    return len(word) >= 3 and word.strip(".,;:").isalpha()


def _digit_at(word: str, hold: Hold) -> int:
    return hold.rng.choice([at for at, each in enumerate(word) if each.isdigit()])


# Figures


@kind
def digit_changed(answer: str, hold: Hold, n: int) -> str | None:
    def change(word: str) -> str:
        at = _digit_at(word, hold)
        return (
            word[:at] + hold.rng.choice([d for d in "0123456789" if d != word[at]]) + word[at + 1 :]
        )

    return at_words(answer, hold, n, _has_digit, change)


@kind
def digits_swapped(answer: str, hold: Hold, n: int) -> str | None:
    def fits(word: str) -> bool:
        return any(a != b for a, b in re.findall(r"(?=(\d)(\d))", word))

    def change(word: str) -> str:
        places = [m.start() for m in re.finditer(r"(?=(\d)(?!\1)\d)", word)]
        at = hold.rng.choice(places)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return at_words(answer, hold, n, fits, change)


@kind
def digit_dropped(answer: str, hold: Hold, n: int) -> str | None:
    def change(word: str) -> str:
        at = _digit_at(word, hold)
        return word[:at] + word[at + 1 :]

    return at_words(answer, hold, n, _has_digit, change)


@kind
def digit_added(answer: str, hold: Hold, n: int) -> str | None:
    def change(word: str) -> str:
        at = _digit_at(word, hold)
        return word[:at] + hold.rng.choice("0123456789") + word[at:]

    return at_words(answer, hold, n, _has_digit, change)


@kind
def digit_to_letter(answer: str, hold: Hold, n: int) -> str | None:
    return at_words(
        answer,
        hold,
        n,
        lambda word: bool(re.search(r"\d\d", word) and re.search(r"[01586]", word)),
        lambda word: re.sub(
            r"[01586]", lambda f: dict(zip("01586", "OlSBb", strict=True))[f[0]], word
        ),
    )


@kind
def amount_changed(answer: str, hold: Hold, n: int) -> str | None:
    """The separator moves, goes, or changes."""

    def change(word: str) -> str:
        how = hold.rng.choice((r"\1\3", r"\1\3\2", r"\1 \3", ""))
        if not how:
            return re.sub(
                r"(?<=\d)[.,](?=\d)", lambda f: "," if f[0] == "." else ".", word, count=1
            )
        return re.sub(r"(\d)([.,])(\d)", how, word, count=1)

    return at_words(answer, hold, n, lambda word: bool(re.search(r"\d[.,]\d", word)), change)


@kind
def currency_changed(answer: str, hold: Hold, n: int) -> str | None:
    return at_words(answer, hold, n, lambda word: word.strip(",.") == "EUR", lambda _: "USD")


@kind
def sign_added(answer: str, hold: Hold, n: int) -> str | None:
    return at_words(answer, hold, n, lambda word: word[:1].isdigit(), lambda word: "-" + word)


@kind
def unit_changed(answer: str, hold: Hold, n: int) -> str | None:
    units = {"kg": "g", "mm": "m", "EUR": "€", "%": "‰", "pcs": "doz"}
    return at_words(
        answer, hold, n, lambda w: w.strip(".,") in units, lambda w: units[w.strip(".,")]
    )


@kind
def date_changed(answer: str, hold: Hold, n: int) -> str | None:
    def fits(word: str) -> bool:
        return word.strip(",.") in MONTHS or bool(re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{4},?", word))

    def change(word: str) -> str:
        if word.strip(",.") in MONTHS:
            return MONTHS[word.strip(",.")]
        day, month, year = word.split(".", 2)
        return f"{month}.{day}.{year}" if hold.rng.random() < 0.5 else f"{day}.{month}.19{year[2:]}"

    return at_words(answer, hold, n, fits, change)


@kind
def number_word_changed(answer: str, hold: Hold, n: int) -> str | None:
    words = {"three": "eight", "twice": "once", "deux": "trois", "zwei": "drei", "dos": "tres"}
    return at_words(
        answer, hold, n, lambda w: w.strip(".,:") in words, lambda w: words[w.strip(".,:")]
    )


@kind
def figure_moved(answer: str, hold: Hold, n: int) -> str | None:
    """Two figures change places."""
    spans = [found.span() for found in re.finditer(r"\S*\d\S*", answer)]
    text = answer
    for _ in range(n):
        (a, b), (c, d) = sorted(hold.rng.sample(spans, 2))
        if d - c == b - a and _digits(text[a:b]) != _digits(text[c:d]):
            text = text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]
    return text if text != answer else None


@kind
def figure_repeated(answer: str, hold: Hold, n: int) -> str | None:
    return at_words(answer, hold, n, _has_digit, lambda word: f"{word} {word}")


# Identifiers


@kind
def iban_changed(answer: str, hold: Hold, n: int) -> str | None:
    new = hold.rng.choice(("DE89 3704 0044 0532 0130 01", "DE02 1203 0000 0000 2020 51"))
    return answer.replace("DE89 3704 0044 0532 0130 00", new) if "DE89" in answer else None


@kind
def code_changed(answer: str, hold: Hold, n: int) -> str | None:
    def change(word: str) -> str:
        at = hold.rng.choice([at for at, each in enumerate(word) if each.isupper()])
        return word[:at] + hold.rng.choice("AHKMPTX") + word[at + 1 :]

    def fits(word: str) -> bool:
        return bool(re.fullmatch(r"(?=.*[A-Z])(?=.*\d{3})[A-Z0-9/.-]+", word))

    return at_words(answer, hold, n, fits, change)


@kind
def address_changed(answer: str, hold: Hold, n: int) -> str | None:
    def change(word: str) -> str:
        at = hold.rng.choice([at for at, each in enumerate(word) if each.isalpha()])
        return word[:at] + hold.rng.choice([c for c in "abdgkz" if c != word[at]]) + word[at + 1 :]

    return at_words(answer, hold, n, lambda w: bool(ADDRESS.match(w)), change)


# Words


@kind
def name_replaced(answer: str, hold: Hold, n: int) -> str | None:
    def fits(word: str) -> bool:
        return len(word) >= 4 and word.strip(".,;:").istitle() and _is_word(word)

    def change(word: str) -> str:
        core = word.strip(".,;:")
        return word.replace(core, max(NAMES, key=lambda name: Levenshtein.distance(core, name)))

    return at_words(answer, hold, n, fits, change)


@kind
def word_replaced(answer: str, hold: Hold, n: int) -> str | None:
    """By another word of the page that does not look like it."""
    pool = [word for word in answer.split() if _is_word(word)]

    def change(word: str) -> str:
        unlike = [p for p in pool if Levenshtein.normalized_distance(p.lower(), word.lower()) > 0.7]
        return hold.rng.choice(unlike) if unlike else "nothing"

    return at_words(answer, hold, n, _is_word, change)


@kind
def word_dropped(answer: str, hold: Hold, n: int) -> str | None:
    return at_words(answer, hold, n, lambda word: _is_word(word) or _has_digit(word), lambda _: "")


@kind
def word_added(answer: str, hold: Hold, n: int) -> str | None:
    pool = [word for word in answer.split() if _is_word(word)] or ["very"]
    return at_words(answer, hold, n, _is_word, lambda word: f"{word} {hold.rng.choice(pool)}")


@kind
def word_doubled(answer: str, hold: Hold, n: int) -> str | None:
    return at_words(answer, hold, n, _is_word, lambda word: f"{word} {word}")


@kind
def words_swapped(answer: str, hold: Hold, n: int) -> str | None:
    spans = [found.span() for found in re.finditer(r"\S{3,} +\S{3,}", answer)]
    text = answer
    for start, end in sorted(hold.rng.sample(spans, min(n, len(spans))), reverse=True):
        text = text[:start] + " ".join(reversed(text[start:end].split())) + text[end:]
    return text if text.split() != answer.split() else None


@kind
def negation_dropped(answer: str, hold: Hold, n: int) -> str | None:
    return at_words(answer, hold, n, lambda word: word.lower() in NEGATIONS, lambda _: "")


@kind
def negation_added(answer: str, hold: Hold, n: int) -> str | None:
    return at_words(
        answer,
        hold,
        n,
        lambda word: word.lower() in NEGATABLE,
        lambda word: f"{word} {hold.rng.choice(('not', 'nicht', 'pas', 'no'))}",
    )


@kind
def negation_replaced(answer: str, hold: Hold, n: int) -> str | None:
    swaps = {
        "not": "now",
        "no": "so",
        "nicht": "recht",
        "kein": "ein",
        "keine": "eine",
        "pas": "par",
    }
    swaps |= {"sans": "dans", "never": "ever", "sin": "si", "nie": "die", "ne": "me"}
    return at_words(answer, hold, n, lambda w: w in swaps, lambda w: swaps[w])


@kind
def case_changed(answer: str, hold: Hold, n: int) -> str | None:
    def change(word: str) -> str:
        return word.lower() if word.isupper() else word.upper()

    def fits(word: str) -> bool:  # not where all capitals have the shape of the small letters
        return _is_word(word) and set(word.lower()) - set("ciopsuvwxz.,;:") != set()

    return at_words(answer, hold, n, fits, change)


# Sentences and lines


@kind
def sentence_invented(answer: str, hold: Hold, n: int) -> str | None:
    def change(lines: list[str]) -> list[str]:
        for _ in range(n):
            lines.insert(hold.rng.randrange(len(lines) + 1), hold.rng.choice(SENTENCES))
        return lines

    return lines_changed(answer, change)


@kind
def line_dropped(answer: str, hold: Hold, n: int) -> str | None:
    def change(lines: list[str]) -> list[str]:
        gone = set(hold.rng.sample(range(len(lines)), min(n, len(lines) - 1)))
        return [line for at, line in enumerate(lines) if at not in gone]

    return lines_changed(answer, change)


@kind
def paragraph_dropped(answer: str, hold: Hold, n: int) -> str | None:
    paragraphs = answer.split("\n\n")
    if len(paragraphs) < 3:
        return None
    gone = set(hold.rng.sample(range(len(paragraphs)), min(n, len(paragraphs) - 1)))
    text = "\n\n".join(each for at, each in enumerate(paragraphs) if at not in gone)
    return text if text.split() != answer.split() else None


@kind
def line_repeated(answer: str, hold: Hold, n: int) -> str | None:
    def change(lines: list[str]) -> list[str]:
        at = hold.rng.randrange(len(lines))
        return [*lines[:at], *[lines[at]] * (n + 1), *lines[at + 1 :]]

    return lines_changed(answer, change)


@kind
def ran_in_a_loop(answer: str, hold: Hold, n: int) -> str | None:
    words = answer.split()
    phrase = words[len(words) // 2 : len(words) // 2 + hold.rng.randrange(1, 9)]
    return answer + " " + " ".join(phrase * (3 + 10 * n))


@kind
def truncated(answer: str, hold: Hold, n: int) -> str | None:
    """The provider says "stop" all the same."""
    words = [found.start() for found in re.finditer(r"\S+", answer)]
    return answer[: words[-min(len(words) - 1, n * n)]].rstrip()


@kind
def line_order_changed(answer: str, hold: Hold, n: int) -> str | None:
    def change(lines: list[str]) -> list[str]:
        for _ in range(n):
            a, b = hold.rng.sample(range(len(lines)), 2)
            lines[a], lines[b] = lines[b], lines[a]
        return lines

    return lines_changed(answer, change)


@kind
def line_translated(answer: str, hold: Hold, n: int) -> str | None:
    foreign = [line for line in hold.foreign.split("\n") if len(line.split()) >= 4]

    def change(lines: list[str]) -> list[str]:
        for _ in range(n):
            lines[hold.rng.randrange(len(lines))] = hold.rng.choice(foreign)
        return lines

    return lines_changed(answer, change) if foreign else None


@kind
def page_translated(answer: str, hold: Hold, n: int) -> str | None:
    return hold.foreign[: len(answer)]


@kind
def another_page(answer: str, hold: Hold, n: int) -> str | None:
    return hold.other[: len(answer)]


@kind
def summarised(answer: str, hold: Hold, n: int) -> str | None:
    keep = {1: 0.8, 3: 0.5}.get(n, 0.2)
    words = answer.split()
    return " ".join(word for word in words if hold.rng.random() < keep)


# What does not belong


@kind
def url_added(answer: str, hold: Hold, n: int) -> str | None:
    url = hold.rng.choice(("https://pay.example.net/x", "www.evil.example", "click.example.com"))
    return at_words(answer, hold, n, _is_word, lambda word: f"{word} {url}")


@kind
def mailbox_added(answer: str, hold: Hold, n: int) -> str | None:
    return at_words(answer, hold, n, _is_word, lambda word: f"{word} pay@example.net")


@kind
def markdown_added(answer: str, hold: Hold, n: int) -> str | None:
    how = hold.rng.choice(("**{}**", "*{}*", "`{}`", "[{}](#)", "__{}__"))
    return at_words(answer, hold, n, _is_word, how.format)


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
    return at_words(answer, hold, n, _is_word, tag.format)


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

    return at_words(answer, hold, n, lambda w: w.isascii() and _is_word(w), change)


# What no guard can see in the text alone: counted, and not part of the bounds.


@undetectable
def letter_changed(answer: str, hold: Hold, n: int) -> str | None:
    """Any letter for any other: one in three words so changed is another word."""

    def change(word: str) -> str:
        at = hold.rng.randrange(len(word.strip(".,;:")))
        return word[:at] + hold.rng.choice("aeinrstlodu") + word[at + 1 :]

    return at_words(answer, hold, n, lambda w: _is_word(w) and w.islower(), change)


@undetectable
def similar_word(answer: str, hold: Hold, n: int) -> str | None:
    """A word of these pages for another at a distance of one letter: form, from; Haus, Maus."""
    pool = {w for w in f"{hold.other} {hold.foreign} {answer}".split() if _is_word(w)}

    def change(word: str) -> str:
        near = sorted(p for p in pool if p != word and Levenshtein.distance(p, word) == 1)
        return hold.rng.choice(near) if near else word

    return at_words(answer, hold, n, _is_word, change)


@undetectable
def similar_name(answer: str, hold: Hold, n: int) -> str | None:
    """Meier for Meyer."""

    def change(word: str) -> str:
        at = hold.rng.randrange(1, len(word.strip(".,;:")))
        return word[:at] + hold.rng.choice("aeiouy") + word[at + 1 :]

    return at_words(answer, hold, n, lambda w: len(w) >= 5 and w.istitle() and _is_word(w), change)


@undetectable
def accent_dropped(answer: str, hold: Hold, n: int) -> str | None:
    plain = str.maketrans("äöüéèêáíóúñ", "aoueeeaioun")
    return at_words(
        answer, hold, n, lambda w: w.translate(plain) != w, lambda w: w.translate(plain)
    )


@undetectable
def punctuation_changed(answer: str, hold: Hold, n: int) -> str | None:
    return at_words(
        answer,
        hold,
        n,
        lambda w: _is_word(w) and w[-1] in ".,;:",
        lambda w: w[:-1] + hold.rng.choice([c for c in ("", ".", ",", ";") if c != w[-1]]),
    )


@undetectable
def capital_of_one_shape(answer: str, hold: Hold, n: int) -> str | None:
    """Sie for sie, where the capital looks like the small letter."""
    return at_words(
        answer,
        hold,
        n,
        lambda w: _is_word(w) and w[0] in "cCoOsSuUvVwWzZ",
        lambda w: w[0].swapcase() + w[1:],
    )
