"""The permissions of each role and key scope. Every route requires exactly one of these permissions; the tests read this table.

===============  ==============================================================================================
permission       allows
===============  ==============================================================================================
solve            the stateless endpoints, and the caller's own jobs
program:read     the program, its people, staff, groups, orders, absences, its issues
program:write    changing them; e-mail addresses
roster:read      weeks, rosters, comparisons, everyone's minutes, the call list, queued messages
roster:write     generating, pinning, editing, publishing, marking calls
own:read         a clinician's own published sessions
desk:read        times and initials of a published week: the sign-in sheet
attendance       recording who came (clinicians: to their own sessions)
feeds            calendar links
metrics          the service's Prometheus metrics, from another machine
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
"""Permissions that concern no single program: where no program is named, they must be granted for all programs."""

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
    """A caller's permissions in one program, or in all.

    Attributes:
        program: None: every program.
        clinician: The clinician that the user is; `own:read` and `attendance` then cover only this clinician's sessions.
    """

    program: str | None
    permissions: frozenset[Permission]
    clinician: str | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of a request.

    Attributes:
        kind: A signed-in user, an API key, a participant on their own page, or nobody.
        id: Opaque; appears in logs and the audit trail.
    """

    kind: Literal["user", "key", "participant", "nobody", "system"] = "nobody"
    id: str = ""
    grants: tuple[Grant, ...] = field(default=())

    @property
    def name(self) -> str:
        """The caller in logs and in the audit trail."""
        return f"{self.kind}:{self.id}" if self.id else self.kind

    def may(self, permission: Permission, program: str | None = None) -> bool:
        """Whether the caller has a permission in a program; without a program, in any of them (`OF_ALL` permissions: in all of them)."""
        if program is None and permission in OF_ALL:
            return any(permission in g.permissions and g.program is None for g in self.grants)
        return any(permission in g.permissions and (program is None or g.program in (None, program)) for g in self.grants)

    def sees(self, program: str) -> bool:
        """Whether the caller has any access to a program; to other callers it does not exist."""
        return any(g.program in (None, program) for g in self.grants)

    def may_grant(self, permissions: frozenset[Permission], program: str | None) -> bool:
        """Whether the caller holds all these permissions in the program (without one: in every program), and not just as a clinician."""
        wide = [g.permissions for g in self.grants if g.clinician is None and (g.program is None or g.program == program)]
        return permissions <= frozenset().union(*wide)

    def clinicians(self, program: str) -> tuple[str, ...] | None:
        """The clinicians whose sessions the caller may act on; None: everyone's."""
        grants = [g for g in self.grants if g.program in (None, program) and g.permissions & {"own:read", "attendance"}]
        return None if any(g.clinician is None for g in grants) else tuple(g.clinician for g in grants if g.clinician is not None)


NOBODY = Caller()
SYSTEM = Caller("system", grants=(Grant(None, EVERYTHING),))
"""The caller for commands run on the machine itself."""


def grant_of(role: str, program: str | None, clinician: str | None) -> Grant:
    """The permissions of a role. A clinician's role grants nothing until it names the clinician; other roles cover everyone."""
    if role not in ROLES or (role == "clinician" and clinician is None):
        return Grant(program, frozenset())
    return Grant(program, ROLES[role], clinician if role == "clinician" else None)
