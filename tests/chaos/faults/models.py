"""Faults of the language model: 37."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable
from functools import partial

from tests.chaos.scene import After, Scene, fault
from tests.support.scripted_llm import Handler, Script, serving

_SENDS = 3
_DOCUMENT_BUDGET = 0.004  # for a few calls; then pages keep their text
_PAGES = 12
_FILE = """
[budgets]
document = {budget}
[[providers]]
name = "scripted"
base_url = "{url}"
model = "m"
price_in = 1
price_out = 1
seconds = 1
concurrency = 2
breaker_failures = 4
breaker_seconds = 1
"""
_WRONG = "a page that nobody wrote"
_OVERSENT = "SELECT document_id, page, count(*) FROM llm_calls GROUP BY 1, 2 HAVING count(*) > %s"
_OVERSPENT = (
    "SELECT holder FROM llm_accounts WHERE length(holder) = 36 AND spent_nanos + held_nanos > %s"
)
_UNTOLD = (
    "SELECT p.number, p.state, t.cleanup FROM pages p JOIN page_texts t USING (document_id, number)"
    " WHERE p.document_id = %s AND (p.state <> 'done' OR t.cleanup IS NULL)"
)
_HARMED = "SELECT number FROM page_texts WHERE document_id = %s AND clean <> raw"
_OUTCOMES = (
    "SELECT cleanup->>'state', count(*) FROM page_texts WHERE cleanup IS NOT NULL GROUP BY 1"
)


def _asked(script: Script, times: int) -> bool:
    return len(script.asked) >= times


def _behaviours(script: Script) -> tuple[Callable[[Handler], object], ...]:
    """Ways to answer, one after the other; one in three is right."""

    def right(handler: Handler) -> None:
        handler.say(script.page())

    return (
        right,
        lambda handler: handler.hang(),
        lambda handler: handler.send(429, b"{}", Retry_After="1"),
        right,
        lambda handler: handler.say(script.page().replace("page", "page 7")),
        lambda handler: handler.send(500, b"{}"),
        right,
        lambda handler: handler.say(_WRONG),
        lambda handler: handler.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n", b"x" * 400),
        right,
        lambda handler: handler.send(200, b"<html>"),
        lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"),
    )


@fault(37, "language model: hangs, 429s, nonsense", "A C E")
def language_model(scene: Scene) -> After:
    house = scene.house
    with serving() as script:
        turns = itertools.cycle(_behaviours(script))
        script.behave = lambda handler: next(turns)(handler)
        file = house.directory / "llm.toml"
        file.write_text(_FILE.format(url=script.url, budget=_DOCUMENT_BUDGET))
        for process in ("api", "ocr", "llm"):
            house.remove(process)
            house.add(
                process,
                OCTAVO_LLM_FILE=str(file),
                OCTAVO_CLEANUP="cleanup",
                OCTAVO_CLEANUP_PAGES="always",
                OCTAVO_CLEANUP_SECONDS="5",
                OCTAVO_CLEANUP_SENDS=str(_SENDS),
            )
        house.wait(house.client.ready, 60, "the API is ready")
        sent = [scene.send(_PAGES) for _ in range(2)]
        for killed in range(1, 4):
            house.wait(partial(_asked, script, 4 * killed), 60, "the model is asked")
            os.kill(scene.rng.choice(house.children("llm")), signal.SIGKILL)
        for document in sent:
            scene.wait_end(document, 240)
        outcomes = dict(house.sql(_OUTCOMES))
    scene.notes.append(f"asked {len(script.asked)} times; pages: {outcomes}")

    def harmless() -> None:
        assert outcomes.keys() >= {"accepted", "rejected", "skipped"}, outcomes
        assert not house.sql(_OVERSENT, _SENDS)
        assert not house.sql(_OVERSPENT, int(_DOCUMENT_BUDGET * 1e9))
        for document in sent:
            assert not house.sql(_UNTOLD, document.id)
            assert not house.sql(_HARMED, document.id)

    return harmless
