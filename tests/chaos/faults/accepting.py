"""Faults while a document is accepted: 1 to 3."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.chaos.client import Refused, blank_pdf
from tests.chaos.load import Sent
from tests.chaos.scene import After, Scene, fault


@fault(1, "API killed after the object is stored, before the commit", "F")
def killed_before_commit(scene: Scene) -> After:
    began = len(scene.house.sql("SELECT 1 FROM documents"))
    scene.meet("api", "api.object_stored")

    def orphans_go() -> None:
        assert len(scene.house.sql("SELECT 1 FROM documents")) > began
        removed = scene.house.collect()
        assert removed >= 1, "the object without a document was not collected"
        scene.notes.append(f"{removed} orphan collected")

    return orphans_go


@fault(2, "API killed after the commit, before the bell", "A")
def killed_before_bell(scene: Scene) -> After:
    scene.meet("api", "outbox.committed")
    return scene.assert_published


@fault(3, "the same idempotency key, eight times at once", "A")
def same_key(scene: Scene) -> After:
    content = blank_pdf(3, scene.rng)
    key = f"same-{scene.rng.randbytes(6).hex()}"

    def submit(_: int) -> str | None:
        try:
            return scene.house.client.submit(content, key)
        except Refused as refused:
            assert refused.status == 409, refused
            return None

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(submit, range(8)))
    ids = {answer for answer in answers if answer is not None}
    assert len(ids) == 1, f"one key made {ids}"
    scene.ledger.add(Sent(ids.pop(), key, (1, 2, 3)))
    scene.notes.append(f"{sum(answer is not None for answer in answers)} of 8 answered 2xx")

    def one_document() -> None:
        rows = scene.house.sql("SELECT 1 FROM documents WHERE filename = %s", f"{key}.pdf")
        assert len(rows) == 1

    return one_document
