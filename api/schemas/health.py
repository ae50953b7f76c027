"""Health on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.schemas.base import said


class Live(Schema):
    """The process answers."""

    state = fields.String(metadata=said("Always live.", "live"))


class Check(Schema):
    """One thing this server needs."""

    name = fields.String(metadata=said("What was asked.", "database"))
    state = fields.String(
        validate=validate.OneOf(["up", "warning", "down"]),
        metadata=said("warning: requests are served, but it should be mended.", "up"),
    )
    detail = fields.String(metadata=said("What was found, in words.", "answers"))


class Ready(Schema):
    """Whether everything that this server needs is there."""

    state = fields.String(
        validate=validate.OneOf(["ready", "not_ready"]),
        metadata=said("not_ready when anything is down.", "ready"),
    )
    checks = fields.List(fields.Nested(Check), metadata=said("Each thing that was asked.", []))


class Version(Schema):
    """What runs here."""

    name = fields.String(metadata=said("Always octavo.", "octavo"))
    version = fields.String(metadata=said("Version of Octavo.", "0.1.0"))
    python = fields.String(metadata=said("Version of Python.", "3.11.7"))
    migration = fields.String(
        allow_none=True, metadata=said("Database revision this code needs.", "0001")
    )
