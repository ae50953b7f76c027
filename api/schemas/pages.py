"""Pages on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.schemas.base import Asked, said
from api.schemas.cleanup import Cleanup
from api.schemas.documents import ID, WHEN
from store.states import PageState

VERDICTS = ["blank", "text", "bad_text", "image", "mixed"]  # pipelines.values.Verdict


class PageReason(Schema):
    """Why a page has no text, or no new one."""

    code = fields.String(metadata=said("Stable reason code.", "render_failed"))
    detail = fields.String(metadata=said("The same in words.", "The page could not be drawn."))
    retryable = fields.Boolean(metadata=said("Whether POST .../retry may help.", example=False))


class PageSummary(Schema):
    """A page and how far it is."""

    number = fields.Integer(metadata=said("Page number in the file, from 1.", 3))
    state = fields.String(
        validate=validate.OneOf([str(state) for state in PageState]),
        metadata=said("recognized: raw text is there, cleaning is not done yet.", "done"),
    )
    version = fields.Integer(
        allow_none=True,
        metadata=said("Which of the page's texts this is, from 1; null before there is one.", 1),
    )
    confidence = fields.Float(
        allow_none=True,
        metadata=said("Mean over the words, 0 to 1; null without words.", 0.94, "share"),
    )
    engine = fields.String(allow_none=True, metadata=said("What read the page.", "tesserocr 5.5.4"))
    languages = fields.List(fields.String(), metadata=said("Languages it was read in.", ["eng"]))
    flags = fields.List(
        fields.String(),
        metadata=said("What is particular about it.", ["resolution_lowered"]),
    )
    verdict = fields.String(
        allow_none=True,
        validate=validate.OneOf(VERDICTS),
        metadata=said(
            "What the page carries, judged before it is read: nothing (blank), a text layer that is"
            " its text (text) or is not (bad_text), no layer (image), or a good layer and an image"
            " with text that the layer lacks (mixed). Null until somebody looked.",
            "image",
        ),
    )
    verdict_reason = fields.String(
        allow_none=True,
        metadata=said("The ground of a bad_text or a mixed verdict, as a code.", "spaced_out"),
    )
    image = fields.String(
        allow_none=True,
        metadata=said("Path of the page's picture.", f"/v1/documents/{ID}/pages/3/image"),
    )
    reason = fields.Nested(
        PageReason,
        allow_none=True,
        metadata=said(
            "Why it has no text; of a page that is done: why reading it again changed nothing.",
            {"code": "timeout"},
        ),
    )
    cleanup = fields.Nested(
        Cleanup,
        allow_none=True,
        metadata=said("What a language model did; null: none was wanted.", {"state": "accepted"}),
    )


class PageTexts(Schema):
    """The text of a page, before and after cleaning."""

    raw = fields.String(metadata=said("As it was read.", "of\ufb01ce hyphen-\nation"))
    clean = fields.String(
        allow_none=True,
        metadata=said("Cleaned; null until that is done.", "office hyphenation"),
    )


class Box(Schema):
    """A rectangle on the page's raster, from the top left."""

    left = fields.Integer(metadata=said("Left edge.", 120, "pixels"))
    top = fields.Integer(metadata=said("Upper edge.", 88, "pixels"))
    right = fields.Integer(metadata=said("Just outside the right edge.", 310, "pixels"))
    bottom = fields.Integer(metadata=said("Just outside the lower edge.", 122, "pixels"))


class Word(Schema):
    """A word and where it stands."""

    text = fields.String(metadata=said("The word as it was read.", "Invoice"))
    box = fields.Nested(
        Box,
        metadata=said("Where it stands.", {"left": 120, "top": 88, "right": 310, "bottom": 122}),
    )
    confidence = fields.Float(metadata=said("0 to 1.", 0.97, "share"))
    line = fields.Integer(metadata=said("Its line on the page, from 0, in reading order.", 0))


class Page(PageSummary):
    """A page with all that was read on it."""

    text = fields.Nested(
        PageTexts, allow_none=True, metadata=said("Null until the page was read.", {"raw": "..."})
    )
    words = fields.List(fields.Nested(Word), metadata=said("In reading order.", []))
    width = fields.Integer(
        allow_none=True, metadata=said("Raster that boxes refer to.", 2480, "pixels")
    )
    height = fields.Integer(
        allow_none=True, metadata=said("Raster that boxes refer to.", 3508, "pixels")
    )
    dpi = fields.Float(
        allow_none=True, metadata=said("Resolution of that raster.", 300.0, "pixels per inch")
    )


class VersionQuery(Asked):
    """Which of a page's texts."""

    version = fields.Integer(
        validate=validate.Range(min=1, max=2**15 - 1),
        metadata=said("A version of the page's text; the current one when missing.", 1),
    )


class PageVersion(Schema):
    """One of the texts of a page."""

    version = fields.Integer(metadata=said("Its number, from 1; none is given twice.", 2))
    current = fields.Boolean(
        metadata=said("Whether it is the page's text in every result.", example=True)
    )
    confidence = fields.Float(
        allow_none=True,
        metadata=said("Mean over the words, 0 to 1; null without words.", 0.94, "share"),
    )
    engine = fields.String(metadata=said("What read the page.", "tesserocr 5.5.4"))
    languages = fields.List(fields.String(), metadata=said("Languages it was read in.", ["deu"]))
    flags = fields.List(
        fields.String(), metadata=said("What is particular about it.", ["resolution_lowered"])
    )
    characters = fields.Integer(metadata=said("Length of the raw text.", 2113, "characters"))
    written_at = fields.AwareDateTime(metadata=said("When it was read.", WHEN))


class VersionList(Schema):
    """The texts of a page that there are."""

    items = fields.List(fields.Nested(PageVersion), metadata=said("Versions, newest first.", []))


class Rereading(Schema):
    """A page that is to be read again, and where to look."""

    page = fields.String(metadata=said("Path of the page.", f"/v1/documents/{ID}/pages/3"))
    versions = fields.String(
        metadata=said("Path of its texts.", f"/v1/documents/{ID}/pages/3/versions")
    )
    document = fields.String(
        metadata=said("Path of the document, which runs until then.", f"/v1/documents/{ID}")
    )
    version = fields.Integer(
        metadata=said("What the new text will be; the page keeps its own if it fails.", 2)
    )


class PageList(Schema):
    """A part of a document's pages."""

    items = fields.List(fields.Nested(PageSummary), metadata=said("Pages in order.", []))
    next = fields.Integer(
        allow_none=True,
        metadata=said("`after` of the next part; null: this is the last.", 100),
    )


class PageQuery(Asked):
    """Which pages to list."""

    after = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0, max=2**31 - 1),
        metadata=said("Only pages with a higher number.", 100),
    )
    limit = fields.Integer(
        load_default=100,
        validate=validate.Range(min=1, max=500),
        metadata=said("Most pages in this part.", 100, "pages"),
    )
