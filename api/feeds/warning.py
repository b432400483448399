"""The warning to read before subscribing."""

from __future__ import annotations

from typing import NamedTuple


class FeedWarning(NamedTuple):
    """The warning. A change of its text is a new version: it must be read before a new feed is issued; feeds issued earlier remain."""

    version: int
    text: str


WARNING = FeedWarning(
    2,
    "This link is private, like a key: anyone who has it can see when your appointments are. Do not share it. "
    "Calendar programs copy what they read to their own servers: Google, Apple or Microsoft will know these times, and anyone who "
    "shares your calendar, your device or your account can see them. The appointments carry the name you choose, and no clinic, person or "
    "reason. If you let the place be shown, it may reveal what the appointments are. "
    "Calendars are slow: a change can take a day to arrive, so rely on what we tell you in person. "
    "You can ask us to replace or end the link at any time.",
)
