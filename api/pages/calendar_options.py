"""The label and switches of a calendar link, as a form asks for them."""

from __future__ import annotations

from typing import Final

from pydantic import ValidationError

from api.feeds import FeedOptions
from api.pages.forms import Form

CLIENTS: Final = {"apple": "Apple Calendar", "google": "Google Calendar", "outlook": "Outlook", "thunderbird": "Thunderbird"}
"""What calendar programs are called."""
REMINDERS: Final = {"": "No reminder", "15": "15 minutes before", "60": "1 hour before", "120": "2 hours before", "1440": "1 day before"}


def options_in(form: Form) -> FeedOptions | None:
    """The chosen label and switches, or None with errors at their fields."""
    reminder = form.one_of("reminder_minutes", REMINDERS, "Choose one of these.")
    try:
        options = FeedOptions(
            label=form.text("label"),
            is_private=form.is_on("is_private"),
            has_place=form.is_on("has_place"),
            reminder_minutes=int(reminder) if reminder else None,
        )
    except ValidationError:
        form.wrong("label", "Use at most 60 ordinary characters.")
    return None if form.errors else options
