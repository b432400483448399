"""The variables of a case: every candidate, `AnyOf` and free choice has a number."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.candidates import Candidates
from scheduler.terms import AnyOf, FreeVariable, Handle, Visit


class NumberedHandles:
    """Handles and their numbers: first the candidates in their order, then whatever rows name.

    Attributes:
        handles: Variable number to handle.
    """

    def __init__(self, candidates: Candidates) -> None:
        self.handles: list[Handle] = list(candidates.all_handles)
        self._by_identity = dict(zip(map(id, self.handles), range(len(self.handles)), strict=True))
        self._by_value: dict[Handle, int] = {handle: number for number, handle in enumerate(self.handles) if not isinstance(handle, Visit)}
        self._visits, self._listed = candidates.visits, set[str]()
        self._pending: list[AnyOf] = []
        """Those without a definition."""

    def _add(self, handle: Handle) -> int:
        number = len(self.handles)
        self.handles.append(handle)
        self._by_identity[id(handle)] = self._by_value[handle] = number
        return number

    def _list_visits(self, participant: str) -> None:
        """Find the visits of a participant by value too: they are many, and nearly always the candidates themselves."""
        if participant not in self._listed and (visits := self._visits.get(participant)):
            first = self._by_identity[id(visits[0])]
            self._by_value |= {visit: number for number, visit in enumerate(visits, first)}
        self._listed.add(participant)

    def number(self, handle: Handle) -> int | None:
        """The variable of a handle; None for a visit, run, staffing or room that is not a candidate (never true)."""
        number = self.number_if_there(handle)
        if number is None and isinstance(handle, AnyOf | FreeVariable):
            number = self._add(handle)
            if isinstance(handle, AnyOf):
                self._pending.append(handle)
        return number

    def numbers_of(self, handles: Sequence[Handle]) -> list[int]:
        """The variables of some handles; those that are no candidates are left out."""
        numbers = list(map(self._by_identity.get, map(id, handles)))
        if None in numbers:
            numbers = [self.number(h) if n is None else n for h, n in zip(handles, numbers, strict=True)]
        return [number for number in numbers if number is not None]

    def number_if_there(self, handle: Handle) -> int | None:
        """The variable of a handle that is already numbered, else None."""
        number = self._by_identity.get(id(handle))
        if number is None and isinstance(handle, Visit):
            self._list_visits(handle.participant)
        return self._by_value.get(handle) if number is None else number

    def numbered(self, handle: Handle) -> int:
        """The variable of a candidate.

        Raises:
            KeyError: The handle is not a candidate.
        """
        return self._by_identity[id(handle)]
