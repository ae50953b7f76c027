"""Languages: which can be asked for here."""

from __future__ import annotations

from typing import Any

from api.blueprint import Blueprint
from api.schemas.languages import LanguageList
from api.services import services
from pipelines import scripts
from pipelines.engines import registry, tessdata

blueprint = Blueprint(
    "languages", __name__, url_prefix="/v1/languages", description="What pages may be written in."
)


@blueprint.get("")
@blueprint.operation("read")
@blueprint.response(200, LanguageList, description="All of them, by code.")
def listing() -> Any:
    """List the languages that can be read here, by which engines, and by which one by default."""
    chosen = services().settings
    found = registry.languages(chosen.tessdata)
    usual = registry.readers(chosen.recognizer, chosen.tessdata)
    items = [
        {
            "code": code,
            "name": of.name,
            "script": of.script,
            "engines": found[code],
            "default_engine": usual.get(code),
        }
        for code in sorted(found)
        for of in (scripts.of(code),)
    ]
    return {
        "default": chosen.default_languages.split("+"),
        "items": items,
        "damaged": sorted(tessdata.damaged(chosen.tessdata)),
    }
