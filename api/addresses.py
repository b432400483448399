"""What stands in addresses: ids and Mondays, checked before a route sees them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, NamedTuple

from fastapi import Depends, Path
from pydantic import AfterValidator

from scheduler.fields import Id

FIRST_MONDAY, LAST_MONDAY = date(2000, 1, 3), date(2199, 12, 30)


def a_monday(day: date) -> date:
    """A date that is a Monday, and not absurd.

    Raises:
        ValueError: It is another day.
    """
    if day.weekday():
        raise ValueError("a week is named by its Monday")
    if not FIRST_MONDAY <= day <= LAST_MONDAY:
        raise ValueError("weeks are kept from 2000 to 2199")
    return day


ProgramId = Annotated[Id, Path(description="The program.")]
Monday = Annotated[date, AfterValidator(a_monday), Path(description="The week: the date of its Monday.", examples=["2026-11-30"])]
RosterId = Annotated[Id, Path(description="The roster.")]


class WeekAddress(NamedTuple):
    """A week in an address."""

    program: str
    monday: date

    @property
    def path(self) -> str:
        """The address of the week."""
        return f"/v1/programs/{self.program}/weeks/{self.monday}"


class RosterAddress(NamedTuple):
    """A roster in an address."""

    program: str
    monday: date
    roster: str


async def _week_address(program: ProgramId, monday: Monday) -> WeekAddress:
    return WeekAddress(program, monday)


async def _roster_address(program: ProgramId, monday: Monday, roster: RosterId) -> RosterAddress:
    return RosterAddress(program, monday, roster)


ThatWeek = Annotated[WeekAddress, Depends(_week_address)]
ThatRoster = Annotated[RosterAddress, Depends(_roster_address)]
