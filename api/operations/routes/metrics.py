"""Route of metrics for Prometheus."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from api.kernel.errors import Problem
from api.security.access import Caller
from api.web.callers import caller_of
from api.web.metrics import Metrics
from api.web.problems import problems

router = APIRouter(tags=["operations"])

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
LOCAL_NAMES = {"127.0.0.1", "localhost", "::1"}


@router.get("/metrics", response_class=PlainTextResponse, responses=problems("not_signed_in", "forbidden"), summary="Get metrics")
def get_metrics(request: Request, caller: Annotated[Caller, Depends(caller_of)]) -> PlainTextResponse:
    """Get metrics of requests, jobs, event streams, connections and memory in the Prometheus text format, without any ids.

    Open to requests from this machine; all others, including those through a proxy, need a key with the scope `metrics` or
    `admin`. Not in the audit trail, because it shows no personal data and is read every few seconds.
    """
    if not _is_local(request) and not caller.may("metrics"):
        if caller.kind == "nobody":
            raise Problem("not_signed_in", headers={"WWW-Authenticate": "Bearer"})
        raise Problem("forbidden")
    metrics: Metrics = request.app.state.metrics
    return PlainTextResponse(metrics.render(), media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _is_local(request: Request) -> bool:
    """Whether the request comes from this machine: not through a proxy, nor from a browser under another site's name for it."""
    if request.client is None or request.url.hostname not in LOCAL_NAMES or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
