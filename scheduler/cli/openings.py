"""The command `openings`: what to open next so that more people get the care they are ordered, or can begin."""

from __future__ import annotations

from typing import Annotated

import typer

from scheduler.cli.console import console, print_json
from scheduler.cli.files import load_instance, load_readable_roster
from scheduler.cli.options import AsJson, InstanceFile, RosterFile
from scheduler.errors import EditError

SECONDS, MOST = 60.0, 12

Seconds = Annotated[float, typer.Option("--seconds", metavar="S", min=1, help="The most time.")]
Most = Annotated[int, typer.Option("--most", metavar="N", min=1, help="How many openings to solve, those first that could serve the most.")]


def openings(instance: InstanceFile, roster: RosterFile, most: Most = MOST, seconds: Seconds = SECONDS, as_json: AsJson = False) -> None:
    """Rank what to open next (a group, an evening, hours of a clinician or a room) by whom it would serve; each is solved."""
    from scheduler.model.clock import Clock
    from scheduler.offers import what_to_open
    from scheduler.result import SolveLimits

    week, _ = load_instance(instance)
    document = load_readable_roster(week, roster)
    try:
        answer = what_to_open(week, document, Clock(SolveLimits(seconds=seconds, workers=1), lambda: False), most)
    except EditError as error:
        raise typer.BadParameter(str(error)) from None
    if as_json:
        print_json(answer)
        return
    for line in answer.lines:
        console().print(line)
