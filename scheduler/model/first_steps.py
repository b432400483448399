"""The steps toward a first roster: those with unmet care a batch at a time, then groups that do not meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from scheduler.model.activity import FIRST_PLACES
from scheduler.model.idle_groups import around_idle_group, idle_groups
from scheduler.model.sampling import FIRST_OPTIONS
from scheduler.model.state import SearchState
from scheduler.model.subproblem import Neighbourhood

FIRST_BATCH = 12
"""Number of participants placed together in steps toward the first roster, unless they have many options."""
FIRST_PER_NEED = 24
MOST_IDLE = 4
"""Number of groups that do not meet, though people with unmet care could join, for which a step makes room at the start."""


def first_steps(state: SearchState) -> Iterator[Neighbourhood]:
    """Participants with unmet care, least flexible first: group places first if no one is booked yet. Then idle groups."""
    places = state.compiler.sampler.places
    order = sorted((p for p in state.unmet() if p in places), key=lambda p: (len(places[p]), p))
    steps = [(True, True)] if state.booked() else [(True, False), (False, True)]
    for frees_groups, frees_needs in steps:
        for batch in batches(order, lambda p: state.compiler.sampler.num_options(p, FIRST_PER_NEED)):
            yield Neighbourhood(
                batch, frees_groups=frees_groups, frees_needs=frees_needs, most_per_need=FIRST_PER_NEED, activity=FIRST_PLACES
            )
    for group in idle_groups(state)[:MOST_IDLE]:
        if group in idle_groups(state):
            yield around_idle_group(state, group)


def batches(people: Iterable[str], num_options: Callable[[str], int]) -> Iterator[list[str]]:
    """The people in batches, in order: few enough, and together with few enough options, for one step."""
    batch, total = list[str](), 0
    for person in people:
        if batch and (len(batch) == FIRST_BATCH or total + num_options(person) > FIRST_OPTIONS):
            yield batch
            batch, total = [], 0
        batch.append(person)
        total += num_options(person)
    if batch:
        yield batch
