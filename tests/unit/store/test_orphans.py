"""Which objects nobody will ask for any more, for every state of their document."""

from __future__ import annotations

from uuid import UUID

import pytest

from store import layout
from store.orphans import Owner, is_orphan
from store.states import DocumentState

ID = UUID("7a9d1c1e-2b7e-4d0e-9a52-8f2d1f0b6c11")
INCOMING = layout.incoming_key("t", ID, "0" * 64)
SOURCE = layout.source_key("t", ID)
IMAGE = layout.image_key("t", ID, 1)
RESULT = layout.pdf_key("t", ID, "0" * 32)
LIVE = sorted(set(DocumentState) - {DocumentState.DELETED})


def orphans(owner: Owner | None) -> set[str]:
    found = set()
    for key in (INCOMING, SOURCE, IMAGE, RESULT):
        place = layout.place_of(key)
        assert place is not None
        if is_orphan(key, place, owner):
            found.add(key)
    return found


def test_without_a_document_everything_is_an_orphan() -> None:
    assert orphans(None) == {INCOMING, SOURCE, IMAGE, RESULT}


def test_while_a_file_is_awaited_everything_stays() -> None:
    assert orphans(Owner(DocumentState.AWAITING_UPLOAD, INCOMING)) == set()


@pytest.mark.parametrize("state", [state for state in LIVE if state != "awaiting_upload"])
def test_a_document_keeps_the_source_it_names_and_its_pictures(state: DocumentState) -> None:
    assert orphans(Owner(state, SOURCE)) == {INCOMING}


@pytest.mark.parametrize("state", [DocumentState.CANCELLED, DocumentState.FAILED])
def test_a_copy_that_lost_its_race_goes(state: DocumentState) -> None:
    assert orphans(Owner(state, INCOMING)) == {INCOMING, SOURCE}


def test_a_source_that_is_named_from_elsewhere_stays() -> None:
    elsewhere = layout.source_key("renamed", ID)
    place = layout.place_of(elsewhere)
    assert place is not None
    assert not is_orphan(elsewhere, place, Owner(DocumentState.COMPLETED, elsewhere))
