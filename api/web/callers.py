"""The caller, client address and rate limits of a request, as determined by the middleware."""

from __future__ import annotations

from fastapi import Request

from api.security.access import NOBODY, Caller
from api.security.rates import Rates


async def caller_of(request: Request) -> Caller:
    """The caller of a request, as determined by the middleware `Callers`."""
    caller: Caller = getattr(request.state, "caller", NOBODY)
    return caller


def address_of(request: Request) -> str:
    """The client address of a request, as determined by the outermost check: behind a trusted proxy, the address that the proxy names."""
    return "" if request.client is None else request.client.host


def rates_of(request: Request) -> Rates:
    """The application's rate counters."""
    rates: Rates = request.app.state.rates
    return rates
