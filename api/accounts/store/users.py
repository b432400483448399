"""Manage users, for the API and the command line. Nobody can grant, revoke or change more than they may do themselves.

Every function takes the caller it acts for; `access.SYSTEM` stands for commands on the machine itself. With `within`, only that program's
users and roles are visible.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from api.accounts.models import RoleIn, UserOut
from api.database.listing import ListedRows, Listing, list_rows, orders_of
from api.database.tables import ApiKeyRow, ClinicianRow, ParticipantRow, ProgramRow, RoleGrantRow, UserRow
from api.database.tables.base import now
from api.kernel.errors import Problem
from api.programs.store import programs
from api.security.access import ROLES, Caller
from api.security.logins import end_logins


def create_user(
    session: Session,
    by: Caller,
    login: str,
    hashed: str,
    roles: Sequence[RoleIn],
    *,
    within: str | None = None,
    is_temporary: bool = False,
) -> UserRow:
    """Create a user.

    Args:
        login: From `api.accounts.models.as_login`.
        hashed: From `passwords.hash_password`, computed before the transaction.
        is_temporary: Another person knows the password.

    Raises:
        Problem: The login exists, a role exceeds the caller's permissions, or a role names unknown ids.
    """
    check_program(session, within)
    if within is not None and not roles:
        raise Problem("bad_reference", "roles: give the user a role in this program.")
    if session.scalar(select(exists().where(UserRow.login == login))):
        raise Problem("exists", "A user with this login already exists.")
    user = UserRow(login=login, password_hash=hashed, is_password_temporary=is_temporary, created_by=by.name, changed_by=by.name)
    session.add(user)
    session.flush()
    _give_roles(session, by, user, roles, within)
    return user


def find_users(session: Session, within: str | None, listing: Listing) -> ListedRows[UserRow]:
    """Users, disabled ones, too; within a program, those with a role in it."""
    check_program(session, within)
    query = select(UserRow)
    if within is not None:
        query = query.where(exists().where(RoleGrantRow.user == UserRow.id, RoleGrantRow.program == within))
    return list_rows(session, query, listing, orders_of(UserRow, "id"), UserRow.id)


def get_user(session: Session, user: str, within: str | None = None, *, to_change: bool = False) -> UserRow:
    """Find a user who is visible to the caller.

    Args:
        to_change: Read their row as it is now, and lock it.

    Raises:
        Problem: No such entry is visible to the caller.
    """
    row = session.get(UserRow, user, with_for_update=to_change or None, populate_existing=to_change)
    if row is None or (within is not None and not roles_of(session, user, within)):
        raise Problem("not_found", "There is no such user.")
    return row


def user_of_login(session: Session, login: str) -> UserRow | None:
    """The user with a login."""
    return session.scalar(select(UserRow).where(UserRow.login == login))


def roles_of(session: Session, user: str, within: str | None = None) -> tuple[RoleIn, ...]:
    """The roles of a user, or only those in a program."""
    query = select(RoleGrantRow).where(RoleGrantRow.user == user).order_by(RoleGrantRow.program)
    rows = session.scalars(query if within is None else query.where(RoleGrantRow.program == within))
    fields = ("program", "role", "clinician", "participant")
    return tuple(RoleIn.model_construct(**{field: getattr(row, field) for field in fields}) for row in rows)


def keys_of(session: Session, user: str, within: str | None = None) -> tuple[str, ...]:
    """Active keys created by a user, or with such a key; within a program, only those bound to it."""
    keys: list[ApiKeyRow] = []
    makers = [f"user:{user}"]
    while makers:
        more = session.scalars(select(ApiKeyRow).where(ApiKeyRow.created_by.in_(makers))).all()
        keys += more
        makers = [f"key:{key.id}" for key in more]
    working = (key for key in keys if key.revoked_at is None and (key.expires_at is None or key.expires_at > now()))
    return tuple(sorted(key.id for key in working if within is None or key.program == within))


def show_user(session: Session, user: UserRow, within: str | None = None) -> UserOut:
    """A user as shown by the API and the command line."""
    return UserOut(
        id=user.id,
        login=user.login,
        roles=roles_of(session, user.id, within),
        disabled_at=user.disabled_at,
        must_change_password=user.is_password_temporary,
        keys=keys_of(session, user.id, within),
        created_at=user.created_at,
        version=user.version,
    )


def set_roles(session: Session, by: Caller, user: UserRow, roles: Sequence[RoleIn], within: str | None = None) -> None:
    """Replace the roles of a user, or those in a program.

    Raises:
        Problem: The change exceeds the caller's permissions, a role names unknown ids, or no director of all programs would be left.
    """
    former = roles_of(session, user.id, within)
    _check_grantable(by, former, within)
    directors = _directors(session)
    session.execute(
        delete(RoleGrantRow).where(RoleGrantRow.user == user.id, *(() if within is None else (RoleGrantRow.program == within,)))
    )
    _give_roles(session, by, user, roles, within)
    user.touch(by.name)
    _check_director_left(session, directors)


def disable_user(session: Session, by: Caller, user: UserRow) -> None:
    """Disable a user, and end their sessions now.

    Raises:
        Problem: The user may do more than the caller, or is the last director of all programs.
    """
    check_authority(session, by, user)
    directors = _directors(session)
    if user.disabled_at is None:
        user.disabled_at = now()
        user.touch(by.name)
    end_logins(session, user.id)
    _check_director_left(session, directors)


def enable_user(session: Session, by: Caller, user: UserRow) -> None:
    """Enable a disabled user.

    Raises:
        Problem: The user may do more than the caller.
    """
    check_authority(session, by, user)
    if user.disabled_at is not None:
        user.disabled_at = None
        user.touch(by.name)


def set_password(session: Session, by: Caller, user: UserRow, hashed: str, *, is_temporary: bool) -> None:
    """Set a user's password and end all their sessions.

    Args:
        is_temporary: Another person knows the password.

    Raises:
        Problem: It is another user's password, and that user may do more than the caller.
    """
    if by.name != f"user:{user.id}":
        check_authority(session, by, user)
    user.password_hash, user.is_password_temporary = hashed, is_temporary
    user.touch(by.name)
    end_logins(session, user.id)


def check_authority(session: Session, by: Caller, user: UserRow) -> None:
    """Check that the caller may do everything the user may; otherwise a program's director could take over all programs.

    Raises:
        Problem: The user may do more than the caller.
    """
    _check_grantable(by, roles_of(session, user.id), None)


def check_program(session: Session, program: str | None) -> None:
    """Check that a program exists.

    Raises:
        Problem: It does not.
    """
    if program is not None:
        programs.check_program(session, program)


def _give_roles(session: Session, by: Caller, user: UserRow, roles: Sequence[RoleIn], within: str | None) -> None:
    _check_grantable(by, roles, within)
    for i, role in enumerate(roles):
        _check_exists(session, role, f"roles[{i}]")
        session.add(
            RoleGrantRow(user=user.id, program=role.program, role=role.role, clinician=role.clinician, participant=role.participant)
        )
    session.flush()


def _check_grantable(by: Caller, roles: Iterable[RoleIn], within: str | None) -> None:
    for role in roles:
        if within is not None and role.program != within:
            raise Problem("forbidden", "Only roles in this program can be granted here: each must name it.")
        if not by.may_grant(ROLES[role.role] | {"admin"}, role.program):
            raise Problem("forbidden", "You cannot grant more than you may do yourself, or beyond your program.")


def _check_exists(session: Session, role: RoleIn, path: str) -> None:
    if role.program is not None and session.get(ProgramRow, role.program) is None:
        raise Problem("bad_reference", f"{path}.program: there is no such program; name one that exists.")
    if role.clinician is not None and session.get(ClinicianRow, {"program": role.program, "id": role.clinician}) is None:
        raise Problem("bad_reference", f"{path}.clinician: name a clinician of the program.")
    if role.participant is not None and session.get(ParticipantRow, {"program": role.program, "id": role.participant}) is None:
        raise Problem("bad_reference", f"{path}.participant: name a participant of the program.")


def _directors(session: Session) -> int:
    """The number of active directors of all programs. Their roles stay locked, so that two of them cannot disable each other at once."""
    of_all = (RoleGrantRow.program.is_(None), RoleGrantRow.role == "director")
    session.execute(select(RoleGrantRow.id).where(*of_all).order_by(RoleGrantRow.id).with_for_update())
    enabled = (
        select(func.count())
        .select_from(RoleGrantRow)
        .join(UserRow, UserRow.id == RoleGrantRow.user)
        .where(*of_all, UserRow.disabled_at.is_(None))
    )
    return session.scalar(enabled) or 0


def _check_director_left(session: Session, before: int) -> None:
    session.flush()
    if before and not _directors(session):
        raise Problem("wrong_state", "This is the last director of all programs; create another one first.")
