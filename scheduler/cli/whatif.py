"""The command `whatif`: every place that a booking, a session, a leader or a room may have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from scheduler.cli.console import console, print_json
from scheduler.cli.files import load_instance, load_readable_roster
from scheduler.cli.options import AsJson, InstanceFile, RosterFile
from scheduler.errors import EditError
from scheduler.words import counted, day_name

if TYPE_CHECKING:
    from scheduler.whatif import ListedPlace, PlaceList

COLORS = {"free": "green", "costly": "yellow", "forbidden": "red"}

Participant = Annotated[
    str | None, typer.Option("--booking", metavar="P", help="Where the bookings of this participant may go; also those not scheduled.")
]
Service = Annotated[str | None, typer.Option("--service", metavar="S", help="With --booking: only bookings of this service.")]
OfSession = Annotated[
    str | None, typer.Option("--session", metavar="G", help="Where this group or session may go, with whom, and in which rooms.")
]
Clinician = Annotated[str | None, typer.Option("--clinician", metavar="C", help="Who else may give the sessions of this clinician.")]
Room = Annotated[str | None, typer.Option("--room", metavar="R", help="Which other rooms the sessions in this room may use.")]
All = Annotated[bool, typer.Option("--all", help="List forbidden places, too; otherwise they are counted.")]


def whatif(
    instance: InstanceFile,
    roster: RosterFile,
    booking: Participant = None,
    service: Service = None,
    session: OfSession = None,
    clinician: Clinician = None,
    room: Room = None,
    all_places: All = False,
    as_json: AsJson = False,
) -> None:
    """List every place that a booking, a session, a leader or a room may have: free, costly or forbidden, and why."""
    from scheduler.whatif import WhatifQuestion, ask

    week, _ = load_instance(instance)
    document = load_readable_roster(week, roster)
    question = WhatifQuestion(participant=booking, service=service, session=session, clinician=clinician, room=room)
    try:
        answer = ask(week, document, question)
    except EditError as error:
        raise typer.BadParameter(str(error)) from None
    if as_json:
        print_json(answer)
        return
    if not answer.lists:
        console().print("There is nothing that could change.")
    for number, places in enumerate(answer.lists):
        if number:
            console().print()
        for line in _lines(places, all_places=all_places):
            console().print(line)


def _lines(of: PlaceList, *, all_places: bool) -> Iterator[Text]:
    """The title, a line for each place, and the number of those left out."""
    yield Text(of.title, "bold")
    listed = [place for place in of.places if all_places or place.kind != "forbidden"]
    rows = [[place.kind, _when(place), place.room or place.mode, ", ".join(place.clinicians), _change(place)] for place in listed]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for place, row in zip(listed, rows, strict=True):
        kind, *cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        rest = "  ".join([*cells, "; ".join(place.reasons)]).rstrip()
        yield Text.assemble("  ", (kind, COLORS[place.kind]), "  ", rest)
    if forbidden := len(of.places) - len(listed):
        yield Text(f"  {counted(forbidden, 'place')} {'is' if forbidden == 1 else 'are'} forbidden; --all lists them with the rule", "dim")
    elif not of.places:
        yield Text("  no other place", "dim")


def _when(place: ListedPlace) -> str:
    """A start as "Monday 2026-11-30 09:00"."""
    return f"{day_name(place.start.date())} {place.start:%Y-%m-%d %H:%M}"


def _change(place: ListedPlace) -> str:
    """The change in both objectives; a fall is better."""
    if place.care is None or place.preference is None:
        return ""
    changes = [f"{name} {change:+d}" for name, change in (("care", place.care), ("preferences", place.preference)) if change]
    return ", ".join(changes) or "no change"
