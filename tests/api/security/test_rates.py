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


@pytest.mark.parametrize("same", ["address", "login"])
def test_sign_ins_are_counted_by_address_and_by_account(same):
    rates = counters()
    attempts = [{"address": f"192.0.2.{n}", "login": f"ana{n}"} | {same: "one"} for n in range(5)]
    for attempt in attempts[:4]:
        rates.charge_login(**attempt)
    with pytest.raises(Problem) as problem:
        rates.charge_login(**attempts[4])
    assert problem.value.code == "too_many"


def test_a_login_is_not_readable_in_its_counter():
    rates = counters()
    rates.charge_login("192.0.2.9", "ana@example.org")
    assert len(rates._storage.events) == 2
    assert not any("example" in key for key in rates._storage.events)
