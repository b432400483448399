"""Feeds issued and managed by staff: warning, consent, one for each purpose, links shown once; clinicians and their own."""

import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from api.database.tables import AuditEntryRow, CalendarEventRow, CalendarSecretRow, FeedLinkRow, FeedRow, ParticipantRow, ServiceRow
from api.feeds import WARNING, feeds_of, issue_feed
from api.kernel.errors import Problem
from api.programs.person import Person
from scheduler.exchange.options import FeedOptions
from tests.api.feeds.conftest import FEEDS, path_of
from tests.api.programs.seed import archive, change
from tests.api.weeks.small import BEFORE, good_roster
from tests.build import free

DAY = timedelta(days=1)
ANA = {"participant": "ana", "warning": 2}


def problem(answer: Any) -> tuple[int, str, list[str]]:
    return answer.status_code, answer.json()["code"], [issue["path"] for issue in answer.json()["issues"]]


def consent(desk: TestClient, key: Any, **more: Any) -> Any:
    """Record ana's consent to a guardian's feed."""
    body = {"kind": "guardian_feed", "first": "2026-11-01"} | more
    answer = desk.post("/v1/programs/north/participants/ana/consents", json=body, headers=key("roster:write"))
    assert answer.status_code == 201, answer.text
    return answer


def test_a_feed_is_issued_with_everything_needed_to_subscribe(desk):
    """Four links of one token, four choices in plain words, a QR code; nothing of it is ever told again."""
    answer = desk.post(FEEDS, json=ANA)
    assert (answer.status_code, answer.headers["Cache-Control"], answer.headers["ETag"]) == (201, "no-store", '"1"')
    made = answer.json()
    assert answer.headers["Location"] == f"{FEEDS}/{made['feed']['id']}"
    links = made["links"]
    token = links["https"].rpartition("/")[2].removesuffix(".ics")
    assert len(token) == 43, "256 bits"
    assert links["webcal"] == f"webcal://127.0.0.1:8000/cal/{token}.ics"
    assert links["google"] == f"https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2F127.0.0.1%3A8000%2Fcal%2F{token}.ics"
    assert links["download"] == f"http://127.0.0.1:8000/cal/{token}.ics?copy=1"
    assert made["qr_svg"].startswith("<svg ")
    # Level M, which survives a crease: 75 characters need 37 modules a side and 8 of margin; at level L, they would need 4 less.
    assert (len(links["webcal"]), re.findall(r'viewBox="0 0 (\d+) ', made["qr_svg"])) == (75, ["45"])
    assert [choice["link"] for choice in made["choices"]] == ["webcal", "google", "https", "download"]
    assert "hands your secret link to Google" in made["choices"][1]["remark"]
    assert "will not update" in made["choices"][3]["title"]
    feed = made["feed"]
    assert (feed["participant"], feed["clinician"], feed["purpose"], feed["state"]) == ("ana", None, "self", "active")
    assert feed["options"] == {"label": None, "is_private": True, "has_place": False, "reminder_minutes": None}
    for path in (FEEDS, f"{FEEDS}/{feed['id']}"):
        assert token not in desk.get(path).text


def test_only_the_hash_of_a_token_is_kept_and_the_secret_is_in_no_answer(desk, store, publish):
    publish(good_roster())
    made = desk.post(FEEDS, json=ANA).json()
    token = path_of(made).removeprefix("/cal/").removesuffix(".ics")
    with store.reading() as session:
        assert [len(link.token_hash) for link in session.scalars(select(FeedLinkRow))] == [64]
        secret = session.scalars(select(CalendarSecretRow)).one().secret
        assert not any(token in str(vars(row)) for row in session.scalars(select(AuditEntryRow)))
    assert len(secret) == 32
    for path in (FEEDS, f"{FEEDS}/{made['feed']['id']}", path_of(made)):
        assert secret.hex() not in desk.get(path).text


@pytest.mark.parametrize("warning", [0, 1, 3, -1])
def test_the_present_warning_must_have_been_read(desk, warning):
    """Its text is told, with its version; another version, or none, is refused."""
    told = desk.get(f"{FEEDS}/warning").json()
    assert (told["version"], told["text"]) == tuple(WARNING)
    assert problem(desk.post(FEEDS, json=ANA | {"warning": warning})) == (422, "wrong_shape", ["warning"])
    assert problem(desk.post(FEEDS, json={"participant": "ana"})) == (422, "wrong_shape", ["warning"])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"participant": "nobody"}, (400, "bad_reference", ["participant"])),
        ({"clinician": "nobody"}, (400, "bad_reference", ["clinician"])),
        ({"participant": "ana", "clinician": "cora"}, (422, "wrong_shape", [""])),
        ({}, (422, "wrong_shape", [""])),
        ({"participant": "ana", "purpose": "clinician"}, (422, "wrong_shape", ["purpose"])),
        ({"clinician": "cora", "purpose": "self"}, (422, "wrong_shape", ["purpose"])),
        ({"participant": "ana", "purpose": "mother"}, (422, "wrong_shape", ["purpose"])),
        ({"participant": "ana", "options": {"label": "x" * 61}}, (422, "wrong_shape", ["options.label"])),
        ({"participant": "ana", "options": {"label": "a\u0007"}}, (422, "wrong_shape", ["options.label"])),
        ({"participant": "ana", "options": {"reminder_minutes": -1}}, (422, "wrong_shape", ["options.reminder_minutes"])),
        ({"participant": "ana", "options": {"colour": "red"}}, (422, "wrong_shape", ["options.colour"])),
    ],
)
def test_wrong_wishes_are_refused_at_their_path(desk, body, expected):
    assert problem(desk.post(FEEDS, json=body | {"warning": 2})) == expected


def test_a_feed_stays_with_the_warning_that_was_read_for_it(desk, store, issue):
    """It was issued after version 1: it is used, changed and renewed without reading a newer one."""
    feed = issue()["feed"]["id"]
    with store.writing() as session:
        session.get_one(FeedRow, feed).acknowledged = 1
    answer = desk.post(f"{FEEDS}/{feed}/rotate", headers={"If-Match": "*"})
    assert (answer.status_code, desk.get(f"{FEEDS}/{feed}").json()["acknowledged"]) == (200, 1)
    assert desk.get(path_of(answer.json())).status_code == 200


def test_one_feed_for_each_person_and_purpose(desk, issue):
    """The second is refused; another person has one; once revoked, there is room again."""
    first = issue()
    assert problem(desk.post(FEEDS, json=ANA))[:2] == (409, "exists")
    issue(participant="ben")
    desk.post(f"{FEEDS}/{first['feed']['id']}/revoke")
    assert issue()["feed"]["id"] != first["feed"]["id"]
    assert len(desk.get(FEEDS, params={"participant": "ana"}).json()["items"]) == 1
    assert len(desk.get(FEEDS, params={"participant": "ana", "include_revoked": True}).json()["items"]) == 2


def test_a_guardian_needs_a_consent_in_force(desk, key, issue):
    """None, one that begins tomorrow, one that is over; then one that holds, beside the participant's own feed."""
    guardian = ANA | {"purpose": "guardian"}
    assert problem(desk.post(FEEDS, json=guardian))[:2] == (409, "wrong_state")
    consent(desk, key, first="2026-11-27")
    consent(desk, key, first="2026-11-01", last="2026-11-25")
    assert desk.post(FEEDS, json=guardian).status_code == 409
    consent(desk, key)
    issue()
    assert issue(purpose="guardian")["feed"]["purpose"] == "guardian"


def test_a_guardians_feed_ends_with_the_consent(desk, key, subscribe, publish, store):
    """Withdrawn: the next fetch finds the note, the feed is revoked, and the audit trail says by whom."""
    publish(good_roster())
    given = consent(desk, key).json()
    mother = subscribe(purpose="guardian")
    assert [mother.fetch(), len(mother.events)] == [200, 3]
    url = f"/v1/programs/north/participants/ana/consents/{given['id']}"
    assert desk.delete(url, headers=key("roster:write") | {"If-Match": "*"}).status_code == 200
    copied = mother.client.get(f"{mother.path}?copy=1")
    assert copied.status_code == 404
    assert [mother.fetch(by_date=True), len(mother.events)] == [200, 1]
    assert desk.get(f"{FEEDS}/{mother.feed}").json()["state"] == "revoked"
    with store.reading() as session:
        assert session.scalars(select(AuditEntryRow.caller).where(AuditEntryRow.action == "feed.revoke")).all() == ["system"]


def test_changing_looks_needs_the_version_that_was_seen(desk, issue):
    """428 without, 412 with an older one; a revoked feed is not changed."""
    url = f"{FEEDS}/{issue()['feed']['id']}"
    body = {"label": "Busy", "reminder_minutes": 30}
    assert desk.put(f"{url}/options", json=body).status_code == 428
    changed = desk.put(f"{url}/options", json=body, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"], changed.json()["options"]["label"]) == (200, '"2"', "Busy")
    assert desk.put(f"{url}/options", json=body, headers={"If-Match": '"1"'}).status_code == 412
    desk.post(f"{url}/revoke")
    assert problem(desk.put(f"{url}/options", json=body, headers={"If-Match": "*"}))[:2] == (409, "wrong_state")
    assert problem(desk.post(f"{url}/rotate", headers={"If-Match": "*"}))[:2] == (409, "wrong_state")


def test_a_repeated_request_makes_no_second_feed_and_tells_no_link_twice(desk):
    headers = {"Idempotency-Key": "feed-for-ana"}
    assert desk.post(FEEDS, json=ANA, headers=headers).status_code == 201
    assert problem(desk.post(FEEDS, json=ANA, headers=headers))[:2] == (409, "answer_gone")
    assert len(desk.get(FEEDS).json()["items"]) == 1


def test_feeds_are_listed_in_pages(desk, issue):
    made = sorted(issue(participant=person)["feed"]["id"] for person in ("ana", "ben", "cid"))
    first = desk.get(FEEDS, params={"limit": 2}).json()
    second = desk.get(FEEDS, params={"limit": 2, "after": first["next"]}).json()
    assert [feed["id"] for feed in first["items"] + second["items"]] == made
    assert second["next"] is None
    assert desk.get(FEEDS, params={"clinician": "cora"}).json()["items"] == []


def test_a_clinician_manages_the_own_feed_and_sees_no_other(signed_in, issue, desk, publish):
    """Issue, look, change, rotate, revoke; others' feeds are not there, and none can be made for others."""
    publish(good_roster())
    anas = issue()["feed"]["id"]
    cora = signed_in("clinician", "cora")
    made = cora.post(FEEDS, json={"clinician": "cora", "warning": 2})
    assert (made.status_code, made.json()["feed"]["purpose"]) == (201, "clinician")
    assert made.json()["feed"]["options"]["has_place"] is True
    url = f"{FEEDS}/{made.json()['feed']['id']}"
    assert cora.put(f"{url}/options", json={"label": "Work"}, headers={"If-Match": "*"}).status_code == 200
    assert cora.post(f"{url}/rotate", headers={"If-Match": "*"}).status_code == 200
    assert [feed["id"] for feed in cora.get(FEEDS).json()["items"]] == [made.json()["feed"]["id"]]
    assert [cora.get(f"{FEEDS}/{anas}").status_code, cora.post(f"{FEEDS}/{anas}/revoke").status_code] == [404, 404]
    for body in ({"participant": "ben"}, {"clinician": "dan"}):
        assert problem(cora.post(FEEDS, json=body | {"warning": 2}))[:2] == (400, "bad_reference")
    assert cora.post(f"{url}/revoke").status_code == 200


def test_a_key_that_only_reads_reaches_no_feed(client, key, issue, program):
    """`roster:read` holds `own:read`, but is nobody's own."""
    anas, reader = issue()["feed"]["id"], key("roster:read", program=program)
    assert client.get(FEEDS, headers=reader).json()["items"] == []
    assert client.get(f"{FEEDS}/{anas}", headers=reader).status_code == 404
    assert client.post(FEEDS, json={"clinician": "cora", "warning": 2}, headers=reader).status_code == 400


def test_another_programs_feeds_do_not_exist(client, key, issue):
    anas = issue()["feed"]["id"]
    admin = key("admin")
    client.post("/v1/programs", json={"id": "south", "zone": "America/New_York"}, headers=admin)
    assert client.get(f"/v1/programs/south/feeds/{anas}", headers=admin).status_code == 404
    assert client.post(f"/v1/programs/south/feeds/{anas}/rotate", headers=admin | {"If-Match": "*"}).status_code == 404
    assert client.get("/v1/programs/south/feeds", headers=admin).json()["items"] == []


class TestLeaving:
    """The setting is fourteen days; a day is over at noon in Greenwich."""

    def test_a_feed_ends_fourteen_days_after_the_discharge(self, publish, subscribe, store, desk, clock):
        publish(good_roster())
        ana = subscribe()
        ana.fetch()
        change(store, "north", "participants", "ana", discharge="2026-12-01")
        feed = desk.get(f"{FEEDS}/{ana.feed}").json()
        assert (feed["state"], feed["expires_at"]) == ("active", "2026-12-16T12:00:00Z")
        end = BEFORE.replace(month=12, day=16, hour=12)
        clock(end - timedelta(seconds=1))
        assert ana.fetch() in (200, 304)
        assert len(ana.events) == 3
        clock(end)
        assert [ana.fetch(by_date=True), len(ana.events)] == [200, 1]
        assert desk.get(f"{FEEDS}/{ana.feed}").json()["state"] == "expired"
        clock(end + 30 * DAY)
        assert ana.fetch() == 404

    def test_a_corrected_discharge_counts_at_once(self, publish, subscribe, store):
        """Far back by mistake: the link is unknown; corrected: everything is there again, newer than before."""
        publish(good_roster())
        ana = subscribe()
        ana.fetch()
        change(store, "north", "participants", "ana", discharge="2026-11-05")
        assert [ana.fetch(by_date=True), len(ana.events)] == [200, 1]
        change(store, "north", "participants", "ana", discharge="2026-09-05")
        assert ana.fetch() == 404
        change(store, "north", "participants", "ana", discharge=None)
        assert [ana.fetch(by_date=True), len(ana.events)] == [200, 3]

    def test_without_a_date_the_day_of_the_change_counts(self, subscribe, store, desk):
        ana = subscribe()
        change(store, "north", "participants", "ana", status="discharged")
        with store.reading() as session:
            feed = feeds_of(session, "north", "participant", "ana")[0]
            assert feed.expires_at is not None
            changed = desk.get("/v1/programs/north/feeds/" + ana.feed).json()["expires_at"]
        assert feed.expires_at.isoformat().startswith(changed[:19])

    def test_an_archived_clinicians_feed_ends_too(self, store, issue, desk):
        made = issue(clinician="cora")
        archive(store, "north", "clinicians", "cora", BEFORE)
        assert desk.get(f"{FEEDS}/{made['feed']['id']}").json()["expires_at"] == "2026-12-10T15:00:00Z"

    def test_whoever_has_left_gets_no_new_feed(self, store, desk, subscribe):
        change(store, "north", "participants", "ana", discharge="2026-11-01")
        assert problem(desk.post(FEEDS, json=ANA))[:2] == (409, "wrong_state")
        archive(store, "north", "participants", "ana")
        assert problem(desk.post(FEEDS, json=ANA)) == (400, "bad_reference", ["participant"])

    def test_the_link_of_somebody_who_comes_back_works_again(self, store, subscribe, desk, clock):
        ana = subscribe()
        change(store, "north", "participants", "ana", discharge="2026-11-27")
        clock(BEFORE + 30 * DAY)
        assert problem(desk.post(f"{FEEDS}/{ana.feed}/rotate", headers={"If-Match": "*"}))[:2] == (409, "wrong_state")
        change(store, "north", "participants", "ana", discharge="2027-03-01")
        assert desk.get(f"{FEEDS}/{ana.feed}").json()["state"] == "active"


def test_a_second_feed_is_refused_by_the_database_too(store, program, settings):
    """Whatever the code does."""
    with store.writing() as session:
        args = (session, settings, "north", Person("participant", "ana"), "self", FeedOptions(), "test", BEFORE)
        first = issue_feed(*args, acknowledged=2)
        with pytest.raises(Problem, match="exists"):
            issue_feed(*args, acknowledged=2)
    assert first.token
    copy = {c.name: getattr(first.feed, c.name) for c in FeedRow.__table__.columns} | {"id": "another"}
    with store.engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(insert(FeedRow).values(copy))


MUM = ANA | {"guest": "mum"}


@pytest.fixture
def family(store, program):
    """Ana's mother must come to process groups, her aunt is free in the evening only."""
    with store.writing() as session:
        process = session.get(ServiceRow, {"program": program, "id": "process"})
        process.document = {**process.document, "guests": "welcome"}
        ana = session.get(ParticipantRow, {"program": program, "id": "ana"})
        mum = {"id": "mum", "availability": free(), "required_in": ["process"]}
        aunt = {"id": "aunt", "availability": free("18:00", "21:00"), "preferred_in": ["process"]}
        ana.document = {**ana.document, "guests": [mum, aunt]}


def test_a_guest_needs_a_consent_that_names_the_guest(desk, key, issue, family):
    """Neither a guardian's nor another guest's will do; then each guest has one beside the participant's own."""
    assert problem(desk.post(FEEDS, json=MUM))[:2] == (409, "wrong_state")
    consent(desk, key)
    consent(desk, key, kind="guest_feed", guest="aunt")
    consent(desk, key, kind="guest_feed", guest="mum", last="2026-11-25")
    assert problem(desk.post(FEEDS, json=MUM))[:2] == (409, "wrong_state")
    consent(desk, key, kind="guest_feed", guest="mum")
    issue()
    feeds = [issue(guest=guest)["feed"] for guest in ("mum", "aunt")]
    assert [(feed["participant"], feed["guest"], feed["purpose"], feed["options"]["label"]) for feed in feeds] == [
        ("ana", "mum", "guest", None),
        ("ana", "aunt", "guest", None),
    ]
    assert problem(desk.post(FEEDS, json=MUM))[:2] == (409, "exists")
    assert len(desk.get(FEEDS, params={"participant": "ana"}).json()["items"]) == 3


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"participant": "ana", "guest": "uncle"}, (400, "bad_reference", ["guest"])),
        ({"participant": "ben", "guest": "mum"}, (400, "bad_reference", ["guest"])),
        ({"clinician": "cora", "guest": "mum"}, (422, "wrong_shape", [""])),
        ({"participant": "ana", "guest": "mum", "purpose": "guardian"}, (422, "wrong_shape", ["purpose"])),
        ({"participant": "ana", "purpose": "guest"}, (422, "wrong_shape", ["purpose"])),
    ],
)
def test_a_guests_feed_is_of_a_guest(desk, key, family, body, expected):
    consent(desk, key, kind="guest_feed", guest="mum")
    assert problem(desk.post(FEEDS, json=body | {"warning": 2})) == expected


@pytest.mark.parametrize(
    "body", [{"kind": "guest_feed"}, {"kind": "guardian_feed", "guest": "mum"}, {"kind": "guest_feed", "guest": "uncle"}]
)
def test_a_consent_names_a_guest_where_it_is_about_one(desk, key, family, body):
    answer = desk.post("/v1/programs/north/participants/ana/consents", json=body | {"first": "2026-11-01"}, headers=key("roster:write"))
    assert answer.status_code == (400 if body.get("guest") == "uncle" else 422)


def test_a_guest_sees_the_sessions_they_come_to_and_nothing_else(desk, key, family, subscribe, publish, store):
    """Ana has two groups and an individual session; her mother comes to the groups, her aunt to neither. Nothing names anybody."""
    publish(good_roster())
    for guest in ("mum", "aunt"):
        consent(desk, key, kind="guest_feed", guest=guest)
    ana, mum, aunt = subscribe(), subscribe(guest="mum"), subscribe(guest="aunt")
    assert [one.fetch() for one in (ana, mum, aunt)] == [200, 200, 200]
    assert [len(one.events) for one in (ana, mum, aunt)] == [3, 2, 0]
    assert not set(ana.events) & set(mum.events), "nobody can match them by their UIDs"
    text = mum.client.get(mum.path).text
    assert text.count("SUMMARY:Appointment") == text.count("CLASS:PRIVATE") == 2
    assert [word for word in ("ana", "mum", "process", "g1", "cora", "r1") if f":{word}" in text] == []
    with store.reading() as session:
        rows = session.scalars(select(CalendarEventRow).where(CalendarEventRow.guest != "")).all()
    assert {(row.subject, row.guest, row.summary) for row in rows} == {("ana", "mum", None)}


def test_a_guests_feed_follows_the_roster_and_ends_with_the_consent(desk, key, family, subscribe, publish, store):
    """A group that ana leaves is cancelled for her mother, too; with the consent withdrawn, the feed is revoked, ana's own stays."""
    publish(good_roster())
    given = consent(desk, key, kind="guest_feed", guest="mum").json()
    ana, mum = subscribe(), subscribe(guest="mum")
    assert (mum.fetch(), len(mum.events)) == (200, 2)
    sessions = good_roster().sessions
    left = [s.model_copy(update={"bookings": tuple(b for b in s.bookings if b.participant != "ana")}) for s in sessions if s.group]
    changed = (left[0], *(s for s in sessions if s.id != left[0].id))
    publish(good_roster().model_copy(update={"sessions": changed}))
    assert mum.fetch() == 200
    assert mum.client.get(mum.path).text.count("STATUS:CANCELLED") == 1
    url = f"/v1/programs/north/participants/ana/consents/{given['id']}"
    assert desk.delete(url, headers=key("roster:write") | {"If-Match": "*"}).status_code == 200
    mum.fetch(by_date=True)
    assert desk.get(f"{FEEDS}/{mum.feed}").json()["state"] == "revoked"
    assert (ana.fetch(), desk.get(f"{FEEDS}/{ana.feed}").json()["state"]) == (200, "active")
