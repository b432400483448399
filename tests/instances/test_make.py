"""The catalogue: files are what the maker makes, small, valid, and each stresses what it says."""

import json
from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from instances.catalogue import ENTRIES, ROUTINE_SIZES, SEED, TERMS
from instances.make import FOLDER, main, path_of, text_of
from instances.parts import change, publish
from scheduler.case import Case
from scheduler.generate import generate, place
from scheduler.generate.routine import routine_term, routine_week, served
from scheduler.instance import Instance
from scheduler.reading import read_roster
from scheduler.roster import Roster
from scheduler.timegrid import Week, parse_clock
from scheduler.validation import validate
from scheduler.verify import judge

pytestmark = pytest.mark.unmeasured

NAMES = [entry.name for entry in ENTRIES]
FILES = {entry.name: path_of(entry) for entry in ENTRIES}


def read(name: str) -> Instance:
    return Instance.model_validate_json(FILES[name].read_bytes())


def last_sizes(week: Instance) -> Counter:
    return Counter({s.group: len(s.bookings) for s in week.history.last_week.sessions if s.group})


class TestFiles:
    def test_there_are_at_least_sixteen_with_names_of_their_own(self):
        assert len(NAMES) >= 16
        assert len(set(NAMES)) == len(NAMES)

    @pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
    def test_each_is_made_again_byte_for_byte(self, entry):
        assert path_of(entry).read_bytes() == text_of(entry.build()).encode()

    @pytest.mark.parametrize("name", NAMES)
    def test_each_is_small_and_named_like_its_file(self, name):
        assert FILES[name].stat().st_size < 1_000_000
        assert read(name).id == name

    @pytest.mark.parametrize("name", NAMES)
    def test_each_makes_sense(self, name):
        assert [issue for issue in validate(read(name)) if issue.severity == "error"] == []

    def test_no_file_is_outside_the_catalogue(self):
        here = {path.stem for path in FILES["demo"].parent.glob("*.json")} - {"catalogue"}
        assert here == set(NAMES)

    def test_check_passes_on_what_is_there(self, capsys):
        assert main(["--check", "demo", "unchanged_week"]) == 0
        assert capsys.readouterr().out == ""


class TestTimetables:
    def test_unchanged_week_keeps_every_place_and_lacks_nothing(self):
        week = read("unchanged_week")
        case = Case(week)
        assert {place.released for places in case.places.held.values() for place in places} == {None}
        assert {order.short_minutes for order in week.history.orders} == {0}

    def test_unchanged_week_may_be_published_again_as_it_was(self):
        week = read("unchanged_week")
        verdict = judge(Case(week), publish(week).published.roster)
        assert (verdict.violations, verdict.score.care) == ((), 0)
        assert {g.minutes for g in week.groups if g.track == "day"} == {270}

    def test_deaconess_blocks_fill_their_own_band_exactly(self):
        week = read("deaconess_evenings")
        case = Case(week)
        assert case.care.order("p001").floor == 3 * 210
        clocks = [(s.day, s.time, g.minutes) for g in week.groups if g.cohort == "eve" for s in g.starts]
        assert clocks == [(day, parse_clock("17:30"), 210) for day in ("mon", "tue", "thu")]

    def test_holiday_monday_closes_a_day_of_the_track(self):
        week = read("holiday_monday")
        case = Case(week)
        assert all(0 not in case.care.open_dates(p) for p in case.participants)
        assert all(0 in case.care.regular_dates(p) for p in case.participants)
        released = [p.span.day for places in case.places.held.values() for p in places if p.released == "closure"]
        assert len(released) >= len(week.participants)
        assert set(released) == {0}
        assert [g.id for g in week.groups if g.is_make_up] == ["make_up"]

    def test_choc_takes_two_teens_at_the_gate_while_parents_meet(self):
        week = read("choc_teens")
        teen = [p for p in week.participants if p.age_group == "adolescent"]
        assert (len(teen), sum(p.admitted == week.monday for p in teen)) == (12, 2)
        assert all(week.monday in g.gates for g in week.groups if g.is_closed)
        assert all(later - earlier == timedelta(weeks=2) for g in week.groups for earlier, later in zip(g.gates, g.gates[1:], strict=False))
        assert {g.minutes for g in week.groups if g.service == "parents"} == {75}

    def test_dbt_orders_nine_hours_with_two_individual_sessions(self):
        case = Case(read("dbt_individuals"))
        order = case.care.order("p001")
        assert (order.floor, order.ceiling, len(order.needs)) == (540, 540, 2)

    def test_matrix_blocks_have_a_leader_an_hour_and_are_attended_whole(self):
        week = read("matrix_blocks")
        hours = Case(week).groups.blocks
        assert {block: len(groups) for block, groups in hours.items()} == {f"{day}_evening": 3 for day in ("mon", "wed", "fri")}
        assert len({g.facilitators for g in week.groups}) == 3
        best = read_roster(FOLDER / "best" / "matrix_blocks.json")
        people = {s.group: {b.participant for b in s.bookings} for s in best.sessions if s.group is not None}
        assert all(people.get(hour) == people.get(groups[0]) for groups in hours.values() for hour in groups)
        assert {"p013", "p014"}.isdisjoint(set().union(*people.values()))

    def test_matrix_weeks_release_places_by_the_week_of_the_stay(self):
        """Weeks 4 to 5 and 12 to 13; three individual sessions in sixteen weeks; Tuesday's course is over after this week."""
        week = read("matrix_weeks")
        case = Case(week)
        released = [place.group for places in case.places.held.values() for place in places if place.released == "stay_week"]
        assert sorted(released) == ["early_fri", "early_mon", "education_wed", "education_wed"]
        assert [case.care.stay_week(p) for p in case.participants if case.care.order(p).needs] == [6, 11, 1, 1]
        assert [len(Case(change(week, monday=week.monday + timedelta(weeks=n))).groups.spans("parenting_tue")) for n in (0, 1)] == [1, 0]

    def test_day_and_evening_have_numbers_of_their_own(self):
        """Adolescents in nine sessions of a day, with 8 for each facilitator; adults in two, with 10; and two groups for both."""
        case = Case(read("day_and_evening"))
        assert [case.care.order(p).day_sessions_ceiling for p in ("p001", "p005")] == [9, 2]
        assert [case.groups.ratio(g) for g in ("mon_1", "evening_mon", "wellness_wed")] == [8, 10, 6]
        assert {g for g in case.groups if len(case.groups.ages(g)) == 2} == {"wellness_wed", "wellness_thu"}

    def test_day_and_evening_take_individual_sessions_out_of_school(self):
        """Three adolescents are free for little but the hours of the day; the newcomer is assessed before anything else."""
        case = Case(read("day_and_evening"))
        assert [max(span.end % 1440 for span in case.time.free(p)) for p in ("p001", "p004")] == [15 * 60 + 45, 17 * 60]
        assert case.services["individual"].pulls_out_of == ("school", "activity")
        assert [p for p in case.participants if "assessment" in {need.service for need in case.care.order(p).needs}] == ["p009"]
        assert case.services["assessment"].before_all


class TestWeeks:
    def test_wednesday_changes_meet_full_tracks_at_noon(self):
        week = read("wednesday_changes")
        case, sizes = Case(week), last_sizes(week)
        wednesday = week.monday + timedelta(days=2)
        assert case.now == 2 * 1440 + 720
        assert all(g.maximum == sizes[g.id] and g.reserve == 0 for g in week.groups if g.track and sizes[g.id])
        assert sum(p.admitted == wednesday for p in week.participants) == 2
        assert sum(p.discharge == wednesday for p in week.participants) == 1
        assert sum(p.step_up is not None for p in week.participants) == 1
        assert 0 < len(case.past.sessions) < len(week.published.roster.sessions)

    def test_evening_bottleneck_has_55_people_for_48_seats(self):
        week = read("evening_bottleneck")
        assert len(week.participants) == 55
        assert all(w.start >= parse_clock("16:00") for p in week.participants for w in p.availability.weekly)
        monday = [g for g in week.groups if g.starts[0].day == "mon"]
        assert sum(g.maximum - g.reserve for g in monday) == 48

    def test_monday_740_lacks_the_only_evening_dbt_leader(self):
        week = read("monday_740")
        case = Case(week)
        assert case.now == 7 * 60 + 40
        assert week.published is not None
        leaders = [c for c in week.clinicians if "dbt" in c.credentials]
        assert len(leaders) == 1
        assert case.time.work(leaders[0].id)[0][0].day >= 2
        hit = [g.id for g in week.groups if g.leading_credential == "dbt" and g.starts[0].day in ("mon", "tue")]
        assert any(s.group in hit for s in week.published.roster.sessions)
        broken = judge(case, week.published.roster).violations
        assert {id for violation in broken for id in violation.about if id in case.clinicians} <= {leaders[0].id}

    def test_couple_and_no_contact_has_a_due_couple_session_and_two_pairs_apart_in_time(self):
        week = read("couple_and_no_contact")
        case = Case(week)
        couples = [n for p in case.participants for n in case.care.order(p).needs if n.partner]
        assert sorted(n.participant for n in couples) == sorted(n.partner for n in couples)
        assert len(couples) == 2
        assert Counter(r.kind for r in week.relations) == {"apart_in_time": 2, "apart": 1}

    def test_access_mix_has_each_of_its_troubles(self):
        week = read("access_mix")
        case = Case(week)
        assert sorted(r.kind for r in week.resources) == ["sessions", "van"]
        assert case.time.open(None) != case.time.open("main")
        ((who, ends),) = [(p.id, a) for p in week.participants for a in p.authorizations if a.last == week.monday + timedelta(days=2)]
        assert (who, ends.unit, ends.units - ends.used) == ("p014", "day", 2)
        assert any(p.has_rotating_shifts for p in week.participants)
        assert any("accessible" in p.room_features for p in week.participants)

    def test_access_mix_is_bound_by_its_authorization(self):
        best = judge(Case(read("access_mix")), read_roster(FOLDER / "best" / "access_mix.json"))
        assert [(found.participant, str(found.date)) for found in best.not_covered] == [("p014", "2027-01-14")]
        assert [issue.code for issue in validate(read("access_mix")) if "p014" in issue.message] == ["authorization_gap"]

    def test_short_visits_have_random_times_and_need_no_trip(self):
        week = read("short_visits")
        kinds = {(s.id, s.standing, s.without_trip) for s in week.services if not s.standing or s.without_trip}
        assert kinds == {("drug_screen", False, "same_day"), ("medication", True, "beside_group")}
        assert {p.home_site_use for p in week.participants if p.home_site} == {"required", "preferred"}
        assert {p.home_site for p in week.participants} >= {"main", "site_2"}
        last = week.history.last_week
        assert {s.service for s in last.sessions} >= {"drug_screen", "medication"}
        assert (last.seed, week.seed) == ("week-1", "week-2")

    def test_php_step_down_has_more_arrivals_than_one_group_may_take(self):
        week = read("php_step_down")
        case = Case(week)
        arrivals = [p for p in week.participants if p.stepped_down]
        assert len(arrivals) == 6
        assert {case.care.factor(p.id) for p in arrivals} == {4}

    @pytest.mark.parametrize(("name", "sunday", "hours"), [("dst_spring", 6, 23), ("dst_autumn", -1, 25)])
    def test_dst_weeks_touch_the_sunday_of_the_change(self, name, sunday, hours):
        case = Case(read(name))
        week: Week = case.week
        start, end = week.at(sunday * 1440), week.at((sunday + 1) * 1440)
        assert (end.timestamp() - start.timestamp()) / 3600 == hours
        assert any(s.day == "sun" for g in case.instance.groups for s in g.starts)
        # 8:00 in Phoenix is 11:00 in New York in summer and 10:00 in winter.
        busy = [case.week.minute(b.start) for p in case.instance.participants for b in p.availability.busy]
        assert {"dst_spring": [6 * 1440 + 660, 13 * 1440 + 660], "dst_autumn": [-1440 + 600, 6 * 1440 + 600]}[name] == busy

    def test_over_constrained_has_fewer_places_than_blocks_ordered(self):
        tight, loose = read("over_constrained"), read("rebuild_60")
        assert len(tight.cohorts) * 4 < len(loose.cohorts) * 3
        assert len(tight.clinicians) < len(loose.clinicians)

    def test_two_sites_are_both_used_and_some_clinicians_work_at_both(self):
        week = read("two_sites")
        assert len(week.program.sites) == 2
        assert {g.site for g in week.groups} == {"main", "site_2"}
        assert any(len({w.site for w in c.hours if w.site}) == 2 for c in week.clinicians)

    @pytest.mark.parametrize("size", [24, 60, 120, 240])
    def test_sizes_come_free_and_held(self, size):
        free, held = read(f"rebuild_{size}"), read(f"hold_{size}")
        assert len(free.participants) == len(held.participants) == size
        assert not Case(free).is_hold
        assert Case(held).is_hold
        places = [p for places in Case(held).places.held.values() for p in places]
        assert sum(p.released is None for p in places) > 0.7 * len(places)


def test_a_file_holds_only_what_differs_from_the_defaults():
    week = read("demo")
    document = json.loads(text_of(change(week, label="")))
    assert "label" not in document
    assert document["version"] == 2


class TestRoutine:
    """Weeks drawn around a roster that gives everybody all that is ordered."""

    @pytest.mark.parametrize("size", ROUTINE_SIZES)
    def test_that_roster_is_one_of_the_week_without_unmet_care(self, size):
        term = routine_term(size, SEED)
        week, roster = served(term, Roster.model_validate_json((TERMS / f"{size}.json").read_bytes()), size, Random(SEED + 1))
        verdict = judge(Case(read(f"routine_{size}")), roster)
        assert (verdict.violations, verdict.score.care, len(week.participants)) == ((), 0, size)

    @pytest.mark.parametrize("size", ROUTINE_SIZES)
    def test_most_stay_and_a_few_change(self, size):
        week = read(f"routine_{size}")
        people, last = week.participants, week.history.last_week
        there = {b.participant for s in last.sessions for b in s.bookings}
        assert {p.id for p in people} - there == {p.id for p in people if p.admitted}
        assert sum(bool(p.admitted) for p in people) == round(0.08 * size)
        assert sum(p.phase_change is not None for p in people) == round(0.1 * size)
        assert sum(bool(p.availability.absences) for p in people) == round(0.05 * size)
        assert 1 <= sum(bool(p.availability.busy) for p in people) <= round(0.05 * size)
        (away,) = [c for c in week.clinicians if c.leave]
        assert any(away.id in s.facilitators and s.start.weekday() == away.leave[0].first.weekday() for s in last.sessions if s.group)
        held = [place for person in people for place in Case(week).places.held[person.id]]
        assert 0 < sum(place.released is not None for place in held) < 0.2 * len(held)

    def test_too_few_who_get_everything_are_refused(self):
        term = generate(24, 1)
        with pytest.raises(ValueError, match=r"only \d+ participants all that is ordered; solve a larger term, or longer"):
            routine_week(term, place(term), 24, Random(1))
