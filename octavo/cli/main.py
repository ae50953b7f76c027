"""The command `octavo` and the table of its subcommands."""

from __future__ import annotations

import signal
from importlib import import_module
from importlib.metadata import version as version_of
from typing import Any

import click

from octavo.cli import exits

_COMMANDS = {
    "run": "octavo.cli.run:run",
    "up": "octavo.cli.up:up",
    "submit": "octavo.cli.documents:submit",
    "wait": "octavo.cli.documents:wait",
    "text": "octavo.cli.documents:text",
    "reocr": "octavo.cli.rereads:reocr",
    "versions": "octavo.cli.rereads:versions",
    "restore": "octavo.cli.rereads:restore",
    "result": "octavo.cli.documents:result",
    "cancel": "octavo.cli.fates:cancel",
    "retry": "octavo.cli.fates:retry",
    "delete": "octavo.cli.fates:delete",
    "list": "octavo.cli.documents:listing",
    "keys": "octavo.cli.keys:keys",
    "llm": "octavo.cli.llm:llm",
    "outbox": "octavo.cli.outbox:outbox",
    "migrate": "octavo.cli.database:migrate",
    "doctor": "octavo.cli.doctor:doctor",
    "verify": "octavo.cli.verify:verify",
    "version": "octavo.cli.main:version",
}


class _Commands(click.Group):
    """Loads a subcommand when it is called: most need neither database nor broker."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """In the order of the table."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """None for a name that is not in the table."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above
        return command

    # Commands are loaded in both: Ctrl-C then ends them as later.

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """What the arguments say; help loads all commands."""
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, exits.interrupt)
        with exits.explained():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> object:
        """The command's outcome."""
        with exits.explained():
            return super().invoke(ctx)


@click.group(cls=_Commands, epilog=exits.TABLE, context_settings={"max_content_width": 100})
def main() -> None:
    """Read scans: PDFs and page images in, text out, not a page lost."""


@click.command()
def version() -> None:
    """Print the version."""
    click.echo(version_of("octavo"))
