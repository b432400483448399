"""A typed client of the service.

::

    from api.client import Client

    with Client("http://127.0.0.1:8000", key="...") as stepdown:
        result = stepdown.solve(instance, seconds=20)

Bodies and answers are the models the service itself uses. An answer that is an error raises `ApiError` with the problem details in it.
"""

from api.client.client import Client
from api.client.jobs import JobFailedError
from api.client.wire import ApiError, Versioned

__all__ = ["ApiError", "Client", "JobFailedError", "Versioned"]
