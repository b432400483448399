"""What the visits of one participant look like, in columns: visits that are alike in some parts are treated together."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

import numpy as np

from scheduler.columns import Ints, kinds_of, numbered
from scheduler.terms import Visit


class Looks:
    """Columns of numbers that are equal where a part of the visits is, each made when it is first asked for."""

    def __init__(self, visits: Sequence[Visit]) -> None:
        self.visits = visits
        self._codes: dict[str, Ints] = {}

    def __len__(self) -> int:
        return len(self.visits)

    def of(self, part: str) -> Ints:
        """The numbers of one part, such as `clinician` or `span`, in order of the first with it; `need` is the item."""
        name = "item" if part == "need" else part
        if name not in self._codes:
            self._codes[name] = numbered(map(attrgetter(name), self.visits))
        return self._codes[name]

    def alike(self, *parts: str) -> tuple[Ints, Ints]:
        """The first position of each kind of visits that are equal in some parts, and the kind of every visit."""
        keys = np.zeros(len(self), dtype=np.int64)
        for part in parts:
            codes = self.of(part)
            keys = keys * (int(codes.max(initial=0)) + 1) + codes
        return kinds_of(keys)
