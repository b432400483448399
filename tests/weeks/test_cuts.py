"""Cuts: no roster breaks one, and a mixture of rosters does."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.instance import Instance
from scheduler.rules import RULES
from scheduler.rules.clinician_balance import ClinicianBalance
from scheduler.rules.clinician_conflict import ClinicianConflict
from scheduler.rules.facilitator_ratio import FacilitatorRatio
from scheduler.terms import AnyOf, Row, Run, Staffing, Visit
from scheduler.weeks.cuts import cuts
from tests.build import clinician, free, group, instance, participant, run, view

CLINICIANS = ("cora", "dan", "eva")


def week(num_people: int, maximum: int, ratio: int, **more: object) -> Instance:
    """People for one group, and three who could lead it."""
    return instance(
        policy={"values": {"participants_per_facilitator": ratio, "second_staff_required": False, "open_track_reserve": 0}},
        participants=[participant(f"p{n}", availability=free()) for n in range(num_people)],
        groups=[group("g1", maximum=maximum)],
        clinicians=[clinician(name) for name in CLINICIANS],
        **more,
    )


def cut(made: Instance) -> Row | None:
    """The cut of the group, if it has one."""
    case = Case(made)
    found = list(cuts(case, enumerate_candidates(case, (FacilitatorRatio(),)), ()))
    assert len(found) <= 1
    return found[0] if found else None


def left(row: Row, participants: float, facilitators: float, is_open: float) -> float:
    """The left side, where it counts everyone alike."""
    by_kind: dict[type, set[int]] = {}
    for handle, coefficient in row.terms:
        by_kind.setdefault(type(handle), set()).add(coefficient)
    (visit,), (staffing,), (run,) = (by_kind[kind] for kind in (Visit, Staffing, Run))
    return participants * visit + facilitators * staffing + is_open * run


@pytest.mark.parametrize("maximum", range(4, 9))
@pytest.mark.parametrize("ratio", [2, 3, 4, 5])
def test_it_holds_exactly_as_far_as_it_must(maximum: int, ratio: int) -> None:
    """With every number of facilitators as many may take part as without it, and no more than that in between."""
    row = cut(week(8, maximum, ratio))
    needed = -(-maximum // ratio)
    if maximum % ratio == 0 or needed == 1:
        assert row is None
        return
    assert row is not None
    assert row.price is None
    assert left(row, 0, 0, 0) <= row.bound
    for participants, facilitators in product(range(maximum + 1), range(1, len(CLINICIANS) + 1)):
        if participants <= ratio * facilitators:
            assert left(row, participants, facilitators, 1) <= row.bound
    assert left(row, maximum, needed, 1) == left(row, ratio * (needed - 1), needed - 1, 1) == row.bound
    assert left(row, maximum, maximum / ratio, 1) > row.bound


def test_there_may_be_fewer_people_than_places() -> None:
    """Seven at most, at three each: the third facilitator allows one more."""
    row = cut(week(7, 9, 3))
    assert row is not None
    assert left(row, 7, 3, 1) == left(row, 6, 2, 1) == row.bound
    assert (row.rule, row.key) == ("facilitator_ratio", ("g1", 9 * 60, "last facilitator"))


def test_what_has_happened_has_none() -> None:
    """The group met on Monday, with whom it may."""
    made = week(5, 5, 3)
    assert cut(made) is not None
    assert cut(made.model_copy(update={"now": Case(made).week.at(12 * 60)})) is None


class TestEvenings:
    """One evening is one evening, however many sessions share it."""

    STARTS = (("mon", "17:00"), ("mon", "18:00"), ("mon", "19:00"), ("mon", "09:00"), ("tue", "18:30"))

    def made(self, **more: object) -> Instance:
        """Groups of 75 minutes and an appointment: those of Monday evening overlap in pairs, with notes."""
        groups = [group(f"g{n}", day, time, minutes=75) for n, (day, time) in enumerate(self.STARTS)]
        order = {"minutes": {"floor": 0}, "services": [{"service": "individual"}]}
        people = [participant("ana", availability=free("17:00", "21:00", ("mon",)), order=order)]
        return instance(participants=people, groups=groups, clinicians=[clinician("cora"), clinician("dan")], **more)

    def rows(self, made: Instance, rules: tuple[str, ...] = (ClinicianBalance.id, ClinicianConflict.id)) -> list[Row]:
        """The cuts about evenings."""
        case = Case(made)
        return [row for row in cuts(case, enumerate_candidates(case, RULES), rules) if row.key[-1] == "evening"]

    def test_every_roster_keeps_them(self) -> None:
        """Whatever sessions Cora can give: the left side is 0 or less, and 0 where she gives one of the row."""
        made, rows = self.made(), self.rows(self.made())
        names = {f"g{n}": start for n, start in enumerate(self.STARTS)}
        assert rows
        for size in range(len(names) + 1):
            for chosen in combinations(names, size):
                seen = view(made, *(run(name, *names[name], ("ana",), minutes=75, facilitators=["cora"]) for name in chosen))
                if any(ClinicianConflict().check_duty(seen.case, seen, "cora", day) for day in range(7)):
                    continue
                for row in rows:
                    evening = next(h for h, _ in row.terms if isinstance(h, AnyOf))
                    given = {h for h in evening.members if isinstance(h, Staffing) and h.clinician == "cora" and h.run.group in chosen}
                    assert sum(c for h, c in row.terms if h in given) - bool(given) <= row.bound == 0

    def test_all_that_share_a_minute_are_in_one_row(self) -> None:
        """17:00 to 18:15 with 15 minutes of notes goes into 18:00, not into 19:00; the appointment is beside any of them."""
        rows = [{h for h, c in row.terms if c == 1} for row in self.rows(self.made()) if row.key[0] == "cora"]
        groups = [sorted(h.run.group for h in row if isinstance(h, Staffing)) for row in rows]
        assert ["g0", "g1"] in groups
        assert ["g1", "g2"] in groups
        assert not any({"g0", "g2"} <= set(names) for names in groups)
        assert any(isinstance(h, Visit) for row in rows for h in row)
        assert {h.key for row in self.rows(self.made()) for h, c in row.terms if c == -1} == {
            ("clinician_balance", clinician, 0) for clinician in ("cora", "dan")
        }

    def test_only_where_both_rules_hold(self) -> None:
        """Without a price of evenings there is nothing to cut, without the conflict it would be wrong."""
        assert not self.rows(self.made(), (ClinicianBalance.id,))
        assert not self.rows(self.made(), (ClinicianConflict.id,))

    def test_what_has_happened_has_none(self) -> None:
        """At 18:30 the groups of 17:00 and 18:00 have begun: the past need not keep rules."""
        made = self.made()
        later = made.model_copy(update={"now": Case(made).week.at(18 * 60 + 30)})
        in_rows = {h.run.group for row in self.rows(later) for h, _ in row.terms if isinstance(h, Staffing)}
        assert in_rows == {"g2"}
