"""What happens to every request before a route sees it. Plain ASGI; `api.app` joins them and says in which order."""

from api.middleware.bodies import BodyLimit
from api.middleware.callers import Callers
from api.middleware.headers import SecurityHeaders
from api.middleware.hosts import Hosts
from api.middleware.origins import Origins

__all__ = ["BodyLimit", "Callers", "Hosts", "Origins", "SecurityHeaders"]
