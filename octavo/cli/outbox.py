"""``octavo outbox``: what waits for the broker, what was given up, and what may go."""

from __future__ import annotations

import click

from octavo.cli.exits import USAGE, Failure
from octavo.cli.places import database
from outbox import cleanup
from store import outbox_rows


@click.group()
def outbox() -> None:
    """Look at the outbox, take up dead events again, remove old ones."""


@outbox.command("list")
@click.option("--dead", is_flag=True, help="Those given up, instead of those still to be sent.")
@click.option("--limit", default=50, show_default=True, help="Lines at most.")
def listing(dead: bool, limit: int) -> None:
    """Print a line an event: id, age, attempts, topic, document, last error."""
    with database() as held, held.begin() as session:
        for row in outbox_rows.listing(session, dead=dead, limit=limit):
            document = str(row.payload.get("document_id", "-"))
            said = [row.id, f"{row.created_at:%Y-%m-%dT%H:%M:%SZ}", row.attempts, row.topic]
            click.echo("\t".join([*map(str, said), document, row.last_error or "-"]))
        backlog = outbox_rows.backlog(session)
    click.echo(
        f"{backlog.unpublished} to be sent (the oldest waits {backlog.oldest_seconds:.0f} s),"
        f" {backlog.dead} given up",
        err=True,
    )


@outbox.command()
@click.argument("ids", nargs=-1, type=int)
@click.option("--all", "every", is_flag=True, help="Every dead event.")
def retry(ids: tuple[int, ...], every: bool) -> None:
    """Take up dead events again, by the IDS that `octavo outbox list --dead` shows."""
    if bool(ids) == every:
        raise Failure("Name the events to take up again, or say --all.", USAGE)
    with database() as held, held.begin() as session:
        revived = outbox_rows.revive(session, None if every else ids)
    click.echo(f"{revived} {'event is' if revived == 1 else 'events are'} sent again", err=True)
    if others := len(set(ids)) - revived if ids else 0:
        raise Failure(
            f"{others} of the ids named {'is' if others == 1 else 'are'} no dead event;"
            " octavo outbox list --dead shows those there are."
        )


@outbox.command()
@click.option("--older-than", default="7d", show_default=True, help="Such as 12h, 7d or 4w.")
def clean(older_than: str) -> None:
    """Remove published events of that age; never an unpublished one."""
    try:
        age = cleanup.parse_age(older_than)
    except ValueError as error:
        raise Failure(str(error), USAGE) from error
    with database() as held:
        removed = cleanup.clean(held, age)
    click.echo(f"removed {removed} published events older than {older_than}", err=True)
