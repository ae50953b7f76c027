"""Documents on the wire."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import EXCLUDE, Schema, fields, validate

from api.schemas.base import Asked, Moment, Text, said
from api.schemas.cleanup import Spent
from pipelines.cleanup.values import Mode
from pipelines.values import CleanupPages, TextLayer
from store.states import DocumentState

ID = "7a9d1c1e-2b7e-4d0e-9a52-8f2d1f0b6c11"
WHEN = "2026-10-21T09:30:00Z"
VISIBLE = [str(state) for state in DocumentState if state is not DocumentState.DELETED]
LONGEST_WAIT = 30  # seconds


class ReadingSchema(Asked):
    """How pages are to be read."""

    languages = fields.List(
        Text(validate=validate.Length(min=1, max=200)),
        validate=validate.Length(max=20),
        error_messages={"invalid": 'Must be a list, such as ["eng+spa"].'},
        metadata=said(
            "Tesseract language codes, most likely first; repeated, or joined by +. auto: the"
            " language of each page is told from the page. GET /v1/languages lists them.",
            ["eng+spa"],
        ),
    )
    text_layer = fields.String(
        validate=validate.OneOf([str(mode) for mode in TextLayer]),
        metadata=said(
            "The text a PDF page already carries: auto takes it when it looks sound, skip takes"
            " any (the page is not recognised), force recognises every page.",
            "auto",
        ),
    )
    engine = Text(
        validate=validate.Length(min=1, max=64),
        metadata=said("Recognizer: auto, or one that is installed.", "auto"),
    )
    cleanup = fields.String(
        validate=validate.OneOf([str(mode) for mode in Mode]),
        metadata=said(
            "What a language model may do: off, cleanup (it corrects the text), vision (it sees"
            " the page's picture too). Raw text is kept, and guards refuse what they must. Missing:"
            " the default of this installation.",
            "cleanup",
        ),
    )
    cleanup_pages = fields.String(
        validate=validate.OneOf([str(which) for which in CleanupPages]),
        metadata=said(
            "Pages that go to the model: those the engine is unsure of, or always all.", "unsure"
        ),
    )

    cache = fields.Boolean(
        metadata=said(
            "Whether the text of a page that was read before, with these options, may be taken"
            " instead of reading it again; such pages are flagged `cached`.",
            example=True,
        ),
    )


class OptionsSchema(ReadingSchema):
    """How a document is to be read."""

    pages = Text(
        validate=validate.Length(max=1000),
        metadata=said(
            "Pages to read, counted from 1; all when missing. 12- is page 12 to the last, which is"
            " also called last. A document that has no such page fails with page_out_of_range.",
            "1-3,7,12-",
        ),
    )


class NewDocument(OptionsSchema):
    """A file and how to read it."""

    file = Upload(
        required=True,
        metadata=said("PDF, PNG, JPEG, TIFF (of many pages) or WebP.", "scan.pdf"),
    )


class IdempotencyHeader(Schema):
    """The header that makes a POST safe to repeat."""

    class Meta:
        """A request has other headers too."""

        unknown = EXCLUDE

    key = fields.String(
        data_key="Idempotency-Key",
        validate=[
            validate.Length(min=1, max=255),
            validate.Regexp(r"^[\x21-\x7e]+$", error="Must be visible ASCII characters."),
        ],
        metadata=said(
            "Any text of your choice, new for each new request. The same key with the same"
            " request answers with the same document. Remembered for 7 days, unless this"
            " installation says otherwise.",
            "order-4711",
        ),
    )


class Reason(Schema):
    """Why a document or one of its pages has no text."""

    page = fields.Integer(
        allow_none=True, metadata=said("Page number; null: the file as a whole.", 3)
    )
    code = fields.String(metadata=said("Stable reason code.", "render_failed"))
    detail = fields.String(metadata=said("The same in words.", "The page could not be drawn."))
    retryable = fields.Boolean(metadata=said("Whether POST .../retry may help.", example=False))


class ChosenOptions(Schema):
    """The options that are in force."""

    languages = fields.List(
        fields.String(),
        metadata=said("Tesseract language codes, most likely first, or auto alone.", ["auto"]),
    )
    pages = fields.String(allow_none=True, metadata=said("Pages to read; null: all.", "1-3"))
    text_layer = fields.String(metadata=said("auto, skip or force.", "auto"))
    engine = fields.String(attribute="recognizer", metadata=said("Recognizer.", "auto"))
    cache = fields.Boolean(
        metadata=said("Whether texts of pages read before may be taken.", example=True)
    )
    cleanup = fields.String(metadata=said("What a model may do: off, cleanup or vision.", "off"))
    cleanup_pages = fields.String(metadata=said("Pages it sees: unsure or always.", "unsure"))


class Figures(Schema):
    """What a document's pages add up to."""

    words = fields.Integer(metadata=said("Words read.", 4211, "words"))
    confidence = fields.Float(
        allow_none=True,
        metadata=said("Mean over the words, 0 to 1; null without words.", 0.94, "share"),
    )
    least_confident_page = fields.Integer(
        allow_none=True, metadata=said("Page number to look at first.", 3)
    )
    missing_pages = fields.List(
        fields.Integer(), metadata=said("Pages that were asked for and have no text.", [3])
    )
    engines = fields.List(
        fields.String(), metadata=said("What read the pages, most used first.", ["tesserocr 5.5.4"])
    )
    languages = fields.List(fields.String(), metadata=said("Languages they were read in.", ["eng"]))
    cached_pages = fields.Integer(
        metadata=said("Pages whose text was read before, on a page that is the same.", 0, "pages")
    )


class DocumentSummary(Schema):
    """A document and how far it is."""

    id = fields.UUID(metadata=said("Names the document.", ID))
    state = fields.String(
        validate=validate.OneOf(VISIBLE),
        metadata=said(
            "completed, partial, failed and cancelled are ends; docs/states.md draws them all.",
            "processing",
        ),
    )
    filename = fields.String(metadata=said("The client's name of the file, cleaned.", "scan.pdf"))
    media_type = fields.String(
        metadata=said("What the file's first bytes say it is.", "application/pdf")
    )
    size_bytes = fields.Integer(metadata=said("Size of the file.", 482113, "bytes"))
    sha256 = fields.String(
        allow_none=True,
        metadata=said(
            "SHA-256 of the file, hex; null until the upload is confirmed.",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ),
    )
    options = fields.Nested(ChosenOptions, metadata=said("How it is read.", {"pages": None}))
    page_count = fields.Integer(
        allow_none=True,
        metadata=said("Pages to be read; null until the file was looked at.", 12, "pages"),
    )
    pages_done = fields.Integer(metadata=said("Pages that have their text.", 7, "pages"))
    pages_failed = fields.Integer(metadata=said("Pages that have a reason instead.", 1, "pages"))
    created_at = fields.AwareDateTime(metadata=said("When it was first heard of.", WHEN))
    queued_at = fields.AwareDateTime(
        allow_none=True, metadata=said("When its file was stored, or it was retried last.", WHEN)
    )
    started_at = fields.AwareDateTime(
        allow_none=True, metadata=said("When a worker first took it.", WHEN)
    )
    finished_at = fields.AwareDateTime(
        allow_none=True, metadata=said("When it ended; null while it runs.", WHEN)
    )


class Document(DocumentSummary):
    """A document, how far it is, what came of it, and what went wrong."""

    summary = fields.Nested(
        Figures,
        allow_none=True,
        metadata=said("The whole in a few figures; null while it runs.", {"words": 4211}),
    )

    spent = fields.Nested(
        Spent,
        allow_none=True,
        metadata=said("What language models cost; null: none was asked.", {"cost": 0.0021}),
    )

    reasons = fields.List(
        fields.Nested(Reason),
        metadata=said(
            "Why the file, or which page, has no text; in page order.",
            [
                {
                    "page": 3,
                    "code": "timeout",
                    "detail": "The page took too long.",
                    "retryable": True,
                }
            ],
        ),
    )


class DocumentPage(Schema):
    """A part of the list of documents."""

    items = fields.List(
        fields.Nested(DocumentSummary), metadata=said("Documents, newest first.", [])
    )
    next = fields.String(
        allow_none=True,
        metadata=said("Cursor of the next part; null: this is the last.", "AAYkX8..."),
    )


class DocumentQuery(Asked):
    """Which documents to list."""

    state = fields.String(
        validate=validate.OneOf(VISIBLE), metadata=said("Only documents in this state.", "partial")
    )
    filename = Text(
        validate=validate.Length(min=1, max=255),
        metadata=said("Only documents whose name contains this, whatever the case.", "invoice"),
    )
    created_after = Moment(
        format="iso", metadata=said("Only documents created then or later.", WHEN)
    )
    created_before = Moment(format="iso", metadata=said("Only documents created earlier.", WHEN))
    cursor = Text(
        validate=validate.Length(min=1, max=128),
        metadata=said("The `next` of the part before.", "AAYkX8..."),
    )
    limit = fields.Integer(
        load_default=50,
        validate=validate.Range(min=1, max=200),
        metadata=said("Most documents in this part.", 50, "documents"),
    )


class WaitQuery(Asked):
    """How long to wait for an end."""

    wait = fields.Float(
        load_default=0.0,
        validate=validate.Range(min=0, max=LONGEST_WAIT),
        metadata=said(
            "Answer when the document has ended, at most after this time. With too many waiting"
            " already, the answer comes at once with Retry-After.",
            30,
            "seconds",
        ),
    )
