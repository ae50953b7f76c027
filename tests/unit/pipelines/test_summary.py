"""A document in a few figures."""

from __future__ import annotations

from pipelines.summary import PageDigest, summarise


def page(
    number: int, words: int = 10, confidence: float | None = 0.9, engine: str = "e 1"
) -> PageDigest:
    return PageDigest(number, True, words, confidence, engine, ("eng",))


def test_the_mean_weighs_pages_by_their_words() -> None:
    summary = summarise([page(1, 30, 0.9), page(2, 10, 0.5)])
    assert (summary.words, summary.confidence) == (40, 0.8)
    assert summary.least_confident_page == 2


def test_missing_pages_are_named_and_weigh_nothing() -> None:
    lost = PageDigest(2, False, 0, None, None, ())
    summary = summarise([page(1), lost, page(3)])
    assert summary.missing_pages == (2,)
    assert summary.words == 20


def test_a_blank_document_has_no_confidence() -> None:
    summary = summarise([page(1, 0, None)])
    assert (summary.words, summary.confidence, summary.least_confident_page) == (0, None, None)


def test_engines_come_most_used_first_and_languages_as_met() -> None:
    pages = [
        page(1, engine="a"),
        page(2, engine="b"),
        PageDigest(3, True, 1, 0.1, "b", ("spa", "eng")),
    ]
    summary = summarise(pages)
    assert summary.engines == ("b", "a")
    assert summary.languages == ("eng", "spa")
