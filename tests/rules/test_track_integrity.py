"""Words to numbers for `track_integrity`."""

from itertools import product

import pytest

from scheduler.case import Case
from scheduler.rules.track_integrity import TrackIntegrity
from tests.build import MONDAY, ZONE, at, group, instance, participant, run, view
from tests.faces import both, check_amount

RULE = TrackIntegrity()
TRACKS = [{"id": t} for t in ("morning", "noon", "evening")]
GROUPS = [
    group("m1", "mon", "09:00", track="morning"),
    group("m2", "tue", "09:00", track="morning"),
    group("n1", "wed", "12:00", track="noon"),
    group("e1", "thu", "17:00", track="evening"),
    group("free", "fri", "09:00"),
    group("extra", "sat", "09:00", track="evening", is_make_up=True),
]
WHEN = {
    "m1": ("mon", "09:00"), "m2": ("tue", "09:00"), "n1": ("wed", "12:00"),
    "e1": ("thu", "17:00"), "free": ("fri", "09:00"), "extra": ("sat", "09:00"),
}  # fmt: skip


def case(*groups, mode="rebuild", more=None, **person):
    """One person booked in the groups named."""
    made = instance(participants=[participant("ana", **person)], tracks=TRACKS, groups=GROUPS, mode=mode, **(more or {}))
    return view(made, *(run(g, *WHEN[g], ("ana",)) for g in groups))


def test_one_track_with_free_and_make_up_groups_is_legal():
    """Two mornings, a group without a track and a make-up run of the evening: one track."""
    assert both(RULE, case("m1", "m2", "free", "extra")) == (0, 0)


def test_two_tracks_are_one_too_many():
    """A morning and an evening."""
    assert both(RULE, case("m1", "e1")) == (1, None)


def test_three_tracks_are_two_too_many():
    """Morning twice, noon, evening: 3 tracks, not 4 groups."""
    assert both(RULE, case("m1", "m2", "n1", "e1")) == (2, None)


def test_the_home_track_binds_in_hold_only():
    """A whole week of mornings at home in the evening: 1 track outside in `hold`, legal in `rebuild`."""
    assert both(RULE, case("m1", "m2", mode="hold", home_track="evening")) == (1, None)
    assert both(RULE, case("e1", "free", mode="hold", home_track="evening")) == (0, 0)
    assert both(RULE, case("m1", "m2", home_track="evening")) == (0, 0)


def test_rotating_shifts_and_consent_are_free():
    """Three tracks each."""
    for reason in ("has_rotating_shifts", "may_change_track"):
        assert both(RULE, case("m1", "n1", "e1", mode="hold", home_track="evening", **{reason: True})) == (0, 0)


def test_tracks_of_the_past_are_no_violation():
    """Morning and noon have happened: another morning is fine, an evening is a third track, one more than happened."""
    sessions = [run(g, *WHEN[g], ("ana",)) for g in ("m1", "n1")]
    more = {"now": at("wed", "18:00"), "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": sessions}}}
    assert both(RULE, case("m1", "n1", more=more)) == (0, 0)
    assert both(RULE, case("m1", "n1", "e1", more=more)) == (1, None)


def test_a_stored_home_is_where_the_groups_are():
    """Mornings stored as morning, or without a home; stored as evening it is wrong once, however many groups there are."""
    made = instance(participants=[participant("ana")], tracks=TRACKS, groups=GROUPS)
    mornings = [run(g, *WHEN[g], ("ana",)) for g in ("m1", "m2")]
    amounts = {}
    for track in ("morning", None, "evening"):
        amounts[track] = check_amount(RULE, view(made, *mornings, homes=({"participant": "ana", "track": track},)))
    assert amounts == {"morning": 0, None: 0, "evening": 1}
    (found,) = RULE.check(Case(made), view(made, *mornings, homes=({"participant": "ana", "track": "evening"},)))
    assert (
        found.message
        == "the roster stores evening as home track of ana, whose groups are in morning on Monday 2026-11-30, Tuesday 2026-12-01"
    )


@pytest.mark.parametrize("booked", [(), ("free", "extra")])
def test_a_stored_home_without_a_group_of_a_track_is_legal(booked):
    """No group, or one without a track and a make-up run of the evening, at home in the morning."""
    made = instance(participants=[participant("ana")], tracks=TRACKS, groups=GROUPS)
    home = {"participant": "ana", "track": "morning"}
    assert both(RULE, view(made, *(run(g, *WHEN[g], ("ana",)) for g in booked), homes=(home,))) == (0, 0)


def test_a_stored_home_of_somebody_free_of_tracks_or_of_the_past_is_legal():
    """Consent to several tracks; and a morning that has happened, with nothing ahead."""
    home = {"participant": "ana", "track": "evening"}
    free = instance(participants=[participant("ana", may_change_track=True)], tracks=TRACKS, groups=GROUPS)
    assert check_amount(RULE, view(free, run("m1", "mon", "09:00", ("ana",)), homes=(home,))) == 0
    morning = run("m1", "mon", "09:00", ("ana",))
    published = {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": [morning]}}
    past = instance(participants=[participant("ana")], tracks=TRACKS, groups=GROUPS, now=at("tue", "08:00"), published=published)
    assert check_amount(RULE, view(past, morning, homes=(home,))) == 0


def test_without_tracks_there_is_nothing_to_say():
    """A program whose groups name no track."""
    assert not RULE.applies_to(Case(instance(groups=[group("g")])))
    assert RULE.applies_to(Case(instance(tracks=TRACKS, groups=GROUPS)))


@pytest.mark.unmeasured
@pytest.mark.parametrize("mode", ["hold", "rebuild"])
@pytest.mark.parametrize("home", [None, "morning"])
def test_faces_agree_on_every_roster(mode, home):
    """All 16 choices of four groups of three tracks."""
    for booked in product((False, True), repeat=4):
        names = [g for g, is_booked in zip(("m1", "n1", "e1", "extra"), booked, strict=True) if is_booked]
        amount, model = both(RULE, case(*names, mode=mode, home_track=home))
        assert (amount == 0) == (model == 0)


def test_a_home_binds_what_is_ahead_not_what_has_happened():
    """Ana was in a morning on Monday; now her home is the evening, which she may attend."""
    past = {
        "now": at("mon", "20:00"),
        "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": [run("m1", "mon", "09:00", ("ana",))]}},
    }
    assert both(RULE, case("m1", "e1", mode="hold", more=past, home_track="evening")) == (0, 0)
    assert both(RULE, case("m1", "n1", mode="hold", more=past, home_track="evening")) == (1, None)
