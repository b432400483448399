"""A subscriber over the life of a feed: publish, move, cancel, publish again, other weeks, looks, rotate, revoke, time."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from api.database.tables import CalendarEventRow, CalendarSecretRow
from scheduler.case import Case
from scheduler.view import View
from tests.api.feeds.conftest import FEEDS, path_of
from tests.api.feeds.subscriber import Subscriber
from tests.api.programs.seed import publish_week
from tests.api.weeks.small import BEFORE, MONDAY, WEEK, good_roster, keep_program, small_instance
from tests.build import meet, roster, run
from tests.exchange.readers import calendars_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
A = "Appointment"
MON_GROUP, MON_ANA, TUE_GROUP = ("11-30 14:00", A), ("11-30 18:00", A), ("12-01 14:00", A)


def moved(day: str, time: str):
    """The good roster with ana's appointment at another time."""
    base = [run("g1", "mon", "09:00", ("ana", "ben", "cid")), run("g2", "tue", "09:00", ("ana", "ben", "cid"))]
    return roster(*base, meet("ana", day, time), meet("ben", "tue", "13:00"), meet("cid", "wed", "13:00"))


def test_publish_move_cancel_publish_again(publish, subscribe, clock):
    """One UID throughout; sequences 0 to 3; nothing to fetch while nothing changes; others hear nothing of it."""
    ana, ben = subscribe(), subscribe(participant="ben")
    assert [ana.fetch(), ana.shown] == [200, []]
    publish(good_roster())
    assert [ana.fetch(), ana.shown] == [200, [MON_GROUP, MON_ANA, TUE_GROUP]]
    assert ana.fetch() == 304
    assert ben.fetch() == 200
    uid = next(e.uid for e in ana.events.values() if f"{e.start:%m-%d %H:%M}" == "11-30 18:00")
    for hours, document, expected in (
        (1, moved("mon", "14:00"), [MON_GROUP, ("11-30 19:00", A), TUE_GROUP]),
        (2, roster(*moved("mon", "14:00").model_dump()["sessions"][:2]), [MON_GROUP, ("11-30 19:00", f"Cancelled: {A}"), TUE_GROUP]),
        (3, good_roster(), [MON_GROUP, MON_ANA, TUE_GROUP]),
    ):
        clock(BEFORE + hours * HOUR)
        publish(document)
        assert [ana.fetch(), ana.shown] == [200, expected]
        assert ana.events[uid].sequence == hours
        assert ana.fetch() == 304
    # Ben's own appointment was cancelled with hers and came back; his calendar says so once, not twice.
    assert [ben.fetch(), ben.fetch()] == [200, 304]
    assert [event.sequence for event in ben.events.values()] == [0, 0, 2]


def test_a_roster_that_changes_nothing_for_somebody_leaves_their_bytes_alone(publish, subscribe, clock):
    """Ana moves; Cid gets 304."""
    publish(good_roster())
    cid = subscribe(participant="cid")
    assert cid.fetch() == 200
    clock(BEFORE + HOUR)
    publish(moved("mon", "14:00"))
    assert cid.fetch() == 304


def test_two_changes_within_a_second_are_both_told_to_who_asks_by_date(publish, subscribe):
    """The clock stands still; Last-Modified does not."""
    ana = subscribe()
    for document, starts in (
        (good_roster(), "11-30 18:00"),
        (moved("mon", "14:00"), "11-30 19:00"),
        (moved("mon", "15:00"), "11-30 20:00"),
    ):
        publish(document)
        assert ana.fetch(by_date=True) == 200
        assert (starts, A) in ana.shown


def test_by_date_alone_a_cancelled_session_vanishes_in_the_end(publish, subscribe, clock):
    """The bytes change when time takes the tombstone away: a day after the end, not before."""
    publish(good_roster())
    ana = subscribe()
    ana.fetch(by_date=True)
    clock(BEFORE + HOUR)
    publish(roster())
    assert ana.fetch(by_date=True) == 200
    assert all(title.startswith("Cancelled: ") for _, title in ana.shown)
    end = datetime(2026, 11, 30, 18, 50, tzinfo=UTC)
    clock(end + DAY - timedelta(seconds=1))
    ana.fetch(by_date=True)
    assert len(ana.shown) == 2, "the morning's is gone, the afternoon's is there"
    clock(end + DAY)
    assert ana.fetch(by_date=True) == 200
    assert [start for start, _ in ana.shown] == ["12-01 14:00"]


def test_several_weeks_are_in_one_feed_within_its_window(publish, subscribe, clock):
    """An appointment of 28 June comes into view 180 days before its end, to the second; the others leave 30 days after theirs."""
    later = MONDAY + timedelta(weeks=30)
    publish(good_roster())
    publish(roster(meet("ana", "mon", "09:00", monday=later), monday=later), later)
    ana = subscribe()
    ana.fetch()
    assert [start for start, _ in ana.shown] == ["11-30 14:00", "11-30 18:00", "12-01 14:00"]
    for now, expected in (
        (datetime(2026, 12, 30, 13, 49, 59, tzinfo=UTC), None),
        (datetime(2026, 12, 30, 13, 50, tzinfo=UTC), ["11-30 14:00", "11-30 18:00", "12-01 14:00", "06-28 13:00"]),
        (datetime(2026, 12, 30, 17, 0, tzinfo=UTC), None),
        (datetime(2026, 12, 30, 17, 0, 1, tzinfo=UTC), ["11-30 18:00", "12-01 14:00", "06-28 13:00"]),
        (datetime(2027, 1, 1, tzinfo=UTC), ["06-28 13:00"]),
    ):
        clock(now)
        assert ana.fetch() == (304 if expected is None else 200)
        assert expected is None or [start for start, _ in ana.shown] == expected


def test_a_calendar_that_had_events_is_never_empty(publish, subscribe, clock):
    """The last one stays for its thirty days, then as cancelled; some programs take an empty calendar for a fault and stop."""
    publish(good_roster())
    ana = subscribe()
    ana.fetch()
    last = max(ana.events, key=lambda uid: ana.events[uid].start)
    end = datetime(2026, 12, 1, 15, 50, tzinfo=UTC)
    clock(end + 30 * DAY)
    ana.fetch(by_date=True)
    shown = [(uid, e.status, e.sequence) for uid, e in ana.events.items()]
    assert shown == [(last, "CONFIRMED", 0)]
    for now in (end + 31 * DAY, end + 33 * DAY, end + 400 * DAY):
        clock(now)
        ana.fetch(by_date=True)
        assert [(uid, e.status, e.sequence) for uid, e in ana.events.items()] == [(last, "CANCELLED", 1)]
    later = MONDAY + timedelta(weeks=60)
    publish(roster(meet("ana", "mon", "09:00", monday=later), monday=later), later)
    ana.fetch(by_date=True)
    assert (len(ana.events), last in ana.events) == (1, False)


def test_a_week_that_is_withdrawn_stays_as_cancelled(publish, subscribe, clock):
    publish(good_roster())
    ana = subscribe()
    clock(BEFORE + HOUR)
    publish(roster())
    for now in (datetime(2026, 12, 3, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)):
        clock(now)
        ana.fetch(by_date=True)
        assert [e.status for e in ana.events.values()] == ["CANCELLED"]


def test_unpublishing_cancels_and_publishing_again_brings_the_same_uids_back(subscribe, coordinator, published, clock):
    """Through the service's own routes."""
    ana = subscribe()
    ana.fetch()
    uids = set(ana.events)
    answer = coordinator.post(f"{WEEK}/unpublish", json={}, headers={"If-Match": coordinator.get(WEEK).headers["ETag"]})
    assert answer.status_code == 200, answer.text
    assert ana.fetch() == 200
    assert {(e.status, e.sequence) for e in ana.events.values()} == {("CANCELLED", 1)}
    made = coordinator.post(f"{WEEK}/rosters", json=good_roster().model_dump(mode="json"))
    etag = coordinator.get(WEEK).headers["ETag"]
    answer = coordinator.post(f"{WEEK}/rosters/{made.json()['id']}/publish", json={}, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    assert ana.fetch() == 200
    assert set(ana.events) == uids
    assert {(e.status, e.sequence) for e in ana.events.values()} == {("CONFIRMED", 2)}


def test_withdrawing_the_rest_of_a_week_keeps_what_has_begun(subscribe, coordinator, published, clock):
    """Monday 16:00 UTC: the group of Monday morning stays, the afternoon and Tuesday are cancelled."""
    ana = subscribe()
    ana.fetch()
    clock(datetime(2026, 11, 30, 16, tzinfo=UTC))
    body, etag = {"force": True, "reason": "storm"}, coordinator.get(WEEK).headers["ETag"]
    assert coordinator.post(f"{WEEK}/unpublish", json=body, headers={"If-Match": etag}).status_code == 200
    assert ana.fetch() == 200
    assert [e.status for e in ana.events.values()] == ["CONFIRMED", "CANCELLED", "CANCELLED"]


def test_other_looks_reach_the_subscriber_as_newer_events(publish, subscribe, desk, clock):
    """Label, place and class change; UIDs and sequences do not."""
    publish(good_roster())
    ana = subscribe()
    ana.fetch()
    before = dict(ana.events)
    clock(BEFORE + HOUR)
    url = f"{FEEDS}/{ana.feed}"
    body = {"label": "Busy", "is_private": False, "has_place": True}
    assert desk.put(f"{url}/options", json=body, headers={"If-Match": desk.get(url).headers["ETag"]}).status_code == 200
    assert ana.fetch() == 200
    assert {e.summary for e in ana.events.values()} == {"Busy"}
    assert {(e.uid, e.sequence) for e in ana.events.values()} == {(e.uid, e.sequence) for e in before.values()}
    assert b"CLASS" not in ana.body
    assert ana.body.count(b"LAST-MODIFIED:20261126T160000Z") == 3


def test_a_rotated_link_shows_the_note_and_the_new_one_everything(publish, subscribe, desk, client, clock):
    """The old one for thirty days, then it is unknown; the new one has the same UIDs."""
    publish(good_roster())
    ana = subscribe()
    ana.fetch()
    clock(BEFORE + HOUR)
    answer = desk.post(f"{FEEDS}/{ana.feed}/rotate", headers={"If-Match": "*"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    new = Subscriber(client, path_of(answer.json()), ana.feed)
    assert new.path != ana.path
    assert [new.fetch(), set(new.events)] == [200, set(ana.events)]
    assert ana.fetch(by_date=True) == 200
    assert ana.shown == [("11-26 00:00", "This calendar link is no longer active")]
    clock(BEFORE + HOUR + 30 * DAY - timedelta(seconds=1))
    assert ana.fetch() == 304
    clock(BEFORE + HOUR + 30 * DAY)
    assert [ana.fetch(), new.fetch()] == [404, 304]


def test_a_revoked_feed_shows_the_note_for_thirty_days(publish, subscribe, desk, clock):
    """Revoked twice is revoked once; what is published afterwards is not in it."""
    publish(good_roster())
    ana = subscribe()
    ana.fetch()
    clock(BEFORE + HOUR)
    first, again = (desk.post(f"{FEEDS}/{ana.feed}/revoke").json() for _ in range(2))
    assert first == again
    assert first["state"] == "revoked"
    assert ana.fetch(by_date=True) == 200
    assert len(ana.events) == 1
    clock(BEFORE + 2 * HOUR)
    publish(moved("mon", "14:00"))
    assert [ana.fetch(), ana.fetch(by_date=True)] == [304, 304]
    clock(BEFORE + HOUR + 30 * DAY)
    assert ana.fetch() == 404


def test_a_link_revoked_before_it_was_ever_fetched_shows_the_note(subscribe, desk):
    ana = subscribe()
    desk.post(f"{FEEDS}/{ana.feed}/revoke")
    assert [ana.fetch(), len(ana.events)] == [200, 1]


def test_a_feed_issued_again_goes_on_where_the_first_ended(publish, subscribe, issue, desk, client, clock):
    """The same UIDs, and the sequence goes on: the calendar program recognises every appointment."""
    publish(good_roster())
    ana = subscribe()
    ana.fetch()
    desk.post(f"{FEEDS}/{ana.feed}/revoke")
    clock(BEFORE + HOUR)
    publish(moved("mon", "14:00"))
    made = issue()
    again = Subscriber(client, path_of(made), made["feed"]["id"])
    again.events = dict(ana.events)
    assert again.fetch() == 200
    assert set(again.events) == set(ana.events)


def test_a_file_of_the_same_roster_is_the_same_calendar(publish, subscribe, store):
    """Byte for byte, made with the program's secret by what writes files."""
    publish(good_roster())
    ana, cora = subscribe(), subscribe(clinician="cora")
    ana.fetch()
    cora.fetch()
    with store.reading() as session:
        secret = session.scalars(select(CalendarSecretRow)).one().secret
    view = View(Case(small_instance()), good_roster())
    files = calendars_of(view, secret, now=BEFORE)
    assert (files["ana"], files["cora"]) == (ana.body, cora.body)


@pytest.mark.parametrize("people", [("ana", "ben"), ("ben", "cid")])
def test_nobody_can_be_matched_by_uids(publish, subscribe, people):
    """Participants of one session, a guardian and a participant excepted, who see one calendar."""
    publish(good_roster())
    one, two = (subscribe(participant=person) for person in people)
    cora = subscribe(clinician="cora")
    for each in (one, two, cora):
        each.fetch()
    assert not set(one.events) & set(two.events)
    assert not set(cora.events) & (set(one.events) | set(two.events))


def test_two_programs_with_the_same_ids_share_no_uid(store, app, publish):
    """The secret is the program's own."""
    keep_program(store, small_instance(), "south")
    publish(good_roster())
    publish_week(store, "south", MONDAY, good_roster(), BEFORE)
    with store.reading() as session:
        uids = {p: set(session.scalars(select(CalendarEventRow.uid).where(CalendarEventRow.program == p))) for p in ("north", "south")}
    assert len(uids["north"]) == len(uids["south"]) > 9
    assert not uids["north"] & uids["south"]
