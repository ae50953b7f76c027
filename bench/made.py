"""Pages made here by kind, with their true text: what calibration and tests of routing read.

Nothing of the corpus is in them. Text comes from lists of words and from `octavo.sample_text`;
scanners, cameras, thermal paper and ribbons are imitated. The same seed makes the same pixels.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from octavo.sample_text import TEXTS
from octavo.samples import drawn

Line = list[tuple[str, int]]  # words that stand together, and how far from the left, points

SHOPS = (
    "Golden Star Mart",
    "Kedai Buku Maju",
    "Harbour Hardware",
    "Lucky Seven Cafe",
    "Nova Pharmacy",
)
FIRMS = ("SDN BHD", "ENTERPRISE", "TRADING", "(M) LTD", "GMBH", "S.A.")
STREETS = (
    "Jalan Permai",
    "Orchard Road",
    "Mill Lane",
    "Taman Jaya",
    "Station Street",
    "Rue du Port",
)
GOODS = (
    *("Mineral water 500ml", "White rice 5kg", "A4 paper", "Paint brush 2in", "Fried noodles"),
    *("Iced tea", "Batteries AA x4", "Toner black", "Plaster strip", "Cement 50kg", "Nasi lemak"),
    *("Hex bolt M8", "Soap bar", "Copy b/w", "Orange juice", "USB cable 1m", "Ginger biscuits"),
)
ENDS = ("Thank you, please come again", "Goods sold are not returnable", "Tel: 03-7726 1182")


@dataclass(frozen=True, slots=True)
class Made:
    """A page and what stands on it."""

    kind: str
    image: Image.Image
    text: str


def receipt(seed: int) -> Made:
    """Thermal paper: small print, faded, amounts far to the right, a little askew."""
    rng = random.Random(f"receipt {seed}")
    font = rng.choice(("Courier", "Courier-Bold", "Helvetica"))
    width = rng.choice((205, 230, 290))
    lines = _bill(rng, width)
    height = 14 * len(lines) + 60
    placed = [
        (text, 9 if number else 12, x, height - 40 - 14 * number)
        for number, line in enumerate(lines)
        for text, x in line
    ]
    image = drawn(placed, font=font, size=(width, height), dpi=rng.choice((110, 130, 160, 200)))
    image = _faded(image, rng, rng.uniform(40, 130))
    return Made("receipt", _scanned(image, rng, turn=1.2, blur=0.9), _text(lines))


def typescript(seed: int) -> Made:
    """A ribbon's uneven ink on gray paper with stains, at a low resolution."""
    rng = random.Random(f"typescript {seed}")
    lines = _prose(rng, 62, 44)
    placed = [(line, 11, 60, 780 - 16 * number) for number, line in enumerate(lines) if line]
    image = drawn(placed, font="Courier", dpi=rng.choice((110, 130, 160)))
    image = _speckled(_uneven(_faded(image, rng, rng.uniform(30, 110)), rng), rng)
    return Made("typescript", _scanned(image, rng, turn=0.8, blur=1.1), "\n".join(lines))


def table(seed: int) -> Made:
    """Rows and columns between rules."""
    rng = random.Random(f"table {seed}")
    columns = [40, 250, 340, 430, 520][: rng.randint(3, 5)]
    lines: list[Line] = [
        [
            (text, x)
            for text, x in zip(("Item", "Code", "Unit", "2019", "2020"), columns, strict=False)
        ]
    ]
    for good in rng.sample(GOODS, 14):
        cells = [good, *(f"{rng.uniform(1, 900):.2f}" for _ in columns[1:])]
        lines.append(list(zip(cells, columns, strict=True)))
    placed = [(t, 10, x, 760 - 24 * n) for n, line in enumerate(lines) for t, x in line]
    image = drawn(placed, font="Helvetica", dpi=150)
    pen = ImageDraw.Draw(image)
    for number in range(len(lines) + 1):
        y = round((842 - 777 + 24 * number) * 150 / 72)
        pen.line((70, y, image.width - 40, y), fill=0, width=2)
    return Made("table", _scanned(image, rng, turn=0.5, blur=0.6), _text(lines))


def photograph(seed: int) -> Made:
    """A page seen by a hand-held camera: perspective, a shadow, a soft lens."""
    rng = random.Random(f"photograph {seed}")
    lines = _prose(rng, 70, 30)
    placed = [(line, 12, 60, 770 - 20 * number) for number, line in enumerate(lines) if line]
    image = _faded(drawn(placed, dpi=150), rng, 50)
    w, h = image.size
    lean = [rng.uniform(0, 0.03) for _ in range(8)]
    corners: tuple[float, ...] = (-lean[0] * w, -lean[1] * h, -lean[2] * w, h + lean[3] * h)
    corners += (w + lean[4] * w, h + lean[5] * h, w + lean[6] * w, -lean[7] * h)
    image = image.transform(
        (w, h), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=255
    )
    return Made(
        "photograph", _scanned(_shaded(image, rng), rng, turn=1.5, blur=1.2), "\n".join(lines)
    )


def print_(seed: int) -> Made:
    """Clean print, which no page should pay for."""
    rng = random.Random(f"print {seed}")
    lines = _prose(rng, 80, 36)
    placed = [(line, 11, 60, 770 - 18 * number) for number, line in enumerate(lines) if line]
    font = rng.choice(("Times-Roman", "Helvetica"))
    image = drawn(placed, font=font, dpi=rng.choice((200, 300)))
    return Made("print", _scanned(image, rng, turn=0.2, blur=0.4), "\n".join(lines))


KINDS: dict[str, Callable[[int], Made]] = {
    "receipt": receipt,
    "typescript": typescript,
    "table": table,
    "photograph": photograph,
    "print": print_,
}


def _bill(rng: random.Random, width: int) -> list[Line]:
    shop = f"{rng.choice(SHOPS)} {rng.choice(FIRMS)}"
    lines: list[Line] = [
        [(shop, 20)],
        [(f"({rng.randint(100000, 999999)}-{rng.choice('ABDKMPTX')})", width // 3)],
        [
            (
                f"No {rng.randint(1, 99)}, {rng.choice(STREETS)} {rng.randint(1, 20)}",
                20,
            )
        ],
        [(f"{rng.randint(10000, 99999)} {rng.choice(('Johor', 'Penang', 'Leeds', 'Metz'))}", 20)],
        [(f"Invoice: CS{rng.randint(10000, 99999)}", 15)],
        [
            ("Date:", 15),
            (f"{rng.randint(1, 28):02}/{rng.randint(1, 12):02}/20{rng.randint(10, 25)}", 60),
        ],
    ]
    total = 0.0
    for good in rng.sample(GOODS, rng.randint(3, 9)):
        amount = rng.randint(1, 5) * rng.randint(50, 2500) / 100
        total += amount
        lines.append([(f"{rng.randint(1, 5)} x {good}", 15), (f"{amount:.2f}", width - 50)])
    tax = round(total * 0.06, 2)
    for name, amount in (("Subtotal", total), ("GST 6%", tax), ("Total RM", total + tax)):
        lines.append([(name, 40), (f"{amount:.2f}", width - 50)])
    return [*lines, [(rng.choice(ENDS), 25)]]


def _prose(rng: random.Random, characters: int, most: int) -> list[str]:
    _, paragraphs = TEXTS[rng.choice(sorted(TEXTS))]
    lines: list[str] = []
    for paragraph in rng.sample(list(paragraphs), len(paragraphs)):
        line = ""
        for word in paragraph.split():
            if line and len(line) + 1 + len(word) > characters:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        lines += [line, ""]
    return lines[:most]


def _text(lines: list[Line]) -> str:
    return "\n".join(" ".join(text for text, _ in line) for line in lines)


def _faded(image: Image.Image, rng: random.Random, ink: float) -> Image.Image:
    paper = rng.randint(215, 250)
    return image.point([round(ink + value * (paper - ink) / 255) for value in range(256)])


def _uneven(image: Image.Image, rng: random.Random) -> Image.Image:
    """Ink that was now strong, now weak: the page mixed with white by a coarse pattern."""
    coarse = Image.frombytes("L", (60, 80), rng.randbytes(4800)).resize(
        image.size, Image.Resampling.BICUBIC
    )
    mask = coarse.point([value * 150 // 255 for value in range(256)])
    return Image.composite(Image.new("L", image.size, 235), image, mask)


def _speckled(image: Image.Image, rng: random.Random) -> Image.Image:
    pen = ImageDraw.Draw(image)
    for _ in range(rng.randint(50, 400)):
        x, y = rng.randrange(image.width), rng.randrange(image.height)
        size = rng.choice((1, 1, 2, 3))
        pen.ellipse((x, y, x + size, y + size), fill=rng.randint(30, 140))
    return image


def _shaded(image: Image.Image, rng: random.Random) -> Image.Image:
    """Darker to one corner."""
    spots = Image.frombytes("L", (2, 2), bytes(rng.randint(130, 255) for _ in range(4)))
    return ImageChops.multiply(image, spots.resize(image.size, Image.Resampling.BILINEAR))


def _scanned(image: Image.Image, rng: random.Random, *, turn: float, blur: float) -> Image.Image:
    image = image.rotate(rng.uniform(-turn, turn), Image.Resampling.BICUBIC, fillcolor=235)
    image = image.filter(
        ImageFilter.GaussianBlur(rng.uniform(0.3, blur) * image.height / 1600 + 0.2)
    )
    grain = Image.frombytes("L", image.size, rng.randbytes(image.width * image.height))
    strength = rng.randint(8, 40)
    grain = grain.point([value * strength // 255 for value in range(256)])
    return ImageChops.subtract(image, grain)
