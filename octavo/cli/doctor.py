"""``octavo doctor``: what is here, what is missing, and how to get it."""

from __future__ import annotations

import sys

import click

from octavo.cli import examinations
from store.findings import Finding, Standing

_COLOURS = {
    Standing.OK: "green",
    Standing.PENDING: "yellow",
    Standing.WARNING: "yellow",
    Standing.MISSING: "red",
    Standing.REFUSED: "red",
}


@click.command()
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(list(examinations.ALL)),
    help="Look at this alone; may be repeated.",
)
def doctor(only: tuple[str, ...]) -> None:
    """Look at everything Octavo needs. Exit code 1: something needed is missing or refused."""
    standings = set()
    for name, examine in examinations.ALL.items():
        if not only or name in only:
            for finding in examine():
                _print(finding)
                standings.add(finding.standing)
    sys.exit(bool(standings & {Standing.MISSING, Standing.REFUSED}))


def _print(finding: Finding) -> None:
    mark = click.style(f"{finding.standing:7}", fg=_COLOURS[finding.standing])
    click.echo(f"{mark}  {finding.name}: {finding.words}")
    if finding.advice:
        click.echo(f"         {finding.advice}")
