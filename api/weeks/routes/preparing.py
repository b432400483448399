"""The rosters prepared by this process, as a dependency."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.weeks.store.prepared import PreparedRosters


async def _prepared_rosters(request: Request) -> PreparedRosters:
    rosters: PreparedRosters = request.app.state.prepared_rosters
    return rosters


PreparedRostersOf = Annotated[PreparedRosters, Depends(_prepared_rosters)]
