"""Users, their roles and sessions, API keys, the audit trail."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, SecretStr, model_validator

from api.security.access import Permission, Role, Scope
from scheduler.fields import Id, Label, Model

LONGEST_LOGIN = 120


def as_login(text: str) -> str:
    """Normalise a login to the form in which it is stored and compared: lower case, with each character spelled one way.

    Raises:
        ValueError: The login is empty or too long, or contains whitespace or control characters.
    """
    login = unicodedata.normalize("NFKC", text).strip().lower()
    if not 1 <= len(login) <= LONGEST_LOGIN:
        raise ValueError(f"a login has 1 to {LONGEST_LOGIN} characters")
    if any(char.isspace() or unicodedata.category(char)[0] == "C" for char in login):
        raise ValueError("a login has no spaces and no control characters")
    return login


LoginName = Annotated[
    str, Field(max_length=200, description="A short name or an e-mail address; case does not matter."), AfterValidator(as_login)
]
Password = Annotated[SecretStr, Field(min_length=1, max_length=256, description="Never logged, never returned.")]
NewPassword = Annotated[SecretStr, Field(min_length=12, max_length=256, description="12 to 256 characters; common passwords are refused.")]


class SignIn(Model):
    """Login and password of a user."""

    login: LoginName
    password: Password


class PasswordChange(Model):
    """A user's own new password."""

    password: Password = Field(description="The current password.")
    new_password: NewPassword


class ForgottenPassword(Model):
    """A user who forgot their password."""

    login: LoginName


class NewPasswordByLink(Model):
    """A new password, chosen with a link from a mail."""

    token: SecretStr = Field(min_length=1, max_length=200, description="The part of the link after the #.")
    new_password: NewPassword


class FirstDirector(Model):
    """The first director, who sets up the service."""

    token: SecretStr = Field(min_length=1, max_length=200, description="From the link that `stepdown serve` printed.")
    login: LoginName
    password: NewPassword


class RoleIn(Model):
    """A role in one program, or in all."""

    program: Id | None = Field(None, description="null: every program.")
    role: Role
    clinician: Id | None = Field(None, description="The clinician that the user is; required for a clinician's role.")
    participant: Id | None = Field(None, description="The participant that the user is; required for a participant's role.")

    @model_validator(mode="after")
    def _is_somebody(self) -> RoleIn:
        if self.program is None and (self.clinician is not None or self.participant is not None):
            raise ValueError("clinicians and participants belong to a program: name it")
        if self.role == "clinician" and self.clinician is None:
            raise ValueError("a clinician's role says which clinician")
        if (self.role == "participant") != (self.participant is not None):
            raise ValueError("a participant's role, and no other, says which participant")
        return self


class Roles(Model):
    """All roles of a user, at most one in a program."""

    roles: Annotated[tuple[RoleIn, ...], Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _one_each(self) -> Roles:
        if len({role.program for role in self.roles}) < len(self.roles):
            raise ValueError("at most one role in a program, and one in all of them")
        return self


class NewUser(Roles):
    """A user to be created."""

    login: LoginName
    password: NewPassword = Field(description="A temporary password; the user must change it at the first sign-in.")


class PasswordReset(Model):
    """A new password for a user who forgot theirs."""

    password: NewPassword = Field(description="A temporary password; the user must change it at the next sign-in.")


class UserOut(Model):
    """A user."""

    id: str
    login: str
    roles: tuple[RoleIn, ...] = Field(description="In a program's list: the roles in that program.")
    disabled_at: datetime | None
    must_change_password: bool = Field(description="Whether the password is temporary: until it is changed, the user may do nothing.")
    keys: tuple[str, ...] = Field(
        description="Active API keys created by the user, or with such a key; in a program's list: those bound to it. They keep "
        "working when the user is disabled, because tools depend on them: revoke those no longer needed."
    )
    created_at: datetime
    version: int


class GrantOut(Model):
    """The caller's permissions in a program."""

    program: str | None = Field(description="null: every program.")
    permissions: tuple[Permission, ...]
    clinician: str | None = Field(description="If set: only as this clinician.")


class SessionOut(Model):
    """Who the caller is."""

    kind: Literal["user", "key"]
    id: str
    login: str | None = Field(description="The login, for a user.")
    grants: tuple[GrantOut, ...]
    must_change_password: bool = False


class NewKey(Model):
    """An API key to be created."""

    label: Label = ""
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1, max_length=6)]
    program: Id | None = Field(None, description="null: every program. In a program's list: that program.")
    expires_at: AwareDatetime | None = Field(None, description="null: valid until revoked.")


class KeyOut(Model):
    """An API key; its token was shown once."""

    id: str
    label: str
    hint: str = Field(description="How the token begins.")
    scopes: tuple[str, ...]
    program: str | None
    created_at: datetime
    created_by: str
    last_used_at: datetime | None = Field(description="When it was last used, to the minute.")
    expires_at: datetime | None
    revoked_at: datetime | None


class KeyMade(KeyOut):
    """A new API key with its token."""

    token: str = Field(description="Send it as `Authorization: Bearer <token>`. It is shown only once.")


class AuditOut(Model):
    """An entry of the audit trail: who changed or viewed what, and when; never the content."""

    id: str
    at: datetime
    caller: str = Field(description="user:<id>, key:<id>, system or nobody.")
    action: str
    program: str | None
    target: str = Field(description="Ids, e.g. monday=2026-11-30 participant=p07.")
    outcome: str = Field(description="done or denied.")
    request_id: str
