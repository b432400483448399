"""The methods that an address takes."""

from __future__ import annotations

from fastapi import Request
from starlette.routing import Match, Route


def methods_of(request: Request) -> list[str]:
    """The methods of all routes at the address of a request, in alphabetical order; what can be read can be asked for its headers."""
    routes = (route for route in request.app.router.routes if isinstance(route, Route))
    methods = {method for route in routes if route.matches(request.scope)[0] is not Match.NONE for method in route.methods or ()}
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))
