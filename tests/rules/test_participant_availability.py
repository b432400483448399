"""Words to numbers for `participant_availability`."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from scheduler.case import Case, Need
from scheduler.instance import Instance
from scheduler.possible_visits import need_visits, visit_at
from scheduler.rules.clinician_conflict import ClinicianConflict
from scheduler.rules.participant_availability import ParticipantAvailability
from scheduler.rules.participant_conflict import ParticipantConflict
from scheduler.timegrid import Span, parse_clock
from tests.build import at, clinician, free, group, instance, instance_json, meet, participant, run, view, windows
from tests.clocks import read, talk, week
from tests.faces import both
from tests.tiny import WEEKS, drawn, leaving

RULE = ParticipantAvailability()
SHORT_HOURS = [clinician("cora"), clinician("dan", hours=windows("09:00", "14:00", ("mon",), site="s1"))]


def case(*sessions, travel=0, availability=None, **more):
    """A Monday group at 9:00, 180 minutes, and one person free from 8:00 to 14:00 unless given."""
    ana = participant("ana", travel={"s1": travel}, availability=availability or free("08:00", "14:00"), **more)
    made = instance(participants=[ana, participant("ben")], clinicians=SHORT_HOURS, groups=[group("g")])
    return view(made, *sessions)


def test_a_stay_that_fills_the_window_is_legal():
    """Free 8:00-14:00, 60 minutes of travel: a group from 9:00 to 12:00 and an individual from 12:10 to 13:00 touch both ends."""
    both_ends = case(run("g", "mon", "09:00", ("ana",)), meet("ana", "mon", "12:10"), travel=60)
    assert both(RULE, both_ends) == (0, 0)


def test_travel_counts_on_both_sides():
    """Free 8:00-14:00, 67 minutes each way around 9:00-12:00: 7 minutes before 8:00 are not free, afterwards all is."""
    assert both(RULE, case(run("g", "mon", "09:00", ("ana",)), travel=67)) == (7, None)


def test_both_ends_add_up():
    """Travel of 67 around the stay 9:00-13:00 needs 7:53-14:07: 7 + 7 minutes outside."""
    stay = (run("g", "mon", "09:00", ("ana",)), meet("ana", "mon", "12:10"))
    assert both(RULE, case(*stay, travel=67)) == (14, None)


def test_one_stay_needs_one_window():
    """Free 8:00-12:15 and 12:30-14:00: group and individual fit alone, the stay 9:00-13:30 lies 75 minutes outside the first window."""
    split = {"weekly": windows("08:00", "12:15") + windows("12:30", "14:00")}
    assert both(RULE, case(run("g", "mon", "09:00", ("ana",)), availability=split)) == (0, 0)
    assert both(RULE, case(meet("ana", "mon", "12:40"), availability=split)) == (0, 0)
    assert both(RULE, case(run("g", "mon", "09:00", ("ana",)), meet("ana", "mon", "12:40"), availability=split)) == (75, None)


def test_touching_windows_are_one():
    """Free 8:00-12:15 and 12:15-14:00 is free 8:00-14:00."""
    joined = {"weekly": windows("08:00", "12:15") + windows("12:15", "14:00")}
    assert both(RULE, case(run("g", "mon", "09:00", ("ana",)), meet("ana", "mon", "12:40"), availability=joined)) == (0, 0)


def test_telehealth_needs_no_travel_and_makes_no_stay():
    """A telehealth session 13:10-14:00 fits beside a group although free time is split and the way takes 60 minutes."""
    split = {"weekly": windows("08:00", "13:00") + windows("13:10", "14:00")}
    home = meet("ana@home", "mon", "13:10")
    assert both(RULE, case(run("g", "mon", "09:00", ("ana",)), home, travel=60, availability=split)) == (0, 0)
    late = meet("ana@home", "mon", "13:25")
    assert both(RULE, case(late, availability=split)) == (15, None)


def test_telehealth_between_two_sessions_on_site_does_not_end_the_stay():
    """Free 8:00-12:15 and 12:30-14:00, a call at 12:30 at home, back on site at 13:20: the stay 9:00-14:10 is 105 + 10 minutes outside."""
    split = {"weekly": windows("08:00", "12:15") + windows("12:30", "14:00")}
    sessions = (run("g", "mon", "09:00", ("ana",)), meet("ana@home", "mon", "12:30"), meet("ana", "mon", "13:20", ordinal=2))
    assert both(RULE, case(*sessions, availability=split)) == (115, None)


def test_never_free_counts_the_whole_stay():
    """No window at all: 180 minutes and twice 10 of travel."""
    assert both(RULE, case(run("g", "mon", "09:00", ("ana",)), travel=10, availability={"weekly": []})) == (200, None)


def test_a_guest_is_free_for_the_whole_session_without_travel():
    """A family hour at 10:00: a guest free until 11:00 fits to the minute, until 10:59 misses that minute, until 10:45 misses 15."""
    for end, amount in (("11:00", (0, 0)), ("10:59", (1, None)), ("10:45", (15, None))):
        order = {"services": [{"service": "family", "per_week": 1, "guests": ["mum"]}]}
        mum = {"id": "mum", "availability": free("10:00", end)}
        hour = meet("ana", "mon", "10:00", 60, service="family", guests=["mum"])
        assert both(RULE, case(hour, guests=[mum], order=order, travel=30)) == amount


def test_the_partner_of_a_couple_is_free_too():
    """A couple hour at 10:00 with a partner who leaves home at 9:40 but is free from 9:45: 5 minutes."""
    ordered = [{"services": [{"service": "couple", "per_week": 1, "partner": p}]} for p in ("ben", "ana")]
    people = [
        participant("ana", order=ordered[0]),
        participant("ben", order=ordered[1], travel={"s1": 20}, availability=free("09:45", "20:00")),
    ]
    made = instance(participants=people, clinicians=SHORT_HOURS)
    hour = meet("ana", "mon", "10:00", 60, service="couple", bookings=[{"participant": "ana"}, {"participant": "ben"}])
    assert both(RULE, view(made, hour)) == (5, None)
    made = view(made, hour | {"start": at("mon", "10:05"), "end": at("mon", "11:05")})
    assert both(RULE, made) == (0, 0)


def test_a_couple_is_refused_when_the_partner_is_not_free():
    """The visit of ana alone says so, for what ben misses explains her unmet care."""
    people = [
        participant(p, order={"services": [{"service": "couple", "per_week": 1, "partner": other}]}, availability=free(since, "20:00"))
        for p, other, since in (("ana", "ben", "08:00"), ("ben", "ana", "10:01"))
    ]
    hour = meet("ana", "mon", "10:00", 60, service="couple", bookings=[{"participant": "ana"}, {"participant": "ben"}])
    made = view(instance(participants=people), hour)
    assert not RULE.admits(made.case, made.visits["ana"][0])
    assert both(RULE, made) == (1, None)


@pytest.mark.parametrize(("start", "end", "amount"), [("09:00", "12:00", 0), ("09:01", "12:00", 1), ("09:00", "11:59", 1)])
def test_a_minute_outside_is_outside(start, end, amount):
    """A group 9:00-12:00."""
    assert both(RULE, case(run("g", "mon", "09:00", ("ana",)), availability=free(start, end))) == (amount, None if amount else 0)


def test_what_has_happened_is_no_violation_but_nothing_is_added_to_it():
    """Free from 10:00 only, now 9:30: the group since 9:00 stays; an individual at 12:10 makes the stay begin 60 minutes early."""
    group_run = run("g", "mon", "09:00", ("ana",))
    ana = participant("ana", availability=free("10:00", "14:00"))
    made = instance(
        participants=[ana],
        clinicians=SHORT_HOURS,
        groups=[group("g")],
        now=at("mon", "09:30"),
        published={"roster": {"monday": "2026-11-30", "zone": "America/New_York", "sessions": [group_run]}},
    )
    assert both(RULE, view(made, group_run)) == (0, 0)
    assert both(RULE, view(made, group_run, meet("ana", "mon", "12:10"))) == (60, None)


def test_the_hour_that_the_clock_repeats_belongs_to_a_stay():
    """Never free, sessions at 00:05 and at 02:00 in the night in which 01:00 comes twice: 225 minutes until 02:50, not 165."""
    order = {"minutes": {"floor": 0}, "services": [{"service": "individual", "per_week": 2}]}
    made = week(participants=[participant("ana", order=order, availability={"weekly": []})])
    stay = (
        talk("2026-11-01T00:05-04:00", "2026-11-01T00:55-04:00"),
        talk("2026-11-01T02:00-05:00", "2026-11-01T02:50-05:00", ordinal=2, id="a.ana.individual.2026-10-26.2"),
    )
    assert both(RULE, read(made, *stay)) == (225, None)


@pytest.mark.unmeasured
@pytest.mark.parametrize("start", range(8 * 60, 14 * 60 + 1, 45))
@pytest.mark.parametrize("travel", [0, 15, 40])
def test_faces_agree_on_every_start(start, travel):
    """An individual at any start beside a group that may or may not be booked: legal exactly when the check is silent."""
    split = {"weekly": windows("08:30", "12:30") + windows("13:00", "14:30")}
    individual = meet("ana", "mon", f"{start // 60:02d}:{start % 60:02d}")
    for sessions in ((individual,), (run("g", "mon", "09:00", ("ana",)), individual)):
        amount, model = both(RULE, case(*sessions, travel=travel, availability=split))
        assert (amount == 0) == (model == 0)


class TestTravelNotGiven:
    """What is assumed where no travel time is given, in a program of several sites; 30 minutes lie between s1 and s2."""

    def travel(self, *between: int, **more: object) -> list[int]:
        """Ana's travel to s1, s2 and s3."""
        sites = [{"id": site, "hours": windows()} for site in ("s1", "s2", "s3")]
        ways = [{"a": "s1", "b": "s2", "minutes": minutes} for minutes in between]
        program = instance_json()["program"] | {"sites": sites, "travel": ways}
        staff = [clinician("cora"), clinician("dan", hours=windows(site="s2"))]
        made = instance(**({"program": program, "clinicians": staff, "participants": [participant("ana", **more)]}))
        return [Case(made).time.travel("ana", site) for site in ("s1", "s2", "s3")]

    def test_the_way_by_another_site_is_assumed(self) -> None:
        assert self.travel(30, travel={"s1": 20}) == [20, 50, 30]
        assert self.travel(30, travel={"s1": 20, "s2": 0}) == [20, 0, 30]

    def test_without_any_the_policy_says_how_long(self) -> None:
        assert self.travel(30) == [30, 30, 30]
        assert self.travel(travel={"s1": 20}) == [20, 30, 30]

    def test_the_nearest_of_several_ways_is_taken(self) -> None:
        assert self.travel(30, travel={"s1": 20, "s3": 0})[1] == 50

    def test_one_site_in_use_needs_none(self) -> None:
        assert Case(instance()).time.travel("ana", "s1") == 0

    def test_nobody_goes_from_site_to_site_in_a_day_without_a_time(self) -> None:
        """A clinician, and a participant, from 9:50 at s1 to 20:00 at s2; on the next day both may."""
        sites = [{"id": site, "hours": windows()} for site in ("s1", "s2")]
        program = instance_json()["program"] | {"sites": sites}
        hours = [*windows("08:00", "12:00", site="s1"), *windows("12:00", "21:00", site="s2")]
        rooms = [{"id": "r2", "site": "s1", "seats": 3}, {"id": "r3", "site": "s2", "seats": 3}]
        order = participant("x")["order"] | {"services": [{"service": "individual", "per_week": 2}]}
        more = {"program": program, "clinicians": [clinician("dan", hours=hours)], "rooms": rooms}
        made = instance(participants=[participant("ana", order=order)], **more)
        for day, broken in (("mon", True), ("tue", False)):
            sessions = meet("ana", "mon", "09:00"), meet("ana", day, "20:00", site="s2", room="r3", ordinal=2)
            assert (both(ParticipantConflict(), view(made, *sessions))[1] is None) == broken
            assert (both(ClinicianConflict(), view(made, *sessions))[1] is None) == broken


def admitted(made: Instance, need: Need, *clock_times: str) -> list[bool]:
    """Whether an appointment of 60 minutes at s1 may be at each of the times, all judged at once; as each of them is judged alone."""
    starts = [parse_clock(time) for time in clock_times]
    fits = RULE.admits_times(Case(made), need, np.array(starts, dtype=np.int64), "s1")
    assert fits is not None
    visits = [visit_at(need, ("cora", start, "s1", "in_person")) for start in starts]
    assert fits.tolist() == [RULE.admits(Case(made), visit) for visit in visits]
    return fits.tolist()


def test_times_fit_with_the_way_there_and_back():
    """Free 8:00-12:00, 15 minutes of travel: an hour may start from 8:15 to 10:45."""
    order = {"services": [{"service": "individual", "per_week": 1}]}
    made = instance(participants=[participant("ana", order=order, travel={"s1": 15}, availability=free("08:00", "12:00"))])
    times = "08:14", "08:15", "10:45", "10:46"
    assert admitted(made, Need("ana", "individual", 1, 60), *times) == [False, True, True, False]


def test_times_fit_for_both_of_a_couple():
    """Ben needs 20 minutes, free 8:30-11:30: from 8:50 to 10:10; Ana, free 8:00-11:00 and 5 minutes away, ends that at 9:55."""
    ordered = [{"services": [{"service": "couple", "per_week": 1, "partner": p}]} for p in ("ben", "ana")]
    people = [
        participant("ana", order=ordered[0], travel={"s1": 5}, availability=free("08:00", "11:00")),
        participant("ben", order=ordered[1], travel={"s1": 20}, availability=free("08:30", "11:30")),
    ]
    need = Need("ana", "couple", 1, 60, partner="ben")
    times = "08:49", "08:50", "09:55", "09:56", "10:10"
    assert admitted(instance(participants=people), need, *times) == [False, True, True, False, False]


def test_times_fit_for_participant_and_guest():
    """Ana is free from 8:00, 10 minutes away, her mother 7:00-10:30 without travel: from 8:10 to 9:30."""
    order = {"services": [{"service": "family", "per_week": 1, "guests": ["mum"]}]}
    mum = {"id": "mum", "availability": free("07:00", "10:30")}
    made = instance(participants=[participant("ana", order=order, guests=[mum], travel={"s1": 10}, availability=free("08:00", "12:00"))])
    need = Need("ana", "family", 1, 60, guests=("mum",))
    times = "08:09", "08:10", "09:30", "09:31"
    assert admitted(made, need, *times) == [False, True, True, False]


@pytest.mark.parametrize(
    ("at_place", "site", "is_judged"), [("s1", "s1", True), ("s1", "s2", False), (None, None, False), (None, "s1", False)]
)
def test_all_times_beside_a_group_are_judged_like_each(at_place, site, is_judged):
    """Free 8:00-12:15 and 12:30-14:00, group 9:00-12:00: appointments around it, to the minute; at another site they make no stay."""
    split = {"weekly": windows("08:00", "12:15") + windows("12:30", "14:00")}
    made = case(run("g", "mon", "09:00", ("ana",)), meet("ana", "mon", "12:40"), availability=split, travel=10)
    place, visit = (replace(v, site=of) for v, of in zip(made.visits["ana"], (at_place, site), strict=True))
    starts = np.arange(place.span.start - 90, place.span.end + 60)
    times = [replace(visit, span=Span(start, start + visit.span.minutes)) for start in starts.tolist()]
    refused = RULE.conflicts_times(made.case, place, visit, starts)
    assert refused.tolist() == [RULE.conflicts(made.case, *sorted((place, v), key=lambda v: v.span)) for v in times]
    assert set(refused.tolist()) == ({True, False} if is_judged else {False})


def test_beside_a_group_each_time_is_asked_for_where_something_has_happened_or_clocks_change():
    """What has happened is no conflict."""
    made = case(run("g", "mon", "09:00", ("ana",)), meet("ana", "mon", "12:40"))
    place, visit = made.visits["ana"]
    started = made.case.instance.model_copy(update={"now": made.case.week.at(12 * 60)})
    for other in (Case(started), Case(week())):
        assert bool(other.week.seams) != (other.now is not None)
        assert RULE.conflicts_times(other, place, visit, np.array([visit.span.start])) is None


def test_all_times_of_an_appointment_are_judged_like_each():
    weeks = [*(make() for make in WEEKS.values()), *(drawn(seed) for seed in range(8)), *(leaving(seed) for seed in range(4))]
    judged = Counter[bool]()
    for week_case in map(Case, weeks):
        for person in filter(week_case.care.is_served, week_case.participants):
            for need in week_case.care.order(person).needs:
                for site in (None, "s1", "s2"):
                    visits = [visit for visit in need_visits(week_case, need) if visit.site == site]
                    fits = RULE.admits_times(week_case, need, np.array([v.span.start for v in visits], dtype=np.int64), site)
                    each = [RULE.admits(week_case, visit) for visit in visits]
                    assert (fits is None) == bool(week_case.week.seams)
                    assert fits is None or fits.tolist() == each
                    judged.update(each if fits is not None else ())
    assert min(judged[True], judged[False]) > 100
