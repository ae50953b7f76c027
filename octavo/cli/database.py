"""``octavo migrate``: bring the database to the revision this code needs."""

from __future__ import annotations

import click

from octavo.cli.places import database
from store import migrate as migrations
from store import revisions


@click.command()
@click.option("--to", "revision", help="Go back to this revision ('base': an empty database).")
def migrate(revision: str | None) -> None:
    """Apply missing migrations; API, relay and workers do so at start by themselves."""
    with database() as held:
        if revision is None:
            migrations.upgrade(held.engine)
        else:
            migrations.downgrade(held.engine, revision)
        click.echo(f"the database is at {revisions.current(held.engine) or 'base'}", err=True)
