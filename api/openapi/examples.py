"""Example bodies for the OpenAPI description, by the name of their model: a small program and requests about it."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

SITE: Json = {
    "id": "main",
    "label": "Main Street",
    "hours": [{"day": day, "start": "08:00", "end": "21:30"} for day in ("mon", "tue", "wed", "thu", "fri")],
}
ROOM: Json = {"id": "r1", "label": "Group room 1", "site": "main", "seats": 14, "features": ["accessible"]}
SKILLS: Json = {
    "id": "skills", "label": "Skills group", "kind": "group", "category": "skills", "minutes": 180, "credentials": ["licensed"],
}  # fmt: skip
INDIVIDUAL: Json = {
    "id": "individual",
    "label": "Individual",
    "kind": "individual",
    "category": "individual",
    "minutes": 50,
    "credentials": ["licensed"],
}
CLINICIAN: Json = {
    "id": "c01",
    "label": "N. M.",
    "credentials": ["licensed"],
    "hours": [{"day": day, "start": "12:00", "end": "21:30", "site": "main"} for day in ("mon", "tue", "wed")],
}
TRACK: Json = {"id": "evening", "label": "Evening"}
COHORT: Json = {"id": "evening_a", "label": "Evening A", "track": "evening"}
CURRICULUM: Json = {"id": "skills_cycle", "modules": ["mindfulness", "distress", "emotions"]}
GROUP: Json = {
    "id": "evening_mon",
    "label": "Monday skills",
    "service": "skills",
    "minutes": 180,
    "starts": [{"day": "mon", "time": "17:30"}],
    "site": "main",
    "track": "evening",
    "cohort": "evening_a",
    "curriculum": "skills_cycle",
    "module": "mindfulness",
    "minimum": 1,
}
ORDER: Json = {
    "minutes": {"floor": 180, "ceiling": 300},
    "sessions": {"floor": 1, "ceiling": 3},
    "days": {"floor": 1, "ceiling": 3},
    "services": [{"service": "individual", "per_week": 1}],
}
PHASE: Json = {"id": "core", "label": "Core", "level": "2.1", "weeks": 4, "order": ORDER}
PLAN: Json = {"id": "four_weeks", "label": "Four weeks", "phases": ["core"]}
PARTICIPANT: Json = {
    "id": "p01",
    "label": "L. F.",
    "availability": {"weekly": [{"day": day, "start": "16:00", "end": "21:30"} for day in ("mon", "tue", "wed")]},
    "travel": {"main": 15},
    "phase": "core",
    "phase_since": "2026-11-16",
    "home_track": "evening",
    "home_cohort": "evening_a",
}
INSTANCE: Json = {
    "id": "example",
    "monday": "2026-11-30",
    "program": {"id": "program", "zone": "America/New_York", "sites": [SITE]},
    "services": [SKILLS, INDIVIDUAL],
    "rooms": [ROOM],
    "clinicians": [CLINICIAN, CLINICIAN | {"id": "c02", "label": "O. P."}],
    "tracks": [TRACK],
    "cohorts": [COHORT],
    "curricula": [CURRICULUM],
    "groups": [GROUP],
    "phases": [PHASE],
    "plans": [PLAN],
    "participants": [PARTICIPANT, PARTICIPANT | {"id": "p02", "label": "R. S.", "home_track": None, "home_cohort": None}],
}
SESSION: Json = {
    "id": "g.evening_mon.2026-11-30",
    "group": "evening_mon",
    "service": "skills",
    "start": "2026-11-30T17:30:00-05:00",
    "end": "2026-11-30T20:30:00-05:00",
    "site": "main",
    "room": "r1",
    "facilitators": ["c01"],
    "bookings": [{"participant": "p01"}],
}
ROSTER: Json = {"monday": "2026-11-30", "zone": "America/New_York", "sessions": [SESSION]}
BOTH_BOOKED: Json = ROSTER | {"sessions": [SESSION | {"bookings": [{"participant": "p01"}, {"participant": "p02"}]}]}
OUT: Json = {"kind": "clinician", "id": "c01", "start": "2026-11-30T07:40:00-05:00", "end": "2027-12-31T00:00:00-05:00"}
LABEL: Json = {"label": "Another name"}
SECRET = "lantern orbit mustard seven"

BUNDLE_IMPORT: Json = {
    "bundle": {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {
                "resource": {
                    "resourceType": "Appointment",
                    "status": "booked",
                    "start": "2026-12-01T16:00:00-05:00",
                    "end": "2026-12-01T17:00:00-05:00",
                    "participant": [
                        {
                            "actor": {"type": "Patient", "identifier": {"system": "urn:oid:2.999.1", "value": "0815"}},
                            "status": "accepted",
                        }
                    ],
                }
            }
        ],
    },
    "matches": [{"system": "urn:oid:2.999.1", "value": "0815", "participant": "p01"}],
    "first": "2026-11-30",
    "days": 28,
}
FHIR_SETTINGS: Json = {
    "service_types": {"skills": [{"system": "http://snomed.info/sct", "code": "76168009", "display": "Group psychotherapy"}]},
    "patient_system": "urn:oid:2.999.1",
}

BODIES: dict[str, Json] = {
    "Instance": INSTANCE,
    "RosterOfInstance": {"instance": INSTANCE, "roster": ROSTER},
    "RosterToExplain": {"instance": INSTANCE, "roster": ROSTER, "participant": "p02"},
    "RosterToChange": {"instance": INSTANCE, "roster": ROSTER, "question": {"participant": "p02"}},
    "WeekToRepair": {"instance": INSTANCE | {"published": {"roster": ROSTER}, "now": "2026-11-30T07:40:00-05:00"}, "disruptions": [OUT]},
    "Disruptions": {"disruptions": [OUT]},
    "RosterToMakeUp": {"instance": INSTANCE, "roster": ROSTER, "question": {"missed": [], "walk_ins": []}},
    "RosterToOffer": {"instance": INSTANCE, "roster": ROSTER, "question": {"participant": "p02", "moves": 1}},
    "TwoRosters": {"instance": INSTANCE, "a": ROSTER, "b": BOTH_BOOKED},
    "BundleImport": BUNDLE_IMPORT,
    "FhirSettings": FHIR_SETTINGS,
    "NewProgram": {"id": "example", "label": "Example", "zone": "America/New_York"},
    "ProgramSettings": {"label": "Example", "zone": "America/New_York", "policy": {"pack": "adult_iop_2_1"}, "weights": {"trips": 10}},
    "ProgramPatch": {"weights": {"trips": 10}},
    "Site": SITE,
    "SitePatch": LABEL,
    "Room": ROOM,
    "RoomPatch": {"seats": 12},
    "Resource": {
        "id": "sign_language",
        "label": "Interpreter",
        "kind": "sessions",
        "windows": [{"day": "mon", "start": "16:00", "end": "21:00", "capacity": 1}],
    },
    "ResourcePatch": LABEL,
    "Service": SKILLS,
    "ServicePatch": LABEL,
    "Phase": PHASE,
    "PhasePatch": {"weeks": 6},
    "Plan": PLAN,
    "PlanPatch": LABEL,
    "Curriculum": CURRICULUM,
    "CurriculumPatch": {"modules": ["mindfulness", "distress", "emotions", "relations"]},
    "Track": TRACK,
    "TrackPatch": LABEL,
    "Cohort": COHORT,
    "CohortPatch": LABEL,
    "Group": GROUP,
    "GroupPatch": {"starts": [{"day": "mon", "time": "18:00"}]},
    "Clinician": CLINICIAN,
    "ClinicianPatch": {"hours": [{"day": "mon", "start": "12:00", "end": "21:30", "site": "main"}]},
    "Participant": PARTICIPANT,
    "ParticipantPatch": {"phase": "core", "phase_since": "2026-11-30"},
    "RelationEntry": {"id": "p01_p02", "a": "p01", "b": "p02", "kind": "apart_in_time"},
    "RelationEntryPatch": {"kind": "apart"},
    "OrderEntry": {"participant": "p01", "first": "2026-11-30", "order": ORDER},
    "OrderEntryPatch": {"first": "2026-12-07"},
    "PhaseEntry": {"participant": "p01", "first": "2026-11-30", "phase": "core", "largest_step": 180},
    "PhaseEntryPatch": {"largest_step": 240},
    "AbsenceEntry": {"participant": "p01", "first": "2026-12-02", "last": "2026-12-04"},
    "AbsenceEntryPatch": {"last": "2026-12-05"},
    "WeekSettings": {"mode": "hold", "groups": {"evening_mon": {"module": "distress"}}},
    "WeekPatch": {"groups": {"evening_mon": {"module": "emotions"}}},
    "Pin": {"kind": "booking", "participant": "p01", "group": "evening_mon"},
    "Roster": ROSTER,
    "EditRequest": {"edits": [{"do": "move", "session": SESSION["id"], "day": "tue", "time": "18:00"}]},
    "PublishRequest": {"expected_published": None, "accept": []},
    "UnpublishRequest": {"force": True, "reason": "storm"},
    "CallMark": {"state": "reached"},
    "ContactRecord": {"email": "somebody@example.org"},
    "NewWebhook": {"url": "https://records.example.org/stepdown", "events": ["roster.published", "roster.unpublished"]},
    "WebhookChange": {"url": "https://records.example.org/stepdown", "events": ["roster.published"], "is_enabled": True},
    "ConsentRecord": {"kind": "attendance_letter", "first": "2026-11-23", "last": "2027-11-22", "reference": "file-2026-117"},
    "NewFeed": {"participant": "p01", "purpose": "self", "options": {"label": "Appointment", "reminder_minutes": 60}, "warning": 2},
    "FeedOptions": {"label": "Busy", "is_private": True, "has_place": False},
    "BusySave": {"first": "2026-11-30", "days": 182, "spans": [{"start": "2026-12-01T14:00:00Z", "end": "2026-12-01T15:00:00Z"}]},
    "BusyFetch": {"url": "https://calendar.example.org/private-4f3a/basic.ics", "options": {"all_day": "ignore"}},
    "NewDeletion": {"participant": "p01", "reason": "request"},
    "AttendanceRecord": {"status": "attended"},
    "ParticipantBatch": {
        "items": [
            {"id": "p01", "fields": {"label": "A. B."}},
            {"id": "p03", "version": 0, "fields": {"availability": PARTICIPANT["availability"]}},
        ]
    },
    "ClinicianBatch": {"items": [{"id": "c01", "fields": {"label": "N. O."}}]},
    "LateNotice": {"minutes": 20},
    "OutreachRecord": {"result": "left_message", "reason": "transport"},
    "AttendanceList": {"items": [{"session": SESSION["id"], "participant": "p01", "status": "late", "minutes": 150}]},
    "Decline": {"reason": "call_us"},
    "NewOffer": {
        "participant": "p01",
        "until": "2026-12-01T17:00:00-05:00",
        "places": [{"group": "evening_mon", "service": "skills", "day": "mon", "start": "17:30", "end": "20:30"}],
    },
    "NewUser": {"login": "coordinator@example.org", "password": SECRET, "roles": [{"program": "example", "role": "coordinator"}]},
    "Roles": {"roles": [{"program": "example", "role": "clinician", "clinician": "c01"}]},
    "PasswordReset": {"password": SECRET},
    "NewKey": {"label": "Nightly solve", "scopes": ["solve", "roster:read"]},
    "SignIn": {"login": "director@example.org", "password": SECRET},
    "PasswordChange": {"password": SECRET, "new_password": "another " + SECRET},
    "ForgottenPassword": {"login": "director@example.org"},
    "NewPasswordByLink": {"token": "from-the-link", "new_password": SECRET},
    "FirstDirector": {"token": "from-the-link", "login": "director@example.org", "password": SECRET},
}
