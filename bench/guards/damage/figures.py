"""Damage to figures: numbers, amounts, dates, units, codes and addresses."""

from __future__ import annotations

import re

from bench.guards.damage.kinds import Hold, Kinds, at_words, has_digit

MONTHS = {"June": "July", "May": "March", "Januar": "Februar", "mai": "mars", "juin": "avril"}
ADDRESS = re.compile(r"\w+@\w|www\.\w|https?:")

kind = Kinds()


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _digit_at(word: str, hold: Hold) -> int:
    return hold.rng.choice([at for at, each in enumerate(word) if each.isdigit()])


@kind
def digit_changed(answer: str, hold: Hold, n: int) -> str | None:
    def change(word: str) -> str:
        at = _digit_at(word, hold)
        return (
            word[:at] + hold.rng.choice([d for d in "0123456789" if d != word[at]]) + word[at + 1 :]
        )

    return at_words(answer, hold, n, has_digit, change)


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

    return at_words(answer, hold, n, has_digit, change)


@kind
def digit_added(answer: str, hold: Hold, n: int) -> str | None:
    def change(word: str) -> str:
        at = _digit_at(word, hold)
        return word[:at] + hold.rng.choice("0123456789") + word[at:]

    return at_words(answer, hold, n, has_digit, change)


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
    return at_words(answer, hold, n, has_digit, lambda word: f"{word} {word}")


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
