"""What a search asks a prover, and when: bounds of care first, of preferences once rosters get better slowly."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from scheduler.model.desk import Desk

Tier = Literal["care", "preference"]
SETTLED = 4
"""Steps without a better roster after which the preference bound is worth asking for."""
AGAIN = 15
"""The same, once it was asked for at this care cost."""
LATEST = 0.25
"""Share of the time after which it is asked for anyway."""
CARE_SHARE, PREFERENCE_SHARE = 0.35, 0.9
"""Share of the time left that one question may take."""


@dataclass(slots=True)
class Bounds:
    """Proven lower bounds of the two tiers; the preference bound is for rosters with at most the best care objective."""

    care: int = 0
    preference: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """One answer.

    Attributes:
        bound: Of the tier; of preferences for rosters with at most the care cost of the question.
        preference: The preference cost of the best roster when the question was asked.
        survivors: Positions, among all visits in the order of the candidates, that a roster below that cost can contain.
    """

    tier: Tier
    bound: int
    preference: int
    survivors: tuple[int, ...] | None


class Prover(Protocol):
    """Answers questions about bounds in its own time."""

    is_busy: bool
    is_gone: bool

    def ask(self, tier: Tier, care: int, preference: int, seconds: float) -> None:
        """Ask for a bound, given the cost of the best roster."""

    def answers(self) -> Iterable[Proof]:
        """What has been found since the last call."""


class Questions:
    """Keeps a prover busy with what matters next."""

    def __init__(self, desk: Desk, found: Callable[[Proof], None], prover: Prover) -> None:
        """Nothing was asked yet."""
        self.desk, self.found, self.prover = desk, found, prover
        self.asked: dict[Tier, tuple[int, int]] = {}
        self.settled = 0

    @property
    def is_busy(self) -> bool:
        """Whether the prover is at work."""
        return self.prover.is_busy

    def go_on(self, improved: bool, bounds: Bounds) -> None:
        """Pass on what was found, and ask the next question when there is one."""
        for proof in self.prover.answers():
            self.found(proof)
        self.settled = 0 if improved else self.settled + 1
        best, clock = self.desk.best, self.desk.clock
        if best is None or self.prover.is_busy or self.prover.is_gone:
            return
        care, preference = best.rank
        if care > bounds.care and self._is_new("care", (care, 0)):
            self._ask("care", clock.left() * CARE_SHARE)
        elif preference > bounds.preference and self._is_new("preference", best.rank) and self._is_time(care):
            self._ask("preference", clock.left() * PREFERENCE_SHARE)

    def _is_new(self, tier: Tier, rank: tuple[int, int]) -> bool:
        return self.asked.get(tier) != rank

    def _is_time(self, care: int) -> bool:
        """Once per care cost soon; again only to see what a settled roster rules out, for the core is better used to improve it."""
        clock, asked = self.desk.clock, self.asked.get("preference")
        if asked is not None and asked[0] == care:
            return self.settled >= AGAIN
        return self.settled >= SETTLED or clock.seconds() > LATEST * clock.limits.seconds

    def _ask(self, tier: Tier, seconds: float) -> None:
        assert self.desk.best is not None
        care, preference = self.desk.best.rank
        self.asked[tier] = (care, 0) if tier == "care" else (care, preference)
        self.prover.ask(tier, care, preference, seconds)
