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
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    options: tuple[str, ...] = ()
    prepare: Callable[[], object] = lambda: None


def rosters_of_tiny_weeks() -> None:
    """The rosters that both faces are asked about."""
    from tests.test_faces import WEEKS, views

    for week in WEEKS:
        views(week)


JUDGING = ("tests/rules", "tests/test_faces.py", "tests/test_tamper.py", "tests/test_verify.py")
"""Both faces of every rule, on worked examples, on rosters of tiny weeks and on rosters spoiled by hand."""

ALONE = ("-k", "not postgres and not at_once and not process and not kill")
"""Left out: what starts a server or processes of its own for each mutant."""

BY_HAND = ("-k", "not solve")
"""Left out: what solves a week, for a rule that needs this to notice a mutant has no example of its own."""


def acts(*names: str) -> tuple[str, ...]:
    """Modules of the store."""
    return tuple(f"api/store/{name}.py" for name in names)


PARTS = {
    "rules": Part(("scheduler/rules/*",), JUDGING, BY_HAND, prepare=rosters_of_tiny_weeks),
    "verify": Part(
        ("scheduler/verify.py",),
        ("tests/test_verify.py", "tests/test_not_covered.py", "tests/test_tamper.py", "tests/rules/test_worked.py"),
    ),
    "weeks": Part(("scheduler/weeks/*",), ("tests/weeks",)),
    "security": Part(
        ("api/security/*",),
        tuple(
            f"tests/api/security/test_{subject}.py" for subject in ("keys", "passwords", "roles", "session", "setup", "shields", "users")
        ),
        ALONE,
    ),
    "store_weeks": Part(
        acts("attendance", "editing", "judging", "minutes", "pins", "published", "publishing", "rosters", "weeks"),
        ("tests/api/weeks", "tests/api/letters/test_letters.py"),
        ALONE,
    ),
    "store_programs": Part(
        acts(
            "archive", "building", "checking", "dated", "documents", "importing", "kept", "kinds", "past", "programs", "references", "uses"
        ),
        ("tests/api/programs",),
        ALONE,
    ),
    "store_people": Part(
        acts("announcements", "busy", "call_views", "calls", "consents", "contacts", "visits", "webhooks"),
        ("tests/api/busy", "tests/api/letters", "tests/api/outbox", "tests/api/pages"),
        ("-k", ALONE[1] + " and not browser"),
    ),
    "store_merging": Part(("api/store/merging/*",), ("tests/api/spreadsheets",), ALONE),
}
