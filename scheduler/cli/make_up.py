"""The command `make-up`: where a missed session could be made up this week, within all rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.console import console, print_json
from scheduler.cli.files import load_instance, load_readable_roster
from scheduler.cli.options import AsJson, InstanceFile, RosterFile
from scheduler.errors import EditError

if TYPE_CHECKING:
    from scheduler.offers import MakeUps

Missed = Annotated[
    list[str],
    typer.Option("--missed", metavar="P@SESSION", help="A participant and the group or session that was missed, such as p007@g1; repeat."),
]


def make_up(instance: InstanceFile, roster: RosterFile, missed: Missed, as_json: AsJson = False) -> None:
    """List the sessions and times of this week in which missed sessions could be made up, within all rules."""
    from scheduler.case import Case
    from scheduler.offers import make_ups
    from scheduler.whatif import Whatif

    week, _ = load_instance(instance)
    document = load_readable_roster(week, roster)
    try:
        whatif = Whatif(Case(week), document)
        answers = [make_ups(whatif, *_parts(text)) for text in missed]
    except EditError as error:
        raise typer.BadParameter(str(error)) from None
    if as_json:
        print_json(answers)
        return
    for answer in answers:
        _print(answer)


def _parts(text: str) -> tuple[str, str]:
    """The session and the participant."""
    person, _, session = text.partition("@")
    if not person or not session:
        raise typer.BadParameter(f"write participant@session, such as p007@g1, not {text}", param_hint="--missed")
    return session, person


def _print(answer: MakeUps) -> None:
    for line in answer.lines:
        console().print(line)
