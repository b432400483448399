"""What each role and each key scope may do. Every route asks for exactly one of these permissions; the tests read this table.

===============  ==============================================================================================
permission       allows
===============  ==============================================================================================
solve            the stateless endpoints, and one's own jobs
program:read     the program, its people, staff, groups, orders, absences, its issues
program:write    changing them
roster:read      weeks, rosters, comparisons, minutes of everybody, calls to make, messages on their way
roster:write     generating, pinning, editing, publishing, marking calls
own:read         a clinician's own published sessions
desk:read        times and initials of a published week: the sign-in sheet
attendance       recording who came (clinicians: to their own sessions)
feeds            calendar links
metrics          figures of the service for Prometheus, from another machine
admin            users, keys, webhooks, the audit trail, new programs
===============  ==============================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

Permission = Literal[
    "solve", "program:read", "program:write", "roster:read", "roster:write", "own:read", "desk:read", "attendance", "feeds",
    "metrics", "admin",
]  # fmt: skip
Role = Literal["director", "coordinator", "clinician", "front_desk", "participant"]
Scope = Literal["solve", "roster:read", "roster:write", "feeds", "metrics", "admin"]

EVERYTHING: frozenset[Permission] = frozenset(get_args(Permission))
OF_ALL: frozenset[Permission] = frozenset({"metrics", "admin"})
"""What is about no program: only who has it in all of them has it where no program is named."""

READING: frozenset[Permission] = frozenset({"program:read", "roster:read", "own:read", "desk:read"})
WRITING: frozenset[Permission] = READING | {"program:write", "roster:write", "attendance", "solve"}

ROLES: dict[Role, frozenset[Permission]] = {
    "director": EVERYTHING,
    "coordinator": WRITING | {"feeds"},
    "clinician": frozenset({"own:read", "attendance"}),
    "front_desk": frozenset({"desk:read", "attendance"}),
    "participant": frozenset(),
}
SCOPES: dict[Scope, frozenset[Permission]] = {
    "solve": frozenset({"solve"}),
    "roster:read": READING,
    "roster:write": WRITING,
    "feeds": frozenset({"feeds"}),
    "metrics": frozenset({"metrics"}),
    "admin": EVERYTHING,
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a caller may do in one program, or in all.

    Attributes:
        program: None: every program.
        clinician: The clinician the user is: `own:read` and `attendance` are for this one's sessions then.
    """

    program: str | None
    permissions: frozenset[Permission]
    clinician: str | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request.

    Attributes:
        kind: A signed-in user, an API key, a participant on their own page, or nobody.
        id: Opaque; what logs and the audit trail say.
    """

    kind: Literal["user", "key", "participant", "nobody", "system"] = "nobody"
    id: str = ""
    grants: tuple[Grant, ...] = field(default=())

    @property
    def name(self) -> str:
        """The caller in logs and in the audit trail."""
        return f"{self.kind}:{self.id}" if self.id else self.kind

    def may(self, permission: Permission, program: str | None = None) -> bool:
        """Whether the caller has a permission: in one program, or, without one, in any at all (those `OF_ALL`: only in all)."""
        if program is None and permission in OF_ALL:
            return any(permission in g.permissions and g.program is None for g in self.grants)
        return any(permission in g.permissions and (program is None or g.program in (None, program)) for g in self.grants)

    def sees(self, program: str) -> bool:
        """Whether the caller has anything to do with a program; to others it does not exist."""
        return any(g.program in (None, program) for g in self.grants)

    def may_grant(self, permissions: frozenset[Permission], program: str | None) -> bool:
        """Whether the caller has all of these itself, in this program or, without one, in every program; not only as some clinician."""
        wide = [g.permissions for g in self.grants if g.clinician is None and (g.program is None or g.program == program)]
        return permissions <= frozenset().union(*wide)

    def clinicians(self, program: str) -> tuple[str, ...] | None:
        """As whom the caller may act on sessions: None is everybody's, else only those of these clinicians."""
        grants = [g for g in self.grants if g.program in (None, program) and g.permissions & {"own:read", "attendance"}]
        return None if any(g.clinician is None for g in grants) else tuple(g.clinician for g in grants if g.clinician is not None)


NOBODY = Caller()
SYSTEM = Caller("system", grants=(Grant(None, EVERYTHING),))
"""Whoever runs commands on the machine itself."""


def grant_of(role: str, program: str | None, clinician: str | None) -> Grant:
    """What a role allows in a program. A clinician's role allows nothing until it says which clinician; other roles see everybody's."""
    if role not in ROLES or (role == "clinician" and clinician is None):
        return Grant(program, frozenset())
    return Grant(program, ROLES[role], clinician if role == "clinician" else None)
