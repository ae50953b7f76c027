"""The arrows are whole: nothing is stuck, nothing leaves the grave."""

from __future__ import annotations

from store.states import DOCUMENT_ARROWS, ENDED, RUNNING, VISIBLE, DocumentState


def test_every_state_is_reached_and_every_visible_one_is_left() -> None:
    assert {to for _, to in DOCUMENT_ARROWS} == set(DocumentState) - {DocumentState.AWAITING_UPLOAD}
    assert {origin for origin, _ in DOCUMENT_ARROWS} == VISIBLE


def test_deleted_is_for_good() -> None:
    assert all(origin is not DocumentState.DELETED for origin, _ in DOCUMENT_ARROWS)


def test_running_and_ended_are_apart() -> None:
    assert not RUNNING & ENDED
    assert DocumentState.DELETED not in RUNNING | ENDED


def test_a_completed_document_is_never_split_again() -> None:
    after = {to for origin, to in DOCUMENT_ARROWS if origin is DocumentState.COMPLETED}
    assert after == {DocumentState.PROCESSING, DocumentState.DELETED}  # one page of it, by reread
