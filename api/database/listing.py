"""Lists as callers ask for them: a page, in some order, of what changed since a time, with the number of all.

The place where a page ends is the values that the list is sorted by, not a number: rows that are added or changed meanwhile move no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Date, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.database.rows import page_of
from api.database.tables.base import UtcTime
from api.kernel.errors import Place, Problem

R = TypeVar("R")

Column = InstrumentedAttribute[Any]
APART = "~"
"""Between the values of a place; ids do not contain it."""
TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True)
class Listing:
    """What a caller asks of a list.

    Attributes:
        after: `next` of the previous page.
        changed_since: Only what has changed since, this instant included.
        sort: The name of an order; with ``-`` in front, from the last to the first.
        is_counted: Whether to count everything, on all pages.
    """

    limit: int = 50
    after: str | None = None
    changed_since: datetime | None = None
    sort: str = "id"
    is_counted: bool = False

    @property
    def is_latest_first(self) -> bool:
        """Whether the list is sorted from the last to the first."""
        return self.sort.startswith("-")

    @property
    def order(self) -> str:
        """What it is sorted by."""
        return self.sort.removeprefix("-")


@dataclass(frozen=True, slots=True)
class ListedRows(Generic[R]):
    """A page of a list.

    Attributes:
        next: Where the next page begins; None on the last.
        total: How many there are on all pages, if that was asked.
    """

    rows: Sequence[R]
    next: str | None
    total: int | None


def orders_of(table: type[Any], *names: str) -> dict[str, Column]:
    """The orders of a list of stamped rows: by these columns, and by when they were created and changed."""
    return {name: getattr(table, name) for name in (*names, "changed_at", "created_at")}


def list_rows(
    session: Session,
    query: Select[R],
    listing: Listing,
    orders: Mapping[str, Column],
    *key: Column,
    read: Callable[[Select[R]], Sequence[R]] | None = None,
) -> ListedRows[R]:
    """The rows of one page.

    Args:
        orders: Columns by the name of the order; `changed_at` is what `changed_since` is compared with.
        key: Unique columns, by which rows of the same place in the order are sorted.
        read: How the rows of a query are read, if each needs more than its columns.

    Raises:
        Problem: `after` is not the end of a page of this list.
    """
    if listing.changed_since is not None:
        query = query.where(orders["changed_at"] >= listing.changed_since)
    total = session.scalar(select(func.count()).select_from(query.subquery())) if listing.is_counted else None
    by = orders[listing.order]
    columns = [by, *(column for column in key if column is not by)]
    after = None if listing.after is None else _values(listing.after, columns)
    page = page_of(query, *columns, after=after, limit=listing.limit, is_latest_first=listing.is_latest_first)
    rows: Sequence[R] = session.scalars(page).all() if read is None else read(page)
    visible = rows[: listing.limit]
    return ListedRows(visible, _place(visible[-1], columns) if len(rows) > listing.limit else None, total)


def _place(row: Any, columns: Sequence[Column]) -> str:
    """The values of a row that the list is sorted by, as text."""
    return APART.join(_text(getattr(row, column.key)) for column in columns)


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime(TIME)
    return value.isoformat() if isinstance(value, date) else str(value)


def _values(after: str, columns: Sequence[Column]) -> Any:
    """The values in the text of a place: one, or one for each column."""
    parts = after.split(APART)
    try:
        values = [_value(part, column) for part, column in zip(parts, columns, strict=True)]
    except ValueError:
        place = Place(code="value", path="query.after", message="send `next` of the previous page, with the same `sort`")
        raise Problem("wrong_shape", issues=[place]) from None
    return values[0] if len(values) == 1 else values


def _value(text: str, column: Column) -> Any:
    if isinstance(column.type, UtcTime):
        return datetime.strptime(text, TIME).replace(tzinfo=UTC)
    return date.fromisoformat(text) if isinstance(column.type, Date) else text
