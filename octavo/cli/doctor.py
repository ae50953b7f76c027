"""``octavo doctor``: what is here, what is missing, and how to get it."""

from __future__ import annotations

import sys

import click

from octavo.cli import examinations
from octavo.cli.examinations import Finding, State

_MARKS = {
    State.GOOD: ("ok     ", "green"),
    State.WARNING: ("warning", "yellow"),
    State.MISSING: ("missing", "red"),
}


@click.command()
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(list(examinations.ALL)),
    help="Look at this alone; may be repeated.",
)
def doctor(only: tuple[str, ...]) -> None:
    """Look at everything Octavo needs. Exit code 1: something needed is missing."""
    states = set()
    for name, examine in examinations.ALL.items():
        if not only or name in only:
            for finding in examine():
                _print(finding)
                states.add(finding.state)
    sys.exit(State.MISSING in states)


def _print(finding: Finding) -> None:
    mark, colour = _MARKS[finding.state]
    click.echo(f"{click.style(mark, fg=colour)}  {finding.name}: {finding.detail}")
    if finding.advice:
        click.echo(f"         {finding.advice}")
