"""What a WSGI server runs: ``gunicorn --config python:api.server api.wsgi:app``."""

from __future__ import annotations

import atexit
import gc
import sys

from api.app import create_app
from api.preparing import Preparing
from api.services import services
from octavo.settings import settings
from octavo.telemetry import logs, tracing
from store.findings import StartRefused

# Gunicorn's APP_LOAD_ERROR: of another exit code it would make a new process, again and again.
_GIVE_UP = 4

_settings = settings()
logs.configure("api", _settings.log_level, _settings.log_format)
tracing.setup("api")

app = create_app(_settings)
with app.app_context():
    _held = services()

_preparation = Preparing(_held.database, _held.objects)
try:
    _preparation.start()
except StartRefused as refused:
    logs.get_logger(__name__).error("start.refused", why=str(refused))
    sys.exit(_GIVE_UP)
gc.freeze()  # collections skip what is loaded now: it stays


def _stop() -> None:
    _preparation.stop()
    _held.close()
    tracing.shutdown()


atexit.register(_stop)
