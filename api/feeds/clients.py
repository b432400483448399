"""Which kind of calendar program fetches a feed, and how long it may lag."""

from __future__ import annotations

from datetime import timedelta

# By what their User-Agent says, in lower case; the first that fits. Nothing of the header is kept but the kind.
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

# Apple refreshes as its user chose, commonly each hour, and takes our REFRESH-INTERVAL of four (support.apple.com/guide/calendar,
# "Refresh calendars"). Google: "up to 24 hours", whatever is asked for (support.google.com/calendar/answer/37100). Outlook: "more than
# 24 hours" is possible (support.microsoft.com, "Import or subscribe to a calendar in Outlook.com"). Thunderbird and others may be shut.
DELAYS = {"apple": timedelta(hours=4)}
LONGEST_DELAY = timedelta(hours=24)


def client_of(user_agent: str | None) -> str:
    """The kind of calendar program a User-Agent names: apple, google, outlook, thunderbird or other."""
    said = (user_agent or "").lower()
    return next((kind for kind, signs in SIGNS if any(sign in said for sign in signs)), "other")


def refresh_delay(client: str | None) -> timedelta:
    """How long after a change a calendar program of a kind may still show the old one.

    Args:
        client: None: it never fetched anything; so nothing is promised.
    """
    return DELAYS.get(client or "", LONGEST_DELAY)
