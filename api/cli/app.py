"""The list of commands: the optimizer's and the service's."""

from __future__ import annotations

import typer

from api.cli.command import ServiceCommand
from api.cli.configuration import settings
from api.cli.database import backup, check, restore, upgrade
from api.cli.keys import create, list_keys, revoke
from api.cli.programs import delete_person, export
from api.cli.serving import serve, worker
from api.cli.users import add, disable, enable, grant, list_users, password
from api.cli.users import revoke as revoke_role
from scheduler.cli import app as core
from scheduler.cli import main as run

SERVICE = "The service"


def _family(name: str, help: str, **commands: object) -> None:
    family = typer.Typer(name=name, help=help, no_args_is_help=True, add_completion=False)
    for command, function in commands.items():
        family.command(command, cls=ServiceCommand)(function)  # type: ignore[type-var] # any function with Typer's annotations
    app.add_typer(family, rich_help_panel=SERVICE)


app = typer.Typer(
    name="stepdown",
    help="Make, check, explain and serve the weekly roster of an Intensive Outpatient Program.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.registered_commands = list(core.registered_commands)
for function in (serve, worker, settings):
    app.command(cls=ServiceCommand, rich_help_panel=SERVICE)(function)
_family("db", "Manage the database.", upgrade=upgrade, backup=backup, restore=restore, check=check)
_family(
    "users",
    "Manage users and their roles.",
    add=add, list=list_users, grant=grant, revoke=revoke_role, password=password, disable=disable, enable=enable,
)  # fmt: skip
_family("programs", "Export a program, or delete a participant's data.", **{"export": export, "delete-person": delete_person})
_family("keys", "Manage API keys for other tools.", create=create, list=list_keys, revoke=revoke)


def main() -> None:
    """Run the command."""
    run(app)
