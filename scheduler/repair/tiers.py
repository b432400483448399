"""The tiers of a repair as expressions over the model of a neighbourhood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from scheduler.model.cp_sat import CpSatModel, build_model, owner
from scheduler.model.solver_library import cp_model
from scheduler.repair.neighbourhood import RepairNeighbourhood
from scheduler.rules.published_change import Identity, amount, identity
from scheduler.terms import Handle, Housing, Run, Staffing, Visit

Changeable = Visit | Run | Staffing | Housing
Weighted = list[tuple[int, list[int]]]
"""What should be staying: its weight, and the variables of which one keeps it."""
New = dict[tuple[object, ...], list[int]]
"""What would be new: by its weight and what of which there is at most one, its variables."""


def tiers_of(hood: RepairNeighbourhood, *, may_leave: bool = False) -> Tiers:
    """The model of the tiers.

    Args:
        may_leave: Whether everyone else may leave a booking, for a bound.
    """
    free, others = hood.numbered(), hood.others()
    relaxed = ("group_size",) if may_leave else ()
    # What others have is in the model in either case: a rule may be broken by what is held alone.
    cp_sat = build_model(hood.local.index, [*free, *others], hood.local.values, relaxed=relaxed)
    tiers = Tiers(hood, cp_sat, free, others)
    if not may_leave:
        tiers.hold_others(tiers.model)
    return tiers


class Tiers:
    """The model of a neighbourhood with its tiers as expressions.

    Attributes:
        loss: Care lost, in minutes with factors.
        changed: People changed, weighted by notice.
        leaving: By participant who may leave a booking, whether they do. None is whoever would have to join a group for it to open.
    """

    def __init__(self, hood: RepairNeighbourhood, cp_sat: CpSatModel, free: Mapping[int, Changeable], others: Mapping[int, Visit]) -> None:
        self.hood, self.cp_sat, self.free, self.others = hood, cp_sat, free, others
        self.model, self._case = cp_sat.model, hood.options.case
        self._most = 0
        self.leaving: dict[str | None, cp_model.IntVar] = {}
        self._of_others: list[cp_model.IntVar] = []
        self._held_care = _held_care(hood, cp_sat)
        self.loss = cp_model.LinearExpr.sum([self._loss_of(person) for person in hood.people])
        self.changed = cp_model.LinearExpr.sum([*self._changes(), *self._joining()])
        self.others_changed = cp_model.LinearExpr.sum([*self.leaving.values(), *self._of_others])
        self._scale = self._most + 1
        self._first = self.loss * self._scale**2 + self.changed * self._scale + self.others_changed

    def minimise(self) -> None:
        """Minimise the care lost, then the people changed, then those of them who could have stayed as published."""
        self.model.minimize(self._first)

    def while_others_stay(self) -> cp_model.CpModel:
        """The same model in which nobody leaves a booking."""
        model = self.model.clone()
        self.hold_others(model)
        return model

    def hold_others(self, model: cp_model.CpModel) -> None:
        """Let nobody leave a booking."""
        for number in self.others:
            model.add(self.cp_sat.variables[number] == 1)
        for _, slack in self.cp_sat.slacks:
            model.add(slack == 0)

    def change_others(self, loss: int, changed: int, others: int) -> None:
        """Allow only what is as good as this and changes someone outside the neighbourhood."""
        self.model.add(self.loss <= loss)
        if loss:
            self.model.add(self._first <= loss * self._scale**2 + changed * self._scale + others)
        else:
            # Said in smaller numbers, which the solver reasons with sooner.
            self.model.add(self.changed <= changed)
            self.model.add(self.changed * self._scale + self.others_changed <= changed * self._scale + others)
        self.model.add(cp_model.LinearExpr.sum([*self.leaving.values()]) >= 1)

    def is_better(self, objective: int, loss: int, changed: int, others: int) -> bool:
        """Whether the objective of a solution is better than this."""
        return objective < loss * self._scale**2 + changed * self._scale + others

    def hold(self, loss: int, changed: int, others: int) -> None:
        """Allow no more care lost, people changed, and of them who could have stayed as published, than this."""
        self.model.add(self.loss <= loss)
        self.model.add(self.changed <= changed)
        self.model.add(self.others_changed <= others)

    def by_preference(self) -> int:
        """Minimise the care unmet, then the wishes not met, then preferences; the weight of a minute of care."""
        care, preference = self.cp_sat.costs["care"], self.cp_sat.costs["preference"]
        wishes = [self._unmet(wish) for wish in self.hood.question.wishes]
        scale = int(preference.domain.max()) + 1
        weight = scale * (len(wishes) + 1)
        self.model.minimize(care * weight + cp_model.LinearExpr.sum(wishes) * scale + preference)
        return weight

    def _unmet(self, wish: Sequence[Visit]) -> cp_model.IntVar:
        numbers = (self.hood.local.lines.number_if_there(visit) for visit in wish)
        variables = [self.cp_sat.variables[n] for n in numbers if n is not None and n in self.cp_sat.variables]
        unmet = self.model.new_bool_var("")
        self.model.add(cp_model.LinearExpr.sum([*variables, unmet]) >= 1)
        return unmet

    def _loss_of(self, person: str) -> cp_model.IntVar:
        """How much more care of a person is unmet than was before."""
        terms = [term for term in self.cp_sat.terms["care"] if term.participant == person]
        least = self._held_care.get(person, 0) - self.hood.question.before.get(person, 0)
        most = max(0, least + sum(term.cost * int(term.variable.domain.max()) for term in terms))
        loss = self.model.new_int_var(max(0, least), most, "")
        if terms:
            care = cp_model.LinearExpr.weighted_sum([term.variable for term in terms], [term.cost for term in terms])
            self.model.add(care + least <= loss)
        return loss

    def _changes(self) -> Iterator[cp_model.IntVar]:
        """The weighted change of every participant, then of every clinician."""
        options: dict[str, list[tuple[int, Visit]]] = {}
        for number, handle in self.free.items():
            if isinstance(handle, Visit):
                options.setdefault(handle.participant, []).append((number, handle))
        for person in self.hood.people:
            change = self._change_of(self._kept_of(person, options.get(person, ())))
            if person not in self.hood.question.concerned:
                self._of_others.append(change)
            yield change
        left: dict[str, list[tuple[int, Visit]]] = {}
        for number, visit in self.others.items():
            left.setdefault(visit.participant, []).append((number, visit))
        for person, bookings in left.items():
            staying = [(amount(self._case, visit.span.start), [number]) for number, visit in bookings]
            self.leaving[person] = self._change_of((staying, {}))
            yield self.leaving[person]
        for staying, new in self._duties().values():
            yield self._change_of((staying, new))

    def _change_of(self, parts: tuple[Weighted, New]) -> cp_model.IntVar:
        """The weight of the soonest change: of what is not staying, and of what is new.

        Args:
            parts: What should be staying, as its weight with the variables of which one keeps it; and what would be new, by its weight and
                what of which there is at most one.
        """
        staying, new = parts
        weights = [weight for weight, _ in staying] + [int(str(key[0])) for key in new]
        most = max(weights, default=0)
        change = self.model.new_int_var(0, most, "")
        variables = self.cp_sat.variables
        for weight, numbers in staying:
            self.model.add(change >= weight - weight * cp_model.LinearExpr.sum([variables[n] for n in numbers]))
        for key, numbers in new.items():
            weight = int(str(key[0]))
            self.model.add(change >= weight * cp_model.LinearExpr.sum([variables[n] for n in numbers]))
        self._most += most
        return change

    def _kept_of(self, person: str, options: Sequence[tuple[int, Visit]]) -> tuple[Weighted, New]:
        """What a participant has, and what would be new."""
        published = {identity(visit): visit for visit in self.hood.published_of(person)}
        staying: dict[Identity, list[int]] = {key: [] for key in published}
        new: dict[tuple[object, ...], list[int]] = {}
        for number, visit in options:
            old = published.get(identity(visit))
            if old is not None and self.hood.question.excused.is_kept(old, visit):
                staying[identity(visit)].append(number)
                continue
            soonest = visit.span.start if old is None else min(old.span.start, visit.span.start)
            new.setdefault((amount(self._case, soonest), *identity(visit)), []).append(number)
        return [(amount(self._case, published[key].span.start), numbers) for key, numbers in staying.items()], new

    def _duties(self) -> dict[str, tuple[Weighted, New]]:
        """By clinician, the sessions they have and are not excused from, and those that would be new."""
        view, numbers_of = self.hood.options.view, self._numbers()
        duties: dict[str, tuple[Weighted, New]] = {clinician: ([], {}) for clinician in self._case.clinicians}
        published: set[int] = set()
        for clinician, (staying, _) in duties.items():
            for placed in view.by_clinician[clinician]:
                if placed.is_past or (clinician, placed.id) in self.hood.question.excused.duties:
                    continue
                handles = (handle for handle in view.handles_of(placed) if _is_led(handle, clinician))
                numbers = [number for handle in handles for number in numbers_of.get(_plain(handle), ())]
                free = [number for number in numbers if number in self.cp_sat.variables]
                published.update(numbers)
                if free or not numbers:
                    staying.append((amount(self._case, placed.span.start), free))
        for number, handle in self.free.items():
            if number in published or not isinstance(handle, Visit | Staffing) or handle.clinician not in duties:
                continue
            key: tuple[object, ...]
            if isinstance(handle, Staffing):
                key = (amount(self._case, handle.run.span.start), handle.run.group)
            elif handle.is_lead:
                key = (amount(self._case, handle.span.start), *identity(handle))
            else:
                continue
            duties[handle.clinician][1].setdefault(key, []).append(number)
        return duties

    def _numbers(self) -> dict[Handle, list[int]]:
        """The variables of every candidate."""
        numbers: dict[Handle, list[int]] = {}
        for number, handle in enumerate(self.hood.local.lines.handles):
            numbers.setdefault(_plain(handle), []).append(number)
        return numbers

    def _joining(self) -> Iterator[cp_model.IntVar]:
        """Of a bound: a group may be below its minimum at the price of one change, since others might join it."""
        if not self.cp_sat.slacks:
            return
        self.leaving[None] = self.model.new_bool_var("")
        for line, slack in self.cp_sat.slacks:
            is_minimum = line.key[-1] == "minimum" and max(line.coefficients) > 1
            self.model.add(slack <= (int(slack.domain.max()) * self.leaving[None] if is_minimum else 0))
        self._most += 1
        yield self.leaving[None]


def _held_care(hood: RepairNeighbourhood, cp_sat: CpSatModel) -> dict[str, int]:
    """By participant, the unmet care that no option of theirs changes, such as of a group that has met and has no other run."""
    local, care, included = hood.local, dict.fromkeys(hood.people, 0), frozenset(cp_sat.positions)
    for position, line in enumerate(local.lines.lines):
        if line.tier == "care" and line.participant in care and position not in included:
            care[line.participant] += line.cost * max(0, -(-(local.left(position) - line.bound) // line.step))
    for number, cost in local.lines.unit_costs["care"].items():
        person = owner(local.lines.handles[number])
        if person in care and number not in cp_sat.variables and local.values[number]:
            care[person] += cost
    return care


def _is_led(handle: Visit | Run | Staffing | Housing, clinician: str) -> bool:
    """Whether a handle of a session stands for its being led by a clinician."""
    if isinstance(handle, Visit):
        return handle.is_lead and handle.clinician == clinician
    return isinstance(handle, Staffing) and handle.clinician == clinician


def _plain(handle: Handle) -> Handle:
    """A handle without the group that is left for it."""
    return replace(handle, out_of=None) if isinstance(handle, Visit) and handle.out_of is not None else handle
