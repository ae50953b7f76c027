"""Revisions go up and all the way back, agree with the models, and never collide."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect

from octavo.local.stack import Stack
from store import migrate, models, revisions, spending  # noqa: F401 their tables are compared
from store.mapping import Base, not_a_partition


@pytest.fixture
def empty(services: Stack) -> Iterator[Engine]:
    admin = create_engine(services.postgres.url(), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS migrations WITH (FORCE)")
        connection.exec_driver_sql("CREATE DATABASE migrations")
    engine = create_engine(services.postgres.url("migrations"))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE migrations WITH (FORCE)")
    admin.dispose()


def test_the_models_are_what_the_revisions_make(empty: Engine) -> None:
    migrate.upgrade(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": not_a_partition}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_every_revision_has_its_way_back(empty: Engine) -> None:
    script = ScriptDirectory(str(files("migrations")))
    order = [revision.revision for revision in script.walk_revisions()][::-1]
    assert revisions.known() == tuple(order)
    before = ["base", *order]
    for origin, revision in zip(before, order, strict=False):
        migrate.upgrade(empty, revision)
        migrate.downgrade(empty, origin)
        assert revisions.current(empty) == (None if origin == "base" else origin)
        migrate.upgrade(empty, revision)
    assert revisions.is_current(empty)
    migrate.downgrade(empty, "base")
    assert inspect(empty).get_table_names() == ["alembic_version"]


def test_processes_that_start_together_do_not_collide(empty: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: migrate.upgrade(empty), range(4)))
    assert revisions.is_current(empty)
    assert "documents" in inspect(empty).get_table_names()
