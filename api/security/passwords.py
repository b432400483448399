"""Passwords: argon2id, just as slow for a login that does not exist, and only a few at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.kernel.errors import Problem

SHORTEST, LONGEST = 12, 256
# RFC 9106, second recommendation: 64 MiB and about 0.1 s each. Limiting them, running and queued, keeps memory and threads for the rest.
HASHER = PasswordHasher()
AT_ONCE, IN_LINE = 2, 8
_working = BoundedSemaphore(AT_ONCE)
_admitted = BoundedSemaphore(AT_ONCE + IN_LINE)

# Common choices when a long password is required; adding digits and symbols does not help, nor does repeating it.
WORDS = """
password passwort motdepasse contrasena wachtwoord passw0rd p@ssw0rd p@ssword letmein letmeinplease welcome welcomeback
changeme changemenow iloveyou iloveyouforever trustnoone qwerty qwertyuiop qwertyuiopasdfghjkl qwertzuiop azertyuiop
asdfghjkl zxcvbnm qazwsxedc qazwsxedcrfv abcdefghijkl abcdefghijklmnopqrstuvwxyz administrator admin adminadmin superuser root login
master secret topsecret sunshine princess football baseball basketball superman batman starwars dragon monkey shadow michael jennifer
correcthorsebatterystaple stepdown stepdownadmin director coordinator clinic hospital therapy recovery schedule scheduler summer winter
spring autumn monday default temporary testtest testpassword
"""
COMMON = frozenset(WORDS.split())


def check_password(password: str, login: str | None = None) -> str:
    """Check a new password, and return it in the form in which it is hashed.

    Args:
        login: The user's login, if known; the password must differ from it.

    Raises:
        Problem: The password is too short, too long, or easy to guess.
    """
    password = _normal(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise Problem("weak_password", f"A password has {SHORTEST} to {LONGEST} characters; a few random words are easy to remember.")
    letters = re.sub(r"[^a-z@]", "", password.casefold())
    core = re.sub(r"^[\d\W_]+|[\d\W_]+$", "", password.casefold())
    half = core[: len(core) // 2]
    words = {core, letters, half if half * 2 == core else core}
    if words & COMMON or len(set(password)) < 5 or _counts(password):
        raise Problem("weak_password", "This password is one of the first that an attacker would try; a few random words are better.")
    if login is not None and (login.partition("@")[0].casefold() in (core, letters) or login.casefold() == password.casefold()):
        raise Problem("weak_password", "The password must not be the login name.")
    return password


def hash_password(password: str) -> str:
    """The hash of a checked password."""
    with _turn():
        return HASHER.hash(password)


def is_password(password: str, hashed: str | None) -> bool:
    """Whether a password matches a hash. Without a hash (no such login) the result is False, after the same amount of work."""
    with _turn():
        try:
            HASHER.verify(hashed or _decoy(HASHER), _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return hashed is not None


def is_outdated(hashed: str) -> bool:
    """Whether a hash was made with outdated parameters; the next sign-in renews it."""
    return HASHER.check_needs_rehash(hashed)


@cache
def _decoy(hasher: PasswordHasher) -> str:
    return hasher.hash("a password nobody has")


def _normal(password: str) -> str:
    """Normalise a password, so that it is the same from every keyboard (RFC 8265)."""
    return unicodedata.normalize("NFC", password)


def _counts(password: str) -> bool:
    """Whether all characters follow each other by the same step, as in 123456789012 (9 is followed by 0)."""
    if password.isdecimal():
        steps = {(int(b) - int(a)) % 10 for a, b in pairwise(password)}
    else:
        steps = {ord(b) - ord(a) for a, b in pairwise(password)}
    return len(steps) == 1


@contextmanager
def _turn() -> Iterator[None]:
    if not _admitted.acquire(blocking=False):
        raise Problem("too_many", "Many people are signing in right now; try again in a few seconds.", headers={"Retry-After": "3"})
    try:
        with _working:
            yield
    finally:
        _admitted.release()
