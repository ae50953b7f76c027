"""A process that does a little of everything Octavo traces; run by test_otlp.py."""

from __future__ import annotations

import json
import os
import sys

import redis
from celery import Celery
from flask import Flask
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import create_engine, text

from octavo.telemetry import instrument, tracing


def in_child(carrier: dict[str, str]) -> None:
    pid = os.fork()
    if pid == 0:
        with tracing.resume(carrier), tracing.span("recognize", page=7):
            pass
        tracing.shutdown()
        os._exit(0)
    if os.waitpid(pid, 0)[1] != 0:
        sys.exit("the child failed")


def main() -> None:
    exported = tracing.setup("api")
    tracing.setup("api")

    engine = create_engine("sqlite://")
    instrument.sqlalchemy(engine)
    instrument.redis()
    instrument.celery()
    instrument.celery()
    worker = Celery("traced", broker="memory://", set_as_current=False)
    carried: dict[str, str] = {}

    def recognize() -> None:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    task = worker.task(name="tasks.ocr.recognize")(recognize)
    app = Flask("traced")
    instrument.flask(app)

    @app.get("/v1/documents/<document_id>")
    def document(document_id: str) -> str:
        carried.update(tracing.carry())
        task.apply()
        return document_id

    @app.get("/livez")
    def alive() -> str:
        return "ok"

    app.test_client().get("/v1/documents/d1")
    app.test_client().get("/livez")
    in_child(carried)
    with tracing.resume(carried), tracing.span("aggregate", document_id="d1", nothing=None):
        try:
            redis.Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 0)).ping()
        except redis.ConnectionError:
            sys.stderr.write("no server there, as meant\n")
    try:
        with tracing.resume(None), tracing.span("broken"):
            int("words of a page")
    except ValueError:
        tracing.flush()
    in_child(carried)
    tracing.shutdown()
    json.dump({"exported": exported, "carried": carried}, sys.stdout)


if __name__ == "__main__":
    main()
