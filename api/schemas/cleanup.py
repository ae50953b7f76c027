"""What language models did and cost, on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.schemas.base import Asked, Text, said
from llm.values import State
from pipelines.cleanup.values import Mode


class Cleanup(Schema):
    """What a language model did to a page's text."""

    state = fields.String(
        validate=validate.OneOf([str(state) for state in State]),
        metadata=said(
            "accepted: its answer is the clean text; rejected: the guards refused the answer;"
            " skipped: none was asked, or none answered.",
            "rejected",
        ),
    )
    reason = fields.String(
        allow_none=True,
        metadata=said(
            "Why it was rejected or skipped (docs/cleanup.md); null: accepted.", "numbers_changed"
        ),
    )
    mode = fields.String(metadata=said("cleanup or vision.", "cleanup"))
    provider = fields.String(allow_none=True, metadata=said("Who answered.", "local"))
    model = fields.String(allow_none=True, metadata=said("Its model.", "qwen3-8b"))
    prompt_version = fields.String(
        allow_none=True, metadata=said("Prompt, and its version.", "octavo-cleanup@1")
    )
    tokens_in = fields.Integer(metadata=said("Tokens sent.", 812, "tokens"))
    tokens_out = fields.Integer(metadata=said("Tokens that came back.", 640, "tokens"))
    cost = fields.Float(metadata=said("In the currency of the prices.", 0.0002, "currency"))
    estimated = fields.Boolean(
        metadata=said("Some usage was not told; its worst case is counted.", example=False)
    )
    sends = fields.Integer(metadata=said("Times the page was sent, failed ones too.", 1))
    edits = fields.Float(
        allow_none=True,
        metadata=said("Letters changed, of the raw text's; null without a verdict.", 0.02, "share"),
    )
    cached = fields.Boolean(
        metadata=said("Answered before, for the same page and question.", example=False)
    )


class Change(Schema):
    """Words that differ between two texts."""

    change = fields.String(metadata=said("replace, insert or delete.", "replace"))
    start = fields.Integer(metadata=said("Where they begin in the raw text.", 10, "characters"))
    end = fields.Integer(metadata=said("Just behind them.", 16, "characters"))
    into = fields.Integer(metadata=said("Where theirs begin in the clean text.", 10, "characters"))
    until = fields.Integer(metadata=said("Just behind those.", 15, "characters"))
    raw = fields.String(metadata=said("Words of the raw text.", "brovvn"))
    clean = fields.String(metadata=said("What stands for them.", "brown"))


class PageDiff(Schema):
    """Both texts of a page and where they differ."""

    raw = fields.String(metadata=said("As it was read.", "The quick brovvn fox"))
    clean = fields.String(
        allow_none=True,
        metadata=said("Cleaned; null until that is done.", "The quick brown fox"),
    )
    changes = fields.List(
        fields.Nested(Change),
        metadata=said("In order, counted in Unicode code points; white space is not told.", []),
    )


class Trial(Schema):
    """What a model made of a page, for a person who looks; the page stays as it is."""

    cleanup = fields.Nested(Cleanup, metadata=said("What came of it.", {"state": "accepted"}))
    detail = fields.String(metadata=said("Figures about a refusal.", "1 of 4 changes"))
    raw = fields.String(metadata=said("As the page was read.", "The quick brovvn fox"))
    prompt = fields.String(
        allow_none=True, metadata=said("What the model was told; null: not asked.", "[system] ...")
    )
    answer = fields.String(
        allow_none=True, metadata=said("What it said; null: nothing.", "The quick brown fox")
    )
    changes = fields.List(
        fields.Nested(Change), metadata=said("Where the answer differs from the raw text.", [])
    )


class TrialAsked(Asked):
    """What to try."""

    mode = fields.String(
        load_default=str(Mode.CLEANUP),
        validate=validate.OneOf([str(Mode.CLEANUP), str(Mode.VISION)]),
        metadata=said("cleanup, or vision with the page's picture.", "cleanup"),
    )
    provider = Text(
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1, max=63),
        metadata=said("Only this one; missing: in the operator's order.", "local"),
    )


class Spent(Schema):
    """What calls to language models came to."""

    calls = fields.Integer(metadata=said("Calls that are over.", 12, "calls"))
    tokens_in = fields.Integer(metadata=said("Tokens sent.", 10240, "tokens"))
    tokens_out = fields.Integer(metadata=said("Tokens that came back.", 8100, "tokens"))
    cost = fields.Float(metadata=said("In the currency of the prices.", 0.0021, "currency"))
    held = fields.Float(
        metadata=said("Held for calls on their way, at their worst.", 0.0004, "currency")
    )
    budget = fields.Float(
        allow_none=True,
        metadata=said("Where spending ends; null: nowhere.", 0.5, "currency"),
    )


class ModelSpent(Schema):
    """What one model of a provider came to in a month."""

    provider = fields.String(metadata=said("Who was asked.", "local"))
    model = fields.String(metadata=said("Its model.", "qwen3-8b"))
    calls = fields.Integer(metadata=said("Calls that are over.", 12, "calls"))
    tokens_in = fields.Integer(metadata=said("Tokens sent.", 10240, "tokens"))
    tokens_out = fields.Integer(metadata=said("Tokens that came back.", 8100, "tokens"))
    cost = fields.Float(metadata=said("In the currency of the prices.", 0.0021, "currency"))


class Usage(Spent):
    """What a tenant's calls came to in a month."""

    tenant = fields.String(metadata=said("Whose calls.", "default"))
    month = fields.String(metadata=said("Calendar month, UTC.", "2026-11"))
    currency = fields.String(metadata=said("Of the prices.", "USD"))
    models = fields.List(
        fields.Nested(ModelSpent), metadata=said("The same by model, dearest first.", [])
    )


class UsageQuery(Asked):
    """Which month."""

    month = fields.String(
        load_default=None,
        validate=[  # the length, for `$` lets a line break pass
            validate.Length(equal=7),
            validate.Regexp(r"^[0-9]{4}-(0[1-9]|1[0-2])$", error="Must be like 2026-11."),
        ],
        metadata=said("Calendar month, UTC; missing: this one.", "2026-11"),
    )
