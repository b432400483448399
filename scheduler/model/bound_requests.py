"""When a search asks a prover for which bound: care first, then preferences, which also yield a proposal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from scheduler.model.activity import Work
from scheduler.model.state import SearchState
from scheduler.model.subproblem import Solution
from scheduler.terms import Handle

Tier = Literal["care", "preference"]
AGAIN = 15
"""Steps without a better roster after which the preference bound is requested again at the same care cost."""
NEAR = 2.0
"""Care is near its bound if it is at most this many times as high."""
CARE_SHARE, PREFERENCE_SHARE = 0.6, 0.9
"""Share of the remaining time that one request may take; the first one for care includes a first proposal."""


@dataclass(slots=True)
class Bounds:
    """Proven lower bounds of the two tiers; the preference bound is for rosters with at most the best care objective.

    Attributes:
        unavoidable: Of the care bound, what no possible visit gives.
    """

    care: int = 0
    preference: int = 0
    unavoidable: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """The answer to one request.

    Attributes:
        bound: Bound of the tier; for preferences, of rosters with at most this care cost.
        care: Care cost in the request, or that of the best roster at the time.
        preference: Preference cost of the best roster at the time of the request.
        survivors: Positions, among all visits in the order of the candidates, that a roster below that cost can contain.
    """

    tier: Tier
    bound: int
    care: int
    preference: int
    survivors: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A whole roster put together from the most promising weeks; it may break some rules.

    Attributes:
        picked: Positions of its candidates among all candidates in their order; empty if none was found in time.
        promising: Positions, among all visits, of those worth trying; None for those of the last proposal.
    """

    picked: tuple[int, ...]
    promising: tuple[int, ...] | None


class Prover(Protocol):
    """Answers requests for bounds in its own time."""

    is_busy: bool
    is_gone: bool
    proposal: Proposal | None
    work: Work | None

    def ask(self, tier: Tier, care: int, best: tuple[int, int], seconds: float, picked: Sequence[int] = ()) -> None:
        """Ask for a bound, given a care budget and the cost of the best roster; of preferences for both care costs.

        Args:
            picked: The best roster, as positions of its candidates among all candidates; proposals may go on from it.
        """

    def answers(self) -> Iterable[Proof]:
        """The results since the last call."""


class BoundRequests:
    """Keeps a prover busy with the most useful request."""

    def __init__(self, state: SearchState, on_proof: Callable[[Proof], None], prover: Prover) -> None:
        self.state, self.on_proof, self.prover = state, on_proof, prover
        self.requests: dict[Tier, tuple[int, int]] = {}
        self.settled = 0
        self._positions: dict[Handle, int] = {}

    def proposal(self) -> Proposal | None:
        """The latest proposal that has not been used yet; bounds on the way are returned too."""
        self._read()
        proposal, self.prover.proposal = self.prover.proposal, None
        return proposal

    @property
    def work(self) -> Work | None:
        """What the prover is doing; None if nothing."""
        return self.prover.work if self.prover.is_busy else None

    @property
    def is_busy(self) -> bool:
        """Whether the prover is at work."""
        return self.prover.is_busy

    def go_on(self, improved: bool, bounds: Bounds) -> None:
        """Return the results, and send the next request if there is one."""
        self._read()
        self.settled = 0 if improved else self.settled + 1
        best, clock = self.state.best, self.state.clock
        if best is None or self.prover.is_busy or self.prover.is_gone:
            return
        care, preference = best.rank
        budget = self._budget(care, bounds)
        # Where the roster has no more unmet care than is proven, there is nothing to ask about care.
        is_first = ("care" in self.requests or care <= bounds.care) and self._is_unasked(budget)
        if care > bounds.care and self._is_new("care", (care, 0)) and not is_first:
            self._ask("care", care, clock.left() * CARE_SHARE)
        elif preference > bounds.preference and self._is_new("preference", (budget, preference)) and (is_first or self.settled >= AGAIN):
            self._ask("preference", budget, clock.left() * PREFERENCE_SHARE)

    def _read(self) -> None:
        for proof in self.prover.answers():
            self.on_proof(proof)

    def _is_new(self, tier: Tier, rank: tuple[int, int]) -> bool:
        return self.requests.get(tier) != rank

    def _is_unasked(self, budget: int) -> bool:
        """Whether the preference bound is due at this care cost: never requested, or requested before the rosters settled."""
        request = self.requests.get("preference")
        return request is None or request[0] != budget

    def _budget(self, care: int, bounds: Bounds) -> int:
        """The care cost to ask about: the proven one if it is near, because the search is heading there, unless the search is stuck."""
        return bounds.care if care <= bounds.care * NEAR and self.settled < AGAIN else care

    def _ask(self, tier: Tier, care: int, seconds: float) -> None:
        assert self.state.best is not None
        self.requests[tier] = (care, 0) if tier == "care" else (care, self.state.best.score.preference)
        picked = self._positions_of(self.state.best.solution) if tier == "preference" else ()
        self.prover.ask(tier, care, self.state.best.rank, seconds, picked)

    def _positions_of(self, solution: Solution) -> list[int]:
        """The positions of a roster's candidates, without what has happened."""
        if not self._positions:
            self._positions = {handle: number for number, handle in enumerate(self.state.candidates.handles())}
        return sorted(self._positions[handle] for handle in solution if handle in self._positions)
