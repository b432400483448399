"""Texts of the OpenAPI description."""

from __future__ import annotations

from typing import Any

DESCRIPTION = """\
Makes the weekly roster of an Intensive Outpatient Program, proves how good it is, and says why care is unmet.

**Two ways in.** Other tools post an *instance* (a program and one week) to the stateless endpoints and get a verified roster back:
`/v1/solve`, `/v1/validate`, `/v1/verify`, `/v1/compare`, `/v1/explain`. A program keeps its people and weeks here, below
`/v1/programs/{program}`, generates rosters, edits them by hand, and publishes them.

**Who asks.** An API key (`Authorization: Bearer ...`) with scopes, or a signed-in user (session cookie) with roles. To whoever has nothing
to do with a program, it does not exist (404).

**Errors** are problem details (RFC 9457, `application/problem+json`) with a `code`. 422 is the wrong shape, 400 what makes no sense, 409 a
state that does not allow it; `issues` lists everything that is wrong with a body, each with its path. Errors name ids, never people.

**Changing things.** What has a version has an `ETag`; PUT, PATCH and DELETE of it need `If-Match` (428 without, 412 when somebody changed
it meanwhile). A POST with an `Idempotency-Key` may be sent again: it is carried out once and answered alike for 24 hours
(`Idempotent-Replayed: true`); while the first is running, the second is answered 409 with `Retry-After`.

**Lists** come in pages: `?limit=50&after=<next>`.

**Times** are aware datetimes in the program's zone, days are `mon` to `sun`, clock times `HH:MM`. A week is named by its Monday.
"""

TAGS: tuple[dict[str, str], ...] = tuple(
    {"name": name, "description": description}
    for name, description in (
        ("solve", "Make a roster from an instance, without keeping a program here."),
        ("jobs", "Solves that run or have run: progress, result, stopping."),
        ("tools", "Check an instance; judge, compare and explain rosters. Nothing that is posted is kept."),
        ("catalogue", "What the service tells of itself: rules, policies, schemas, examples. For everybody."),
        ("programs", "Programs that are kept here: settings, import, and a week as an instance."),
        ("spreadsheets", "Workbooks and CSV files: to fill in, of a week, of a roster; and taken over after a preview."),
        ("sites", "Buildings with opening hours."),
        ("rooms", "Rooms with seats and features."),
        ("resources", "What is scarce: interpreter, child care, van."),
        ("services", "What can be ordered: groups, individual, family and couple sessions."),
        ("phases", "Steps of a plan, with their level and order."),
        ("plans", "Step-down plans: phases in order."),
        ("curricula", "Modules taught over the weeks."),
        ("tracks", "Recurring sets of groups, such as Evening A."),
        ("cohorts", "Groups of a track whose members stay together."),
        ("groups", "Recurring offers with their candidate starts."),
        ("clinicians", "Who gives sessions: hours, leave, credentials."),
        ("participants", "Who gets care: availability, phase, home, wishes."),
        ("relations", "Participants who are kept apart. No reason is stored."),
        ("orders", "What a participant is to get from a Monday on."),
        ("phase decisions", "Recorded decisions of clinicians: into a phase, or a step-up."),
        ("absences", "Participants and clinicians who are away."),
        ("consents", "What participants allowed, from when until when. Recorded, withdrawn, never rewritten."),
        ("weeks", "Weeks of a program: settings, pins, and generating rosters."),
        ("rosters", "Rosters of a week: drafts, edits by hand, what they break and cost."),
        ("publishing", "Publishing a roster and taking it back; reading what is published."),
        ("busy time", "When people are busy, out of the calendars they bring: looked at, then saved as spans without titles."),
        ("feeds", "Calendar links: appointments in people's own calendars, kept up to date."),
        ("calls", "Whom a change reaches sooner than their calendar, what to tell them, and who was reached."),
        ("contacts", "E-mail addresses, used only where somebody agreed."),
        ("outbox", "Messages on their way out: what waits, what arrived, what was given up."),
        ("webhooks", "Addresses that are told of events: signed, ids only."),
        ("attendance", "Who came."),
        ("own pages", "One-time links to participants' own pages, and the absences participants announce there."),
        ("minutes", "Ordered, scheduled, delivered and billable minutes."),
        ("fhir", "Published rosters as FHIR R4 for health records: read, searched, exported; busy times of other systems taken over."),
        ("letters", "Pages to print: an attendance letter, and the summary of hours for a hand-off."),
        ("session", "Signing in and out, and the first director."),
        ("users", "Users and their roles."),
        ("keys", "Manage API keys for other tools."),
        ("audit", "Who did or saw what, and when; never content."),
        ("operations", "For whoever runs the service: is it alive, is it ready, how does it do."),
    )
)
"""Every tag, in the order of the description."""

SECURITY: dict[str, Any] = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key. Its scopes say what it may do; it may be bound to one program.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "stepdown_session",
        "description": "The session of a signed-in user, from `POST /v1/session`.",
    },
}

PARAMETERS: dict[str, str] = {
    "program": "A program, by its id.",
    "monday": "A week, by its Monday (YYYY-MM-DD).",
    "seed": "Of the search; another seed may find another roster.",
    "first": "The first Monday.",
    "last": "The last Monday, included.",
    "outcome": "Only what was done, or what was denied.",
}
"""Said of parameters that their routes do not describe."""

IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes it safe to send the request again: it is carried out once. A fresh UUID, say; kept for 24 hours.",
    "schema": {"type": "string", "pattern": r"^[\x21-\x7E]{1,255}$", "minLength": 1, "maxLength": 255},
}
