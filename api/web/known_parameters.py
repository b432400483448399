"""Refuses query parameters that a route does not have: one that is ignored would change the meaning of a request without a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from api.kernel.errors import Place, Problem

API = "/v1/"
OWN_WORDS = "/v1/programs/{program}/fhir/"
"""FHIR has rules of its own for parameters that are not known."""


class KnownParameters:
    """A route that is called only with parameters that it has."""

    def __init__(self, app: ASGIApp, names: Iterable[str]) -> None:
        self.app, self.names = app, frozenset(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on.

        Raises:
            Problem: It has other parameters; each is reported by its number, because its name may be anything.
        """
        pairs = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        unknown = [number for number, (name, _) in enumerate(pairs, 1) if name not in self.names]
        if unknown:
            words = f"there is no such parameter; there are: {', '.join(sorted(self.names))}" if self.names else "this takes no parameters"
            places = [Place(code="unknown_parameter", path=f"query parameter {number}", message=words) for number in unknown]
            raise Problem("wrong_shape", "Some query parameters are not known here; each is listed.", places)
        await self.app(scope, receive, send)


def check_parameters(routes: Iterable[BaseRoute]) -> None:
    """Let the routes of the API refuse parameters that they do not have; those that already do stay as they are.

    Every application of a process has the same routes.
    """
    for route in routes:
        if not isinstance(route, APIRoute) or isinstance(route.app, KnownParameters):
            continue
        if route.path.startswith(API) and not route.path.startswith(OWN_WORDS):
            route.app = KnownParameters(route.app, parameters_of(route.dependant))


def parameters_of(dependant: Dependant) -> Iterator[str]:
    """The names of a route's query parameters, those of its dependencies among them."""
    yield from (parameter.alias for parameter in dependant.query_params)
    for part in dependant.dependencies:
        yield from parameters_of(part)
