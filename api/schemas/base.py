"""What all schemas share: strings that the database can keep, and a note on how to write fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields


def said(description: str, example: Any, unit: str | None = None) -> dict[str, Any]:
    """The metadata of a field."""
    told = {"description": description, "example": example}
    return told if unit is None else {**told, "x-unit": unit}


class Text(fields.String):
    """A string without NUL and lone surrogates, which PostgreSQL cannot keep."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if "\0" in text:
            raise ValidationError("Must not contain the character NUL.")
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise ValidationError("Must be valid Unicode.") from error
        return text


class Moment(fields.AwareDateTime):
    """A moment in UTC: PostgreSQL knows no offset above 16 hours, Python no year 0 or 10000."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dt.datetime:
        moment: dt.datetime = super()._deserialize(value, attr, data, **kwargs)
        try:
            return moment.astimezone(dt.UTC)
        except OverflowError as error:
            raise ValidationError("Must lie within the years 1 to 9999 in UTC.") from error


class ProblemSchema(Schema):
    """An error, after RFC 9457."""

    type = fields.String(
        metadata=said("Where this kind of problem is explained.", "/problems/not_found")
    )
    title = fields.String(metadata=said("The kind of problem in a few words.", "Not found"))
    status = fields.Integer(metadata=said("The HTTP status.", 404))
    detail = fields.String(metadata=said("What happened here.", "There is no such document."))
    instance = fields.String(metadata=said("The path that was asked.", "/v1/documents/42"))
    code = fields.String(metadata=said("The kind of problem, stable.", "not_found"))
    retryable = fields.Boolean(
        metadata=said("Whether the same request may succeed later.", example=False)
    )
    advice = fields.String(metadata=said("What to do about it.", "Check the id."))
    request_id = fields.String(metadata=said("Names the request in the server's log.", "9f3c"))
    errors = fields.List(
        fields.Dict(keys=fields.String(), values=fields.String()),
        metadata=said(
            "Of invalid_request: each wrong field.",
            [{"where": "query.limit", "detail": "Not a valid integer."}],
        ),
    )


class Asked(Schema):
    """What a client sends: a field that is not known is refused, so a misspelt one is noticed."""
