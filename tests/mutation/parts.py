"""What is mutated, and the tests that have to notice: one part after another, each with a work folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """Some modules and the tests of their part.

    Attributes:
        modules: File patterns of what is mutated.
        tests: What is run for it; of these, a mutant meets the tests that reach its function.
        options: More of the command line of pytest: what is left out because it takes long or starts processes that know no mutants.
        prepare: What is computed once for all mutants; it must call nothing that is mutated.
        first: Tests that are run once before the mutants: what a process does for the first time takes long.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    options: tuple[str, ...] = ()
    prepare: Callable[[], object] = lambda: None
    first: tuple[str, ...] = ()


def rosters_of_tiny_weeks() -> None:
    """The rosters that both faces are asked about."""
    from tests.test_faces import WEEKS, views

    for week in WEEKS:
        views(week)


JUDGING = ("tests/rules", "tests/test_faces.py", "tests/test_tamper.py", "tests/test_verify.py", "tests/whatif")
"""Both faces of every rule, on worked examples, on rosters of tiny weeks and on rosters spoiled by hand; and what changes with an edit."""

ALONE = ("-k", "not postgres and not at_once and not process and not kill")
"""Left out: what starts a server or processes of its own for each mutant."""

BY_HAND = ("-k", "not solve")
"""Left out: what solves a week, for a rule that needs this to notice a mutant has no example of its own."""


WEEKS = (
    "bound",
    "bound_branching",
    "branching",
    "choices",
    "column_generation",
    "cuts",
    "days",
    "few_weeks",
    "finish",
    "gap",
    "group_sets",
    "integer_program",
    "line_terms",
    "linear_program",
    "master",
    "master_budget",
    "nodes",
    "ownership",
    "plans_by_hand",
    "pseudo_costs",
    "relaxation",
    "table",
    "totals",
    "week_pool",
    "week_program",
    "week_table",
)
"""The week tables and their bounds on examples worked by hand; left out is what searches, or compares with whole weeks solved exactly."""


def acts(*names: str) -> tuple[str, ...]:
    """Modules of stores.

    Left out: tables, migrations and lists of kinds, which say what there is; what only shows the outcome of acts (`due/store`,
    `letters/store`, `calls/store/views`, `calls/store/feed_delay`, `programs/store/labels`, `visits/store/agenda`,
    `weeks/store/published`); the files of backups, which `tests/api/operations` reads byte by byte; and `integrity_check`, which changes
    nothing.
    In no part so far: `outbox/store`, the stores of feeds and FHIR, `spreadsheets/store/workbook_import`, `weeks/store/restricted` and the
    stores of pages (`calls/store/recent`, `disruptions/store`, `offers/store`; of `weeks/store` `exceptions`, `held_offers`, `prepared`,
    `session_pins` and `working`): their tests ask the service.
    """
    return tuple(f"api/{name}.py" for name in names)


def tests_of(folder: str, *names: str) -> tuple[str, ...]:
    """Test files of the service."""
    return tuple(f"tests/api/{folder}/test_{name}.py" for name in names)


PARTS = {
    "rules": Part(("scheduler/rules/*",), JUDGING, BY_HAND, prepare=rosters_of_tiny_weeks),
    "verify": Part(
        ("scheduler/verify.py",),
        ("tests/test_verify.py", "tests/test_not_covered.py", "tests/test_tamper.py", "tests/rules/test_worked.py"),
    ),
    "weeks": Part(
        ("scheduler/weeks/*", "scheduler/prover/*"),
        (*(f"tests/weeks/test_{subject}.py" for subject in WEEKS), "tests/prover/test_answers.py"),
    ),
    "security": Part(
        ("api/security/*", "api/accounts/store/*"),
        tests_of(
            "security", "audit", "callers", "keys", "password_links", "passwords", "rates", "roles", "session", "setup", "shields", "users",
        ),
        ALONE,
        first=("tests/api/security/test_users.py",),
    ),
    "store_weeks": Part(
        acts(
            "attendance/store/attendance", "attendance/store/late_notices", "weeks/store/editing", "weeks/store/judging",
            "attendance/store/marks", "attendance/store/minutes", "attendance/store/outreach", "weeks/store/pins", "publishing/store",
            "weeks/store/rosters", "weeks/store/weeks",
        ),
        (
            *tests_of(
                "weeks", "attendance", "counting", "edits_one_by_one", "editing", "judging", "late_notices", "marks", "minutes", "outreach",
                "pins", "published_rows", "publishing", "rosters", "rows", "weeks",
            ),
            *tests_of("outbox", "events"),
        ),
        ALONE,
        first=("tests/api/weeks/test_attendance.py", "tests/api/weeks/test_pins.py"),
    ),
    "store_programs": Part(
        acts(
            "weeks/store/building", "weeks/store/dated_records", "database/documents", "database/rows", "instances/store",
            "programs/store/entities", "weeks/store/past", "programs/store/programs", "programs/store/reference_checks",
        ),
        (
            *tests_of("programs", "building", "dated", "import_rows", "kept_rows", "past", "program_rows", "row_pages"),
            *tests_of("outbox", "events"), *tests_of("weeks", "wrong_requests"),
        ),
        ALONE,
        first=("tests/api/programs/test_program_rows.py",),
    ),
    "store_people": Part(
        acts(
            "announcements/store", "busy/store", "calls/store/calls", "consents/store", "contacts/store", "visits/store/visits",
            "webhooks/store",
        ),
        (
            *tests_of("busy", "busy_rows"), *tests_of("letters", "rows"), *tests_of("outbox", "call_rows", "events", "webhook_rows"),
            *tests_of("pages", "announcement_rows", "visit_rows"),
        ),
        ALONE,
        first=("tests/api/outbox/test_call_rows.py",),
    ),
    "store_merging": Part(
        ("api/spreadsheets/store/merging/*",),
        tests_of(
            "spreadsheets", "comparable", "merge_absences", "merge_history", "merge_people", "merge_program", "merge_rows", "merge_week",
        ) + tests_of("outbox", "events"),
        ALONE,
        first=("tests/api/spreadsheets/test_merge_rows.py",),
    ),
}  # fmt: skip
