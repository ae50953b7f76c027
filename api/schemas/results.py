"""How a result is asked for."""

from __future__ import annotations

from marshmallow import fields, validate

from api.schemas.base import Asked, said
from pipelines.outputs.values import Choice


class ResultQuery(Asked):
    """Which text of a page."""

    text = fields.String(
        validate=validate.OneOf([str(choice) for choice in Choice]),
        metadata=said(
            "Of txt and md: the text as it was read, or cleaned, which is the default. The other"
            " formats have both, or words as they were read.",
            "raw",
        ),
    )
