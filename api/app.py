"""The composition root of the API: settings in, a Flask application out."""

from __future__ import annotations

import threading

from flask import Flask

from api import (
    access,
    checks,
    cleanups,
    documents,
    draining,
    errors,
    explain,
    gauges,
    health,
    languages,
    openapi,
    pages,
    rereads,
    results,
    uploads,
)
from api.making import Making
from api.services import Services, attach
from api.waiting import Endings
from octavo.settings import Settings
from octavo.settings import settings as environment
from octavo.telemetry import instrument
from store.database import Database, open_engine
from store.objects import open_objects

_FORM_SLACK_BYTES = 256 * 1024  # what a multipart body holds besides its file
_MOST_PARTS = 64  # of a multipart body
# All fields of a form that are no files. Werkzeug measures its read buffer by it too, so a value
# near its 64 KiB blocks refuses large files now and then.
_LONGEST_FIELD_BYTES = 512 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """An application whose services are made but not connected: nothing here needs a server.

    Call after any fork; `api.wsgi` also prepares database and bucket.
    """
    chosen = settings or environment()
    app = Flask("api", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=chosen.max_upload_bytes + _FORM_SLACK_BYTES,
        MAX_FORM_PARTS=_MOST_PARTS,
        MAX_FORM_MEMORY_SIZE=_LONGEST_FIELD_BYTES,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    app.jinja_env.autoescape = True
    held = _services(chosen)
    attach(app, held)
    draining.register(app)
    access.register(app)
    errors.register(app)
    api = openapi.describe(app)
    for noun in (documents, uploads, pages, rereads, results, languages, cleanups, health):
        api.register_blueprint(noun.blueprint)
    app.register_blueprint(explain.blueprint)
    gauges.register(held)
    instrument.flask(app)
    instrument.sqlalchemy(held.database.engine)
    instrument.redis()
    return app


def _services(chosen: Settings) -> Services:
    # Each thread of the server needs at most one connection at a time, half of them rarely.
    half = max(2, chosen.api_threads // 2)
    # Six of sixteen: as many pictures as a browser asks for at once.
    makers_wait = threading.BoundedSemaphore(max(1, chosen.api_threads * 3 // 8))
    engine = open_engine(chosen, application="octavo-api", pool_size=half)
    database, objects = Database(engine), open_objects(chosen)
    return Services(
        settings=chosen,
        database=database,
        objects=objects,
        endings=Endings(engine, most=half),
        readiness=checks.Readiness(lambda: checks.run(chosen, database, objects)),
        pdfs=Making("pdf", makers_wait),
        pictures=Making("picture", makers_wait),
    )
