"""Path parameters: ids and Mondays, validated before a route sees them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, NamedTuple

from fastapi import Depends, Path
from pydantic import AfterValidator

from api.kernel.mondays import a_monday
from scheduler.fields import Id

ProgramId = Annotated[Id, Path(description="The program.")]
Monday = Annotated[date, AfterValidator(a_monday), Path(description="The week: the date of its Monday.", examples=["2026-11-30"])]
RosterId = Annotated[Id, Path(description="The roster.")]


class WeekAddress(NamedTuple):
    """A week identified by path parameters."""

    program: str
    monday: date

    @property
    def path(self) -> str:
        """The path of the week."""
        return f"/v1/programs/{self.program}/weeks/{self.monday}"


class RosterAddress(NamedTuple):
    """A roster identified by path parameters."""

    program: str
    monday: date
    roster: str


async def _week_address(program: ProgramId, monday: Monday) -> WeekAddress:
    return WeekAddress(program, monday)


async def _roster_address(program: ProgramId, monday: Monday, roster: RosterId) -> RosterAddress:
    return RosterAddress(program, monday, roster)


ThatWeek = Annotated[WeekAddress, Depends(_week_address)]
ThatRoster = Annotated[RosterAddress, Depends(_roster_address)]
