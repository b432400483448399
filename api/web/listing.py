"""Lists that are asked for in the same words: `?limit=50&after=<next>&changed_since=...&sort=-changed_at&total=true`.

Annotations are evaluated when a dependency is made, so this module does not postpone them.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Depends, Query
from pydantic import AwareDatetime

from api.database.listing import ListedRows, Listing
from api.web.paging import After, Limit, Page, WithTotal

T = TypeVar("T")
R = TypeVar("R")

ChangedSince = Annotated[
    AwareDatetime | None,
    Query(description="Only what has changed since this instant, which is included. What was archived since is listed, too."),
]
ORDERS = ("changed_at", "created_at")
"""By which every list can be sorted that takes these words."""


def listing_by(*orders: str, default: str) -> Any:
    """The dependency for what a caller asks of a list.

    Args:
        orders: By which this list can be sorted, besides `ORDERS`.
    """
    names = tuple(f"{sign}{name}" for name in (*orders, *ORDERS) for sign in ("", "-"))
    Sort: Any = Literal[names]  # noqa: N806 - a type

    async def listing_of_request(
        limit: Limit = 50,
        after: After = None,
        changed_since: ChangedSince = None,
        sort: Annotated[Sort, Query(description="The order; with - in front, from the last to the first.")] = default,
        total: WithTotal = False,
    ) -> Listing:
        return Listing(limit=limit, after=after, changed_since=changed_since, sort=sort, is_counted=total)

    return Depends(listing_of_request)


def listed(rows: ListedRows[R], show: Callable[[R], T]) -> Page[T]:
    """A page of rows as the response."""
    return Page(items=[show(row) for row in rows.rows], next=rows.next, total=rows.total)
