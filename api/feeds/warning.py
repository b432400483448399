"""The warning to read before subscribing."""

from __future__ import annotations

from typing import NamedTuple


class FeedWarning(NamedTuple):
    """The warning; every change of its text is a new version, which must be read again."""

    version: int
    text: str


WARNING = FeedWarning(
    1,
    "This link is private, like a key: whoever has it sees when your appointments are. Do not pass it on. "
    "Calendar programs copy what they read to their own servers: Google, Apple or Microsoft will know these times, and whoever shares "
    "your calendar, your device or your account can see them. The appointments carry the name you choose, and no clinic, person or "
    "reason. If you let the place be shown, it may say what the appointments are. "
    "Calendars are slow: a change can take a day to arrive, so what we tell you in person counts. "
    "You can ask for a new link, or have it ended, at any time.",
)
