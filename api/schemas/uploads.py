"""Presigned uploads on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.schemas.base import Text, said
from api.schemas.documents import ID, WHEN, OptionsSchema

SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class NewUpload(OptionsSchema):
    """A file that is to be uploaded, and how to read it."""

    filename = Text(
        required=True,
        validate=validate.Length(min=1, max=20_000),
        metadata=said("Name to show to people.", "scan.pdf"),
    )
    size = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=0, max=2**53),
        metadata=said("Size of the file.", 482113, "bytes"),
    )
    sha256 = Text(
        required=True,
        validate=[  # the length, for `$` lets a line break pass, and \Z is Python's alone
            validate.Length(equal=64),
            validate.Regexp(r"^[0-9a-f]{64}$", error="Must be 64 lower-case hex digits."),
        ],
        metadata=said("SHA-256 of the file, hex.", SHA256),
    )


class Form(Schema):
    """A multipart form to POST: the fields as they are, then the file as `file`, last."""

    url = fields.String(metadata=said("Where to POST.", "http://127.0.0.1:8333/octavo"))
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        attribute="fields",
        data_key="fields",
        metadata=said(
            "Fields of the form, to be sent as they are; the file comes after them, as the field"
            " `file`.",
            {"key": f"default/{ID}/incoming/9f86"},
        ),
    )


class Upload(Schema):
    """A promised document and the form that brings its file."""

    id = fields.UUID(metadata=said("The document's id.", ID))
    state = fields.String(metadata=said("Always awaiting_upload.", "awaiting_upload"))
    upload = fields.Nested(Form, metadata=said("The form to send.", {"url": "http://..."}))
    expires_at = fields.AwareDateTime(metadata=said("The form is refused from then on.", WHEN))
    complete = fields.String(
        metadata=said("Path to POST to when the file is there.", f"/v1/documents/{ID}/complete")
    )
