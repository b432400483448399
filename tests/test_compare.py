"""What changed between two rosters."""

from datetime import date, timedelta

from scheduler import compare
from scheduler.compare import Comparison
from tests.build import MONDAY, SERVICES, at, group, instance, meet, participant, roster, run

FLOOR = {"minutes": {"floor": 180}, "sessions": {"floor": 0}, "days": {"floor": 0}}
GROUPS = [group("g"), group("h", "thu", starts=[{"day": "thu", "time": "09:00"}, {"day": "fri", "time": "09:00"}])]
PEOPLE = [
    participant("ana", order=FLOOR),
    participant("ben", order=FLOOR | {"services": [{"service": "individual"}]}, modes=["in_person", "telehealth"]),
]


def compared(now: str | None = None) -> Comparison:
    """Ana leaves g for h; h moves to Friday with ben; ben's talk moves from dan on site to telehealth with cora at another time."""
    week = instance(participants=PEOPLE, groups=GROUPS, **({} if now is None else {"now": at("mon", now) - timedelta(days=1)}))
    before = roster(run("g", "mon", "09:00", ("ana", "ben")), run("h", "thu", "09:00", ("ben",)), meet("ben", "mon", "13:00"))
    talk = meet("ben@home", "tue", "13:00", facilitators=["cora"])
    after = roster(run("g", "mon", "09:00", ("ben",)), run("h", "fri", "09:00", ("ana", "ben")), talk)
    return compare(week, before, after)


def test_the_same_roster_has_no_changes() -> None:
    """One line says so."""
    week = instance(participants=PEOPLE, groups=GROUPS)
    same = roster(run("g", "mon", "09:00", ("ana",)))
    found = compare(week, same, same)
    assert (found.sessions, found.bookings, found.participants, found.lines) == ((), (), (), ("Nothing changed.",))


def test_bookings_are_told_one_by_one() -> None:
    """Removed, added, moved twice."""
    found = compared()
    assert [(b.participant, b.what, b.kind) for b in found.bookings] == [
        ("ana", "g", "removed"),
        ("ana", "h", "added"),
        ("ben", "individual", "moved"),
        ("ben", "h", "moved"),
    ]
    assert found.participants == ("ana", "ben")
    assert found.bookings[2].before == "Monday 13:00 in person"
    assert found.bookings[2].after == "Tuesday 13:00 by telehealth"


def test_sessions_are_told_with_their_clinicians() -> None:
    """The group moved; the talk moved, changed its mode, its clinician and lost its room."""
    found = compared()
    assert {s.what: s.kinds for s in found.sessions} == {"individual of ben": ("moved", "mode", "staff", "room"), "h": ("moved",)}
    assert found.clinicians == ("cora", "dan")


def test_hours_and_objectives_before_and_after() -> None:
    """Ana keeps 180 minutes, ben 410; nothing is missing in either roster."""
    found = compared()
    assert [(h.participant, h.before, h.after, h.floor) for h in found.hours] == [("ana", 180, 180, 180), ("ben", 410, 410, 180)]
    assert (found.care.before, found.care.after) == (0, 0)
    assert (found.violations_before, found.violations_after) == (0, 0)


def test_care_by_rule() -> None:
    """Without her place ana misses 180 minutes."""
    week = instance(participants=PEOPLE[:1], groups=GROUPS)
    found = compare(week, roster(run("g", "mon", "09:00", ("ana",))), roster())
    assert (found.by_rule["weekly_floor"].before, found.by_rule["weekly_floor"].after) == (0, 180)
    assert (found.care.before, found.care.after) == (0, 180)
    assert "Session g: removed (Monday 09:00)" in found.lines
    assert "ana: 180 minutes before, 0 after (ordered 180)" in found.lines


def test_changes_sooner_than_calendars_refresh() -> None:
    """Sunday 10:00: Monday 9:00 is 23 hours off, Monday 13:00 is 27."""
    found = compared("10:00")
    assert [b.notice_hours for b in found.bookings] == [23.0, 119.0, 27.0, 95.0]
    assert (found.within_24_hours, found.within_48_hours) == (("ana",), ("ana", "ben"))
    assert "Will not reach calendars in time; call: ana (within 24 hours)" in found.lines
    assert "May not reach calendars in time: ben (within 48 hours)" in found.lines


def test_only_the_mode_changes() -> None:
    """Same time, from home."""
    week = instance(participants=PEOPLE, groups=[group("g", mode="hybrid")])
    found = compare(
        week, roster(run("g", "mon", "09:00", ("ben",), mode="hybrid")), roster(run("g", "mon", "09:00", ("ben@home",), mode="hybrid"))
    )
    assert [(b.participant, b.kind) for b in found.bookings] == [("ben", "mode")]
    assert found.sessions == ()


def test_a_roster_that_cannot_be_read() -> None:
    """An unknown group is said, nothing is compared."""
    found = compare(instance(participants=PEOPLE, groups=GROUPS), roster(), roster(run("gone", "mon", "09:00", ("ana",))))
    assert found.violations_after == 1
    assert "unknown group gone" in found.lines[1]


class TestLastWeek:
    """Last week's roster is compared by weekday and time."""

    LAST = MONDAY - timedelta(days=7)

    def test_the_same_places_are_no_change(self) -> None:
        week = instance(participants=PEOPLE, groups=GROUPS)
        before = roster(run("g", "mon", "09:00", ("ana",), monday=self.LAST), monday=self.LAST)
        found = compare(week, before, roster(run("g", "mon", "09:00", ("ana",))))
        assert (found.bookings, found.sessions, found.lines) == ((), (), ("Nothing changed.",))

    def test_who_comes_leaves_or_moves_is_said_and_last_week_is_not_judged(self) -> None:
        week = instance(participants=PEOPLE, groups=GROUPS)
        sessions = (run("g", "mon", "09:00", ("ana", "gone"), monday=self.LAST), run("closed", "tue", "09:00", ("ana",), monday=self.LAST))
        found = compare(week, roster(*sessions, monday=self.LAST), roster(run("h", "thu", "09:00", ("ana",))))
        assert [(b.participant, b.what, b.kind) for b in found.bookings] == [("ana", "g", "removed"), ("ana", "h", "added")]
        assert (found.care.before, found.care.after, found.by_rule, found.violations_before) == (None, 230, {}, 0)
        assert "Care: 230 minutes missing this week" in found.lines

    def test_another_random_time_is_no_change_from_last_week(self) -> None:
        """A drug screen moved is none from week to week; one more or one less is, and within a week every move is."""
        screen = {"id": "screen", "kind": "individual", "category": "drug_screen", "minutes": 50, "standing": False}
        week = instance(participants=PEOPLE, services=[*SERVICES, screen])
        then, now = meet("ana", "mon", "13:00", service="screen", monday=self.LAST), meet("ana", "tue", "10:00", service="screen")
        found = compare(week, roster(then, monday=self.LAST), roster(now))
        assert (found.bookings, found.sessions, found.lines) == ((), (), ("Nothing changed.",))
        found = compare(week, roster(then, monday=self.LAST), roster())
        assert ([b.kind for b in found.bookings], [s.kinds for s in found.sessions]) == (["removed"], [("removed",)])
        found = compare(week, roster(meet("ana", "mon", "13:00", service="screen")), roster(now))
        assert ([b.kind for b in found.bookings], [s.kinds for s in found.sessions]) == (["moved"], [("moved",)])
        standing = instance(participants=PEOPLE, services=[*SERVICES, screen | {"standing": True}])
        assert [b.kind for b in compare(standing, roster(then, monday=self.LAST), roster(now)).bookings] == ["moved"]

    def test_the_clock_time_counts_across_a_change_of_clocks(self) -> None:
        monday = date(2026, 11, 2)
        week = instance(participants=PEOPLE, groups=GROUPS, monday=monday)
        before = roster(run("g", "mon", "09:00", ("ana",), monday=date(2026, 10, 26)), monday=date(2026, 10, 26))
        found = compare(week, before, roster(run("g", "mon", "09:00", ("ana",), monday=monday), monday=monday))
        assert found.lines == ("Nothing changed.",)
