"""Passwords: strong hashes, the same work for everybody, few at once."""

import threading
import time

import pytest
from argon2 import PasswordHasher

from api.kernel.errors import Problem
from api.security import passwords
from api.security.passwords import check_password, hash_password, is_outdated, is_password

LONG = "v w x y z " * 26


def test_a_hash_is_argon2id_with_64_mib(monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher())
    assert hash_password("seven blue herons").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_password_belongs_to_its_own_hash_only():
    hashed = hash_password("seven blue herons")
    assert is_password("seven blue herons", hashed)
    assert not is_password("seven blue heron", hashed)
    assert not is_password("seven blue herons", "not a hash")
    assert not is_password("seven blue herons", None)


def test_an_umlaut_is_the_same_from_every_keyboard():
    hashed = hash_password(check_password("zwölf Böxkämpfer", "ada"))
    assert is_password("zwo\u0308lf Bo\u0308xka\u0308mpfer", hashed)


def test_a_hash_of_older_parameters_is_outdated():
    hashed = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash("seven blue herons")
    assert is_password("seven blue herons", hashed)
    assert is_outdated(hashed)
    assert not is_outdated(hash_password("seven blue herons"))


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        LONG[:257],
        "password1234",
        "!!Password2026",
        "P@ssw0rd2026!",
        "passwordpassword",
        "123456789012",
        "98765432109876",
        "abcdefghijklm",
        "aaaaaaaaaaaaaaa",
        "abababababab",
        "acbdacbdbdac",  # four characters
        "Correct Horse Battery Staple",
        "ada.lovelace-1815",
        "Ada.Lovelace@Example.org",
    ],
)
def test_what_everybody_would_try_is_refused(password):
    with pytest.raises(Problem) as refused:
        check_password(password, "ada.lovelace@example.org")
    assert refused.value.code == "weak_password"
    assert password not in refused.value.detail


@pytest.mark.parametrize("password", ["adalovelace-1815", "ada1.love2lace3", "AdaLovelace@Example.org"])
def test_the_login_is_no_password(password):
    check_password(password, "grace")
    with pytest.raises(Problem):
        check_password(password, "AdaLovelace@example.org")


def test_a_login_without_an_address_is_no_password_either():
    with pytest.raises(Problem):
        check_password("adalovelace-1815", "adalovelace")


@pytest.mark.parametrize(
    "password", ["seven blue herons", "twelve chars", "8Xq!0vbz-Rt2", "1234-5678-9130", LONG[:256], "aebdcaebdcbd", "passwordzebraxyz"]
)
def test_long_ones_are_accepted_whatever_they_are_made_of(password):
    assert check_password(password, None) == password


def test_an_unknown_login_costs_as_much_work_as_a_wrong_password(monkeypatch):
    worked = []

    class Counting:
        def verify(self, hashed, password):
            worked.append(hashed)
            return PasswordHasher.verify(cheap, hashed, password)

        def hash(self, password):
            return cheap.hash(password)

    cheap = passwords.HASHER
    monkeypatch.setattr(passwords, "HASHER", Counting())
    hashed = hash_password("seven blue herons")
    assert not is_password("wrong wrong wrong", hashed)
    assert not is_password("wrong wrong wrong", None)
    assert [h.split("$")[1:4] for h in worked] == [hashed.split("$")[1:4]] * 2


def test_two_are_verified_at_once_ten_may_wait_and_the_eleventh_is_told_to_come_back(monkeypatch):
    running, most, go = [], [], threading.Event()

    class Slow:
        def verify(self, hashed, password):
            running.append(1)
            most.append(len(running))
            go.wait(60)
            running.pop()
            return True

    monkeypatch.setattr(passwords, "HASHER", Slow())
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(is_password("x", "hash"))) for _ in range(10)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 60
    while passwords._admitted._value and time.monotonic() < until:
        time.sleep(0.005)
    with pytest.raises(Problem) as refused:
        is_password("x", "hash")
    assert (refused.value.code, refused.value.headers) == ("too_many", {"Retry-After": "3"})
    go.set()
    for thread in threads:
        thread.join()
    assert answers == [True] * 10
    assert max(most) == 2
