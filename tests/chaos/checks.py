"""Drive the house to rest, then hold it to its promises A to G."""

from __future__ import annotations

import re

from store import verify, verify_objects
from store.database import Database
from store.objects import open_objects
from store.verify import Bounds
from tasks import leftovers
from tests.chaos.house import House
from tests.chaos.load import Ledger, Sent

_OPEN = "SELECT count(*) FROM documents WHERE state IN ('queued', 'processing', 'deleted')"
_UNSENT = "SELECT count(*) FROM outbox WHERE published_at IS NULL AND dead_at IS NULL"
_RETRY_SECONDS = 120.0
_SHOWN = 12
_PAGE = re.compile(r"page (\d+)\b")


def rest(house: House, seconds: float) -> None:
    """Wait until nothing is open and the outbox is empty. Raises AssertionError."""

    def at_rest() -> bool:
        return house.sql(_OPEN) == house.sql(_UNSENT) == [(0,)]

    try:
        house.wait(at_rest, seconds, "everything is at rest")
    except AssertionError as error:
        standing = house.sql(
            "SELECT d.id, d.state, d.stage, d.pages_done, d.pages_failed, d.page_count,"
            " d.drives, d.redrive_at - now() FROM documents d"
            " WHERE d.state IN ('queued', 'processing', 'deleted') LIMIT 5"
        )
        unsent = house.sql(
            "SELECT topic, key, attempts, last_error FROM outbox"
            " WHERE published_at IS NULL AND dead_at IS NULL LIMIT 5"
        )
        raise AssertionError(f"{error}\n  open: {standing}\n  unsent: {unsent}") from error


def hold(house: House, ledger: Ledger) -> int:
    """Every promise, to every document sent so far. Raises AssertionError that names the broken.

    A document whose workers were killed too often ends without some pages, as promised; its client
    retries it, and then it must complete. How many were retried.
    """
    worn_out = [sent for sent in ledger.all() if _worn_out(house, sent)]
    for sent in worn_out:
        house.client.act(sent.id, "retry")
    if worn_out:
        rest(house, _RETRY_SECONDS)
    settings = house.settings()
    bounds = Bounds(600, settings.max_attempts, settings.outbox_max_attempts)
    found = verify.run(house.engine, bounds, at_rest=True)
    found += verify_objects.run(
        Database(house.engine), open_objects(settings), orphan_seconds=settings.orphan_seconds
    )
    found += leftovers.run(settings)
    broken = [f"{each.invariant}: {each.words}: {', '.join(each.ids)}" for each in found]
    for sent in ledger.all():
        broken += _broken(house, sent)
    if len(broken) > _SHOWN:
        broken = [*broken[:_SHOWN], f"and {len(broken) - _SHOWN} more"]
    assert not broken, "\n  ".join(["promises were broken:", *broken])
    return len(worn_out)


def _worn_out(house: House, sent: Sent) -> bool:
    """Whether it ended early, and for no other reason than that its attempts were used up."""
    if sent.gone or sent.texts:
        return False
    rows = house.sql(
        "SELECT d.state, coalesce(d.reason, p.reason) FROM documents d"
        " LEFT JOIN pages p ON p.document_id = d.id AND p.state = 'failed' WHERE d.id = %s",
        sent.id,
    )
    return {reason for _, reason in rows} == {"attempts_exhausted"} and rows[0][0] not in sent.ends


def _broken(house: House, sent: Sent) -> list[str]:
    """What is wrong with one document as its client sees it."""
    copies = house.sql("SELECT id::text FROM documents WHERE filename = %s", f"{sent.key}.pdf")
    if sent.gone:
        return [f"F: {sent.id} was deleted and is there"] if copies else []
    if copies != [(sent.id,)]:
        return [f"A: {sent.id} was accepted once and is there as {copies}"]
    if sent.texts:
        return _changed(house, sent)
    found = house.client.document(sent.id)
    if found["state"] not in sent.ends:
        reasons = {(each["page"], each["code"]) for each in found["reasons"]}
        return [f"A: {sent.id} is {found['state']}, not {sorted(sent.ends)}: {reasons}"]
    if found["state"] != "completed":
        return []
    sent.texts = house.client.text(sent.id)
    read = [int(match[1]) if (match := _PAGE.match(text)) else 0 for text in sent.texts]
    if read != list(sent.pages):
        return [f"C: {sent.id} has pages {read}, not {list(sent.pages)}"]
    return []


def _changed(house: House, sent: Sent) -> list[str]:
    if house.client.text(sent.id) != sent.texts:
        return [f"D: the text of {sent.id} changed after its end"]
    return []
