"""Routes that exist twice: for all programs, and within one program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request

from api.web.addresses import ProgramId
from api.web.idempotency import Repeatable

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


async def _program_in_address(program: ProgramId) -> str:
    return program


async def _within(request: Request) -> str | None:
    program: str | None = request.path_params.get("program")
    return program


Within = Annotated[str | None, Depends(_within)]


class Twofold:
    """Routes under ``/v1`` and, with the same function, under ``/v1/programs/{program}``; `Within` tells the function which.

    Attributes:
        routers: The two routers.
    """

    def __init__(self, tag: str) -> None:
        everywhere = APIRouter(prefix="/v1", tags=[tag], route_class=Repeatable)
        inside = APIRouter(prefix="/v1/programs/{program}", tags=[tag], route_class=Repeatable, dependencies=[Depends(_program_in_address)])
        self.routers = (everywhere, inside)

    def route(self, method: str, path: str, *, summary: str, **more: Any) -> Callable[[Endpoint], Endpoint]:
        """Declare both routes for a function."""

        def declare(endpoint: Endpoint) -> Endpoint:
            for router, where in zip(self.routers, ("", " of a program"), strict=True):
                name = endpoint.__name__ + where.replace(" ", "_")
                router.add_api_route(path, endpoint, methods=[method], name=name, summary=summary + where, **more)
            return endpoint

        return declare
