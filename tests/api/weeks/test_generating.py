"""Generating makes a job, once per week."""

from api.database.documents import document_text
from api.database.tables import ClinicianRow, JobRow
from api.weeks.store.rosters import add_draft
from scheduler.instance import Instance
from scheduler.result import SolveLimits
from scheduler.solve import solve
from tests.api.weeks.small import MONDAY, WEEK, judged


def generate(client, query=""):
    return client.post(f"{WEEK}/generate{query}")


class TestGenerate:
    def test_a_job_of_the_week_is_made_and_submitted_after_the_commit(self, coordinator, engine, store):
        answer = generate(coordinator, "?seconds=3&seed=7&mode=hold")
        job = answer.json()["id"]
        assert (answer.status_code, answer.headers["Location"]) == (202, f"/v1/jobs/{job}")
        assert engine.jobs == [(job, 1)]
        with store.reading() as session:
            row = session.get(JobRow, job)
            instance = Instance.model_validate_json(document_text(session, row.instance_hash))
        assert (row.program, row.monday, row.limits["seconds"], row.limits["seed"], instance.mode) == ("north", MONDAY, 3.0, 7, "hold")
        assert instance.now is not None

    def test_a_second_job_of_the_week_is_refused_and_the_first_is_named(self, coordinator, engine):
        job = generate(coordinator).json()["id"]
        answer = generate(coordinator)
        assert (answer.status_code, answer.json()["code"], job in answer.json()["detail"]) == (409, "wrong_state", True)
        assert coordinator.get(WEEK).json()["generating"] == [job]
        assert generate(coordinator, "?again=true&priority=batch").status_code == 202
        assert [priority for _, priority in engine.jobs] == [1, 10]

    def test_other_weeks_do_not_wait(self, coordinator):
        generate(coordinator)
        assert coordinator.post(f"{WEEK.replace('2026-11-30', '2026-12-07')}/generate").status_code == 202

    def test_it_starts_from_a_roster_of_the_week(self, coordinator, draft, store):
        job = generate(coordinator, f"?from_roster={draft['id']}").json()["id"]
        with store.reading() as session:
            assert session.get(JobRow, job).hint_hash is not None
        assert generate(coordinator, "?again=true&from_roster=none").json()["code"] == "bad_reference"

    def test_a_week_that_makes_no_sense_is_refused_with_its_issues(self, coordinator, engine, store):
        with store.writing() as session:
            row = session.get(ClinicianRow, {"program": "north", "id": "cora"})
            row.document = row.document | {"hours": [{"day": "mon", "start": "12:00", "end": "09:00", "site": "s1"}]}
        answer = generate(coordinator)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_instance")
        assert [issue["path"] for issue in answer.json()["issues"]] == ["clinicians[0].hours[0]"]
        assert engine.jobs == []

    def test_more_seconds_than_the_service_gives_are_refused(self, coordinator):
        assert generate(coordinator, "?seconds=601").status_code == 422

    def test_the_finished_job_leaves_a_draft_with_its_bounds(self, coordinator, store):
        job = generate(coordinator).json()["id"]
        with store.writing() as session:
            instance = Instance.model_validate_json(document_text(session, session.get(JobRow, job).instance_hash))
            result = solve(instance, SolveLimits(deterministic_time=5, workers=1, fix_seconds=0), isolate=False)
            made = add_draft(session, "north", MONDAY, judged(result.roster, instance), "solved", "key:k", result=result, job=job)
        found = coordinator.get(f"{WEEK}/rosters/{made.id}").json()
        assert (found["state"], found["origin"], found["job"], found["violations"]) == ("draft", "solved", job, 0)
        assert found["care"] == {"objective": result.care.objective, "bound": result.care.bound}
        assert found["unmet"] == [u.model_dump(mode="json") for u in result.unmet]
        assert coordinator.get(f"{WEEK}/rosters/{made.id}/result").json()["status"] == result.status
        assert coordinator.post(f"{WEEK}/rosters/{made.id}/publish", json={}, headers={"If-Match": '"1"'}).status_code == 200
