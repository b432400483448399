"""Middleware that handles every request before its route. Plain ASGI; `api.app` adds logs, headers and defects around it."""

from starlette.middleware import Middleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api.kernel.settings import Settings
from api.web.middleware.bodies import BodyLimit
from api.web.middleware.callers import Callers
from api.web.middleware.headers import SecurityHeaders
from api.web.middleware.hosts import Hosts
from api.web.middleware.origins import Origins
from api.web.middleware.path_check import PathCheck
from api.web.middleware.reads import Reads

__all__ = ["SecurityHeaders", "shields"]


def shields(settings: Settings, *answering: Middleware) -> list[Middleware]:
    """The checks, innermost first; each costs more than those around it, and none reads a body.

    The client address behind a proxy is determined first; foreign hosts and pages are refused; then the caller is identified and counted,
    which decides how large its body may be.

    Args:
        answering: Middleware that answers some requests without their caller.
    """
    return [
        Middleware(Reads),
        Middleware(BodyLimit, most=settings.body_bytes_most),
        Middleware(Callers),
        Middleware(PathCheck),
        Middleware(Origins, settings=settings),
        *answering,
        Middleware(Hosts, settings=settings),
        Middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies),
    ]
