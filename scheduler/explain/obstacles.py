"""What prevents a visit that is not in a roster: the hard lines that adding it would break, and by how much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from scheduler.model.line import Line
from scheduler.model.local_model import LocalModel
from scheduler.rules.whole_block import whole
from scheduler.terms import Housing, Staffing, Visit


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A hard line broken by an option.

    Attributes:
        rule: Its rule; ``identity`` if the group meets, or the participant is placed, at another time.
        about: The ids of the groups, clinicians, rooms and people concerned.
        detail: The rest of the line's key, for the sentence.
        used: How much of the line's bound the roster uses.
        over: By how much the option exceeds the bound.
    """

    rule: str
    about: tuple[str, ...]
    detail: tuple[object, ...]
    used: int
    bound: int
    over: int

    @property
    def subject(self) -> tuple[object, ...]:
        """The key that is equal for options prevented by the same thing."""
        return self.rule, self.about, self.detail


def obstacles(local: LocalModel, visit: Visit, without: Sequence[Visit] = ()) -> tuple[Obstacle, ...]:
    """The hard lines that adding a visit would break; empty if it could simply be added.

    Args:
        without: Visits to remove for it.
    """
    return tuple(_blocks(local, _swap(local, visit, without)))


def effect(local: LocalModel, visit: Visit, without: Sequence[Visit] = ()) -> tuple[int, int]:
    """The change in care and preference when a visit is added and others are removed; free choices stay the same."""
    flipped = _swap(local, visit, without)
    change = {"hard": 0, "care": 0, "preference": 0}
    for position, delta in _deltas(local, flipped).items():
        line, before = local.lines.lines[position], local.left(position)
        if line.cost and not any(local.index.is_choice[n] for n in line.variables):
            change[line.tier] += line.cost * (_steps(line, before + delta) - _steps(line, before))
    for tier, unit in local.lines.unit_costs.items():
        change[tier] += sum(unit.get(n, 0) * (1 if value else -1) for n, value in flipped.items())
    return change["care"], change["preference"]


def _steps(line: Line, left: int) -> int:
    return max(0, -(-(left - line.bound) // line.step))


def _deltas(local: LocalModel, flipped: dict[int, bool]) -> dict[int, int]:
    """The change of each line's left side by the flips."""
    deltas: dict[int, int] = {}
    for number, value in flipped.items():
        for position, coefficient in local.uses(number).items():
            deltas[position] = deltas.get(position, 0) + (coefficient if value else -coefficient)
    return deltas


def _swap(local: LocalModel, visit: Visit, without: Sequence[Visit]) -> dict[int, bool]:
    """The variables that change when a visit is added, with its partner's visit and a run not yet meeting, and others are removed.

    Of a block, all hours are added or removed.
    """
    leaving = [v for left in without for v in _hours_of(local, left) if local.values[local.number(v)]]
    joining = _hours_of(local, visit)
    off = [local.number(v) for v in leaving]
    off += [n for v in leaving if v.group not in {other.group for other in joining} for n in _closed_with(local, v)]
    added = [*map(local.number, joining), *_of_partner(local, visit)]
    places = {(v.group, v.span) for v in joining}
    for run in local.candidates.runs:
        if (run.group, run.span) in places and not local.values[local.number(run)]:
            added.append(local.number(run))
            for options in (local.candidates.staffings[run], local.candidates.housings[run]):
                added += _least_blocked(local, [*added], off, options)
    return _flips(local, added, off)


def _hours_of(local: LocalModel, visit: Visit) -> list[Visit]:
    """A visit, with the possible ones to the other hours of its block in the same mode."""
    return [v for v in whole(local.case, visit) if v == visit or local.lines.number_if_there(v) is not None]


def _of_partner(local: LocalModel, visit: Visit) -> Iterator[int]:
    """The same visit of the partner of a couple session, where the partner could have it."""
    if visit.partner is not None:
        number = local.lines.number_if_there(replace(visit, participant=visit.partner, partner=visit.participant))
        yield from () if number is None else (number,)


def _closed_with(local: LocalModel, visit: Visit) -> Iterator[int]:
    """The run of a visit, with its staff and room, if nobody else is in it."""
    run = next((r for r in local.candidates.runs if r.group == visit.group and r.span == visit.span), None)
    if run is not None and sum(local.values[local.number(v)] for v in local.candidates.visits_in[run]) == 1:
        numbers = [local.number(run)]
        numbers += [local.number(s) for s in local.candidates.staffings[run]] + [local.number(h) for h in local.candidates.housings[run]]
        yield from (n for n in numbers if local.values[n])


def _least_blocked(local: LocalModel, added: list[int], off: list[int], options: Iterable[Staffing | Housing]) -> list[int]:
    """The facilitator or room that breaks the least."""
    numbers = [local.number(option) for option in options]
    return sorted(numbers, key=lambda n: len(list(_blocks(local, _flips(local, [*added, n], off)))))[:1]


def _flips(local: LocalModel, on: Iterable[int], off: Iterable[int]) -> dict[int, bool]:
    """Every variable that changes, `AnyOf` included."""
    members = local.index.members_of
    flipped = dict.fromkeys(off, False) | dict.fromkeys(on, True)
    queue = [parent for n in flipped for parent in local.index.parents[n]]
    while queue:
        number = queue.pop()
        value = any(flipped.get(m, local.values[m]) for m in members[number])
        if value != flipped.get(number, local.values[number]):
            flipped[number] = value
            queue += local.index.parents[number]
    return flipped


def _blocks(local: LocalModel, flipped: dict[int, bool]) -> Iterator[Obstacle]:
    """The lines that hold in the roster and break with the flips.

    Lines with a free choice (such as the position of a break) come last: the choice may give way, so they count only on their own.
    """
    firm: list[Obstacle] = []
    soft: list[Obstacle] = []
    for position, delta in _deltas(local, flipped).items():
        line, before = local.lines.lines[position], local.left(position)
        if line.tier == "hard" and delta > 0 and before + delta > line.bound:
            has_choice = any(local.index.is_choice[n] for n in line.variables)
            (soft if has_choice else firm).append(_block(local, line, before, before + delta - line.bound))
    unique = {block.subject: block for block in (firm or soft)}
    yield from unique.values()


def _block(local: LocalModel, line: Line, used: int, over: int) -> Obstacle:
    if line.rule == "pinned":
        pin = local.case.instance.pins[int(str(line.key[0]))]
        about = tuple(i for i in (pin.participant, pin.clinician, pin.group, pin.service, pin.room) if i is not None)
        return Obstacle(line.rule, about, (line.key[0],), used, line.bound, over)
    tables = (local.case.participants, local.case.clinicians, local.case.groups, local.case.rooms, local.case.resources)
    about = tuple(dict.fromkeys(part for part in line.key if isinstance(part, str) and any(part in table for table in tables)))
    if line.rule == "identity" and about and about[0] in local.case.clinicians:
        # Of two sessions of a clinician, which share a line because they exclude each other.
        return Obstacle("clinician_conflict", about[:1], (), used, line.bound, over)
    return Obstacle(line.rule, about, _detail(line, about), used, line.bound, over)


def _detail(line: Line, about: tuple[str, ...]) -> tuple[object, ...]:
    """The parts of a key that name the limit, not the time: options at many times may be prevented by one clinician."""
    if line.rule in ("group_size", "held_place", "weekly_ceiling", "authorization", "clinician_load", "identity", "room_fit"):
        return tuple(part for part in line.key if isinstance(part, str) and part not in about)
    return ()


def options(local: LocalModel, participant: str) -> dict[tuple[object, ...], list[Visit]]:
    """The possible visits a participant is not booked for: by group and start, or service, clinician and start, in all modes."""
    booked = set(local.booked(participant))
    by_item: dict[tuple[object, ...], list[Visit]] = {}
    for visit in local.candidates.visits.get(participant, ()):
        if visit not in booked and not local.case.time.is_past(visit.span.start):
            key = (visit.group or visit.service, visit.ordinal, visit.clinician, visit.span.start)
            by_item.setdefault(key, []).append(visit)
    return by_item
