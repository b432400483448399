"""Kinds of calendar programs that fetch feeds, and how long each may lag."""

from __future__ import annotations

from datetime import timedelta

# Matched against the User-Agent in lower case; the first match counts. Only the kind is stored.
SIGNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("google", ("google-calendar", "google calendar", "googlebot", "feedfetcher-google")),
    ("outlook", ("outlook", "microsoft", "exchange", "owa/", "ms-office")),
    ("thunderbird", ("thunderbird", "lightning/")),
    (
        "apple",
        ("dataaccessd", "calendaragent", "icalendar/", "calendard", "ical/", "ios/", "macos/", "mac os x/", "mac+os+x/"),
    ),
)
CLIENTS = (*(kind for kind, _ in SIGNS), "other")

# As publishers of feeds report it (help.addevent.com, "Subscription calendar update frequency"; freispace.com docs, "Understanding
# calendar update intervals", which cites Outlook's own support page): Google 8 to 24 h whatever is asked for, sometimes longer; Outlook
# about 3 h, sometimes more than 24; Apple as its user chose, commonly each hour, and it takes our REFRESH-INTERVAL of four. Others may be
# shut. An unnecessary call is the smaller mistake.
DELAYS = {"apple": timedelta(hours=4)}
LONGEST_DELAY = timedelta(hours=24)


def client_of(user_agent: str | None) -> str:
    """The kind of calendar program a User-Agent names: apple, google, outlook, thunderbird or other."""
    agent = (user_agent or "").lower()
    return next((kind for kind, signs in SIGNS if any(sign in agent for sign in signs)), "other")


def refresh_delay(client: str | None) -> timedelta:
    """How long after a change a calendar program of a kind may still show the old one.

    Args:
        client: None: never fetched, so no delay is certain.
    """
    return DELAYS.get(client or "", LONGEST_DELAY)
