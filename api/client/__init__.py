"""A typed client of the service.

::

    from api.client import Client

    with Client("http://127.0.0.1:8000", key="...") as stepdown:
        result = stepdown.solve(instance, seconds=20)

Bodies and responses are the service's own models. An error response raises `ApiError` with the problem details.
"""

from api.client.client import Client
from api.client.jobs import JobFailedError
from api.client.wire import ApiError, Versioned

__all__ = ["ApiError", "Client", "JobFailedError", "Versioned"]
