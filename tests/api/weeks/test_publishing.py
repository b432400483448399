"""Publishing: the whole week or nothing, legal or by a recorded decision, and not over somebody else's head."""

from datetime import date, timedelta

from sqlalchemy import func, select

from api.database.tables import AuditEntryRow, ClinicianRow, ParticipantRow, PublishedBookingRow, PublishedLeadRow, PublishedSessionRow
from api.publishing.store import is_published_after
from api.web.versions import versions_of
from api.weeks.store.weeks import find_week
from tests.api.weeks.small import BEFORE, WEEK, as_json, good_roster
from tests.build import at, meet

ANA = "a.ana.individual.2026-11-30.1"


def rows(store):
    with store.reading() as session:
        return [session.scalar(select(func.count()).select_from(t)) for t in (PublishedSessionRow, PublishedBookingRow, PublishedLeadRow)]


def bring_in(client, document):
    return client.post(f"{WEEK}/rosters", json=as_json(document)).json()


def publish(client, roster, match=None, **body):
    match = match or client.get(WEEK).headers["ETag"]
    return client.post(f"{WEEK}/rosters/{roster['id']}/publish", json=body, headers={"If-Match": match})


def unpublish(client, match=None, **body):
    match = match or client.get(WEEK).headers["ETag"]
    return client.post(f"{WEEK}/unpublish", json=body, headers={"If-Match": match})


class TestPublish:
    def test_a_legal_draft_becomes_rows_and_the_version_of_the_week_rises(self, coordinator, draft, store):
        answer = publish(coordinator, draft, match='"1"')
        assert (answer.status_code, answer.json()["week_version"], answer.headers["ETag"]) == (200, 2, '"2"')
        assert answer.json()["published"]["state"] == "published"
        assert rows(store) == [5, 9, 5]

    def test_the_next_one_supersedes_it_and_says_who_changes_and_whom_to_call(self, coordinator, published, store, clock):
        clock(at("mon", "08:00") - timedelta(days=1))
        moved = bring_in(coordinator, good_roster(people=("ana", "ben")))
        answer = publish(coordinator, moved).json()
        assert (answer["superseded"]["id"], answer["superseded"]["state"]) == (published["id"], "superseded")
        assert answer["comparison"]["participants"] == ["cid"]
        assert answer["comparison"]["within_48_hours"] == ["cid"]
        assert rows(store) == [4, 6, 4]

    def test_an_illegal_roster_is_refused_with_each_violation(self, coordinator, store):
        answer = publish(coordinator, bring_in(coordinator, good_roster(meet("ana", "mon", "10:00", ordinal=2))))
        assert (answer.status_code, answer.json()["code"]) == (409, "illegal_roster")
        assert "participant_conflict" in [issue["code"] for issue in answer.json()["issues"]]
        assert rows(store) == [0, 0, 0]

    def test_rules_accepted_by_name_are_recorded(self, coordinator, store):
        draft = bring_in(coordinator, good_roster(meet("ana", "mon", "10:00", ordinal=2)))
        broken = sorted({v["rule"] for v in draft["verdict"]["violations"]})
        assert publish(coordinator, draft, accept=broken[:1]).status_code == (409 if len(broken) > 1 else 200)
        answer = publish(coordinator, draft, accept=[*broken, "keep_apart"])
        assert answer.status_code == 200
        assert answer.json()["published"]["accepted"] == broken
        with store.reading() as session:
            entry = session.scalar(select(AuditEntryRow).where(AuditEntryRow.action == "roster.publish", AuditEntryRow.outcome == "done"))
        assert f"accepted={'+'.join(broken)}" in entry.target

    def test_it_is_judged_by_the_week_as_it_is_now(self, coordinator, draft, store):
        with store.writing() as session:
            row = session.get(ClinicianRow, {"program": "north", "id": "cora"})
            row.document = row.document | {"leave": [{"first": "2026-12-01", "last": "2026-12-01"}]}
        check = coordinator.get(f"{WEEK}/rosters/{draft['id']}/check").json()
        assert (check["is_outdated"], check["verdict"]["is_legal"], check["published"]) == (True, False, None)
        answer = publish(coordinator, draft)
        assert (answer.status_code, answer.json()["issues"][0]["code"]) == (409, "clinician_availability")

    def test_what_no_authorization_covers_is_seen_before_publishing(self, coordinator, draft, store):
        ends = {"id": "a1", "unit": "day", "first": "2026-11-01", "last": "2026-12-01"}
        with store.writing() as session:
            row = session.get(ParticipantRow, {"program": "north", "id": "cid"})
            row.document = row.document | {"authorizations": [ends]}
        verdict = coordinator.get(f"{WEEK}/rosters/{draft['id']}/check").json()["verdict"]
        assert verdict["is_legal"] is True
        (found,) = verdict["not_covered"]
        assert (found["participant"], found["service"], found["date"]) == ("cid", "individual", "2026-12-02")
        assert publish(coordinator, draft).status_code == 200

    def test_nothing_is_outdated_while_only_time_passes(self, coordinator, draft, clock):
        clock(BEFORE + timedelta(hours=30))
        assert coordinator.get(f"{WEEK}/rosters/{draft['id']}/check").json()["is_outdated"] is False

    def test_only_drafts_are_published(self, coordinator, published):
        answer = publish(coordinator, published)
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")

    def test_what_has_happened_cannot_be_rewritten(self, coordinator, published, clock):
        moved = bring_in(coordinator, good_roster(people=("ana", "ben")))
        clock(at("tue", "12:30"))
        answer = publish(coordinator, moved)
        assert (answer.status_code, answer.json()["issues"][0]["code"]) == (409, "already_happened")


class TestTwoPublishers:
    def test_the_second_with_the_old_etag_is_told_that_somebody_published(self, coordinator, draft):
        other = bring_in(coordinator, good_roster(people=("ana", "ben")))
        assert publish(coordinator, draft, match='"1"').status_code == 200
        answer = publish(coordinator, other, match='"1"')
        assert (answer.status_code, answer.json()["code"], answer.headers["ETag"]) == (409, "published_meanwhile", '"2"')

    def test_another_change_of_the_week_is_told_as_such(self, coordinator, draft):
        assert coordinator.patch(WEEK, json={"mode": "rebuild"}, headers={"If-Match": '"1"'}).status_code == 200
        answer = publish(coordinator, draft, match='"1"')
        assert (answer.status_code, answer.json()["code"]) == (412, "changed_meanwhile")

    def test_who_expects_another_roster_is_told(self, coordinator, published):
        other = bring_in(coordinator, good_roster(people=("ana", "ben")))
        assert publish(coordinator, other, expected_published=None).json()["code"] == "published_meanwhile"
        assert publish(coordinator, other, expected_published=published["id"]).status_code == 200

    def test_without_an_etag_nothing_is_published(self, coordinator, draft):
        assert coordinator.post(f"{WEEK}/rosters/{draft['id']}/publish", json={}).status_code == 428


class TestUnpublish:
    def test_before_the_week_nothing_stays_published(self, coordinator, published, store):
        answer = unpublish(coordinator)
        assert (answer.status_code, answer.json()["published"], answer.json()["week_version"]) == (200, None, 3)
        assert coordinator.get(f"{WEEK}/rosters/{published['id']}").json()["state"] == "superseded"
        assert rows(store) == [0, 0, 0]

    def test_the_reason_is_kept(self, coordinator, published):
        assert unpublish(coordinator, reason="site_closed").status_code == 200
        assert coordinator.get(f"{WEEK}/rosters/{published['id']}").json()["withdrawn_reason"] == "site_closed"

    def test_once_a_session_has_begun_it_is_refused(self, coordinator, published, clock, store):
        clock(at("mon", "09:30"))
        assert (unpublish(coordinator).status_code, unpublish(coordinator, force=True).status_code) == (409, 422)
        assert rows(store) == [5, 9, 5]

    def test_by_force_what_has_begun_stays_and_the_rest_is_withdrawn(self, coordinator, published, clock, store):
        clock(at("mon", "13:30"))
        answer = unpublish(coordinator, force=True, reason="site_closed").json()
        kept = coordinator.get(f"{WEEK}/rosters/{answer['published']['id']}").json()
        assert [s["id"] for s in kept["roster"]["sessions"]] == ["g.g1.2026-11-30", ANA]
        assert (answer["superseded"]["id"], answer["superseded"]["withdrawn_reason"]) == (published["id"], "site_closed")
        assert rows(store) == [2, 4, 2]

    def test_with_nothing_published_there_is_nothing_to_take_back(self, coordinator):
        assert unpublish(coordinator).json()["code"] == "wrong_state"


def test_whoever_saw_an_older_version_learns_that_it_was_published_since(coordinator, published, store):
    """The week was at version 1, publishing made it 2; what is no version of a week says nothing."""
    with store.reading() as session:
        week = find_week(session, "north", date(2026, 11, 30))
        assert week.version == 2
        seen = ('"1"', '"2"', '"3"', '"0", "1"', '"1", "2"', '"first"', '"1", "first"', '"00000000001"', '"0000000001"', "*")
        assert [is_published_after(session, week, versions_of(tag)) for tag in seen] == [
            True,
            False,
            False,
            True,
            False,
            False,
            True,
            False,
            False,
            False,
        ]
        other = find_week(session, "north", date(2026, 12, 7))
        assert [is_published_after(session, other, {version}) for version in (0, 1)] == [False, False]
