"""What a search asks a prover, and when: a bound of care first, then of preferences, for a proposal comes with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from scheduler.model.state import SearchState

Tier = Literal["care", "preference"]
AGAIN = 15
"""Steps without a better roster after which the preference bound is worth asking for again at the same care cost."""
NEAR = 2.0
"""Care is near its bound when it is at most so many times as high."""
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
        bound: Of the tier; of preferences for rosters with at most this care cost.
        care: The care cost of the question, or that of the best roster then.
        preference: The preference cost of the best roster when the question was asked.
        survivors: Positions, among all visits in the order of the candidates, that a roster below that cost can contain.
    """

    tier: Tier
    bound: int
    care: int
    preference: int
    survivors: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A whole roster put together from the most promising weeks; it may break a rule here and there.

    Attributes:
        picked: Positions of what it has, among all candidates in their order; empty: none was found in time.
        promising: Positions, among all visits, of those worth a look.
    """

    picked: tuple[int, ...]
    promising: tuple[int, ...]


class Prover(Protocol):
    """Answers questions about bounds in its own time."""

    is_busy: bool
    is_gone: bool
    proposal: Proposal | None

    def ask(self, tier: Tier, care: int, best: tuple[int, int], seconds: float) -> None:
        """Ask for a bound, given a care budget and the cost of the best roster; of preferences for both care costs."""

    def answers(self) -> Iterable[Proof]:
        """What has been found since the last call."""


class BoundRequests:
    """Keeps a prover busy with what matters next."""

    def __init__(self, state: SearchState, on_proof: Callable[[Proof], None], prover: Prover) -> None:
        self.state, self.on_proof, self.prover = state, on_proof, prover
        self.requests: dict[Tier, tuple[int, int]] = {}
        self.settled = 0

    def proposal(self) -> Proposal | None:
        """The latest proposal that was not looked at yet."""
        proposal, self.prover.proposal = self.prover.proposal, None
        return proposal

    @property
    def is_busy(self) -> bool:
        """Whether the prover is at work."""
        return self.prover.is_busy

    def go_on(self, improved: bool, bounds: Bounds) -> None:
        """Pass on what was found, and ask the next question when there is one."""
        for proof in self.prover.answers():
            self.on_proof(proof)
        self.settled = 0 if improved else self.settled + 1
        best, clock = self.state.best, self.state.clock
        if best is None or self.prover.is_busy or self.prover.is_gone:
            return
        care, preference = best.rank
        budget = self._budget(care, bounds)
        is_first = "care" in self.requests and self._is_unasked(budget)
        if care > bounds.care and self._is_new("care", (care, 0)) and not is_first:
            self._ask("care", care, clock.left() * CARE_SHARE)
        elif preference > bounds.preference and self._is_new("preference", (budget, preference)) and (is_first or self.settled >= AGAIN):
            self._ask("preference", budget, clock.left() * PREFERENCE_SHARE)

    def _is_new(self, tier: Tier, rank: tuple[int, int]) -> bool:
        return self.requests.get(tier) != rank

    def _is_unasked(self, budget: int) -> bool:
        """Whether preferences were not asked about at this care cost; again only once rosters have settled."""
        request = self.requests.get("preference")
        return request is None or request[0] != budget

    def _budget(self, care: int, bounds: Bounds) -> int:
        """The care cost to ask about: the proven one where it is near, for that is where the search is going, unless it got stuck."""
        return bounds.care if care <= bounds.care * NEAR and self.settled < AGAIN else care

    def _ask(self, tier: Tier, care: int, seconds: float) -> None:
        assert self.state.best is not None
        self.requests[tier] = (care, 0) if tier == "care" else (care, self.state.best.score.preference)
        self.prover.ask(tier, care, self.state.best.rank, seconds)
