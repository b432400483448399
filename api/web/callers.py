"""Who sends a request and from where, as the middlewares found it, and how often that may be."""

from __future__ import annotations

from fastapi import Request

from api.security.access import NOBODY, Caller
from api.security.rates import Rates


async def caller_of(request: Request) -> Caller:
    """The caller of a request, as the middleware `Callers` found it."""
    caller: Caller = getattr(request.state, "caller", NOBODY)
    return caller


def address_of(request: Request) -> str:
    """Where a request came from, as the outermost check found it: behind a proxy that is trusted, the address that proxy names."""
    return "" if request.client is None else request.client.host


def rates_of(request: Request) -> Rates:
    """The application's counters."""
    rates: Rates = request.app.state.rates
    return rates
