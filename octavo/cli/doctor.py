"""``octavo doctor``: what is here, what is missing, and how to get it."""

from __future__ import annotations

import sys

import click

from octavo.cli import examinations
from store.findings import Finding, Verdict

_COLOURS = {
    Verdict.OK: "green",
    Verdict.PENDING: "yellow",
    Verdict.WARNING: "yellow",
    Verdict.MISSING: "red",
    Verdict.REFUSED: "red",
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
    verdicts = set()
    for name, examine in examinations.ALL.items():
        if not only or name in only:
            for finding in examine():
                _print(finding)
                verdicts.add(finding.verdict)
    sys.exit(bool(verdicts & {Verdict.MISSING, Verdict.REFUSED}))


def _print(finding: Finding) -> None:
    mark = click.style(f"{finding.verdict:7}", fg=_COLOURS[finding.verdict])
    click.echo(f"{mark}  {finding.name}: {finding.words}")
    if finding.advice:
        click.echo(f"         {finding.advice}")
