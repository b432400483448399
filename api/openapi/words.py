"""Texts of the OpenAPI description."""

from __future__ import annotations

from typing import Any

DESCRIPTION = """\
Makes the weekly roster of an Intensive Outpatient Program, proves how good it is, and explains why care is unmet.

**Two ways in.** Other tools post an *instance* (a program and one week) to the stateless endpoints and get a verified roster back:
`/v1/solve`, `/v1/validate`, `/v1/verify`, `/v1/whatif`, `/v1/repair`, `/v1/offers`, `/v1/openings`, `/v1/waiting`, `/v1/make-up`,
`/v1/compare`, `/v1/explain`. Or a program
stores its people and weeks here, under `/v1/programs/{program}`, generates rosters, edits them by hand, and publishes them.

**Authentication.** An API key (`Authorization: Bearer ...`) with scopes, or a signed-in user (session cookie) with roles. To callers
without access to a program, the program does not exist (404).

**Errors** are problem details (RFC 9457, `application/problem+json`) with a `code`. 422 is the wrong shape, 400 invalid content, 409 a
state that does not allow the operation; `issues` lists all errors in a body, each with its path. Errors name ids, never people.

**Changes.** Everything with a version has an `ETag`; PUT, PATCH and DELETE need `If-Match` (428 without it, 412 if someone else has
changed it); what is new needs none. A POST with an `Idempotency-Key` can be repeated: it is carried out once, and the same response is
returned for 24 hours (`Idempotent-Replayed: true`); while the first request is running, a second one gets 409 with `Retry-After`.

**Lists** are `{"items": [...], "next": ..., "total": ...}` and come in pages: `?limit=50&after=<next>`. Short ones come as a
whole, with `next` null. `total` counts all pages if `total=true` asks for it.

**Times** are aware datetimes in the program's zone, days are `mon` to `sun`, clock times `HH:MM`. A week is named by its Monday.
"""

TAGS: tuple[dict[str, str], ...] = tuple(
    {"name": name, "description": description}
    for name, description in (
        ("solve", "Make a roster from an instance, without storing a program."),
        ("jobs", "Running and finished solves: follow progress, get results, stop."),
        ("tools", "Validate an instance; verify, compare and explain rosters, and find weeks to offer. Nothing is stored."),
        ("catalogue", "Public reference data: rules, policies, schemas, examples."),
        ("programs", "Stored programs: settings, import, and a week as an instance."),
        ("spreadsheets", "Workbooks and CSV files: templates, downloads of weeks and rosters, and import after a preview."),
        ("sites", "Buildings with opening hours."),
        ("rooms", "Rooms with seats and features."),
        ("resources", "Limited resources: interpreter, child care, van."),
        ("services", "Services that can be ordered: groups, individual, family and couple sessions."),
        ("phases", "Phases of step-down plans, with their level of care and order."),
        ("plans", "Step-down plans: phases in order."),
        ("curricula", "Modules taught over the weeks."),
        ("tracks", "Recurring sets of groups, such as Evening A."),
        ("cohorts", "Groups of a track whose members stay together."),
        ("groups", "Recurring groups with their candidate start times."),
        ("clinicians", "Clinicians: working hours, leave, credentials."),
        ("participants", "Participants: availability, phase, home, preferences."),
        ("relations", "Participants who are kept apart. No reason is stored."),
        ("orders", "Care ordered for a participant from a Monday on."),
        ("phase decisions", "Clinicians' recorded decisions: a move into a phase, or a step-up."),
        ("absences", "Participants and clinicians who are away."),
        ("consents", "Participants' consents and their periods. Recorded or withdrawn, never rewritten."),
        ("weeks", "Weeks of a program: settings, pins, and generating rosters."),
        ("rosters", "Rosters of a week: drafts, manual edits, violations and costs."),
        ("repair", "Answer what happens in a published week: who or what is out, and the rosters to choose from. Nothing is stored."),
        ("publishing", "Publish and unpublish rosters; read published weeks."),
        ("busy time", "Busy time from people's own calendars: previewed, then saved as spans without titles."),
        ("feeds", "Calendar links: appointments in people's own calendars, kept up to date."),
        ("calls", "People to call because a change may not reach their calendar in time: what to say, and who was reached."),
        ("contacts", "E-mail addresses, used only with consent."),
        ("outbox", "Outgoing messages: waiting, delivered, or given up."),
        ("webhooks", "Addresses that are notified of events: signed messages, ids only."),
        ("attendance", "Who attended which session."),
        ("own pages", "One-time links to participants' own pages, and the absences that participants report there."),
        ("minutes", "Ordered, scheduled, delivered and billable minutes."),
        ("due", "What runs out or waits for someone, by date, with what settles it and who is responsible."),
        ("offers", "Weekly schedules for people who wait for a place: found, held until a time, accepted, released or declined."),
        ("fhir", "Published rosters as FHIR R4 for health records: read, search, export; import busy time from other systems."),
        ("letters", "Printable pages: an attendance letter, and a hand-off summary of hours."),
        ("session", "Sign in and out, and create the first director."),
        ("users", "Users and their roles."),
        ("keys", "Manage API keys for other tools."),
        ("audit", "Who changed or viewed what, and when; never the content."),
        ("operations", "For operators: liveness, readiness and metrics."),
    )
)
"""Every tag, in the order of the description."""

SECURITY: dict[str, Any] = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key. Its scopes limit its permissions; it may be bound to one program.",
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
    "seed": "Random seed of the search; another seed may find another roster.",
    "first": "The first Monday.",
    "last": "The last Monday, inclusive.",
    "outcome": "Only actions that were done, or only those that were denied.",
}
"""Descriptions of parameters that their routes do not describe."""

IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes repeating the request safe: it is carried out only once. Use a new UUID, for example. Kept for 24 hours.",
    "schema": {"type": "string", "pattern": r"^[\x21-\x7E]{1,255}$", "minLength": 1, "maxLength": 255},
}
