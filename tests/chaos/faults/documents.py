"""Documents of odd sizes and ends: 33 to 35."""

from __future__ import annotations

from tests.chaos.client import Refused, Unanswered
from tests.chaos.load import Sent
from tests.chaos.scene import After, Scene, fault

PARTIAL, FAILED = frozenset({"partial"}), frozenset({"failed"})
STOPPED = frozenset({"completed", "cancelled"})


@fault(33, "documents of 0, 1 and 5,000 pages", "A C")
def sizes(scene: Scene) -> None:
    nothing = scene.send(0, ends=FAILED)
    one = scene.send(1)
    for document in (nothing, one):
        scene.wait_end(document)
    most = 5000 if scene.thorough else 500
    book = scene.send(most)
    letter = scene.send(1)
    scene.wait_end(letter, 60)
    assert scene.state(book) == "processing", "the letter did not overtake the book"
    scene.wait_end(book, most / 4)
    scene.notes.append(f"the book had {most} pages")


@fault(34, "all pages fail; one; the last", "A C")
def failing_pages(scene: Scene) -> After:
    for page in range(41, 45):
        scene.house.script(page, "fail")
    everything = scene.send(50, only=(41, 42, 43, 44), ends=FAILED)
    one = scene.send(50, only=(1, 41, 45), ends=PARTIAL)
    last = scene.send(44, only=(1, 2, 44), ends=PARTIAL)
    for document in (everything, one, last):
        scene.wait_end(document)

    def named() -> None:
        for document, failed in ((everything, {41, 42, 43, 44}), (one, {41}), (last, {44})):
            found = {
                page for page, (state, *_) in scene.pages(document).items() if state == "failed"
            }
            assert found == failed, found

    return named


@fault(35, "cancel racing the last page; then retry, then delete", "A B")
def cancel_race(scene: Scene) -> After:
    raced: list[Sent] = []
    for _ in range(10):
        document = scene.send(3, ends=STOPPED)
        scene.house.pass_time(scene.rng.uniform(0, 1.2))
        act(scene, document, "cancel")
        raced.append(document)
    ends = [scene.state(document) for document in raced]
    scene.notes.append(f"{ends.count('cancelled')} of 10 cancelled")
    for document in raced[::2]:
        act(scene, document, "retry")
    for document in raced[:2]:
        document.gone = act(scene, document, "delete")

    def retried() -> None:
        for document in raced[2::2]:
            assert scene.state(document) == "completed"

    return retried


def act(scene: Scene, document: Sent, action: str) -> bool:
    """Do it, if the document's state lets it; whether it was done."""
    try:
        scene.house.client.act(document.id, action)
    except Refused as refused:
        assert refused.status == 409, refused
        return False
    except Unanswered:
        return False
    return True
