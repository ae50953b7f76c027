"""Layers on PDFs: what is added, what is taken out, what is left as it was."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from pipelines.errors import DocumentRejected, Reason
from pipelines.outputs.pdf import layer_file
from pipelines.outputs.pdf.layer import Layer
from pipelines.outputs.pdf.searchable import add_layers
from pipelines.values import Box, Word
from tests.support.pdfs import CATALOG, FONT, one_page, page, pdf_bytes, stream

SEEN = b"BT /F 24 Tf 72 700 Td (Seen) Tj ET"
OLD = b"q BT /F 9 Tf 3 Tr 72 600 Td (Oldword) Tj [(Also) -200 (old)] TJ ET Q "
MIXED = b"BT /F 9 Tf 72 500 Td 3 Tr (Kept) Tj 0 Tr (moved) Tj ET"


def searchable(tmp_path: Path, data: bytes, number: int = 1) -> bytes:
    words = (Word("Newword", Box(144, 1100, 400, 1150), 0.9, 0),)
    source, layers, target = (tmp_path / name for name in ("source", "layers", "target"))
    source.write_bytes(data)
    target.write_bytes(b"")
    layer_file.write(layers, [Layer(number, 1224, 1584, 0, words)])
    assert add_layers(source, layers, target) == 1
    return target.read_bytes()


def text_of(data: bytes, number: int = 1) -> str:
    document = pypdfium2.PdfDocument(data)
    text = document[number - 1].get_textpage()
    found: str = text.get_text_range()
    text.close()
    document.close()
    return found


def drawn(data: bytes, number: int = 1) -> bytes:
    document = pypdfium2.PdfDocument(data)
    pixels: bytes = document[number - 1].render(scale=1).to_pil().tobytes()
    document.close()
    return pixels


def form_page(form: bytes) -> bytes:
    entries = (
        b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F 5 0 R >> >>"
    )
    dictionary = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /XObject << /X 6 0 R >> >> >>"
    )
    tree = b"<< /Type /Pages /Kids [3 0 R 7 0 R] /Count 2 >>"
    form_object = stream(form, entries)
    return pdf_bytes([CATALOG, tree, dictionary, stream(b"/X Do"), FONT, form_object, dictionary])


def test_words_can_be_found_and_nothing_looks_different(tmp_path: Path) -> None:
    original = one_page(SEEN)
    made = searchable(tmp_path, original)
    assert set(text_of(made).split()) == {"Seen", "Newword"}
    assert drawn(made) == drawn(original)
    assert searchable(tmp_path, original) == made
    with pikepdf.open(tmp_path / "target") as pdf:
        assert not pdf.check_pdf_syntax()
        assert pdf.pages[0].Contents[1].read_bytes() == SEEN


def test_a_page_that_leaves_its_state_broken_harms_no_layer(tmp_path: Path) -> None:
    broken = b"Q Q q 2 0 0 2 50 50 cm " + SEEN
    assert "Newword" in text_of(searchable(tmp_path, one_page(broken)))


def test_an_older_invisible_layer_goes(tmp_path: Path) -> None:
    original = one_page(OLD + SEEN)
    made = searchable(tmp_path, original)
    assert set(text_of(made).split()) == {"Seen", "Newword"}
    assert drawn(made) == drawn(original)


def test_invisible_text_among_visible_stays_for_the_sake_of_its_place(tmp_path: Path) -> None:
    original = one_page(MIXED)
    made = searchable(tmp_path, original)
    assert "Keptmoved" in text_of(made)
    assert drawn(made) == drawn(original)


def test_an_older_layer_within_a_form_goes_from_this_page_alone(tmp_path: Path) -> None:
    original = form_page(OLD + SEEN)
    made = searchable(tmp_path, original)
    assert set(text_of(made).split()) == {"Seen", "Newword"}
    assert "Oldword" in text_of(made, 2) and "Newword" not in text_of(made, 2)
    assert drawn(made) == drawn(original)


def test_resources_of_the_tree_serve_on(tmp_path: Path) -> None:
    plain = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>"
    tree = (
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 612 792]"
        b" /Resources << /Font << /F 5 0 R >> >> >>"
    )
    made = searchable(tmp_path, pdf_bytes([CATALOG, tree, plain, stream(SEEN), FONT]))
    assert set(text_of(made).split()) == {"Seen", "Newword"}


def test_a_layer_may_be_put_on_twice(tmp_path: Path) -> None:
    once = searchable(tmp_path, one_page(SEEN))
    twice = searchable(tmp_path, once)
    assert sorted(text_of(twice).split()) == ["Newword", "Seen"]


def test_broken_metadata_stays_as_it_is(tmp_path: Path) -> None:
    catalog = b"<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R >>"
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    broken = stream(b"<x:xmpmeta junk", b"/Type /Metadata /Subtype /XML")
    made = searchable(tmp_path, pdf_bytes([catalog, tree, page(), stream(SEEN), FONT, broken]))
    assert set(text_of(made).split()) == {"Seen", "Newword"}
    with pikepdf.open(tmp_path / "target") as pdf:
        assert pdf.Root.Metadata.read_bytes() == b"<x:xmpmeta junk"


def test_a_trailer_without_a_size_gets_one(tmp_path: Path) -> None:
    searchable(tmp_path, one_page(SEEN).replace(b"/Size", b"/Siqe"))
    with pikepdf.open(tmp_path / "target") as pdf:
        assert not pdf.check_pdf_syntax()


def signed(field: bytes) -> bytes:
    catalog = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>"
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return pdf_bytes([catalog, tree, page(), stream(SEEN), FONT, field])


def refused(tmp_path: Path, data: bytes, number: int = 1) -> Reason:
    with pytest.raises(DocumentRejected) as caught:
        searchable(tmp_path, data, number)
    assert caught.value.message and not caught.value.retryable
    return caught.value.reason


def test_a_signature_is_not_broken(tmp_path: Path) -> None:
    assert refused(tmp_path, signed(b"<< /FT /Sig /V << >> >>")) is Reason.SIGNED
    assert refused(tmp_path, signed(b"<< /Kids [<< /FT /Sig /V << >> >>] >>")) is Reason.SIGNED
    assert "Newword" in text_of(searchable(tmp_path, signed(b"<< /FT /Sig >>")))
    assert "Newword" in text_of(searchable(tmp_path, signed(b"<< /Kids [6 0 R] >>")))


def test_protection_is_not_lifted(tmp_path: Path) -> None:
    plain = tmp_path / "plain.pdf"
    plain.write_bytes(one_page(SEEN))
    for user in ("", "secret"):
        with pikepdf.open(plain) as pdf:
            pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="o", user=user))
        data = (tmp_path / "locked.pdf").read_bytes()
        assert refused(tmp_path, data) is Reason.ENCRYPTED


@pytest.mark.parametrize("data", [b"%PDF-1.7\n" + b"junk " * 100, b"", one_page(SEEN)[:80]])
def test_what_is_damaged_is_said_to_be(tmp_path: Path, data: bytes) -> None:
    assert refused(tmp_path, data) is Reason.INVALID_PDF


def test_a_page_that_is_not_there_is_said_to_be(tmp_path: Path) -> None:
    assert refused(tmp_path, one_page(SEEN), 2) is Reason.INVALID_PDF


def with_words(tmp_path: Path, data: bytes, *words: Word) -> str:
    """What is found on a page of `data`, 612 x 792 points, that was read at 144 dpi."""
    source, layers, target = (tmp_path / name for name in ("source", "layers", "target"))
    source.write_bytes(data)
    target.write_bytes(b"")
    layer_file.write(layers, [Layer(1, 1224, 1584, 0, words)])
    add_layers(source, layers, target)
    return text_of(target.read_bytes())


def over_seen(text: str, line: int = 0) -> Word:
    return Word(text, Box(146, 148, 250, 186), 0.9, line)  # where SEEN stands


NEWWORD = Word("Newword", Box(500, 148, 640, 186), 0.9, 0)


@pytest.mark.parametrize("read", ["Seen", "seen", "5een", "Seen,"])
def test_what_a_page_says_itself_is_found_once(tmp_path: Path, read: str) -> None:
    found = with_words(tmp_path, one_page(SEEN), over_seen(read), NEWWORD)
    assert sorted(found.split()) == ["Newword", "Seen"]


def test_a_page_that_says_all_itself_is_left_as_it_is(tmp_path: Path) -> None:
    assert with_words(tmp_path, one_page(SEEN), over_seen("Seen")).split() == ["Seen"]
    with pikepdf.open(tmp_path / "target") as pdf:
        assert pdf.pages[0].Contents.read_bytes() == SEEN


def test_words_on_garbled_or_spaced_text_are_added(tmp_path: Path) -> None:
    for garbled in (b"(Xqpz)", b"(S e e n)"):
        page = one_page(SEEN.replace(b"(Seen)", garbled))
        assert "Seen" in with_words(tmp_path, page, over_seen("Seen"), NEWWORD).split()


def test_a_misread_word_on_sound_text_is_not_added(tmp_path: Path) -> None:
    content, words = b"BT /F 24 Tf ", []
    for at in range(10):
        content += b"1 0 0 1 72 %d Tm (Seen) Tj " % (700 - 30 * at)
        box = Box(146, 148 + 60 * at, 250, 186 + 60 * at)
        words.append(Word("Xqpz" if at == 4 else "Seen", box, 0.9, at))
    found = with_words(tmp_path, one_page(content + b"ET"), *words)
    assert found.split() == 10 * ["Seen"]


def test_what_an_older_layer_said_is_said_by_the_new_one(tmp_path: Path) -> None:
    hidden = SEEN.replace(b"72 700 Td", b"3 Tr 72 700 Td")
    assert with_words(tmp_path, one_page(hidden), over_seen("Seen")).split() == ["Seen"]
    with pikepdf.open(tmp_path / "target") as pdf:
        assert b"(Seen)" not in b"".join(part.read_bytes() for part in pdf.pages[0].Contents)
