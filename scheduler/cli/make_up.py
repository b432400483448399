"""The command `make-up`: who falls below the ordered minutes, and where a missed session could be made up this week, within all rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.console import console, print_json
from scheduler.cli.files import load_instance, load_readable_roster
from scheduler.cli.options import AsJson, InstanceFile, RosterFile
from scheduler.errors import EditError

if TYPE_CHECKING:
    from scheduler.offers import ParticipantInSession

Missed = Annotated[
    list[str] | None,
    typer.Option("--missed", metavar="P@SESSION", help="A participant and the group or session that was missed, such as p007@g1; repeat."),
]
Came = Annotated[
    list[str] | None,
    typer.Option("--walk-in", metavar="P@SESSION", help="A participant who came to a session without being booked; repeat."),
]


def make_up(instance: InstanceFile, roster: RosterFile, missed: Missed = None, walk_in: Came = None, as_json: AsJson = False) -> None:
    """List who falls below the ordered minutes by an absence, a closure or a missed session, and where they could make up for it."""
    from scheduler.offers import MakeUpQuestion, short_weeks

    week, _ = load_instance(instance)
    document = load_readable_roster(week, roster)
    question = MakeUpQuestion(
        missed=tuple(_attended(text, "--missed") for text in missed or ()),
        walk_ins=tuple(_attended(text, "--walk-in") for text in walk_in or ()),
    )
    try:
        answer = short_weeks(week, document, question)
    except EditError as error:
        raise typer.BadParameter(str(error)) from None
    if as_json:
        print_json(answer)
        return
    for line in answer.lines:
        console().print(line)


def _attended(text: str, option: str) -> ParticipantInSession:
    from scheduler.offers import ParticipantInSession

    person, _, session = text.partition("@")
    if not person or not session:
        raise typer.BadParameter(f"write participant@session, such as p007@g1, not {text}", param_hint=option)
    return ParticipantInSession(participant=person, session=session)
