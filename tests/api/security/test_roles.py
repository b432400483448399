"""Who may call what: every route of the application, whoever adds it, against the table of `api.security.access`."""

import asyncio
import json
import re
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_args

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import select

from api.accounts.models import RoleIn
from api.accounts.store import users as accounts
from api.database.tables import ApiKeyRow, AuditEntryRow, LoginRow, ProgramRow
from api.database.tables.base import now
from api.programs.store.kinds import KINDS
from api.security.access import EVERYTHING, NOBODY, OF_ALL, READING, ROLES, SCOPES, SYSTEM, Caller, Grant, Permission, Role, Scope, grant_of
from api.security.tokens import token_hash
from api.web.dependencies import RequiredPermission
from api.web.idempotency import needs_of
from api.web.session_cookie import COOKIE
from tests.api.security.conftest import add_programs

PUBLIC = {
    "GET /health": "a load balancer has no account; it says nothing but ok",
    "GET /ready": "the same; it says nothing but ready or not",
    "GET /metrics": "asked from this machine without an account, from elsewhere with a key of its own scope; tested on its own",
    "GET /openapi.json": "the description of this interface is the same everywhere",
    "GET /v1/rules": "the rule book of the optimizer is the same everywhere",
    "GET /v1/policies": "the policies it knows are the same everywhere",
    "GET /v1/schema": "the schema of an instance is the same everywhere",
    "GET /v1/examples": "made-up instances, shipped with the program",
    "GET /v1/examples/{name}": "made-up instances, shipped with the program",
    "GET /static/{file}": "stylesheets and icons are the same for everybody",
    "GET /my/start/{token}": "whoever opens a one-time link is nobody yet; it shows a button, or that the link is dead",
    "POST /my/start": "the link's token is asked for",
    "GET /my/ended": "says that one is signed out",
    "GET /cal/{token}.ics": "calendar programs send neither keys nor cookies: the link is the secret",
    "GET /v1/workbooks/template": "the empty workbook is the same everywhere",
    "GET /v1/workbooks/example": "a made-up program, shipped with the service",
    "POST /v1/session": "whoever signs in is nobody yet",
    "POST /v1/setup": "there is no user yet; the token of the link is asked for",
    "GET /setup": "the page of that link; it shows a form, or that the service is set up",
    "POST /setup": "the same as /v1/setup, sent by that form",
    "POST /v1/password-links": "whoever forgot a password is nobody yet; the answer is the same for everybody",
    "POST /v1/password-links/use": "the token of the link is asked for",
    "GET /forgotten": "the page for it",
    "POST /forgotten": "the same as /v1/password-links, sent by that form",
    "GET /new-password": "the form that the link in the mail opens",
    "POST /new-password": "the same as /v1/password-links/use, sent by that form",
    "GET /": "leads to the sign-in page, or to the caller's program",
    "GET /sign-in": "whoever signs in is nobody yet",
    "POST /sign-in": "the same",
    "POST /sign-out": "everybody may sign out, also who is signed out already",
}
OWN = {
    "GET /v1/session": "what a caller may do is no secret to the caller",
    "DELETE /v1/session": "everybody may sign out",
    "GET /my": "a participant's own appointments",
    "POST /my/details": "of this visit alone",
    "POST /my/end": "everybody may sign out",
    "GET /my/calendar": "a participant's own calendar link",
    "POST /my/calendar": "the same",
    "POST /my/calendar/options": "the same",
    "POST /my/calendar/renew": "the same",
    "POST /my/calendar/end": "the same",
    "GET /my/away": "what a participant announced",
    "POST /my/away": "an announcement, which staff accept or decline",
    "POST /my/away/withdraw": "the participant's own",
    "GET /my/wishes": "a participant's own wishes",
    "POST /my/wishes": "the same",
    "GET /password": "the form of a new password of one's own",
    "POST /password": "the same as /v1/session/password, sent by that form",
    "POST /v1/session/password": "everybody may change their own password, who knows the present one",
}
ALIKE = sorted(KINDS.keys() - {"participants"})
PARAMETERS = {"program": "north", "monday": "2026-11-30"}


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    needed: RequiredPermission | None

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def kind(self) -> str | None:
        """Which kind of what a program keeps it is about."""
        return next((part for part in self.path.split("/")[4:5] if part in KINDS and not self.path.endswith("/minutes")), None)

    @property
    def is_page(self) -> bool:
        """Whether it is a page for staff."""
        return self.path.startswith(("/programs/", "/begin"))

    @property
    def url(self) -> str:
        """The address with every parameter: the program exists, nothing else does."""
        return "/".join(PARAMETERS.get(p[1:-1], "none-such") if p.startswith("{") else p for p in self.path.split("/"))


def routes_of(app: Any) -> Iterator[Route]:
    for route in iter_route_contexts(app.routes):
        dependant = getattr(route, "dependant", None)
        needed = None if dependant is None else next(needs_of(dependant), None)
        for method in sorted(set(route.methods or {"ANY"}) - {"HEAD"}):
            yield Route(method, str(route.path), needed)


@dataclass(frozen=True)
class Subject:
    """Somebody, as (program, role) of a user or (program, scope) of a key; None is every program."""

    roles: tuple[tuple[str | None, Role], ...] = ()
    scope: tuple[str | None, Scope] | None = None

    def __str__(self) -> str:
        return (
            " ".join(f"{role}-of-{program or 'all'}" for program, role in (*self.roles, *((self.scope,) if self.scope else ()))) or "nobody"
        )

    def grants(self) -> list[tuple[str | None, frozenset[Permission]]]:
        if self.scope is not None:
            return [(self.scope[0], SCOPES[self.scope[1]])]
        return [(program, ROLES[role]) for program, role in self.roles]

    def expected(self, needed: RequiredPermission, is_of_program: bool) -> int | None:
        """The status of a refusal, None for no refusal."""
        if not self.grants():
            return 401
        enough = {needed.permission, needed.also}
        if is_of_program:
            here = [permissions for program, permissions in self.grants() if program in (None, "north")]
            return 404 if not here else None if any(enough & permissions for permissions in here) else 403
        somewhere = [permissions for program, permissions in self.grants() if program is None or needed.permission != "admin"]
        return None if any(enough & permissions for permissions in somewhere) else 403


SUBJECTS = [
    Subject(),
    *(Subject(roles=(("north", role),)) for role in get_args(Role)),
    *(Subject(roles=((None, role),)) for role in ("director", "coordinator", "front_desk")),
    Subject(roles=(("south", "director"),)),
    Subject(roles=(("north", "front_desk"), ("south", "director"))),
    *(Subject(scope=(None, scope)) for scope in get_args(Scope)),
    *(Subject(scope=("north", scope)) for scope in get_args(Scope)),
    Subject(scope=("south", "admin")),
]


def credentials(store: Any, subject: Subject) -> dict[str, str]:
    token = secrets.token_urlsafe(32)
    with store.writing() as session:
        if subject.scope is not None:
            session.add(ApiKeyRow(token_hash=token_hash(token), scopes=[subject.scope[1]], program=subject.scope[0]))
            return {"Authorization": f"Bearer {token}"}
        if not subject.roles:
            return {}
        about = {"clinician": {"clinician": "c01"}, "participant": {"participant": "p01"}}
        roles = [RoleIn(program=program, role=role, **about.get(role, {})) for program, role in subject.roles]
        user = accounts.create_user(session, SYSTEM, "somebody", "no hash", roles)
        session.add(LoginRow(token_hash=token_hash(token), user=user.id, expires_at=now() + timedelta(hours=1)))
    return {"Cookie": f"{COOKIE}={token}"}


async def call(app: Any, route: Route, headers: dict[str, str]) -> tuple[int, bytes]:
    """Status and body of an answer; without a client library around it, for there are thousands of calls."""
    sent = {"host": "testserver", "content-type": "application/json", **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": route.method,
        "scheme": "http",
        "path": route.url,
        "raw_path": route.url.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
        "client": ("203.0.113.7", 50000),
        "server": ("testserver", 80),
    }
    answer: list[dict[str, Any]] = []
    sent_body = [{"type": "http.request", "body": b"{}" if route.method in ("POST", "PUT", "PATCH") else b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if not sent_body:
            # As from a server: the caller is still there, and an answer that is streamed waits for them to leave.
            await asyncio.Event().wait()
        return sent_body.pop()

    async def send(message: dict[str, Any]) -> None:
        answer.append(message)

    await app(scope, receive, send)
    return answer[0]["status"], b"".join(message.get("body", b"") for message in answer[1:])


async def call_all(app: Any, routes: list[Route], headers: dict[str, str]) -> list[tuple[int, bytes]]:
    return [await call(app, route, headers) for route in routes]


def check(app: Any, store: Any, subject: Subject, routes: list[Route]) -> None:
    """Call all of these routes as somebody and compare every refusal with the table."""
    add_programs(store)
    answers = asyncio.run(call_all(app, routes, credentials(store, subject)))
    wrong, refused = [], Counter()
    for route, (status, body) in zip(routes, answers, strict=True):
        expected = subject.expected(route.needed, "{program}" in route.path)
        if expected == 401 and route.is_page and route.method == "GET":
            expected = 303  # to the sign-in page
        if status != expected if expected else status in (401, 403, 429) or status >= 500:
            wrong.append(f"{route.name}: {status} instead of {expected or 'allowed'}")
        elif expected == 404 and route.is_page:
            assert b"Page not found" in body, "no hint whether there is such a program"
        elif expected == 404:
            told = json.loads(body)
            text = told["detail"] if "detail" in told else told["issue"][0]["diagnostics"]
            assert text == "There is no such program, or you have no access to it.", "no hint whether there is such a program"
        refused[route.needed.action] += bool(expected)
    assert wrong == []
    with store.reading() as session:
        denied = Counter(session.scalars(select(AuditEntryRow.action).where(AuditEntryRow.outcome == "denied")))
        program = session.get(ProgramRow, "north")
    # A 404 of an allowed call (there is no such week) and of a refused one (there is no such program for you) look alike; the trail tells.
    assert denied == (+refused if subject.grants() else Counter())
    assert program is not None
    assert program.archived_at is None


TURNS = 3


def sampled(routes: list[Route], number: int) -> list[Route]:
    """What a caller tries: the routes of one kind, which one function makes for all kinds, and of the others its share.

    Of the callers whom a route has to answer alike, every third tries it, and always one.
    """
    return [
        route
        for place, route in enumerate(routes)
        if (route.kind == ALIKE[number % len(ALIKE)] if route.kind in ALIKE else number in callers_of(route)[place % TURNS])
    ]


def callers_of(route: Route) -> list[set[int]]:
    """The callers whose turn it is at a route, one turn after another."""
    turns: list[set[int]] = [set() for _ in range(TURNS)]
    for outcome in set(outcomes := outcomes_of(route)):
        alike = [number for number, one in enumerate(outcomes) if one == outcome]
        for turn in range(TURNS):
            turns[turn] |= set(alike[turn % len(alike) :: TURNS])
    return turns


def outcomes_of(route: Route) -> list[int | None]:
    """What a route has to answer to everybody."""
    assert route.needed is not None
    return [subject.expected(route.needed, "{program}" in route.path) for subject in SUBJECTS]


@pytest.mark.parametrize("number", range(len(SUBJECTS)), ids=map(str, SUBJECTS))
def test_every_route_lets_through_whom_the_table_says_and_nobody_else(app, store, number):
    """Each caller tries a sample of the routes, in the proof all of them."""
    routes = sampled([route for route in routes_of(app) if route.needed is not None], number)
    assert len(routes) > 80
    check(app, store, SUBJECTS[number], routes)


@pytest.mark.proof
@pytest.mark.parametrize("subject", SUBJECTS, ids=str)
def test_really_every_route_lets_through_whom_the_table_says_and_nobody_else(app, store, subject):
    check(app, store, subject, [route for route in routes_of(app) if route.needed is not None])


def test_the_callers_together_see_everything_that_every_route_answers(app):
    """Let in, or refused in each of the ways there are; of the kinds, every route is tried by somebody."""
    routes = [route for route in routes_of(app) if route.needed is not None]
    samples = [set(sampled(routes, number)) for number in range(len(SUBJECTS))]
    for route in routes:
        seen = {outcome for outcome, sample in zip(outcomes_of(route), samples, strict=True) if route in sample}
        assert seen == set(outcomes_of(route)) if route.kind not in ALIKE else seen, route.name


def test_a_route_asks_for_a_permission_or_is_public_for_a_reason(app):
    free = {route.name for route in routes_of(app) if route.needed is None}
    assert sorted(free) == sorted(PUBLIC | OWN), "give the route `needs(...)`, or list it here with the reason"


def test_what_is_ones_own_is_not_for_nobody(client):
    for name in OWN:
        method, path = name.split()
        answer = client.request(method, path, json=None if method != "POST" else {}, follow_redirects=False)
        # Staff pages lead to the sign-in page.
        assert answer.status_code == 401 or (path == "/password" and answer.headers.get("location", "").startswith("/sign-in")), name


def test_public_routes_let_nobody_in_without_an_account(client):
    for name in PUBLIC.keys() - {"GET /metrics"}:
        method, path = name.split()
        answer = client.request(method, path.replace("{name}", "none-such"), json=None if method != "POST" else {})
        assert answer.status_code not in (401, 403), name


def test_every_permission_is_asked_for_and_every_action_says_what_it_is_about(app):
    needed = [route.needed for route in routes_of(app) if route.needed is not None]
    # The figures ask by themselves, for this machine needs no permission.
    assert EVERYTHING - {n.permission for n in needed} == {"metrics"}
    assert all(len(n.action) <= 48 for n in needed)


READS = "desk:read own:read program:read roster:read"
WRITES = f"attendance {READS} program:write roster:write solve"
ALL = f"admin feeds metrics {WRITES}"


def test_each_role_and_each_scope_has_exactly_these_permissions():
    """The table once more, by hand: the routes are held against the table itself and cannot tell when it says too much."""
    by_hand = {
        "director": ALL,
        "coordinator": f"feeds {WRITES}",
        "clinician": "attendance own:read",
        "front_desk": "attendance desk:read",
        "participant": "",
    }
    assert {role: set(permissions) for role, permissions in ROLES.items()} == {role: set(text.split()) for role, text in by_hand.items()}
    assert {"metrics", "admin"} == OF_ALL
    assert set(ALL.split()) == EVERYTHING
    by_hand = {
        "solve": "solve",
        "roster:read": READS,
        "roster:write": WRITES,
        "feeds": "feeds",
        "metrics": "metrics",
        "admin": ALL,
    }
    assert {scope: set(permissions) for scope, permissions in SCOPES.items()} == {
        scope: set(text.split()) for scope, text in by_hand.items()
    }
    assert set(ALL.split()) == EVERYTHING
    assert {"metrics", "admin"} == OF_ALL


def test_what_each_role_may_do_reaches_the_caller():
    """A role gives its permissions in its program, to everybody's sessions but a clinician's own; a clinician who is nobody has none."""
    for role in get_args(Role):
        assert grant_of(role, "north", "c01") == Grant("north", ROLES[role], "c01" if role == "clinician" else None)
    assert grant_of("director", None, None) == Grant(None, EVERYTHING)
    assert grant_of("clinician", "north", None) == Grant("north", frozenset())
    assert grant_of("owner", "north", "c01") == Grant("north", frozenset())
    assert [(g.program, g.permissions, g.clinician) for g in SYSTEM.grants] == [(None, EVERYTHING, None)]
    assert NOBODY.grants == ()


def test_a_clinician_acts_on_own_sessions_and_everybody_else_on_all():
    """By hand: None is everybody's sessions; feeds alone act on none."""

    def as_whom(*grants):
        return Caller("user", "x", grants).clinicians("north")

    c01, c02, elsewhere = (grant_of("clinician", program, who) for program, who in (("north", "c01"), ("north", "c02"), ("south", "c03")))
    assert as_whom() == ()
    assert as_whom(elsewhere) == ()
    assert as_whom(c01) == ("c01",)
    assert as_whom(c01, elsewhere, c02) == ("c01", "c02")
    assert as_whom(grant_of("front_desk", "north", None)) is None
    assert as_whom(c01, grant_of("director", None, None)) is None
    assert as_whom(c01, grant_of("director", "south", None)) == ("c01",)
    assert as_whom(Grant("north", frozenset({"feeds", "solve"}))) == ()
    assert as_whom(Grant("north", frozenset({"own:read"}))) is None
    assert as_whom(Grant("north", frozenset({"attendance"}), "c01")) == ("c01",)


def test_who_may_do_least_may_do_exactly_this(app):
    """The table itself, read back as what the front desk, a clinician and a participant reach in their program."""
    reached = {
        role: sorted(
            {
                f"{r.method} {r.path.removeprefix('/v1/programs/{program}').removeprefix('/weeks/{monday}')}"
                for r in routes_of(app)
                if r.needed and Subject(roles=(("north", role),)).expected(r.needed, "{program}" in r.path) is None
            }
        )
        for role in ("front_desk", "clinician", "participant")
    }
    recording = [
        "DELETE /attendance/{session}/{participant}",
        "GET /attendance",
        "GET /attendance/{session}/{participant}",
        "GET /attendance/{session}/{participant}/former",
        "DELETE /attendance/{session}/{participant}/late",
        "GET /late-notices",
        "GET /outreach",
        "POST /attendance",
        "POST /attendance/{session}/{participant}/outreach",
        "PUT /attendance/{session}/{participant}",
        "PUT /attendance/{session}/{participant}/late",
    ]
    paper = "/programs/{program}/paper/{monday}"
    board = [
        "GET /programs/{program}/week",
        "GET /programs/{program}/week/{monday}",
        "GET /programs/{program}/week/{monday}/session/{number}",
        f"GET {paper}",
        f"GET {paper}/by/{{by}}",
        f"GET {paper}/file",
    ]
    sheet = "/programs/{program}/attendance/{monday}/{number}"
    pages = [
        "GET /programs/{program}/attendance",
        "GET /programs/{program}/attendance/days/{day}",
        "GET /programs/{program}/today",
        "POST /programs/{program}/today/late",
        "POST /programs/{program}/today/mark",
        f"GET {sheet}",
        f"POST {sheet}",
        f"POST {sheet}/calls",
        f"POST {sheet}/walk-in",
        "POST /programs/{program}/due/outreach/{monday}/{number}",
    ]
    happened = "/programs/{program}/happened"
    being_out = [f"GET {happened}", f"GET {happened}/{{what}}", f"POST {happened}/{{what}}", f"POST {happened}/{{what}}/enter"]
    own_feeds = [
        "GET /feeds",
        "GET /feeds/warning",
        "GET /feeds/{feed}",
        "POST /feeds",
        "POST /feeds/{feed}/revoke",
        "POST /feeds/{feed}/rotate",
        "PUT /feeds/{feed}/options",
    ]
    assert reached == {
        "front_desk": sorted(
            [
                *recording,
                *pages,
                "GET /programs/{program}/attendance/sign-in/{day}",
                "GET /published/desk",
                "POST /programs/{program}/search",
            ]
        ),
        "clinician": sorted([*being_out, *recording, *pages, *board, "GET /published/mine", *own_feeds]),
        "participant": [],
    }


def test_a_refusal_says_which_permission_is_missing_and_who_has_it(app, store):
    add_programs(store)
    (route,) = [r for r in routes_of(app) if r.name == "POST /v1/programs/{program}/feeds"]
    ((status, body),) = asyncio.run(call_all(app, [route], credentials(store, Subject(scope=("north", "solve")))))
    words = "This needs the permission feeds: call it with a key of scope feeds or admin, or as director or coordinator."
    assert (status, json.loads(body)["detail"]) == (403, words)


def test_who_only_reads_is_told_no_address_of_anybody(app):
    """Neither e-mail addresses nor telephone numbers are in an answer to readers, the front desk or clinicians."""
    document = app.openapi()
    schemas, told = document["components"]["schemas"], {}
    for route in routes_of(app):
        operation = document["paths"].get(route.path, {}).get(route.method.lower())
        if route.needed is None or operation is None:
            continue
        named = names_in({status: answer for status, answer in operation["responses"].items() if status[0] == "2"}, schemas, set())
        if any(re.search("e_?mail|phone|telecom", name) for name in named):
            told[operation["operationId"]] = {route.needed.permission, route.needed.also}
    assert told.keys() == {"get_contact", "put_contact"}
    few = READING | ROLES["front_desk"] | ROLES["clinician"]
    assert [name for name, permissions in told.items() if permissions & few] == []


def names_in(part: Any, schemas: dict[str, Any], seen: set[str]) -> set[str]:
    """The names of all properties in a part of the description."""
    if isinstance(part, list):
        return set().union(*(names_in(value, schemas, seen) for value in part))
    if not isinstance(part, dict):
        return set()
    name = str(part.get("$ref", "")).rpartition("/")[2]
    found = set(part["properties"]) if isinstance(part.get("properties"), dict) else set()
    if name and name not in seen:
        seen.add(name)
        found |= names_in(schemas[name], schemas, seen)
    return found.union(*(names_in(value, schemas, seen) for value in part.values()))
