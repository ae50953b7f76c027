"""What an API process holds open."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app

from api.checks import Readiness
from api.making import Making
from api.waiting import Endings
from octavo.limits import limits
from octavo.settings import Settings
from pipelines.values import Limits
from store.database import Database
from store.objects import Objects
from store.sheaves import Plan

_NAME = "octavo"


@dataclass(frozen=True, slots=True)
class Services:
    """Made once by `api.app`; shared by the threads of the process."""

    settings: Settings
    database: Database
    objects: Objects
    endings: Endings
    readiness: Readiness
    pdfs: Making
    pictures: Making

    @property
    def plan(self) -> Plan:
        """How much may be on its way."""
        return Plan.of(self.settings)

    @property
    def limits(self) -> Limits:
        """What may be spent on a file that is made on demand."""
        return limits(self.settings)

    def close(self) -> None:
        """Give everything back."""
        self.pdfs.close()
        self.pictures.close()
        self.endings.close()
        self.database.close()


def attach(app: Flask, held: Services) -> None:
    """Give an application its services."""
    app.extensions[_NAME] = held


def services() -> Services:
    """The services of the application that answers now."""
    held: Services = current_app.extensions[_NAME]
    return held
