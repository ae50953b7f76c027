"""Options and arguments that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import click

from octavo.cli import exits
from octavo.cli.client import Client
from octavo.cli.exits import Failure
from octavo.local.session import read_address

ROOT = Path(".octavo")
READING = ("languages", "text_layer", "engine", "cleanup", "cleanup_pages")


def _uuid(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """An id in its usual spelling; anything else never reaches the API."""
    try:
        return str(UUID(value))
    except ValueError as error:
        words = f"{value!r} is not a document's id; octavo list shows them."
        raise click.BadParameter(words) from error


document_id = click.argument("document_id", metavar="ID", callback=_uuid)

Command = TypeVar("Command", bound=Callable[..., Any])


def how_to_read(command: Command) -> Command:
    """``--pages`` and those of `how_to_read_a_page`, handed on as one mapping `asked`."""

    @click.option("--pages", help="Pages to read, counted from 1: 1-3,7,12- or last.")
    @wraps(command)
    def read(asked: dict[str, str], pages: str | None, **rest: Any) -> Any:
        return command(asked=asked | ({"pages": pages} if pages else {}), **rest)

    return how_to_read_a_page(read)  # type: ignore[return-value]


def how_to_read_a_page(command: Command) -> Command:
    """How one page is read, and ``--no-cache``, handed on as one mapping `asked`."""

    @click.option(
        "--languages",
        help="Tesseract codes joined by +, most likely first: eng+spa; auto: told from each page.",
    )
    @click.option(
        "--text-layer",
        type=click.Choice(["auto", "skip", "force"]),
        help="Text a PDF already carries: take it when sound, take any, or read every page.",
    )
    @click.option("--engine", help="Recognizer: auto, tesserocr, pytesseract, rapidocr.")
    @click.option(
        "--cleanup",
        type=click.Choice(["off", "cleanup", "vision"]),
        help="What a language model may do: nothing, correct the text, see the page too.",
    )
    @click.option(
        "--cleanup-pages",
        type=click.Choice(["unsure", "always"]),
        help="Pages it is asked about: those the engine is unsure of, or all.",
    )
    @click.option("--no-cache", is_flag=True, help="Read every page, also those read before.")
    @wraps(command)
    def read(no_cache: bool, **given: Any) -> Any:
        asked = {name: given.pop(name) for name in READING}
        asked["cache"] = "false" if no_cache else None
        return command(asked={name: value for name, value in asked.items() if value}, **given)

    return read  # type: ignore[return-value]


def existing(path: Path) -> Path:
    """The file. Raises Failure when it cannot be read."""
    try:
        path.open("rb").close()
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}", exits.NO_INPUT) from error
    return path


def client() -> Client:
    """For the Octavo that the environment names, else the one started in this directory."""
    local = read_address(ROOT)
    url = os.environ.get("OCTAVO_URL") or (local and local.url)
    key = os.environ.get("OCTAVO_API_KEY") or (local and local.api_key)
    if not url:
        raise Failure(
            "Which Octavo? Set OCTAVO_URL and OCTAVO_API_KEY, or start one here with: make up",
            exits.UNAVAILABLE,
        )
    if not key:
        raise Failure(
            "OCTAVO_API_KEY is not set. Make a key with: octavo keys create", exits.NO_PERMISSION
        )
    return Client(url, key)
