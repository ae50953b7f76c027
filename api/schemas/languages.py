"""Languages on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.schemas.base import said


class Language(Schema):
    """A language that can be asked for."""

    code = fields.String(metadata=said("Tesseract's code of it.", "spa"))
    name = fields.String(metadata=said("English name; the code where none is known.", "Spanish"))
    script = fields.String(
        metadata=said("Its letters as Tesseract names them; empty where not known.", "Latin")
    )
    engines = fields.List(
        fields.String(),
        metadata=said("Engines that read it here.", ["tesserocr", "rapidocr"]),
    )
    default_engine = fields.String(
        allow_none=True,
        metadata=said(
            "The one that does where a request names none; null: one must be named.", "tesserocr"
        ),
    )


class LanguageList(Schema):
    """The languages of this installation."""

    default = fields.List(
        fields.String(),
        metadata=said("In force where a request names none; auto: told from each page.", ["auto"]),
    )
    items = fields.List(fields.Nested(Language), metadata=said("Languages by code.", []))
    damaged = fields.List(
        fields.String(),
        metadata=said(
            "Codes whose data for Tesseract is there and damaged; the operator must replace it.",
            [],
        ),
    )
