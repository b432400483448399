"""Request bodies: read raw, then parsed and validated off the event loop; all mistakes are reported at once, each with its path.

A route declares its body like this; 415, 413, 400 `malformed` and 422 `wrong_shape` are returned before it is called::

    def create_room(act: Annotated[Act, needs("program:write", "room.create")], room: Annotated[Room, json_body(Room)]) -> ...

`SoundInstance` is an instance without errors: any other is answered with 400 `bad_instance`, which lists every error.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Annotated, Any, Generic, ParamSpec, TypeVar, cast

from fastapi import Depends, Request
from pydantic import BaseModel
from pydantic_core import ErrorDetails

from api.kernel.errors import Place, Problem
from api.kernel.instance_checks import places, require_sound
from scheduler.errors import ReadError
from scheduler.instance import Instance
from scheduler.reading import read_model, shape_issue

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=BaseModel)

SMALL_BYTES = 8_000
"""Smaller bodies are parsed on the event loop: that takes under a millisecond, about as long as handing it to a thread."""

BODY_CODES = ("malformed", "too_large", "wrong_media_type", "wrong_shape")
"""The problems that any body may cause."""

WRONG_SHAPE = "Every wrong field is listed with its path and what to write there."

# Two at a time: Python switches threads every few milliseconds, but to any waiting thread, not to the event loop. With forty busy
# threads the loop would wait for many of them; with two it waits for two.
_lane = ThreadPoolExecutor(2, thread_name_prefix="bodies")


async def in_lane(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a CPU-bound function without stalling the event loop; at most two at a time."""
    return await asyncio.get_running_loop().run_in_executor(_lane, lambda: function(*args, **kwargs))


@dataclass(frozen=True, slots=True)
class JsonBody(Generic[M]):
    """The dependency that reads a body; the OpenAPI description finds the model here.

    Attributes:
        is_sound: Also refuse an instance with errors: the body, or its field `instance`.
    """

    model: type[M]
    is_sound: bool = False

    async def __call__(self, request: Request) -> M:
        """Read the body of a request.

        Raises:
            Problem: The body is not JSON, has the wrong shape, or is an instance with errors.
        """
        content = await json_bytes(request)
        if len(content) < SMALL_BYTES and not self.is_sound:
            return self.read(content)
        return await in_lane(self.read, content)

    def read(self, content: bytes) -> M:
        """Parse bytes into the model.

        Raises:
            Problem: The bytes are not JSON, have the wrong shape, or hold an instance with errors.
        """
        try:
            model = read_model(self.model, content)
        except ReadError as error:
            raise _unreadable(error) from None
        if self.is_sound:
            if isinstance(model, Instance):
                require_sound(model)
            else:
                require_sound(getattr(model, "instance"), "instance.")  # noqa: B009 - M is bound to BaseModel, not to a protocol
        return model


def json_body(model: type[BaseModel], *, is_sound: bool = False) -> Any:
    """The dependency that reads the body of a request as a model.

    Args:
        is_sound: Also refuse an instance with errors (400 `bad_instance`): the body itself, or its field `instance`.
    """
    return Depends(JsonBody(model, is_sound))


InstanceBody = Annotated[Instance, json_body(Instance)]
"""Any instance, even one with errors."""

SoundInstance = Annotated[Instance, json_body(Instance, is_sound=True)]
"""An instance without errors; it may have warnings."""


async def json_bytes(request: Request) -> bytes:
    """The raw body of a request whose Content-Type is JSON.

    Raises:
        Problem: The body has another media type, is compressed, or is empty.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise Problem("wrong_media_type", "Send the body as JSON, with the header Content-Type: application/json.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem("wrong_media_type", "Send the body uncompressed, without the header Content-Encoding.")
    content = await request.body()
    if not content:
        raise Problem("malformed", "Send a JSON document as the body; this one is empty.")
    return content


def places_of(details: Iterable[Mapping[str, Any]]) -> list[Place]:
    """FastAPI's parameter and body errors in the form used in responses, e.g. ``query.limit``; no value is repeated."""
    places = []
    for detail in details:
        where, *path = detail["loc"]
        issue = shape_issue(cast("ErrorDetails", {**detail, "loc": tuple(path if where == "body" else detail["loc"])}))
        places.append(Place(code=issue.code, severity=issue.severity, path=issue.path, message=issue.message))
    return places


def _unreadable(error: ReadError) -> Problem:
    """The problem that reports an unreadable document."""
    issues = places(error.issues)
    first = error.issues[0].message
    match error.issues[0].code:
        case "shape" | "too_many_issues":
            return Problem("wrong_shape", WRONG_SHAPE, issues)
        case "too_large":
            return Problem("too_large", f"{first[0].upper()}{first[1:]}.", issues)
        case _:
            return Problem("malformed", f"{first[0].upper()}{first[1:]}.", issues)
