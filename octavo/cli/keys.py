"""``octavo keys``: API keys, made and revoked in the database itself."""

from __future__ import annotations

import click

from octavo.cli import exits
from octavo.cli.exits import Failure
from octavo.cli.places import database
from store import keys as stored


@click.group()
def keys() -> None:
    """Make, list and revoke API keys."""


@keys.command()
@click.option("--name", required=True, help="Whom or what it is for.")
@click.option("--tenant", default="default", show_default=True, help="Whose documents it opens.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    default=("read", "write"),
    show_default=True,
    type=click.Choice(sorted(stored.SCOPES)),
    help="What it allows; may be repeated.",
)
def create(name: str, tenant: str, scopes: tuple[str, ...]) -> None:
    """Print a new key. It is shown this once."""
    try:
        with database() as held, held.begin() as session:
            key = stored.create(session, tenant=tenant, name=name, scopes=scopes)
    except ValueError as error:
        raise Failure(str(error), exits.USAGE) from error
    click.echo(key)


@keys.command("list")
def listing() -> None:
    """Print a line a key: prefix, state, tenant, scopes, name."""
    with database() as held, held.begin() as session:
        for key in stored.listing(session):
            state = "revoked" if key.revoked_at else "live"
            scopes = ",".join(key.scopes)
            click.echo("\t".join([key.prefix, state, key.tenant, scopes, key.name]))


@keys.command()
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """Make the key with this PREFIX (see list) useless."""
    with database() as held, held.begin() as session:
        revoked = stored.revoke(session, prefix)
    if not revoked:
        raise Failure(f"no live key has the prefix {prefix}", exits.ERROR)
    click.echo(f"revoked {prefix}", err=True)
