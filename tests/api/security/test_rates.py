"""Counters of requests asked directly: what is left, when it comes back, and what is forgotten."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.security import rates as module
from api.security.rates import Rates, stranger


def counters(**more: int) -> Rates:
    return Rates(Settings(requests_per_minute=2, solves_per_minute=3, logins_per_minute=4, feed_fetches_per_minute=5, **more))


def test_what_is_left_is_told_until_there_is_nothing_left():
    rates = counters()
    assert [rates.charge("requests", "key:1")["RateLimit"].split(";")[1] for _ in range(2)] == ["r=1", "r=0"]
    with pytest.raises(Problem) as problem:
        rates.charge("requests", "key:1")
    assert (problem.value.code, problem.value.headers["RateLimit-Policy"]) == ("too_many", '"requests";q=2;w=60')
    assert 55 <= int(problem.value.headers["Retry-After"]) <= 61
    assert rates.charge("requests", "key:2")["RateLimit"].startswith('"requests";r=1;t=')


@pytest.mark.parametrize(("kind", "most"), [("requests", 2), ("solves", 3), ("logins", 4), ("feeds", 5), ("strays", 5)])
def test_each_kind_has_its_own_limit(kind, most):
    assert f";q={most};" in counters().charge(kind, "key:1")["RateLimit-Policy"]


@pytest.mark.parametrize(("later", "seconds"), [(0.0, 60), (58.5, 2), (59.5, 1), (90.0, 1)])
def test_whole_seconds_are_told_and_at_least_one(monkeypatch, later, seconds):
    began = time.time()
    monkeypatch.setattr(time, "time", lambda: began)
    monkeypatch.setattr(module, "time", SimpleNamespace(time=lambda: began + later))
    assert counters().charge("requests", "key:1")["RateLimit"].endswith(f"t={seconds}")


def test_who_was_not_here_for_a_minute_is_forgotten_and_the_others_are_not(monkeypatch):
    monkeypatch.setattr(module, "FORGET_EVERY", 3)
    rates = counters()
    rates.charge("solves", "key:1")
    rates.charge("solves", "key:2")
    assert len(rates._storage.events) == 2
    began = time.time()
    monkeypatch.setattr(time, "time", lambda: began + 61)
    rates._storage.timer.join()
    rates.charge("solves", "key:3")
    rates._storage.timer.join()
    for _ in range(3):
        rates.charge("feeds", "key:3")
    assert [key.split("/")[1:3] for key in rates._storage.events] == [["solves", "key:3"], ["feeds", "key:3"]]


def test_it_is_looked_who_may_be_forgotten_every_so_many_requests(monkeypatch):
    monkeypatch.setattr(module, "FORGET_EVERY", 3)
    rates, looked = counters(), []
    cleared = rates._storage.clear
    monkeypatch.setattr(rates._storage, "clear", lambda key: (looked.append(number), cleared(key)))
    for number in range(1, 8):
        rates._storage.events["nobody"] = []
        rates.charge("solves", f"key:{number}")
    assert looked == [3, 6]


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("x" * 70, "x" * 64),
    ],
)
def test_strangers_are_counted_by_address_or_network(address, key):
    assert stranger(address) == f"address:{key}"


@pytest.mark.parametrize(("same", "most"), [("address", 4), ("login", 40)])
def test_sign_ins_are_counted_by_address_and_by_account(same, most):
    rates = counters()
    attempts = [{"address": f"192.0.2.{n}", "login": f"ana{n}"} | {same: "one"} for n in range(most + 1)]
    for attempt in attempts[:most]:
        rates.charge_login(**attempt)
    with pytest.raises(Problem) as problem:
        rates.charge_login(**attempts[most])
    assert problem.value.code == "too_many"


def test_strangers_cannot_lock_an_owner_out():
    """One stranger leaves enough for the owner; many do not keep out who has signed in from the same address before."""
    rates = counters()
    rates.remember_login("192.0.2.1", "ana")
    for _ in range(4):
        rates.charge_login("198.51.100.7", "ana")
    with pytest.raises(Problem):
        rates.charge_login("198.51.100.7", "ana")
    rates.charge_login("203.0.113.5", "ana")
    for attempt in range(35):
        rates.charge_login(f"198.51.100.{attempt + 10}", "ana")
    with pytest.raises(Problem):
        rates.charge_login("203.0.113.6", "ana")
    rates.charge_login("192.0.2.1", "ana")
    assert "ana" not in str(rates._familiar)


def test_only_so_many_addresses_are_remembered(monkeypatch):
    monkeypatch.setattr(module, "MOST_FAMILIAR", 2)
    rates = counters()
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3"):
        rates.remember_login(address, "ana")
    assert [key.rpartition(":")[2] for key in rates._familiar] == ["192.0.2.1", "192.0.2.3"]


def test_a_login_is_not_readable_in_its_counter():
    rates = counters()
    rates.charge_login("192.0.2.9", "ana@example.org")
    assert len(rates._storage.events) == 2
    assert not any("example" in key for key in rates._storage.events)
