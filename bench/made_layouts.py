"""Pages made here whose order is known: columns, lists, letters, slides, tables with long cells.

`bench.made` has kinds that are hard to read, this module kinds that are hard to put in order. Words
come from `octavo.sample_text`; the same seed makes the same page.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import lru_cache

import pypdfium2

from bench.made import FIRMS, GOODS, SHOPS, STREETS, Made
from octavo.sample_text import TEXTS
from octavo.samples import HEIGHT, WIDTH, drawn, pdf, scanned

PEOPLE = ("Anna Berg", "Paul Weiss", "Maria Lopez", "John Carter", "Omar Haddad", "Ruth Meyer")
TOWNS = ("Basel", "Lyon", "Leeds", "Turin", "Ghent", "Porto", "Graz", "Bergen", "Metz", "Delft")
FOOT = 780  # points from the top, the last line of a page that is full
LEADING = 1.3  # times the size of letters


class Sheet:
    """Lines as they are put on a page, in the order in which people read them."""

    def __init__(self, kind: str, seed: int) -> None:
        self.rng = random.Random(f"{kind} {seed}")
        self.placed: list[tuple[str, int, int, int]] = []

    def put(self, text: str, x: float, y: float, size: int = 11) -> None:
        """A line whose top is `y` points from the top of the page."""
        self.placed.append((text, size, round(x), round(HEIGHT - y - size)))

    def lines(self, lines: Sequence[str], x: float, y: float, size: int = 11) -> float:
        """Lines under each other; returns where the next one would be."""
        for line in lines:
            self.put(line, x, y, size)
            y += LEADING * size
        return y

    def prose(self, width: float, count: int, size: int = 11) -> list[str]:
        """So many lines of text in paragraphs of different length."""
        sentences = [
            sentence.strip(" .") + "."
            for paragraph in TEXTS["eng"][1]
            for sentence in paragraph.split(". ")
        ]
        found: list[str] = []
        while len(found) < count:
            chosen = self.rng.sample(sentences, self.rng.randint(1, 9))
            found += wrapped(" ".join(chosen), width, size)
        return found[:count]

    def words(self, least: int, most: int) -> str:
        """Some words that stand beside each other in a text."""
        text = self.rng.choice(TEXTS["eng"][1]).split()
        count = self.rng.randint(least, most)
        first = self.rng.randrange(len(text) - count)
        return " ".join(text[first : first + count]).strip(".,;")

    def town(self) -> str:
        return f"{self.rng.randint(1000, 9999)} {self.rng.choice(TOWNS)}"


def wrapped(text: str, width: float, size: int) -> list[str]:
    """`text` in lines of `width` points at most."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and size * sum(map(_advance, longer)) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


@lru_cache(maxsize=1024)
def _advance(character: str) -> float:
    """How wide it is in Times, in sizes of letters."""
    if character == " ":
        return 0.25
    document = pypdfium2.PdfDocument(pdf([(character, 100, 0, 100)]))
    left, _, right, _ = document[0].get_textpage().get_charbox(0, loose=True)
    document.close()
    return float(right - left) / 100


def columns(sheet: Sheet) -> None:
    """Two or three, the last of them not full."""
    rng = sheet.rng
    count, size, gap = rng.choice((2, 2, 3)), rng.choice((9, 10, 11)), rng.choice((12, 18, 28))
    width = (WIDTH - 100 - gap * (count - 1)) / count
    sheet.put(sheet.words(4, 6), 60, 50, 20)
    for number in range(count):
        full = int((FOOT - 100) / (LEADING * size))
        held = full if number < count - 1 else int(full * rng.uniform(0.3, 1))
        sheet.lines(sheet.prose(width, held, size), 50 + number * (width + gap), 100, size)
    sheet.put(str(rng.randint(1, 300)), WIDTH / 2, 810, 10)


def newspaper(sheet: Sheet) -> None:
    """Three columns, and two below a headline that is no wider than two of the three."""
    sheet.put(sheet.words(4, 5), 50, 40, 26)
    y = 90.0
    for count, heading in ((3, ""), (2, sheet.words(5, 6))):
        if heading:
            sheet.put(heading, 50, y + 10, 18)
            y += 50
        width = (WIDTH - 100 - 14 * (count - 1)) / count
        held = sheet.rng.randint(12, 20)
        for number in range(count):
            sheet.lines(sheet.prose(width, held, 9), 50 + number * (width + 14), y, 9)
        y += held * 9 * LEADING


def paper(sheet: Sheet) -> None:
    """Two columns, and a table across both whose cells leave their gutter free."""
    width, y = (WIDTH - 120) / 2, 60.0
    for held in (18, 24):
        for x in (50, 70 + width):
            sheet.lines(sheet.prose(width, held, 10), x, y, 10)
        y += held * 10 * LEADING + 15
        if held == 18:
            sheet.put(f"Table 1. {sheet.words(5, 8)}", 50, y, 9)
            for row in range(6):
                y += 18 if not row else 14
                first = sheet.rng.choice(TOWNS) if row else "Town"
                cells = [f"{sheet.rng.uniform(0, 99):.1f}" if row else f"Year {n}" for n in "1234"]
                for number, cell in enumerate((first, *cells)):
                    sheet.put(cell, 60 + number * 100, y, 9)
            y += 28


def index(sheet: Sheet) -> None:
    """Two or three columns of short entries, all lines on one grid."""
    count = sheet.rng.choice((2, 3))
    width = (WIDTH - 120) / count
    sheet.put("Index", 60, 50, 20)
    for number in range(count):
        y = 90.0
        while y < FOOT:
            pages = ", ".join(
                str(sheet.rng.randint(1, 300)) for _ in range(sheet.rng.randint(1, 3))
            )
            entry = wrapped(f"{sheet.words(1, 2).lower()}, {pages}", width - 30, 10)
            for indent, line in enumerate(entry):
                sheet.put(line, 60 + number * width + 10 * min(1, indent), y, 10)
                y += 12.5


def slide(sheet: Sheet) -> None:
    """Two lists with bullets side by side, and a foot."""
    sheet.put(sheet.words(4, 5), 50, 60, 30)
    held = sheet.rng.randint(4, 6)
    for x in (50, 320):
        y = 195.0
        if sheet.rng.random() < 0.7:
            sheet.put(sheet.words(2, 2).title(), x, 150, 20)
        for _ in range(held):
            lines = wrapped(f"- {sheet.words(3, 9)}", 220, 16)
            y = sheet.lines(lines, x, y, 16) + sheet.rng.choice((8, 14))
    sheet.put(f"{sheet.rng.choice(PEOPLE)} 2019", 50, 790, 10)
    sheet.put(str(sheet.rng.randint(2, 40)), 540, 790, 10)


def letter(sheet: Sheet) -> None:
    """Sender and date on the right, address and text on the left."""
    rng = sheet.rng
    sheet.lines([rng.choice(SHOPS), f"{rng.choice(STREETS)} 4", sheet.town()], 380, 60, 10)
    sheet.lines([rng.choice(PEOPLE), f"{rng.choice(STREETS)} 17", sheet.town()], 60, 150)
    sheet.put(f"{rng.choice(TOWNS)}, {rng.randint(1, 28)} May 1987", 380, 220)
    y = sheet.lines([sheet.words(3, 5), "", "Dear Madam or Sir,", ""], 60, 260)
    for _ in range(3):
        y = sheet.lines(sheet.prose(480, rng.randint(3, 6)), 60, y) + 12
    sheet.lines(["Yours sincerely", "", "", rng.choice(PEOPLE)], 60, y)


def programme(sheet: Sheet) -> None:
    """Dates in a narrow column, and one to three lines beside each."""
    rng, y = sheet.rng, 100.0
    sheet.put("Programme of concerts", 180, 50, 18)
    while y < FOOT - 40:
        sheet.put(f"- {rng.randint(1, 28)} {rng.choice(('March', 'July', 'Sept.'))} -", 60, y)
        place = f"{rng.choice(TOWNS)}, Town Hall - {rng.randint(17, 21)} h."
        who = [f"{rng.choice(PEOPLE)} (organ)" for _ in range(rng.randint(0, 2))]
        y = sheet.lines([place, *who], 180, y) + rng.choice((0, 6, 12))


def form(sheet: Sheet) -> None:
    """Labels and what was filled in, two pairs on most lines."""
    rng, y = sheet.rng, 100.0
    filled = {
        "Name": "Berg",
        "First name": "Anna",
        "Street": f"{rng.choice(STREETS)} 12",
        "Town": sheet.town(),
        "Date of birth": "12.03.1961",
        "Nationality": "Swiss",
        "Profession": "Engineer",
        "Employer": rng.choice(SHOPS),
        "Bank": "Cantonal Bank",
        "Account": str(rng.randint(10**8, 10**9)),
        "Date": "4 May 1998",
        "Place": "Basel",
    }
    sheet.put("Registration of visitors", 60, 50, 18)
    for number, (label, value) in enumerate(filled.items()):
        x = 60 + 260 * (number % 2)
        sheet.put(f"{label}:", x, y, 10)
        sheet.put(value, x + 95, y)
        y += rng.choice((22, 26)) * (number % 2)
    sheet.lines(["Remarks:", *sheet.prose(470, 5, 10)], 60, y + 10, 10)


def cells(sheet: Sheet) -> None:
    """A table whose cells have several lines."""
    rng, y = sheet.rng, 109.0
    sheet.put(f"Table 3: {sheet.words(3, 5)}", 60, 50, 12)
    xs = (60, 165, 365, 490)[: rng.choice((3, 4))]
    for x, title in zip(xs, ("Part", "Description", "Remark", "Price"), strict=False):
        sheet.put(title, x, 85, 10)
    while y < FOOT - 40:
        row = (
            wrapped(rng.choice(GOODS), 90, 10),
            wrapped(sheet.words(4, 18), 180, 10),
            wrapped(sheet.words(1, 7), 100, 10),
            [f"{rng.uniform(1, 90):.2f}"],
        )
        ends = [sheet.lines(lines, x, y, 10) for x, lines in zip(xs, row, strict=False)]
        y = max(ends) + 8


def timetable(sheet: Sheet) -> None:
    """A table whose short cells stand at the top, in the middle or at the foot of long ones."""
    rng, y = sheet.rng, 120.0
    sheet.put(f"Courses: {sheet.words(2, 4)}", 60, 50, 16)
    place = rng.choice((0.0, 0.5, 1.0))
    while y < FOOT - 60:
        title = wrapped(sheet.words(5, 16), 170, 10)
        short = rng.choice(PEOPLE), str(rng.randint(10_000, 99_999)), f"{rng.randint(8, 19)}:15"
        room = (len(title) - 1) * LEADING * 10
        sheet.put(short[0], 60, y + place * room, 10)
        end = sheet.lines(title, 160, y, 10)
        for text, x in zip(short[1:], (360, 450), strict=True):
            sheet.put(text, x, y + place * room, 10)
        y = end + rng.choice((8, 16))


def report(sheet: Sheet) -> None:
    """Text in the left column, and beside it a table of figures."""
    rng = sheet.rng
    sheet.put(sheet.words(3, 5).title(), 60, 50, 18)
    sheet.lines(sheet.prose(240, rng.randint(20, 45)), 60, 100)
    y, pitch = 100.0, rng.choice((15, 17, 20, 24))
    for _ in range(rng.randint(8, 25)):
        sheet.put(rng.choice(TOWNS), 340, y, 10)
        for x in (430, 490):
            sheet.put(f"{rng.uniform(1, 900):.1f}", x, y, 10)
        y += pitch


def invoice(sheet: Sheet) -> None:
    """An address beside what the invoice says of itself, a table, its sums."""
    rng = sheet.rng
    sheet.put(f"{rng.choice(SHOPS)} {rng.choice(FIRMS)}", 60, 40, 18)
    sheet.lines(
        ["Bill to:", rng.choice(PEOPLE), f"{rng.choice(STREETS)} 9", sheet.town()], 60, 90, 10
    )
    facts = ("Invoice no.", str(rng.randint(1000, 9999))), ("Date", "12.03.2017"), ("Due", "11.04.")
    for number, (label, value) in enumerate(facts):
        sheet.put(label, 360, 90 + 13 * number, 10)
        sheet.put(value, 460, 90 + 13 * number, 10)
    xs, y = (60, 110, 340, 410, 490), 180
    rows = [("Pos", "Article", "Qty", "Price", "Amount")]
    for number, good in enumerate(rng.sample(GOODS, rng.randint(4, 10)), 1):
        count, price = rng.randint(1, 9), rng.uniform(1, 90)
        rows.append((str(number), good, str(count), f"{price:.2f}", f"{count * price:.2f}"))
    for row in rows:
        for x, cell in zip(xs, row, strict=True):
            sheet.put(cell, x, y, 10)
        y += 16
    sheet.put("Total", 410, y + 8, 10)
    sheet.put(f"{sum(float(row[-1]) for row in rows[1:]):.2f}", 490, y + 8, 10)


KINDS: dict[str, Callable[[Sheet], None]] = {
    "columns": columns,
    "newspaper": newspaper,
    "paper": paper,
    "index": index,
    "slide": slide,
    "letter": letter,
    "programme": programme,
    "form": form,
    "cells": cells,
    "timetable": timetable,
    "report": report,
    "invoice": invoice,
}


def made(kind: str, seed: int) -> Made:
    """A page of that kind as a scanner sees it."""
    sheet = Sheet(kind, seed)
    KINDS[kind](sheet)
    text = "\n".join(line for line, *_ in sheet.placed if line)
    return Made(kind, scanned(drawn([each for each in sheet.placed if each[0]]), sheet.rng), text)
