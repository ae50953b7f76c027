"""What is sent for each event: names, queues, ids; nothing but ids in the arguments."""

from __future__ import annotations

from uuid import UUID

import pytest
from celery import Signature

from octavo.broker import FIRST, LATER, QUEUES
from outbox.events import DocumentDeleted, DocumentRecognized, DocumentUploaded, SheafReady
from outbox.routes import ROUTES
from pipelines.pipeline import PIPELINE
from tasks import names
from tasks.app import app
from tasks.canvas import BUILDERS, signatures

DOCUMENT = UUID("5c1b9f0e-6a0b-4a5e-9a0e-111111111111")


def uploaded(drive: int = 0) -> DocumentUploaded:
    return DocumentUploaded(document_id=DOCUMENT, tenant="t", generation=1, drive=drive)


def ready(*pages: int) -> SheafReady:
    return SheafReady(document_id=DOCUMENT, tenant="t", generation=2, sheaf=0, drive=1, pages=pages)


def test_every_subscriber_has_a_builder_and_a_queue_that_exists() -> None:
    subscribers = {subscriber for route in ROUTES.values() for subscriber in route}
    assert {subscriber.name for subscriber in subscribers} == set(BUILDERS)
    assert {subscriber.queue for subscriber in subscribers} <= set(QUEUES)


def test_every_name_is_a_registered_task() -> None:
    app.loader.import_default_modules()
    wanted = {
        value for key, value in vars(names).items() if isinstance(value, str) and key.isupper()
    }
    assert wanted == {name for name in app.tasks if name.startswith("octavo.")}


def test_every_stage_of_the_pipeline_is_a_task_on_a_queue_of_its_own() -> None:
    stages = (PIPELINE.split, *PIPELINE.each_page, PIPELINE.aggregate)
    assert {names.of(stage.name): stage.queue for stage in stages} == {
        names.SPLIT: "split",
        names.RECOGNIZE: "ocr",
        names.CLEAN: "llm",
        names.AGGREGATE: "aggregate",
    }
    assert {stage.queue for stage in stages} <= set(QUEUES)


def test_an_upload_asks_for_one_split() -> None:
    [sent] = signatures(uploaded())
    assert (sent.task, sent.options["queue"]) == (names.SPLIT, "split")
    assert sent.args == (str(DOCUMENT), 1)
    assert sent.immutable


def test_an_id_tells_what_is_asked_for() -> None:
    first, again, other = (signatures(uploaded(drive))[0] for drive in (0, 0, 1))
    assert first.options["task_id"] == again.options["task_id"]
    assert first.options["task_id"] != other.options["task_id"]


def test_a_sheaf_is_a_chord_of_chains() -> None:
    [chord] = signatures(ready(3, 4))
    header = [list(page.tasks) for page in chord.tasks]
    assert [[step.task for step in page] for page in header] == [[names.RECOGNIZE, names.CLEAN]] * 2
    assert [[step.options["queue"] for step in page] for page in header] == [["ocr", "llm"]] * 2
    assert [page[0].args for page in header] == [(str(DOCUMENT), 2, 3), (str(DOCUMENT), 2, 4)]
    assert chord.body.task == names.ADVANCE
    assert all(isinstance(page, Signature) for page in chord.tasks)


def test_pages_that_no_model_is_asked_about_are_a_message_each() -> None:
    [chord] = signatures(ready(3, 4).model_copy(update={"clean": False}))
    assert [page.task for page in chord.tasks] == [names.RECOGNIZE] * 2
    assert [page.options["priority"] for page in chord.tasks] == [FIRST] * 2
    assert chord.body.task == names.ADVANCE


def test_cheap_pages_are_one_message_and_what_follows() -> None:
    [sent] = signatures(ready(3, 4, 5).model_copy(update={"bulk": True}))
    together, advance = sent.tasks
    assert (together.task, together.options["queue"]) == (names.BULK, "ocr")
    assert together.args == (str(DOCUMENT), 2, [3, 4, 5])
    assert together.options["priority"] == FIRST
    assert advance.task == names.ADVANCE


@pytest.mark.parametrize(
    ("sheaf", "drive", "priority"), [(0, 1, FIRST), (1, 1, LATER), (7, 1, LATER), (7, 2, FIRST)]
)
def test_a_letter_overtakes_a_book_and_nothing_waits_for_ever(
    sheaf: int, drive: int, priority: int
) -> None:
    event = SheafReady(
        document_id=DOCUMENT, tenant="t", generation=1, sheaf=sheaf, drive=drive, pages=(1,)
    )
    [chord] = signatures(event)
    [page] = chord.tasks
    assert page.tasks[0].options["priority"] == priority


def test_a_deletion_is_told_to_two() -> None:
    sent = signatures(DocumentDeleted(document_id=DOCUMENT, tenant="t", generation=1))
    assert {one.task for one in sent} == {names.PURGE, names.ANNOUNCE}


def test_recognized_asks_for_the_aggregate() -> None:
    [sent] = signatures(DocumentRecognized(document_id=DOCUMENT, tenant="t", generation=1))
    assert (sent.task, sent.options["queue"]) == (names.AGGREGATE, "aggregate")
