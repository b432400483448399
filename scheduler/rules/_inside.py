"""Windows asked about many spans at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from scheduler.timegrid import Span

if TYPE_CHECKING:
    from scheduler.columns import Flags, Ints


def are_inside(windows: Iterable[Span], starts: Ints, ends: Ints) -> Flags:
    """Whether each of some spans lies in one of the windows."""
    # No span ends before it starts: nothing is inside yet. Made without numpy, which reading and checking a week do not load.
    inside: Flags = ends < starts
    for opens, closes in windows:
        inside |= (opens <= starts) & (ends <= closes)
    return inside
