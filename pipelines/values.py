"""The frozen values that stages take and give."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from pipelines.cleanup.values import Mode

AUTO_LANGUAGES = ("auto",)


class TextLayer(StrEnum):
    """What to do with the text that a PDF page already carries."""

    AUTO = "auto"  # take a layer that looks sound, read the page otherwise
    SKIP = "skip"  # take any layer that is not empty
    FORCE = "force"  # read every page, whatever it carries


class CleanupPages(StrEnum):
    """Which pages a model is asked about."""

    UNSURE = "unsure"  # those that the engine is not sure of
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Options:
    """What a client asked for; part of the identity of a result."""

    # Tesseract codes, most likely first; AUTO_LANGUAGES: told from each page
    languages: tuple[str, ...] = ("eng",)
    pages: str | None = None  # "1-3,7", 1-based; None is every page
    text_layer: TextLayer = TextLayer.AUTO
    rasterizer: str = "auto"
    recognizer: str = "auto"
    cache: bool = True  # take what was read on a page that is the same
    cleanup: Mode = Mode.OFF  # what a model is asked to do with a page's text
    cleanup_pages: CleanupPages = CleanupPages.UNSURE


@dataclass(frozen=True, slots=True)
class Preparation:
    """What may be done to a page before it is read; each where a measurement asks for it."""

    straighten: bool = True  # lines that slope are made level
    rescale: bool = True  # tiny letters are enlarged, huge ones made smaller
    whiten: bool = True  # shadows and stains are taken off a page that reads badly


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what one page or one document may cost, and what may be done to a page."""

    max_pages: int = 500
    max_page_pixels: int = 40_000_000
    render_seconds: int = 60
    recognize_seconds: int = 180
    memory_bytes: int = 2 * 2**30
    # A page whose letters are likely right for a smaller share is read by a second engine too.
    escalate_below: float = 0.92
    preparation: Preparation = Preparation()

    @property
    def inspect_seconds(self) -> int:
        """The most that the split stage takes: to open a file, and as long to look at its pages."""
        return 2 * self.render_seconds

    @property
    def page_seconds(self) -> int:
        """The most that the recognize stage takes: to draw a page, and to read it."""
        return self.render_seconds + self.recognize_seconds


class Verdict(StrEnum):
    """What a page carries, judged before any work on it."""

    BLANK = "blank"  # nothing is drawn on it
    TEXT = "text"  # its text layer is its text
    BAD_TEXT = "bad_text"  # its text layer is not what people see
    IMAGE = "image"  # no text layer
    MIXED = "mixed"  # a good text layer, and an image with text that the layer lacks


@dataclass(frozen=True, slots=True)
class PageInfo:
    """One page of a source, as it was seen without rendering."""

    number: int  # 1-based, as people count
    width: float  # points (1/72 inch), after the page's own rotation
    height: float
    dpi: float | None = None  # resolution of the scan that covers the page; None: not a scan
    verdict: Verdict | None = None  # None: nobody has looked yet, or it cannot be parsed
    why: str = ""  # the verdict's ground: a code of `pipelines.judge` or `pipelines.soundness`


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the split stage learned of a source."""

    media_type: str
    page_count: int  # pages in the file
    pages: tuple[PageInfo, ...]  # the pages asked for, in order


@dataclass(frozen=True, slots=True)
class Raster:
    """A page as pixels: 8-bit gray, row-major from the top left, ``width * height`` bytes."""

    width: int  # pixels
    height: int
    dpi: float  # pixels per inch the page was rendered at
    pixels: bytes = field(repr=False)
    flags: tuple[str, ...] = ()  # e.g. "resolution_lowered"

    def __post_init__(self) -> None:
        # Engines in C read as many bytes as the sides say.
        if min(self.width, self.height) < 1 or self.width * self.height != len(self.pixels):
            raise ValueError(
                f"{len(self.pixels)} pixels are no raster of {self.width} x {self.height}"
            )


@dataclass(frozen=True, slots=True)
class Stance:
    """How the text of a page lies, and in what letters."""

    turn: int  # degrees clockwise (0, 90, 180, 270) that set it upright
    script: str  # as Tesseract names it: Latin, Fraktur, Han, Arabic


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the page's raster; right and bottom lie just outside."""

    left: int
    top: int
    right: int
    bottom: int


# A rectangle that may be turned, by its corners (x, y) in pixels: top left, top right, bottom right
# and bottom left of what is written in it. They may lie beyond the raster.
Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word box."""

    text: str
    box: Box
    confidence: float  # 0 to 1
    line: int  # index of its line on the page, in reading order


class BlockKind(StrEnum):
    """What a part of a page is for its reader."""

    TEXT = "text"  # a paragraph, or lines that belong together
    TABLE = "table"  # a line a row
    HEADER = "header"  # stands above the page's text: running title, page number
    FOOTER = "footer"  # the same below it


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together; blocks stand in reading order and share no line."""

    kind: BlockKind
    box: Box
    first: int  # line of its first word
    end: int  # the line after its last one
    columns: tuple[
        int, ...
    ] = ()  # of a table: left edges of its columns on the upright page, ascending


@dataclass(frozen=True, slots=True)
class Recognition:
    """The text of one page with its evidence."""

    text: str  # lines joined by LF, paragraphs by an empty line; no trailing white space
    words: tuple[Word, ...]
    confidence: float | None  # mean over words weighted by length, 0 to 1; None: no word
    width: int  # pixels of the raster that the boxes refer to
    height: int
    dpi: float
    engine: str  # e.g. "tesserocr 5.5.4", "text-layer", "null"
    languages: tuple[str, ...]
    flags: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()  # every line is in one of them; none: the engine tells none
    turn: int = 0  # degrees clockwise (0, 90, 180, 270) that set the text on the raster upright
