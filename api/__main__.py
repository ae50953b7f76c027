"""``python -m api > docs/openapi.json``: print the OpenAPI document; nothing is connected to."""

from __future__ import annotations

import sys
from pathlib import Path

from api.app import create_app
from api.openapi import text
from octavo.settings import Settings

if __name__ == "__main__":
    # The document is the same for every installation; a directory needs no credentials.
    sys.stdout.write(text(create_app(Settings(object_directory=Path("objects")))))
