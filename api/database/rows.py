"""What every store does with rows: find one by its id, and read a page of a list."""

from __future__ import annotations

from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.database.tables import Base
from api.kernel.errors import Problem

Row = TypeVar("Row", bound=Base)
Ts = TypeVarTuple("Ts")


def find_row(session: Session, table: type[Row], id: Any, missing: str, *, to_change: bool = False, **belongs: object) -> Row:
    """Find a row that belongs to something, e.g. to a program.

    Args:
        id: Its primary key.
        missing: What to say if there is none.
        to_change: Lock it, and read it again.
        belongs: Columns and the values they must have; None: any value.

    Raises:
        Problem: No such row exists, or it belongs to something else.
    """
    row = session.get(table, id, with_for_update=to_change, populate_existing=to_change)
    if row is None or any(value is not None and getattr(row, name) != value for name, value in belongs.items()):
        raise Problem("not_found", missing)
    return row


def page_of(
    rows: Select[*Ts], *key: InstrumentedAttribute[Any], after: Any, limit: int, is_latest_first: bool = False
) -> Select[*Ts]:  # fmt: skip
    """The query for one page of rows, and for one row more if there is a next page.

    Args:
        key: What the rows are sorted by; together, these columns are unique.
        after: The key of the last row of the previous page: a value, or one for each column; None: the first page.
    """
    columns = key[0] if len(key) == 1 else tuple_(*key)
    if after is not None:
        rows = rows.where(columns < after if is_latest_first else columns > after)
    return rows.order_by(*(column.desc() if is_latest_first else column for column in key)).limit(limit + 1)
