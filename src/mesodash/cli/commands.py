"""The commands by name. Each is loaded when it is asked for, because every command should start quickly."""

from __future__ import annotations

from importlib import import_module

import click

from mesodash.cli.options import HELP, Answer
from mesodash.errors import InputError

MODULES = {
    "check-data": "check_data",
    "assess": "assess",
    "timeline": "timeline",
    "cost": "cost",
    "compare": "compare",
    "passphrase": "passphrase",
}


class _Commands(click.Group):
    def get_help_option(self, ctx: click.Context) -> click.Option:
        return HELP

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        if cmd_name not in MODULES:
            raise InputError("error.unknown_command", field="command", shown=cmd_name)
        command: click.Command = import_module(f"mesodash.cli.{MODULES[cmd_name]}").command
        return command


@click.group(cls=_Commands, invoke_without_command=True, help="Ask what the pages show, and get JSON.")
@click.pass_context
def commands(ctx: click.Context) -> Answer:
    if ctx.invoked_subcommand is None:
        raise InputError("error.no_command", field="command")
    # What a group gives back itself is not used; the answer is that of the command.
    return iter(())
