"""The list of commands.

Exit codes: 0 done, unmet care included; 1 a violation was found, pins conflict, or there is no roster within the limit; 2 bad input,
with a message on standard error that says where and what to do; 3 a roster was written, but the search had hardly begun.
"""

from __future__ import annotations

import io
import sys
import time

import typer

from scheduler.cli.book import rules, schema
from scheduler.cli.busy import busy
from scheduler.cli.command import Command
from scheduler.cli.exporting import export
from scheduler.cli.importing import import_, template
from scheduler.cli.judging import compare, explain, validate, verify
from scheduler.cli.make_up import make_up
from scheduler.cli.making import bench, generate
from scheduler.cli.next_week import ChangesCommand, next_
from scheduler.cli.offers import offers
from scheduler.cli.openings import openings
from scheduler.cli.repair import repair
from scheduler.cli.solving import solve
from scheduler.cli.waiting import waiting
from scheduler.cli.whatif import whatif

app = typer.Typer(
    name="stepdown",
    help="Make, check and explain the weekly roster of an Intensive Outpatient Program.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for function in (solve, validate, verify, whatif, offers, waiting, openings, explain, compare, export, rules, schema, generate, template):
    app.command(cls=Command)(function)
app.command("import", cls=Command)(import_)
app.command("make-up", cls=Command)(make_up)
app.command("next", cls=ChangesCommand)(next_)
app.command(cls=ChangesCommand)(repair)
app.command(cls=Command)(busy)
app.command(cls=Command, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(bench)


def main(commands: typer.Typer = app) -> None:
    """Run the command.

    Args:
        commands: The commands to run instead of the optimizer's.
    """
    # A console that cannot show a character prints its code instead of failing.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    # Commands with a time limit count their own start, which was mostly spent reading modules.
    commands(obj=time.monotonic() - time.process_time())
