"""The command `waiting`: who waits, in order of need, when each could begin, and what they wait for."""

from __future__ import annotations

from typing import Annotated

import typer

from scheduler.cli.console import console, print_json
from scheduler.cli.files import load_instance, load_readable_roster
from scheduler.cli.options import AsJson, InstanceFile, RosterFile
from scheduler.errors import EditError

SECONDS = 60.0

Seconds = Annotated[float, typer.Option("--seconds", metavar="S", min=1, help="The most time.")]


def waiting(instance: InstanceFile, roster: RosterFile, seconds: Seconds = SECONDS, as_json: AsJson = False) -> None:
    """List who waits, in order of need: when each could begin, and which group, hour or therapist they wait for."""
    from scheduler.model.clock import Clock
    from scheduler.offers import waiting_list
    from scheduler.result import SolveLimits

    week, _ = load_instance(instance)
    document = load_readable_roster(week, roster)
    try:
        answer = waiting_list(week, document, Clock(SolveLimits(seconds=seconds, workers=1), lambda: False))
    except EditError as error:
        raise typer.BadParameter(str(error)) from None
    if as_json:
        print_json(answer)
        return
    for line in answer.lines:
        console().print(line)
