"""What is needed to ask: settings, database, and the operator's file as it is now."""

from __future__ import annotations

from dataclasses import dataclass

from llm.config import Models
from octavo.settings import Settings
from store.database import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """Where questions are asked from."""

    settings: Settings
    database: Database
    models: Models
