"""``octavo llm``: look at what models would do, did and cost, in the database itself."""

from __future__ import annotations

import re
from uuid import UUID

import click
from sqlalchemy import select

from llm import spending, trial
from llm.config import ConfigInvalid, Models, models
from octavo.cli import exits
from octavo.cli.exits import Failure
from octavo.cli.places import database, found_settings
from pipelines.cleanup.values import Mode
from store.models import Document
from store.objects import open_objects
from store.states import DocumentState


def _month(ctx: click.Context, option: click.Parameter, month: str | None) -> str | None:  # noqa: ARG001
    if month is not None and not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month):
        raise click.BadParameter(f"{month!r} is no month; say it like 2026-11.")
    return month


@click.group()
def llm() -> None:
    """Try a cleanup, check the file of providers, see what was spent."""


@llm.command("try")
@click.argument("place", metavar="ID[:PAGE]")
@click.option(
    "--mode", type=click.Choice(["cleanup", "vision"]), default="cleanup", show_default=True
)
@click.option("--provider", help="Only this one, by its name in the file.")
@click.option("--prompt", "show_prompt", is_flag=True, help="Show what the model was told, too.")
def try_(place: str, mode: str, provider: str | None, show_prompt: bool) -> None:
    """Ask a model about a page, and show raw text, answer, verdict, changes and cost.

    The page stays as it is; the cost counts against the budgets. PAGE is 1 when it is not named.
    """
    document_id, number = _place(place)
    settings, known = found_settings(), _models()
    with database() as held:
        with held.begin() as session:
            tenant = session.scalar(
                select(Document.tenant).where(
                    Document.id == document_id, Document.state != DocumentState.DELETED
                )
            )
        if tenant is None:
            raise Failure(f"there is no document {document_id}", exits.REFUSED)
        try:
            found = trial.attempt(
                settings,
                held,
                open_objects(settings),
                known,
                tenant=tenant,
                document_id=document_id,
                page=number,
                mode=Mode(mode),
                provider=provider,
            )
        except ConfigInvalid as error:
            raise Failure(str(error), exits.USAGE) from error
    if found is None:
        raise Failure(f"page {number} has no text yet", exits.REFUSED)
    _show(found, known.currency, show_prompt)
    if found.found.answer is None:
        raise Failure(
            f"No answer came: {found.found.reason}."
            " docs/cleanup.md says what each reason means and what to do."
        )


@llm.command()
def check() -> None:
    """Check the file of providers; a line each: name, modes, model, address, prices, key."""
    settings, known = found_settings(), _models()
    for each in known.providers:
        try:
            key = "key" if each.key(settings).get_secret_value() else "no key"
        except ConfigInvalid as error:
            raise Failure(str(error), exits.USAGE) from error
        prices = f"{each.price_in:g}/{each.price_out:g} {known.currency} a million tokens"
        click.echo(
            "\t".join([each.name, "+".join(each.modes), each.model, each.base_url, prices, key])
        )


@llm.command()
@click.option("--tenant", default="default", show_default=True, help="Whose calls.")
@click.option("--month", callback=_month, help="Such as 2026-11, UTC; this one when missing.")
def usage(tenant: str, month: str | None) -> None:
    """What a tenant's calls came to in a month; a line a model, then the sum on stderr."""
    settings = found_settings()
    with database() as held, held.begin() as session:
        found = spending.of_tenant(session, settings, tenant, month)
    for each in found["models"]:
        figures = [each["calls"], each["tokens_in"], each["tokens_out"], f"{each['cost']:.6f}"]
        click.echo("\t".join([each["provider"], each["model"], *map(str, figures)]))
    end = "no budget" if found["budget"] is None else f"budget {found['budget']:g}"
    if settings.llm_file is None:
        end = "budget not known: OCTAVO_LLM_FILE is not set here"
    click.echo(
        f"{found['tenant']} {found['month']}: {found['calls']} calls,"
        f" {found['cost']:.6f} {found['currency']} spent, {found['held']:.6f} held, {end}",
        err=True,
    )


def _models() -> Models:
    try:
        known = models(found_settings())
    except ConfigInvalid as error:
        raise Failure(str(error), exits.USAGE) from error
    if known is None:
        words = "No model is configured: set OCTAVO_LLM_FILE (docs/cleanup.md)."
        raise Failure(words, exits.USAGE)
    return known


def _place(place: str) -> tuple[UUID, int]:
    document, _, number = place.partition(":")
    try:
        return UUID(document), int(number or 1)
    except ValueError as error:
        words = f"{place!r} is not ID or ID:PAGE; octavo list shows the ids."
        raise click.BadParameter(words) from error


def _show(found: trial.Trial, currency: str, show_prompt: bool) -> None:
    told = found.found
    if show_prompt and told.asked is not None:
        click.echo(f"--- prompt\n{told.asked}")
    click.echo(f"--- raw\n{found.raw}")
    if told.answer is not None:
        click.echo(f"--- answer of {told.provider} ({told.model}, {told.prompt})\n{told.answer}")
        click.echo("--- changes")
        for each in found.changes:
            click.echo(f"{each.change}\t{each.raw!r}\t{each.clean!r}")
    reason = "" if told.reason is None else f": {told.reason}"
    detail = f" ({told.detail})" if told.detail else ""
    click.echo(f"--- verdict\n{told.state}{reason}{detail}")
    report = told.report()
    click.echo(
        f"{report['sends']} sent, {report['tokens_in']} + {report['tokens_out']} tokens,"
        f" {report['cost']:.6f} {currency}{' (estimated)' if report['estimated'] else ''}",
        err=True,
    )
