"""Rate limits: callers by name, anonymous requests by address, sign-ins by address and account, calendars by link.

Requests are counted per process: an installation with several API processes allows that many times more.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import threading
import time
from typing import Literal

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.kernel.errors import Problem
from api.kernel.settings import Settings

Kind = Literal["requests", "solves", "logins", "accounts", "feeds", "strays"]

FORGET_EVERY = 1000
IPV6_NETWORK = 64

ACCOUNT_FACTOR = 10
"""How many times more attempts an account has than an address: one stranger must not use up what its owner needs."""
MOST_FAMILIAR = 20_000
"""How many pairs of account and address are remembered."""


class Rates:
    """The counters of one application."""

    def __init__(self, settings: Settings) -> None:
        self._storage = MemoryStorage()
        self._window = MovingWindowRateLimiter(self._storage)
        self._until_forgetting = FORGET_EVERY
        self._familiar: dict[str, None] = {}
        # Requests are counted on the event loop, sign-ins and calendars in threads.
        self._lock = threading.Lock()
        self._items: dict[Kind, RateLimitItem] = {
            "requests": RateLimitItemPerMinute(settings.requests_per_minute),
            "solves": RateLimitItemPerMinute(settings.solves_per_minute),
            "logins": RateLimitItemPerMinute(settings.logins_per_minute),
            "accounts": RateLimitItemPerMinute(settings.logins_per_minute * ACCOUNT_FACTOR),
            "feeds": RateLimitItemPerMinute(settings.feed_fetches_per_minute),
            "strays": RateLimitItemPerMinute(settings.feed_fetches_per_minute),
        }

    def charge(self, kind: Kind, who: str) -> dict[str, str]:
        """Count a request, and return the RateLimit headers that state what is left.

        Raises:
            Problem: The limit for the last minute is used up.
        """
        item = self._items[kind]
        with self._lock:
            self._forget()
            is_allowed = self._window.hit(item, kind, who)
            reset, left = self._window.get_window_stats(item, kind, who)
        seconds = max(1, math.ceil(reset - time.time()))
        headers = {"RateLimit-Policy": f'"{kind}";q={item.amount};w={item.get_expiry()}', "RateLimit": f'"{kind}";r={left};t={seconds}'}
        if not is_allowed:
            raise Problem("too_many", f"Try again in {seconds} s.", headers={"Retry-After": str(seconds), **headers})
        return headers

    def charge_login(self, address: str, login: str) -> None:
        """Count an attempt to sign in or confirm a password, by address and by account, whether or not the account exists.

        From where the account has signed in before, only the address counts: strangers cannot lock its owner out.
        """
        self.charge("logins", stranger(address))
        if _familiar(address, login) not in self._familiar:
            self.charge("accounts", f"account:{_digest(login)}")

    def remember_login(self, address: str, login: str) -> None:
        """Remember from where an account has signed in."""
        with self._lock:
            self._familiar.pop(_familiar(address, login), None)
            self._familiar[_familiar(address, login)] = None
            if len(self._familiar) > MOST_FAMILIAR:
                del self._familiar[next(iter(self._familiar))]

    def _forget(self) -> None:
        """Delete stale keys now and then: the storage keeps the key of an expired window."""
        self._until_forgetting -= 1
        if self._until_forgetting <= 0:
            self._until_forgetting = FORGET_EVERY
            for key in [key for key, events in self._storage.events.items() if not events]:
                self._storage.clear(key)


def _digest(login: str) -> str:
    # Logins are often e-mail addresses; the counter's key need not be readable.
    return hashlib.sha256(login.encode()).hexdigest()


def _familiar(address: str, login: str) -> str:
    return f"{_digest(login)} {stranger(address)}"


def stranger(address: str) -> str:
    """The key for counting anonymous requests: the IPv4 address, or the IPv6 network, where clients choose addresses freely."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return f"address:{address[:64]}"
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return f"address:{ip.ipv4_mapped}"
        return f"address:{ipaddress.ip_network((ip, IPV6_NETWORK), strict=False)}"
    return f"address:{ip}"
