"""``python -m outbox``: the relay. ``python -m outbox clean --older-than 7d``: the cron job.

The one module here that reaches up to the tasks: it hands their canvas to the relay.
"""

from __future__ import annotations

import signal
import sys

import click
from sqlalchemy.exc import OperationalError

from octavo.settings import settings
from octavo.telemetry import instrument, logs, serving, tracing
from outbox import starting
from outbox.cleanup import clean, parse_age
from outbox.listener import Listener
from outbox.relay import Relay
from store.database import Database, cause, open_engine
from store.findings import EXIT_CODE, StartRefused
from tasks.canvas import CanvasPublisher

_log = logs.get_logger("outbox")
_UNAVAILABLE = 69  # as `octavo` ends when a server is not there


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Carry events from Postgres to the broker until told to stop."""
    if context.invoked_subcommand is None:
        run_relay()


def run_relay() -> None:
    """Run one relay; SIGTERM and SIGINT end it after the batch in hand."""
    logs.configure("relay", settings().log_level, settings().log_format)
    tracing.setup("relay")
    serving.serve(settings().metrics_host, settings().metrics_port)
    instrument.celery()
    instrument.redis()
    engine = open_engine(settings(), application="octavo-relay", pool_size=1)
    try:
        starting.prepare(engine, settings())
    except StartRefused as refused:
        _log.error("start.refused", why=str(refused))
        sys.exit(EXIT_CODE)
    listener = Listener(engine)
    relay = Relay(Database(engine), CanvasPublisher(), listener, settings())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: relay.stop())
    _log.info("outbox.relay_started")
    try:
        relay.run()
    finally:
        engine.dispose()
        tracing.shutdown()
    _log.info("outbox.relay_stopped")


@main.command("clean")
@click.option("--older-than", default="7d", show_default=True, help="Age of what is removed.")
def clean_command(older_than: str) -> None:
    """Remove published events of that age; never an unpublished one."""
    try:
        age = parse_age(older_than)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--older-than") from error
    database = Database(open_engine(settings(), application="octavo-outbox-clean", pool_size=1))
    try:
        removed = clean(database, age)
    except OperationalError as error:
        words = f"The database does not answer: {cause(error)}. Set OCTAVO_DATABASE_URL."
        click.echo(f"Error: {words}", err=True)
        sys.exit(_UNAVAILABLE)
    finally:
        database.close()
    click.echo(f"removed {removed} published events older than {older_than}")


if __name__ == "__main__":
    sys.exit(main())
