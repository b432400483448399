"""A row to be changed: found and locked, and of the version that the caller read.

A subject says once how such a row is found, with the path parameters that name it, and each of its routes takes the row::

    async def _webhook(program: ProgramId, webhook: WebhookId) -> Find[WebhookRow]:
        return lambda session: find_webhook(session, program, webhook, to_change=True)

    ChangingWebhook = Annotated[Changing[WebhookRow], changing(_webhook)]

    def rotate_webhook(act: Annotated[Act, needs("admin", "webhook.rotate")], changing: ChangingWebhook) -> WebhookView:
        rotate_secret(changing.row, changing.by, changing.now)
        return changing.answer(_view(changing.row))

Annotations are evaluated when a dependency is made, so this module does not postpone them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

from fastapi import Depends, Response
from sqlalchemy.orm import Session

from api.database.tables.base import VersionedRow
from api.web.dependencies import CurrentAct, Now, Writing
from api.web.versions import IfMatch, SeenVersion, check_version, etag

R = TypeVar("R", bound=VersionedRow)
T = TypeVar("T")
Find: TypeAlias = Callable[[Session], R]
"""Finds and locks a row, or raises `not_found`."""


@dataclass(slots=True)
class Changing(Generic[R]):
    """A row while a request changes it.

    Attributes:
        by: Who changes it, `Caller.name`.
    """

    find: Find[R]
    session: Session
    by: str
    now: datetime
    response: Response
    _row: R | None = None

    @property
    def row(self) -> R:
        """The row, found when it is first asked for.

        Not by a dependency: between that and the route the request would hold its locks while it waits for a thread, and all threads may
        be waiting for these locks. Not by `cached_property`: before Python 3.12 all requests would wait for each other.
        """
        if self._row is None:
            self._row = self.find(self.session)
        return self._row

    def answer(self, view: T) -> T:
        """The response to the change, with the row's new version as its ETag."""
        self.response.headers["ETag"] = etag(self.row.version)
        return view


def acting_on(find: Callable[..., Any]) -> Any:
    """The dependency for a row that is taken as it is, whatever its version.

    Args:
        find: A dependency that returns how the row is found.
    """

    async def acting_on_row(
        find: Annotated[Any, Depends(find)], session: Writing, act: CurrentAct, now: Now, response: Response
    ) -> Changing[Any]:  # fmt: skip
        return Changing(find, session, act.caller.name, now, response)

    return Depends(acting_on_row)


def changing(find: Callable[..., Any]) -> Any:
    """The same, where `If-Match` must name the version of the row: 428 without it, 412 if it is outdated."""

    async def changing_row(changing: Annotated[Changing[Any], acting_on(find)], if_match: IfMatch = None) -> Changing[Any]:
        return _in_version(changing, if_match)

    return Depends(changing_row)


def starting_from(find: Callable[..., Any]) -> Any:
    """The same, for a row from which something new is made: `If-Match` is checked if it is sent."""

    async def starting_row(changing: Annotated[Changing[Any], acting_on(find)], if_match: SeenVersion = None) -> Changing[Any]:
        return changing if if_match is None else _in_version(changing, if_match)

    return Depends(starting_row)


def _in_version(changing: Changing[Any], if_match: str | None) -> Changing[Any]:
    def find_seen(session: Session) -> Any:
        row = changing.find(session)
        check_version(if_match, row.version)
        return row

    return replace(changing, find=find_seen)
