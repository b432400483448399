"""The command `offers`: which weeks a participant or a newcomer could have, perhaps with some others moved."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.console import console, print_json
from scheduler.cli.files import load_instance, load_readable_roster
from scheduler.cli.options import AsJson, InstanceFile, RosterFile
from scheduler.errors import EditError, StepdownError
from scheduler.reading import read_model

if TYPE_CHECKING:
    from scheduler.instance import Participant

MOST_MOVES = 5
SECONDS = 30.0

Who = Annotated[str | None, typer.Option("--participant", metavar="P", help="A participant of the instance.")]
Newcomer = Annotated[
    Path | None, typer.Option("--newcomer", metavar="FILE", help="Someone who is not in the instance, as JSON.", readable=False)
]
Moves = Annotated[int, typer.Option("--moves", metavar="K", min=0, max=MOST_MOVES, help="How many others may move.")]
First = Annotated[
    datetime | None,
    typer.Option(
        "--from", metavar="DATE", formats=["%Y-%m-%d"], help="The first day that may change; of a newcomer, the first day at the earliest."
    ),
]
Seconds = Annotated[float, typer.Option("--seconds", metavar="S", min=1, help="The most time.")]


def offers(
    instance: InstanceFile,
    roster: RosterFile,
    participant: Who = None,
    newcomer: Newcomer = None,
    moves: Moves = 0,
    first: First = None,
    seconds: Seconds = SECONDS,
    as_json: AsJson = False,
) -> None:
    """Find up to three weeks that a participant or a newcomer could have while everyone else stays, or at most K others move."""
    from scheduler.model.clock import Clock
    from scheduler.offers import OffersQuestion, ask_offers
    from scheduler.result import SolveLimits

    week, _ = load_instance(instance)
    document = load_readable_roster(week, roster)
    person = None if newcomer is None else _newcomer(newcomer)
    question = OffersQuestion(participant=participant, newcomer=person, moves=moves, first=None if first is None else first.date())
    try:
        answer = ask_offers(week, document, question, Clock(SolveLimits(seconds=seconds, workers=1), lambda: False))
    except EditError as error:
        raise typer.BadParameter(str(error)) from None
    if as_json:
        print_json(answer)
        return
    for line in answer.lines:
        console().print(line)


def _newcomer(path: Path) -> Participant:
    from scheduler.instance import Participant

    try:
        return read_model(Participant, path)
    except StepdownError as error:
        error.add_note(str(path))
        raise
