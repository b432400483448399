"""Requests and answers: keys, versions, pages, retries, problem details."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError

from api.kernel.errors import ProblemDetails

M = TypeVar("M")
PAGE = 200
TRIES = 4
MOST_WAIT_SECONDS = 30.0
BUSY = (429, 503)
"""Statuses after which a request is repeated, if the response says when."""


class ApiError(Exception):
    """An error response.

    Attributes:
        status: The HTTP status; 0 without a response.
        code: One of `api.kernel.errors.PROBLEMS`, or empty when what answered was not the service (a proxy, say).
        problem: The whole problem details.
    """

    def __init__(self, status: int, problem: ProblemDetails | None, text: str = "") -> None:
        self.status, self.problem = status, problem
        self.code = "" if problem is None else problem.code
        issues = "" if problem is None else "".join(f"\n  {issue.path}: {issue.message}" for issue in problem.issues)
        message = text if problem is None else f"{problem.code}: {problem.detail}{issues}"
        super().__init__(f"{status} {message}".strip())


@dataclass(frozen=True, slots=True)
class Versioned(Generic[M]):
    """A document with its version, which every change must name.

    Attributes:
        etag: The value to send as `If-Match`.
    """

    value: M
    etag: str


class Wire:
    """Sends requests to one service with one key.

    Requests are sent again when the connection broke or the service was busy: reads always, other requests only because they carry an
    `Idempotency-Key` (POST) or the version they change (PUT, PATCH, DELETE), so that nothing is done twice.
    """

    def __init__(self, client: httpx2.Client, pause: Any = time.sleep) -> None:
        self.client, self._pause = client, pause

    def send(
        self,
        method: str,
        path: str,
        body: BaseModel | Mapping[str, Any] | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
        timeout: float | None = None,
    ) -> httpx2.Response:
        """Send a request and return its successful response.

        Raises:
            ApiError: The response was an error, or there was none.
        """
        query = {name: _text(value) for name, value in (params or {}).items() if value is not None}
        sent = {name: value for name, value in (headers or {}).items() if value is not None}
        if method == "POST":
            sent.setdefault("Idempotency-Key", uuid.uuid4().hex)
        content = None
        if body is not None:
            content = _json(body)
            sent["Content-Type"] = "application/json"
        options: dict[str, Any] = {} if timeout is None else {"timeout": timeout}
        return self._answer(method, path, {"params": query, "headers": sent, "content": content, **options})

    def _answer(self, method: str, path: str, options: dict[str, Any]) -> httpx2.Response:
        for rest in range(TRIES - 1, -1, -1):
            try:
                answer = self.client.request(method, path, **options)
            except httpx2.TransportError as error:
                if rest:
                    self._pause(0.2 * 2 ** (TRIES - 1 - rest))
                    continue
                raise ApiError(0, None, f"the service did not answer ({type(error).__name__})") from error
            wait = _seconds(answer.headers.get("Retry-After"))
            if answer.status_code in BUSY and wait is not None and wait <= MOST_WAIT_SECONDS and rest:
                self._pause(wait)
                continue
            break
        if answer.status_code >= 400:
            raise error_of(answer)
        return answer

    def download(self, path: str, to: Path) -> None:
        """Write the body of a response into a file, however large it is.

        Raises:
            ApiError: The response was an error, or it broke off.
        """
        try:
            with self.client.stream("GET", path) as answer:
                if answer.status_code >= 400:
                    answer.read()
                    raise error_of(answer)
                with to.open("wb") as file:
                    for piece in answer.iter_bytes():
                        file.write(piece)
        except httpx2.TransportError as error:
            raise ApiError(0, None, f"the download broke off ({type(error).__name__})") from error

    def get(self, kind: type[M], path: str, **params: Any) -> M:
        """Something as its model."""
        return read(kind, self.send("GET", path, params=params))

    def get_versioned(self, kind: type[M], path: str) -> Versioned[M]:
        """Something with its version."""
        return versioned(kind, self.send("GET", path))

    def count(self, path: str, **params: Any) -> int:
        """How many items a list has, on all pages."""
        total: int = self.send("GET", path, params={"limit": 1, "total": True, **params}).json()["total"]
        return total

    def pages(self, kind: type[M], path: str, **params: Any) -> Iterator[M]:
        """Every item of a paged list."""
        after: str | None = None
        adapter: TypeAdapter[list[M]] = TypeAdapter(list[kind])  # type: ignore[valid-type] # a type created at run time
        while True:
            page = self.send("GET", path, params={"limit": PAGE, "after": after, **params}).json()
            yield from adapter.validate_python(page["items"])
            after = page["next"]
            if after is None:
                return


def items(kind: type[M], answer: httpx2.Response) -> list[M]:
    """The items of a list that is answered as a whole."""
    as_models: list[M] = TypeAdapter(list[kind]).validate_python(answer.json()["items"])  # type: ignore[valid-type] # a type created at run time
    return as_models


def read(kind: type[M], answer: httpx2.Response) -> M:
    """The body of a response as its model."""
    return TypeAdapter(kind).validate_json(answer.content)


def versioned(kind: type[M], answer: httpx2.Response) -> Versioned[M]:
    """The body of a response with its version."""
    return Versioned(read(kind, answer), answer.headers.get("ETag", ""))


def error_of(answer: httpx2.Response) -> ApiError:
    """The error in a response."""
    try:
        problem = ProblemDetails.model_validate_json(answer.content)
    except ValidationError:
        return ApiError(answer.status_code, None, answer.reason_phrase)
    return ApiError(answer.status_code, problem)


def _text(value: Any) -> Any:
    """A value of the query, as the service reads it."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else value


def _json(body: BaseModel | Mapping[str, Any]) -> bytes:
    if isinstance(body, BaseModel):
        return body.model_dump_json(exclude_unset=True).encode()
    return TypeAdapter(dict[str, Any]).dump_json(dict(body))


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isdigit() else None
