"""Every arrow of a document, and every arrow that does not exist."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from store import arrows, documents, queries, requests, uploads
from store.claims import Failure, StaleFence
from store.models import Document, Ending, Page, PageText, Sheaf
from store.states import DocumentState, PageState, Stage

FAILURE = Failure("encrypted", "it has a password")


def retry(way: Any, document_id: object) -> None:
    way.move(
        document_id,
        lambda session, document: requests.retry(
            session, document, lease_seconds=45, plan=way.plan
        ),
    )


def endings(way: Any, document_id: object) -> list[tuple[int, DocumentState]]:
    with way.database.begin() as session:
        rows = session.scalars(select(Ending).where(Ending.document_id == document_id))
        return sorted((row.generation, row.state) for row in rows)


def test_from_upload_to_completed(way: Any) -> None:
    document_id = way.accepted()
    assert way.document(document_id).state is DocumentState.QUEUED
    way.claimed(document_id)
    assert way.document(document_id).state is DocumentState.PROCESSING
    document_id = way.split(2)
    way.finish(document_id, 1)
    way.finish(document_id, 2)
    way.aggregate(document_id)
    document = way.document(document_id)
    assert (document.state, document.stage) == (DocumentState.COMPLETED, Stage.ENDED)
    assert document.finished_at is not None
    assert way.topics(document_id) == [
        "document.uploaded",
        "sheaf.ready",
        "document.recognized",
        "document.completed",
    ]
    assert endings(way, document_id) == [(1, DocumentState.COMPLETED)]


def test_a_document_with_some_failed_pages_ends_partial(way: Any) -> None:
    document_id = way.split(2)
    way.finish(document_id, 1)
    way.fail(document_id, 2)
    way.aggregate(document_id)
    assert way.document(document_id).state is DocumentState.PARTIAL
    with way.database.begin() as session:
        assert [page.number for page in queries.failed_pages(session, document_id)] == [2]


def test_a_document_whose_pages_all_failed_has_failed(way: Any) -> None:
    document_id = way.split(1)
    way.fail(document_id, 1)
    way.aggregate(document_id)
    assert way.document(document_id).state is DocumentState.FAILED


def test_a_file_that_cannot_be_split_says_why(way: Any) -> None:
    document_id = way.accepted()
    claim = way.claimed(document_id)
    with way.database.begin() as session:
        documents.record_failure(session, claim, FAILURE)
    document = way.document(document_id)
    assert (document.state, document.reason) == (DocumentState.FAILED, "encrypted")
    with pytest.raises(StaleFence), way.database.begin() as session:
        documents.record_failure(session, claim, FAILURE)
    assert endings(way, document_id) == [(1, DocumentState.FAILED)]


def test_a_split_is_claimed_by_one_and_again_after_its_lease(way: Any) -> None:
    document_id = way.accepted()
    with ThreadPoolExecutor(6) as pool:
        claims = list(pool.map(lambda _: way.claim(document_id), range(6)))
    assert sum(claim is not None for claim in claims) == 1
    way.age(46)
    assert way.claimed(document_id).attempt == 2


def test_a_split_that_comes_late_changes_nothing(way: Any) -> None:
    document_id = way.accepted()
    stale = way.claimed(document_id)
    way.age(46)
    way.claimed(document_id)
    with pytest.raises(StaleFence), way.database.begin() as session:
        documents.record_split(
            session,
            stale,
            media_type="application/pdf",
            pages=[documents.NewPage(1, {})],
            plan=way.plan,
        )
    with way.database.begin() as session:
        assert session.scalar(select(func.count()).select_from(Page)) == 0


def test_cancel_stops_dispatch_and_is_told(way: Any) -> None:
    document_id = way.split(10)
    way.move(document_id, requests.cancel)
    assert way.topics(document_id)[-1] == "document.cancelled"
    with way.database.begin() as session:
        open_sheaves = select(func.count()).where(Sheaf.state != "done")
        assert session.scalar(open_sheaves.select_from(Sheaf)) == 0
    with pytest.raises(arrows.IllegalMove) as refused:
        way.move(document_id, requests.cancel)
    assert refused.value.state is DocumentState.CANCELLED


def test_a_cancelled_document_has_an_end_and_no_holder(way: Any) -> None:
    document_id = way.accepted()
    way.claimed(document_id)
    way.move(document_id, requests.cancel)
    document = way.document(document_id)
    assert document.finished_at is not None
    assert (document.stage, document.lease_until) == (Stage.ENDED, None)
    retry(way, document_id)
    document = way.document(document_id)
    assert (document.stage, document.finished_at) == (Stage.SPLIT, None)
    assert way.claimed(document_id, generation=2).attempt == 1


def test_retry_shuts_out_results_of_the_old_generation(way: Any) -> None:
    document_id = way.split(1)
    old = way.held_page(document_id, 1)
    way.move(document_id, requests.cancel)
    before = way.document(document_id).queued_at
    retry(way, document_id)
    assert way.one_page(document_id, 1).fence == old.fence + 1
    assert way.document(document_id).queued_at > before


def test_cancel_and_the_last_page_race_and_one_wins(way: Any) -> None:
    for _ in range(10):
        document_id = way.split(1)
        way.finish(document_id, 1)

        def cancel(document_id: object = document_id) -> object:
            try:
                way.move(document_id, requests.cancel)
            except arrows.IllegalMove as error:
                return error.state
            return "cancelled it"

        def aggregate(document_id: object = document_id) -> object:
            try:
                way.aggregate(document_id)
            except (StaleFence, AssertionError) as error:
                return error
            return "aggregated it"

        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(cancel), pool.submit(aggregate)]
            assert sum(isinstance(one.result(), str) for one in both) >= 1
        ended = endings(way, document_id)
        assert len(ended) == 1
        assert way.document(document_id).state is ended[0][1]


def test_retry_reads_only_the_pages_that_failed(way: Any) -> None:
    document_id = way.split(3)
    way.finish(document_id, 1)
    way.fail(document_id, 2)
    way.finish(document_id, 3)
    way.aggregate(document_id)
    retry(way, document_id)
    document = way.document(document_id)
    assert (document.state, document.generation) == (DocumentState.PROCESSING, 2)
    assert (document.pages_done, document.pages_failed) == (2, 0)
    assert way.page(document_id, 2) is None, "a message of the old generation has no effect"
    way.finish(document_id, 2, generation=2)
    way.aggregate(document_id, generation=2)
    assert way.document(document_id).state is DocumentState.COMPLETED
    assert endings(way, document_id) == [
        (1, DocumentState.PARTIAL),
        (2, DocumentState.COMPLETED),
    ]


def test_retry_of_a_file_that_was_never_split_splits_it(way: Any) -> None:
    document_id = way.accepted()
    claim = way.claimed(document_id)
    with way.database.begin() as session:
        documents.record_failure(session, claim, FAILURE)
    retry(way, document_id)
    document = way.document(document_id)
    assert (document.state, document.reason) == (DocumentState.QUEUED, None)
    assert way.claimed(document_id, generation=2).attempt == 1


def test_retry_after_a_cancel_reads_what_is_not_done(way: Any) -> None:
    document_id = way.split(3)
    way.finish(document_id, 1)
    way.held_page(document_id, 2)
    way.move(document_id, requests.cancel)
    retry(way, document_id)
    assert way.one_page(document_id, 2).state is PageState.PENDING
    way.finish(document_id, 2, generation=2)
    way.finish(document_id, 3, generation=2)
    assert way.topics(document_id).count("document.recognized") == 1


def test_retry_after_a_cancel_at_the_very_end_only_aggregates(way: Any) -> None:
    document_id = way.split(1)
    way.finish(document_id, 1)
    way.move(document_id, requests.cancel)
    retry(way, document_id)
    way.aggregate(document_id, generation=2)
    assert way.document(document_id).state is DocumentState.COMPLETED


@pytest.mark.parametrize("ended", [True, False])
def test_what_is_completed_or_running_is_not_retried(way: Any, ended: bool) -> None:
    document_id = way.split(1)
    if ended:
        way.finish(document_id, 1)
        way.aggregate(document_id)
    with pytest.raises(arrows.IllegalMove):
        retry(way, document_id)


def test_a_deleted_document_never_comes_back(way: Any) -> None:
    document_id = way.split(2)
    claim = way.held_page(document_id, 1)
    way.move(document_id, requests.delete)
    with way.database.begin() as session:
        assert queries.document(session, "default", document_id) is None
    assert way.page(document_id, 2) is None
    with pytest.raises(arrows.IllegalMove):
        way.move(document_id, requests.delete)
    with pytest.raises(arrows.IllegalMove):
        retry(way, document_id)
    with way.database.begin() as session:
        requests.purge(session, document_id)
    with way.database.begin() as session:
        for table in (Document, Page, PageText, Sheaf, Ending):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    assert not way.page(document_id, 1)
    assert claim.fence == 1


def test_purge_spares_what_is_not_deleted(way: Any) -> None:
    document_id = way.accepted()
    with way.database.begin() as session:
        requests.purge(session, document_id)
    assert way.document(document_id).state is DocumentState.QUEUED


def test_a_promised_upload_is_confirmed_once(way: Any) -> None:
    upload = way.upload()
    with way.database.begin() as session:
        uploads.promise(session, upload, expires_seconds=60)
    facts = {
        "object_key": "k",
        "media_type": "image/png",
        "size_bytes": 7,
        "sha256": "1" * 64,
        "lease_seconds": 45.0,
    }

    def confirm(session: Any, document: Document) -> Any:
        return uploads.confirm(session, document, **facts)  # type: ignore[arg-type]

    way.move(upload.document_id, confirm)
    document = way.document(upload.document_id)
    assert (document.state, document.size_bytes) == (DocumentState.QUEUED, 7)
    with pytest.raises(arrows.IllegalMove):
        way.move(upload.document_id, confirm)
    assert way.topics(upload.document_id) == ["document.uploaded"]
