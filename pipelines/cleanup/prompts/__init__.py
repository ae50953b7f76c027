"""Prompts as values: read from a versioned TOML text, made into messages for one page."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from pipelines.cleanup.values import Mode

PLACEHOLDERS = {"begin", "end", "languages", "text"}
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_NONCE = re.compile(r"[0-9a-f]{32,64}")
_FIELDS: dict[str, tuple[type, ...]] = {
    "id": (str,),
    "version": (int,),
    "system": (str,),
    "user": (str,),
    "temperature": (float, int),
}


class PromptInvalid(ValueError):
    """A prompt file that cannot be used; the message names the table and the key."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What one mode tells the model."""

    id: str
    version: int
    system: str
    user: str  # holds {begin}, {text}, {end} in this order, {text} once
    temperature: float = 0.0

    @property
    def key(self) -> str:
        """Names it in caches and ledgers: `octavo-cleanup@1`."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Messages:
    """A system and a user message; the page's text is in the second, between two lines."""

    system: str
    user: str
    begin: str
    end: str

    def as_chat(self) -> list[dict[str, str]]:
        """The `messages` of a chat completion."""
        return [
            {"role": "system", "content": self.system},
            {"role": "user", "content": self.user},
        ]


def defaults() -> Mapping[Mode, Prompt]:
    """The prompts that ship with the project."""
    return parse(files(__name__).joinpath("default.toml").read_text("utf-8"))


def parse(toml: str) -> Mapping[Mode, Prompt]:
    """The prompt of each mode that the file names. Raises PromptInvalid.

    Other tables (models, prices) are for others to read.
    """
    try:
        tables = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise PromptInvalid(f"the prompt file is no TOML: {error}") from error
    modes = (Mode.CLEANUP, Mode.VISION)
    return MappingProxyType({m: _prompt(m, tables[m]) for m in modes if m.value in tables})


def _prompt(mode: Mode, table: Any) -> Prompt:
    if not isinstance(table, dict) or not table.keys() <= _FIELDS.keys():
        raise PromptInvalid(f"[{mode}] takes {', '.join(_FIELDS)} and nothing else")
    given = {"temperature": 0.0, **table}
    for name, kinds in _FIELDS.items():
        value = given.get(name)
        if type(value) not in kinds or value == "":
            raise PromptInvalid(f"[{mode}] {name}: a {kinds[0].__name__} is needed")
    if given["version"] < 1 or not 0 <= given["temperature"] <= 2:
        raise PromptInvalid(f"[{mode}] version starts at 1, temperature lies between 0 and 2")
    _check_places(mode, given["system"], given["user"])
    return Prompt(**given)


def _check_places(mode: Mode, system: str, user: str) -> None:
    unknown = set(_PLACEHOLDER.findall(system + user)) - PLACEHOLDERS
    if unknown:
        raise PromptInvalid(f"[{mode}] knows no {{{min(unknown)}}}")
    places = [user.find(each) for each in ("{begin}\n", "\n{text}\n", "\n{end}")]
    if min(places) < 0 or places != sorted(places) or user.count("{text}") != 1:
        raise PromptInvalid(f"[{mode}] user: {{begin}}, {{text}}, {{end}}, each on its own line")
    if "{text}" in system:
        raise PromptInvalid(f"[{mode}] system: the page's text belongs into the user's message")


def build(prompt: Prompt, text: str, nonce: str, languages: tuple[str, ...] = ()) -> Messages:
    """The messages for one page. `nonce`: 32 to 64 hexadecimal digits that nobody can guess.

    Delimited as in "Defending Against Indirect Prompt Injection Attacks With Spotlighting"
    (arXiv 2403.14720). Text that holds the nonce already has seen it: ValueError.
    """
    if not _NONCE.fullmatch(nonce):
        raise ValueError("a nonce has 32 to 64 hexadecimal digits")
    if nonce in text:
        raise ValueError("the page's text holds the nonce; take another")
    begin, end = f"<<<PAGE {nonce}>>>", f"<<<END {nonce}>>>"
    values = {
        "begin": begin,
        "end": end,
        "languages": ", ".join(languages) or "unknown",
        "text": text,
    }

    def fill(template: str) -> str:
        return _PLACEHOLDER.sub(lambda found: values[found[1]], template).strip("\n")

    return Messages(fill(prompt.system), fill(prompt.user), begin, end)


def most_answer_tokens(text: str, longest: float = 1.3) -> int:
    """Tokens to allow for an answer: what ends a loop, and no honest answer.

    At worst about two bytes a token in the vocabularies in use; a fifth and 64 on top.
    """
    return int(len(text.encode()) * longest * 1.2 / 2) + 64
