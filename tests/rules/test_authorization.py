"""Words to numbers for `authorization`."""

import random
from itertools import permutations, product

import pytest

from scheduler.case import Case
from scheduler.rules._authorizations import is_lapsed, why_none
from scheduler.rules.authorization import AuthorizationRule, lapsed
from tests.build import MONDAY, SERVICES, ZONE, at, clinician, group, instance, meet, participant, roster, run, view, windows
from tests.faces import both

RULE = AuthorizationRule()
DAYS = ("mon", "tue", "wed", "thu", "fri")
CLINICIANS = [clinician("cora"), clinician("dan", hours=windows("13:00", "15:00", site="s1"))]
ORDERED = {"process": 5, "individual": 2, "peer": 1}
ORDER = {"services": [{"service": service, "per_week": count} for service, count in ORDERED.items()]}


def grant(unit, id="g1", **more):
    """An authorization for 2026 without limits."""
    return {"id": id, "unit": unit, "first": "2026-01-01", "last": "2026-12-31"} | more


def block(n):
    """The 180-minute group of a weekday."""
    return run(f"g{n}", DAYS[n], "09:00", ("ana",))


def talk(n, ordinal=1):
    """An individual of 50 minutes at 13:00."""
    return meet("ana", DAYS[n], "13:00", ordinal=ordinal)


def case(*sessions, grants=(), required=(), more=None):
    """One person with authorizations; some services require one."""
    services = [s | {"requires_authorization": s["id"] in required} for s in SERVICES]
    made = instance(
        participants=[participant("ana", order=ORDER, authorizations=list(grants))],
        services=services,
        clinicians=CLINICIANS,
        groups=[group(f"g{n}", day) for n, day in enumerate(DAYS)] + [group("peers", "sat", service="peer", minutes=60)],
        **(more or {}),
    )
    return view(made, *sessions)


@pytest.mark.parametrize(
    ("unit", "units", "amount"),
    [
        ("hour", 8, 0),  # 3 + 3 + 1 + 1
        ("hour", 7, 1),
        ("quarter_hour", 32, 0),  # 12 + 12 + 4 + 4; the 460 minutes together would be 31
        ("quarter_hour", 31, 1),
        ("session", 4, 0),
        ("session", 1, 3),
        ("day", 2, 0),  # Monday and Tuesday; the 50 minutes on Wednesday are no billable day
        ("day", 1, 1),
    ],
)
def test_units_are_rounded_up_per_session(unit, units, amount):
    """Blocks on Monday and Tuesday, individuals on Monday and Wednesday."""
    booked = (block(0), block(1), talk(0), talk(2, 2))
    assert both(RULE, case(*booked, grants=[grant(unit, units=units)])) == (amount, None if amount else 0)


def test_used_units_are_gone():
    """10 units of the period, 8 used: two sessions are legal, a third is 1 over; 12 used (too many already): all 2 are over."""
    two = (block(0), block(1))
    assert both(RULE, case(*two, grants=[grant("session", units=10, used=8)])) == (0, 0)
    assert both(RULE, case(*two, block(2), grants=[grant("session", units=10, used=8)])) == (1, None)
    assert both(RULE, case(*two, grants=[grant("session", units=10, used=12)])) == (2, None)
    assert both(RULE, case(grants=[grant("session", units=10, used=12)])) == (0, 0)


@pytest.mark.parametrize("state", ["asked", "denied", "appeal"])
def test_only_approved_ones_cover_sessions(state):
    """A block on Monday that requires an authorization: refused. Units of one that is not approved limit nothing, and are not drawn."""
    assert both(RULE, case(block(0), grants=[grant("session")], required=("process",))) == (0, 0)
    assert both(RULE, case(block(0), grants=[grant("session", state=state)], required=("process",))) == (1, None)
    assert both(RULE, case(block(0), block(1), grants=[grant("session", units=1, state=state)])) == (0, 0)
    shared = [grant("session", id="g0", last="2026-12-30", units=9, state=state), grant("session", units=1)]
    assert both(RULE, case(block(0), grants=shared)) == (0, 0)
    assert both(RULE, case(block(0), block(1), grants=shared)) == (1, None)


def test_the_reason_names_the_first_that_is_not_approved():
    """Of those for the service, the one that ends first; by id where several end on one day; none where none was asked for."""
    asked = [
        grant("session", id="g3", last="2026-12-30", state="appeal", services=["process"]),
        grant("session", id="g2", last="2026-12-30", state="denied", services=["process"]),
        grant("session", id="g1", state="asked", services=["process"]),
    ]
    reasons = [why_none(case(grants=grants).case, "ana", "process") for grants in (asked, asked[:1], asked[2:], ())]
    assert reasons == [
        "authorization g2 of ana was denied",
        "authorization g3 of ana was denied and is in appeal",
        "authorization g1 of ana is not approved yet",
        "process needs an authorization, and ana has none for it",
    ]
    assert why_none(case(grants=asked).case, "ana", "peer") == "peer needs an authorization, and ana has none for it"


@pytest.mark.parametrize(
    ("state", "last", "services", "expected"),
    [
        ("approved", "2026-12-31", ["process"], False),
        ("approved", "2026-11-29", ["process"], True),
        ("asked", "2026-12-31", ["process"], True),
        ("asked", "2026-12-31", ["peer"], False),
        ("approved", "2026-12-31", ["peer"], False),
    ],
)
def test_a_service_has_lapsed_if_it_was_asked_for_and_nothing_covers_the_date(state, last, services, expected):
    made = case(grants=[grant("session", state=state, last=last, services=services)]).case
    assert is_lapsed(made, "ana", "process", MONDAY) is expected


def test_the_payers_week_splits_ours():
    """3 sessions a payer week that begins on Wednesday, 2 used before Monday: Monday alone is legal, Tuesday is 1 over; then 3 more."""
    weekly = [grant("session", units_per_week=3, used_in_week=2, week_start="wed")]
    assert both(RULE, case(block(0), block(2), block(3), block(4), grants=weekly)) == (0, 0)
    assert both(RULE, case(block(0), block(1), grants=weekly)) == (1, None)
    assert both(RULE, case(block(2), block(3), block(4), talk(2), talk(4, 2), grants=weekly)) == (2, None)


def test_a_payers_week_that_is_used_up_has_nothing_left():
    """3 of 3 used before Monday: the first session until Wednesday is 1 over, on Wednesday the next week begins."""
    used_up = [grant("session", units_per_week=3, used_in_week=3, week_start="wed")]
    assert both(RULE, case(block(0), grants=used_up)) == (1, None)
    assert both(RULE, case(block(2), grants=used_up)) == (0, 0)


def test_a_payers_week_from_monday_is_ours():
    """3 sessions a week, used or not before Monday."""
    assert both(RULE, case(*map(block, range(4)), grants=[grant("session", units_per_week=3)])) == (1, None)


def test_period_and_week_both_bind():
    """4 sessions: 1 over a week of 3 and 2 over the 2 left in the period."""
    both_bind = [grant("session", units_per_week=3, units=9, used=7)]
    assert both(RULE, case(*map(block, range(4)), grants=both_bind)) == (3, None)


def test_the_message_names_the_limit_and_the_sessions_drawn_on_it():
    """Groups are authorized once in each payer's week, individuals never: each sentence has its own sessions."""
    grants = [
        grant("session", services=["process"], units_per_week=1, week_start="wed"),
        grant("session", "g2", services=["individual"], units=0),
    ]
    sessions = (block(0), talk(0), block(1), block(2), block(3), block(4), talk(4, 2))
    made = case(*sessions, grants=grants)
    assert [(v.message, v.sessions) for v in RULE.check(made.case, made)] == [
        (
            "ana is 1 unit over authorization g1 (week): Monday 2026-11-30, Tuesday 2026-12-01",
            ("g.g0.2026-11-30", "g.g1.2026-11-30"),
        ),
        (
            "ana is 2 units over authorization g1 (next week): Wednesday 2026-12-02, Thursday 2026-12-03, Friday 2026-12-04",
            ("g.g2.2026-11-30", "g.g3.2026-11-30", "g.g4.2026-11-30"),
        ),
        (
            "ana is 2 units over authorization g2 (period): Monday 2026-11-30, Friday 2026-12-04",
            ("a.ana.individual.2026-11-30.1", "a.ana.individual.2026-11-30.2"),
        ),
    ]


def test_dates_outside_are_not_covered():
    """Valid until Tuesday: required, Wednesday's group is 1 without authorization; not required, it is free and uses no unit."""
    ends = [grant("session", last="2026-12-01", units=2)]
    assert both(RULE, case(*map(block, range(3)), grants=ends)) == (0, 0)
    assert both(RULE, case(*map(block, range(2)), grants=ends, required=["process"])) == (0, 0)
    assert both(RULE, case(*map(block, range(3)), grants=ends, required=["process"])) == (1, None)


def test_the_first_date_is_covered():
    """Valid from Tuesday, one unit: Monday's group is without authorization, Tuesday's has it."""
    begins = [grant("session", first="2026-12-01", units=1)]
    assert both(RULE, case(block(0), grants=begins, required=["process"])) == (1, None)
    assert both(RULE, case(block(1), grants=begins, required=["process"])) == (0, 0)


def test_unlisted_services_are_forbidden_only_where_required():
    """A grant for groups only and no unit of it left: the individual is free, or refused where it requires authorization."""
    groups_only = [grant("hour", services=["process"], units=0)]
    assert both(RULE, case(talk(0), grants=groups_only)) == (0, 0)
    assert both(RULE, case(talk(0), grants=groups_only, required=["individual"])) == (1, None)
    assert both(RULE, case(block(0), grants=groups_only)) == (3, None)


def test_an_empty_list_covers_countable_services():
    """Peer support does not count: it draws on nothing, and is refused where it requires authorization."""
    peers = run("peers", "sat", "09:00", ("ana",), 60, service="peer")
    assert both(RULE, case(peers, grants=[grant("session", units=0)])) == (0, 0)
    assert both(RULE, case(peers, grants=[grant("session", units=0)], required=["peer"])) == (1, None)


@pytest.mark.unmeasured
def test_a_listed_service_that_does_not_count_makes_no_day():
    """Peer support, listed: 0 days, 0 hours, 1 session."""
    peers = run("peers", "sat", "09:00", ("ana",), 60, service="peer")
    for unit, amount in (("day", 0), ("hour", 0), ("session", 1)):
        assert both(RULE, case(peers, grants=[grant(unit, services=["peer"], units=0)])) == (amount, None if amount else 0)


def test_a_session_of_no_minutes_uses_no_day_that_others_make_billable():
    """Peer support before the block of a Monday: it uses no day itself, and leaves the day to the block if that is covered, too."""
    sessions = run("peers", "mon", "08:00", ("ana",), 60, service="peer"), block(0)
    for services, amount in ((["peer"], 0), (["peer", "process"], 1)):
        made = instance(
            participants=[participant("ana", order=ORDER, authorizations=[grant("day", services=services, units=0)])],
            groups=[group("g0"), group("peers", "mon", "08:00", service="peer", minutes=60)],
        )
        assert both(RULE, view(made, *sessions)) == (amount, None if amount else 0)


def test_one_that_is_used_up_hands_on_to_the_next():
    """12 of 12 hours used: four blocks of 3 hours draw on the 12 hours of the second; a fifth is 3 over."""
    grants = [grant("hour", units=12, used=12), grant("hour", "g2", first="2026-11-28", units=12)]
    for listed in permutations(grants):
        assert both(RULE, case(*map(block, range(4)), grants=listed)) == (0, 0)
        assert both(RULE, case(*map(block, range(5)), grants=listed)) == (3, None)


def test_the_one_that_ends_first_is_used_first():
    """One unit until Monday, one until December: Monday twice uses both; Monday and Tuesday too; Tuesday twice is 1 over."""
    grants = [grant("session", last="2026-11-30", units=1), grant("session", "g2", units=1)]
    for listed in permutations(grants):
        assert both(RULE, case(block(0), talk(0), grants=listed)) == (0, 0)
        assert both(RULE, case(block(0), block(1), grants=listed)) == (0, 0)
        assert both(RULE, case(block(1), talk(1), grants=listed)) == (1, None)


def test_a_session_is_not_split():
    """2 hours and 4 hours left: one block of 3 fits the second; the other finds 2 and 1, so 2 over the last."""
    grants = [grant("hour", last="2026-12-10", units=2), grant("hour", "g2", units=4)]
    for listed in permutations(grants):
        assert both(RULE, case(block(0), talk(1), talk(2, 2), grants=listed)) == (0, 0)
        assert both(RULE, case(block(0), block(1), grants=listed)) == (2, None)


def test_sessions_are_shared_out_so_that_all_of_them_fit():
    """The first ends sooner, the second is for groups only: in turn, Monday's block would take what Tuesday's individual needs."""
    grants = [grant("session", last="2026-12-10", units=1), grant("session", "g2", services=["process"], units=1)]
    for listed in permutations(grants):
        assert both(RULE, case(block(0), talk(1), grants=listed)) == (0, 0)
        assert both(RULE, case(block(0), block(1), grants=listed)) == (0, 0)
        assert both(RULE, case(block(0), block(1), talk(2), grants=listed)) == (1, None)
        assert both(RULE, case(talk(1), talk(2, 2), grants=listed)) == (1, None)


def test_services_draw_on_their_own_authorizations():
    """Two group hours and one individual session left: a block is 1 over, a second individual 1 over; together 2."""
    grants = [grant("hour", services=["process"], units=2), grant("session", "g2", services=["individual"], units=1)]
    for listed in permutations(grants):
        assert both(RULE, case(talk(0), grants=listed)) == (0, 0)
        assert both(RULE, case(block(0), talk(0), grants=listed)) == (1, None)
        assert both(RULE, case(block(0), talk(0), talk(1, 2), grants=listed)) == (2, None)


def test_an_authorization_without_limits_takes_what_the_others_cannot():
    """No unit of the first left, the second has no limit."""
    grants = [grant("hour", units=0), grant("day", "g2")]
    for listed in permutations(grants):
        assert both(RULE, case(*map(block, range(5)), grants=listed)) == (0, 0)


@pytest.mark.parametrize(
    ("minimum", "units", "amount"), [(50, 3, 0), (50, 2, 1), (51, 2, 0), (180, 2, 0), (181, 1, 0), (181, 0, 1), (231, 0, 0)]
)
def test_a_day_unit_is_a_billable_date(minimum, units, amount):
    """Blocks of 180 on Monday and Tuesday, individuals of 50 on Tuesday and Wednesday: 180, 230 and 50 minutes."""
    values = {"policy": {"values": {"second_staff_required": False, "billable_day_minutes": minimum}}}
    booked = (block(0), block(1), talk(1), talk(2, 2))
    assert both(RULE, case(*booked, grants=[grant("day", units=units)], more=values)) == (amount, None if amount else 0)


@pytest.mark.parametrize(("units", "amount"), [(1, 0), (0, 1)])
def test_a_date_uses_one_day_however_many_sessions_it_has(units, amount):
    """A block and two individuals on Monday."""
    booked = (block(0), talk(0), meet("ana", "mon", "14:00", ordinal=2))
    assert both(RULE, case(*booked, grants=[grant("day", units=units)])) == (amount, None if amount else 0)


@pytest.mark.parametrize(("counted", "amount"), [(0, 0), (1, 1)])
def test_one_care_minute_uses_a_day_where_one_is_billable(counted, amount):
    """A group of an hour, of which no minute or one counts, with no day left."""
    parts = [{"service": service, "minutes": minutes} for service, minutes in (("process", counted), ("peer", 60 - counted)) if minutes]
    made = instance(
        participants=[participant("ana", authorizations=[grant("day", services=["process"], units=0)])],
        groups=[group("g0", minutes=60, segments=parts)],
        policy={"values": {"second_staff_required": False, "billable_day_minutes": 1}},
    )
    assert both(RULE, view(made, run("g0", "mon", "09:00", ("ana",), 60))) == (amount, None if amount else 0)


def test_a_billable_date_counts_what_an_authorization_does_not_cover():
    """230 minutes on Tuesday are billable from 200 on; the individual alone is authorized, and uses its one day."""
    values = {"policy": {"values": {"second_staff_required": False, "billable_day_minutes": 200}}}
    days = [grant("day", services=["individual"], units=0)]
    assert both(RULE, case(block(1), talk(1), grants=days, more=values)) == (1, None)
    assert both(RULE, case(talk(1), grants=days, more=values)) == (0, 0)
    assert both(RULE, case(block(1), grants=days, more=values)) == (0, 0)


@pytest.mark.unmeasured
def test_the_order_of_the_list_never_matters():
    """All orders of three authorizations give one verdict on all choices of sessions."""
    grants = [
        grant("hour", "c", last="2026-12-02", units=4),
        grant("session", "a", services=["process"], units=1),
        grant("day", "b", units_per_week=1, used_in_week=1, week_start="wed"),
    ]
    for booked in choices():
        verdicts = {
            (amount, model, tuple((v.message, v.sessions) for v in RULE.check(found.case, found)))
            for listed in permutations(grants)
            for found in (case(*booked, grants=listed),)
            for amount, model in (both(RULE, found),)
        }
        assert len(verdicts) == 1


def test_what_has_happened_is_no_violation():
    """Two sessions have happened with 1 unit left and no cover for the group on Tuesday: silent; a third is 1 over."""
    past = [block(0), block(1)]
    more = {"now": at("tue", "20:00"), "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": past}}}
    tight = [grant("session", units=1)]
    assert both(RULE, case(*past, grants=tight, more=more)) == (0, 0)
    assert both(RULE, case(*past, block(2), grants=tight, more=more)) == (1, None)
    assert both(RULE, case(*past, required=["process"], more=more)) == (0, 0)


def test_it_speaks_where_payers_do():
    """With a grant, with a service that requires one, with neither."""
    assert RULE.applies_to(case(grants=[grant("day")]).case)
    assert RULE.applies_to(case(required=["process"]).case)
    assert not RULE.applies_to(Case(instance()))


def test_what_has_happened_draws_first():
    """Monday's block took 3 of 5 hours of the first; 2 and 3 are left: Tuesday's block fits the second, Wednesday's is 2 over."""
    more = {"now": at("mon", "20:00"), "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": [block(0)]}}}
    grants = [grant("hour", last="2026-12-10", units=5), grant("hour", "g2", units=4)]
    for listed in permutations(grants):
        assert both(RULE, case(block(0), block(1), grants=listed, more=more)) == (0, 0)
        assert both(RULE, case(block(0), block(1), block(2), grants=listed, more=more)) == (2, None)


def test_a_day_that_is_used_covers_the_rest_of_its_date():
    """Monday's block used the last day: Monday's individual is on it, Tuesday's block is 1 over."""
    more = {"now": at("mon", "12:00"), "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": [block(0)]}}}
    last = [grant("day", units=9, used=8)]
    assert both(RULE, case(block(0), talk(0), grants=last, more=more)) == (0, 0)
    assert both(RULE, case(block(0), block(1), grants=last, more=more)) == (1, None)


def choices():
    """All 32 choices of three blocks and two individuals, one of them on the day of a block."""
    options = (block(0), block(1), block(2), talk(1), talk(3, 2))
    for chosen in product((False, True), repeat=5):
        yield [session for session, is_booked in zip(options, chosen, strict=True) if is_booked]


@pytest.mark.unmeasured
@pytest.mark.parametrize("unit", ["day", "hour", "quarter_hour", "session"])
@pytest.mark.parametrize("limits", [{"units": 13, "used": 8}, {"units_per_week": 2, "used_in_week": 1, "week_start": "tue"}])
def test_faces_agree_on_every_roster(unit, limits):
    """One authorization."""
    for booked in choices():
        amount, model = both(RULE, case(*booked, grants=[grant(unit, **limits)]))
        assert (amount == 0) == (model == 0)


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", range(40))
def test_faces_agree_with_several_authorizations(seed):
    """Two or three drawn at random, and a minimum for a billable day."""
    draw = random.Random(seed)
    grants = [
        grant(
            draw.choice(("day", "day", "hour", "quarter_hour", "session")),
            f"g{n}",
            first=draw.choice(("2026-01-01", "2026-12-01")),
            last=draw.choice(("2026-12-01", "2026-12-02", "2026-12-31")),
            services=draw.choice(([], [], ["process"], ["individual"])),
            week_start=draw.choice(("mon", "wed")),
            **draw.choice(({"units": draw.randrange(5)}, {"units": 9, "used": 6, "units_per_week": 2}, {"units_per_week": 1}, {})),
        )
        for n in range(draw.choice((2, 2, 3)))
    ]
    minimum = draw.choice((50, 100, 180, 200, 230))
    more = {"policy": {"values": {"second_staff_required": False, "billable_day_minutes": minimum}}}
    if draw.random() < 0.3:
        more |= {"now": at("mon", "20:00"), "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": [block(0)]}}}
    for booked in choices():
        if "now" not in more or block(0) in booked:
            amount, model = both(RULE, case(*booked, grants=grants, more=more))
            assert (amount == 0) == (model == 0), (grants, minimum, [s["id"] for s in booked])


def test_what_is_ahead_and_on_no_covered_date_has_lapsed() -> None:
    """Authorized until Tuesday: Wednesday's and Thursday's groups have lapsed; on Thursday morning Wednesday's has happened."""
    authorization = {"id": "a1", "unit": "hour", "first": "2026-11-01", "last": "2026-12-01", "units": 100}
    runs = [run(g, day, "09:00", ("ana",)) for g, day in (("g", "mon"), ("h", "wed"), ("i", "thu"))]
    people = [participant("ana", authorizations=[authorization])]
    groups = [group("g"), group("h", "wed"), group("i", "thu")]
    for now, expected in ((None, ["h", "i"]), (at("thu", "08:00"), ["i"])):
        happened = {} if now is None else {"now": now, "published": {"roster": roster(*runs)}}
        made = view(instance(participants=people, groups=groups, **happened), *runs)
        assert [v.group for v in lapsed(made.case, made, "ana")] == expected
