"""The values that searches compare."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Token(NamedTuple):
    """A code or identifier of a resource."""

    system: str
    code: str


Fact = str | Token | datetime
"""A resource's value for a parameter: ``Type/id`` of a reference, a token, or a time."""
