"""Paged lists: `?limit=50&after=<id>` returns the items and where the next page begins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from api.kernel.errors import Problem

T = TypeVar("T")
R = TypeVar("R")

Limit = Annotated[int, Query(ge=1, le=500, description="Maximum number of items to return.")]
After = Annotated[str | None, Query(max_length=300, description="`next` of the previous page.")]


WithTotal = Annotated[bool, Query(description="Count everything that matches, on all pages, in `total`.")]


class Page(BaseModel, Generic[T]):
    """A page of a list."""

    items: list[T]
    next: str | None = Field(None, description="Send it as `after` to get the next page; null on the last.")
    total: int | None = Field(None, description="How many there are on all pages, if the request asked for it with `total=true`.")


def page(rows: Sequence[R], limit: int, show: Callable[[R], T], name: Callable[[R], str] = attrgetter("id")) -> Page[T]:
    """A page of rows.

    Args:
        rows: One row more than the limit, if there are that many (`api.database.rows.page_of`).
        name: The value of `after` for a row; its id, unless something else sorts the list.
    """
    visible = rows[:limit]
    return Page(items=[show(row) for row in visible], next=name(visible[-1]) if len(rows) > limit else None)


def whole(items: Iterable[T]) -> Page[T]:
    """A list that is always answered as a whole."""
    return Page(items=list(items), next=None)


def page_within(
    items: Sequence[T], limit: int, after: str | None, name: Callable[[T], str], missing: str, *, is_counted: bool = False
) -> Page[T]:  # fmt: skip
    """A page of a list that was computed as a whole.

    Args:
        is_counted: Whether to count everything, on all pages.
        name: The value of `after` for an item.
        missing: What to say if `after` names no item.

    Raises:
        Problem: `after` names no item.
    """
    names: list[str | None] = [None, *map(name, items)]
    if after not in names:
        raise Problem("not_found", missing)
    first = names.index(after)
    result = page(items[first : first + limit + 1], limit, lambda item: item, name)
    result.total = len(items) if is_counted else None
    return result
