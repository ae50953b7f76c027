"""A key is read back as what it was made for, and no other key is."""

from __future__ import annotations

from uuid import UUID

import pytest

from store import layout
from store.layout import Part, Place

ID = UUID("7a9d1c1e-2b7e-4d0e-9a52-8f2d1f0b6c11")


@pytest.mark.parametrize("tenant", ["default", "a b.c", "Zürich", "...", "incoming"])
def test_what_was_made_is_read_back(tenant: str) -> None:
    made = {
        layout.incoming_key(tenant, ID, "0" * 64): Part.INCOMING,
        layout.source_key(tenant, ID): Part.SOURCE,
        layout.image_key(tenant, ID, 1): Part.IMAGE,
        layout.image_key(tenant, ID, 5000): Part.IMAGE,
        layout.pdf_key(tenant, ID, "0f" * 16): Part.RESULT,
    }
    for key, part in made.items():
        assert layout.place_of(key) == Place(tenant, ID, part)


@pytest.mark.parametrize("tenant", ["default", "a b.c", "Zürich", "...", ".a", "x" * 255])
def test_a_tenant_that_keys_can_begin_with(tenant: str) -> None:
    assert layout.checked_tenant(tenant) == tenant
    assert layout.place_of(layout.source_key(tenant, ID)) == Place(tenant, ID, Part.SOURCE)


@pytest.mark.parametrize("tenant", ["", ".", "..", "a/b", "/", "a\\b", "a\n", "\x85", "é" * 128])
def test_a_tenant_that_would_break_keys(tenant: str) -> None:
    with pytest.raises(ValueError, match="no tenant can be named"):
        layout.checked_tenant(tenant)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "source",
        f"{ID}/source",
        f"/{ID}/source",
        f"../{ID}/source",
        f"./{ID}/source",
        f"t/u/{ID}/source",
        f"t/{str(ID).upper()}/source",
        f"t/{ID.hex}/source",
        f"t/{ID}/",
        f"t/{ID}/source/",
        f"t/{ID}/source\n",
        f"t/{ID}/other",
        f"t/{ID}/incoming",
        f"t/{ID}/incoming/{'0' * 63}",
        f"t/{ID}/pages/0.jpg",
        f"t/{ID}/pages/1.png",
        f"t/{ID}/results/{'0' * 31}.pdf",
        f"t\\/{ID}/source",
        f"t\x85/{ID}/source",
    ],
)
def test_no_other_key_is_taken_for_ours(key: str) -> None:
    assert layout.place_of(key) is None
