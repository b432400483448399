"""Freeze a database of a version, so that later versions are held to it.

    python tests/api/frozen/make.py --stepdown .venv/bin/stepdown --out tests/api/frozen/2026-11-22

It starts that version's own `stepdown serve` on an empty folder and lives a little with it, through
HTTP alone: a program, last week with attendance, next week published twice, people, links, keys. Two
files come out: `<out>.sqlite.xz`, and `<out>.json` with what somebody would know who worked there:
passwords, tokens and answers, all of them made up for this database.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, Request, build_opener

ROOT = Path(__file__).resolve().parents[3]
DIRECTOR, COORDINATOR = "director@example.org", "coordinator@example.org"
PASSWORDS = {DIRECTOR: "seven quiet lanterns walk home", COORDINATOR: "lantern orbit mustard seven"}
FIRST_PASSWORD = "given out by the director"
PROGRAM = "riverside"
PEOPLE = "/v1/programs/riverside"
ORDER = {
    "minutes": {"floor": 180, "ceiling": 300},
    "sessions": {"floor": 1, "ceiling": 3},
    "days": {"floor": 1, "ceiling": 3},
    "services": [{"service": "individual", "per_week": 1}],
}
RESOURCE = {
    "id": "sign_language",
    "label": "Interpreter",
    "kind": "sessions",
    "windows": [{"day": "mon", "start": "16:00", "end": "21:00", "capacity": 1}],
}
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LINK = re.compile(r"(http://\S+?)/setup#(\S+)")


class Browser:
    """Somebody who works with the service: a signed-in user, a participant on their own page, a tool with a key."""

    def __init__(self, address: str, token: str | None = None) -> None:
        self.address = address
        self.headers = {"Sec-Fetch-Site": "same-origin"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.etag = ""

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> str:
        """The text of an answer; every status but success ends the run, with the body."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(urljoin(self.address, path), body, self.headers | named, method=method)
        try:
            with self.opener.open(request, timeout=120) as answer:
                self.etag = answer.headers.get("ETag", "")
                return str(answer.read().decode("utf-8"))
        except HTTPError as refused:
            raise SystemExit(f"{method} {path}: {refused.code} {refused.read().decode()[:2000]}") from None

    def get(self, path: str) -> Any:
        return json.loads(self.send("GET", path))

    def post(self, path: str, document: Any = None, **headers: str) -> Any:
        return self._write("POST", path, document, headers)

    def put(self, path: str, document: Any, **headers: str) -> Any:
        return self._write("PUT", path, document, headers)

    def _write(self, method: str, path: str, document: Any, headers: dict[str, str]) -> Any:
        # Nobody else is there: whatever version it has may be changed.
        headers = headers if "If_None_Match" in headers else {"If_Match": "*"} | headers
        body = b"" if document is None else json.dumps(document).encode()
        said = self.send(method, path, body, Content_Type="application/json", **headers)
        return json.loads(said) if said else None

    def form(self, path: str, **fields: str) -> str:
        return self.send("POST", path, urlencode(fields).encode(), Content_Type="application/x-www-form-urlencoded")


def main() -> None:
    asked = argparse.ArgumentParser(description="Freeze a database of a version.")
    asked.add_argument("--stepdown", type=Path, required=True, help="command of the version")
    asked.add_argument("--instance", type=Path, default=ROOT / "instances" / "demo.json", help="week that the program is made from")
    asked.add_argument("--out", type=Path, required=True, help="path of both files, without their endings")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        monday = this_monday()
        text = given.instance.read_text(encoding="utf-8")
        last = shifted(text, monday - date.fromisoformat(json.loads(text)["monday"]))
        (folder / "last.json").write_text(json.dumps(last), encoding="utf-8")
        run(given.stepdown, folder, "solve", "last.json", "--out", "last", "--seconds", "8")
        last["published"] = {"roster": json.loads((folder / "last" / "roster.json").read_text(encoding="utf-8"))}
        with serving(given.stepdown, folder) as (address, code):
            known = live(address, code, last, monday)
        write(folder / "data" / "stepdown.sqlite", given.out, known)


def this_monday() -> date:
    """Of the week that has begun: most of it has happened, and the next one is to come."""
    today = datetime.now(UTC).date()
    return today - timedelta(days=today.weekday())


def shifted(text: str, by: timedelta) -> Any:
    """An instance of another week: every date in it is moved by whole weeks."""
    return json.loads(DAY.sub(lambda found: (date.fromisoformat(found[0]) + by).isoformat(), text))


def environment(folder: Path) -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("STEPDOWN_", "PYTHON"))} | {"STEPDOWN_DATA": str(folder / "data")}


def run(stepdown: Path, folder: Path, *arguments: str) -> None:
    command = [str(stepdown.absolute()), *arguments]
    subprocess.run(command, cwd=folder, env=environment(folder), check=True, stdout=subprocess.DEVNULL)


@contextmanager
def serving(stepdown: Path, folder: Path) -> Iterator[tuple[str, str]]:
    command = [str(stepdown.absolute()), "serve", "--port", "0"]
    with (folder / "log").open("w") as log:
        running = subprocess.Popen(command, cwd=folder, env=environment(folder), stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert running.stdout is not None
        yield next((found[1], found[2]) for line in running.stdout if (found := LINK.search(line)))
    finally:
        running.terminate()
        running.communicate(timeout=60)


def live(address: str, code: str, last: dict[str, Any], monday: date) -> dict[str, Any]:
    """A little of everything that people and programs do; what they would know afterwards."""
    known: dict[str, Any] = {"program": PROGRAM, "passwords": PASSWORDS, "last_monday": monday.isoformat()}
    director = Browser(address)
    director.form("/setup", token=code, login=DIRECTOR, password=PASSWORDS[DIRECTOR], again=PASSWORDS[DIRECTOR])
    director.post("/v1/programs", {"id": PROGRAM, "label": "Riverside", "zone": last["program"]["zone"]})
    director.post(f"{PEOPLE}/import", last)
    role = {"program": PROGRAM, "role": "coordinator"}
    director.post("/v1/users", {"login": COORDINATOR, "password": FIRST_PASSWORD, "roles": [role]})
    director.post("/v1/users", {"login": "left@example.org", "password": "orbit lantern mustard nine", "roles": [role]})
    left = next(user["id"] for user in director.get("/v1/users")["items"] if user["login"] == "left@example.org")
    director.post(f"/v1/users/{left}/disable")
    made = director.post("/v1/keys", {"label": "Records", "scopes": ["solve", "roster:read"]})
    known["key"] = made["token"]
    ended = director.post("/v1/keys", {"label": "Old tool", "scopes": ["solve"]})
    director.post(f"/v1/keys/{ended['id']}/revoke")

    coordinator = Browser(address)
    coordinator.post("/v1/session", {"login": COORDINATOR, "password": FIRST_PASSWORD})
    coordinator.post("/v1/session/password", {"password": FIRST_PASSWORD, "new_password": PASSWORDS[COORDINATOR]})
    keep_people(director, coordinator, last, monday)
    attend(coordinator, monday)
    webhook = director.post(f"{PEOPLE}/webhooks", {"url": "https://records.example.org/stepdown", "events": ["roster.published"]})
    known["webhook"] = webhook
    director.post(f"{PEOPLE}/webhooks/{webhook['id']}/rotate", headers={"If-Match": "*"})
    director.post(f"{PEOPLE}/webhooks/{webhook['id']}/test")
    known |= publish(coordinator, monday + timedelta(weeks=1))
    known |= hand_out(address, coordinator, last)
    director.put(
        f"{PEOPLE}/fhir-settings",
        {"service_types": {"process": [{"system": "http://snomed.info/sct", "code": "76168009", "display": "Group psychotherapy"}]}},
    )
    known["answers"] = answers(director, known)
    known["version"] = director.get("/openapi.json")["info"]["version"]
    return known


def keep_people(director: Browser, coordinator: Browser, last: dict[str, Any], monday: date) -> None:
    """What is entered between two weeks."""
    one, two, three, four = (person["id"] for person in last["participants"][:4])
    after = (monday + timedelta(weeks=1, days=2)).isoformat()
    coordinator.post(f"{PEOPLE}/absences", {"participant": one, "first": after, "last": after})
    coordinator.post(f"{PEOPLE}/relations", {"id": f"{one}_{two}", "a": one, "b": two, "kind": "apart_in_time"})
    coordinator.post(f"{PEOPLE}/phase_decisions", {"participant": three, "first": monday.isoformat(), "phase": last["phases"][0]["id"]})
    coordinator.post(f"{PEOPLE}/orders", {"participant": four, "first": (monday + timedelta(weeks=1)).isoformat(), "order": ORDER})
    coordinator.post(f"{PEOPLE}/resources", RESOURCE)
    gone = coordinator.post(f"{PEOPLE}/rooms", {"id": "attic", "label": "Attic", "site": last["rooms"][0]["site"], "seats": 3})
    coordinator.send("DELETE", f"{PEOPLE}/rooms/{gone['id']}", If_Match="*")
    consent = {"kind": "attendance_letter", "first": monday.isoformat(), "reference": "file-2026-117"}
    coordinator.post(f"{PEOPLE}/participants/{one}/consents", consent)
    ended = coordinator.post(f"{PEOPLE}/participants/{two}/consents", consent | {"reference": "file-2026-118"})
    coordinator.send("DELETE", f"{PEOPLE}/participants/{two}/consents/{ended['id']}", If_Match="*")
    coordinator.put(f"{PEOPLE}/participants/{one}/contact", {"email": "somebody@example.org"}, If_None_Match="*")
    busy = {"first": after, "days": 30, "spans": [{"start": f"{after}T14:00:00Z", "end": f"{after}T15:00:00Z"}]}
    coordinator.put(f"{PEOPLE}/participants/{three}/busy", busy)
    coordinator.put(f"{PEOPLE}/clinicians/{last['clinicians'][0]['id']}/busy", busy)


def attend(coordinator: Browser, monday: date) -> None:
    """Who came to the sessions of the first days."""
    week = f"{PEOPLE}/weeks/{monday}"
    sessions = roster_of(coordinator, week)["sessions"]
    begun = [(s["id"], b["participant"]) for s in sessions if s["start"] < f"{monday + timedelta(days=2)}" for b in s["bookings"]]
    states: list[dict[str, Any]] = [{"status": "attended"}, {"status": "late", "minutes": 30}, {"status": "no_show"}]
    items = [{"session": session, "participant": person} | states[n % 3 if n < 9 else 0] for n, (session, person) in enumerate(begun)]
    coordinator.post(f"{week}/attendance", {"items": items[:-1]})
    session, person = begun[-1]
    coordinator.put(f"{week}/attendance/{session}/{person}", {"status": "attended"}, If_None_Match="*")
    # One entry was a mistake and is taken back.
    coordinator.send("DELETE", f"{week}/attendance/{begun[0][0]}/{begun[0][1]}", If_Match="*")


def roster_of(browser: Browser, week: str) -> Any:
    """The roster that is published in a week."""
    published = browser.get(week)["published"]["id"]
    return browser.get(f"{week}/rosters/{published}")["roster"]


def publish(coordinator: Browser, monday: date) -> dict[str, Any]:
    """Next week, published twice: the second roster lacks an appointment, so that somebody is to be called."""
    week = f"{PEOPLE}/weeks/{monday}"
    first = generate(coordinator, week)
    coordinator.get(week)
    coordinator.post(f"{week}/rosters/{first}/publish", {}, If_Match=coordinator.etag)
    roster = coordinator.get(f"{week}/rosters/{first}")["roster"]
    sessions = roster["sessions"]
    group = next(s for s in sessions if s["group"] is not None and s["bookings"])
    coordinator.post(f"{week}/pins", {"kind": "booking", "participant": group["bookings"][0]["participant"], "group": group["group"]})
    appointment = next(s for s in sessions if s["group"] is None)
    roster["sessions"] = [s for s in sessions if s["id"] != appointment["id"]]
    second = coordinator.post(f"{week}/rosters", roster)["id"]
    coordinator.get(week)
    coordinator.post(f"{week}/rosters/{second}/publish", {}, If_Match=coordinator.etag)
    return {"monday": monday.isoformat(), "roster": second, "former_roster": first}


def generate(coordinator: Browser, week: str) -> str:
    """Have the week solved; the id of its draft."""
    job = coordinator.post(f"{week}/generate?seconds=8", {}, Idempotency_Key="once")["id"]
    for _ in range(600):
        if (seen := coordinator.get(f"/v1/jobs/{job}"))["state"] not in ("queued", "running"):
            return str(seen["roster"])
        time.sleep(0.5)
    raise SystemExit("the job does not end")


def hand_out(address: str, coordinator: Browser, last: dict[str, Any]) -> dict[str, Any]:
    """Calendar links, one of them fetched, replaced and ended; a participant's own page, and an absence announced there."""
    one, two = (person["id"] for person in last["participants"][:2])
    warning = coordinator.get(f"{PEOPLE}/feeds/warning")["version"]
    feed = coordinator.post(f"{PEOPLE}/feeds", {"participant": one, "warning": warning, "options": {"label": "Busy"}})
    coordinator.post(f"{PEOPLE}/feeds", {"clinician": last["clinicians"][0]["id"], "warning": warning})
    old = coordinator.post(f"{PEOPLE}/feeds", {"participant": two, "warning": warning})["feed"]["id"]
    replaced = coordinator.post(f"{PEOPLE}/feeds/{old}/rotate", headers={"If-Match": "*"})
    path = "/cal/" + feed["links"]["https"].rpartition("/")[2]
    calendar = Browser(address).send("GET", path)
    link = coordinator.post(f"{PEOPLE}/participants/{one}/links")["url"].rpartition("/")[2]
    browser = Browser(address)
    browser.form("/my/start", link=link, page="any")
    browser.form("/my/away", kind="days", first=(datetime.now(UTC).date() + timedelta(days=20)).isoformat())
    unused = coordinator.post(f"{PEOPLE}/participants/{two}/links")["url"].rpartition("/")[2]
    return {
        "participant": one,
        "feed": {"path": path, "calendar": calendar},
        "replaced_feed": "/cal/" + replaced["links"]["https"].rpartition("/")[2],
        "unused_link": unused,
    }


def answers(director: Browser, known: dict[str, Any]) -> dict[str, Any]:
    """What the service says of it at the end."""
    last, week = f"{PEOPLE}/weeks/{known['last_monday']}", f"{PEOPLE}/weeks/{known['monday']}"
    calls = director.get(f"{week}/calls")
    if calls["items"]:
        director.put(f"{week}/calls/{calls['items'][0]['id']}", {"state": "reached"})
    return {week: roster_of(director, week) for week in (last, week)}


def write(database: Path, out: Path, known: dict[str, Any]) -> None:
    """The database as one file without its log, compressed; and what is known of it."""
    known["frozen_at"] = datetime.now(UTC).isoformat()
    out.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("VACUUM")
    out.with_suffix(".sqlite.xz").write_bytes(lzma.compress(database.read_bytes(), preset=9 | lzma.PRESET_EXTREME))
    out.with_suffix(".json").write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
