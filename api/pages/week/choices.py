"""Changes of a roster as the buttons of a form send them. Sessions are named by number, so that no service is in an address or a field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, cast, get_args

from api.kernel.errors import Problem
from scheduler.fields import BookingMode, Mode
from scheduler.whatif import BookingDrop, BookingMove, Cancellation, NewAppointment, NewBooking, RosterEdit, SessionMove

BETWEEN: Final = "~"
"""Between the parts of a choice; ids do not contain it."""
COMMA: Final = ","


def choice_of(edit: RosterEdit, number: Callable[[str], str]) -> str:
    """A change as one text.

    Args:
        number: The number of a session.
    """
    match edit:
        case SessionMove():
            team = COMMA.join(edit.facilitators or ())
            parts = ["move", number(edit.session), _text(edit.start), edit.mode, edit.site, edit.room, team]
        case BookingMove():
            parts = ["join", number(edit.session), number(edit.to), edit.participant, edit.mode]
        case NewBooking():
            parts = ["add", number(edit.session), edit.participant, edit.mode]
        case BookingDrop():
            parts = ["drop", number(edit.session), edit.participant]
        case Cancellation():
            parts = ["cancel", number(edit.session)]
        case NewAppointment():
            where = [edit.clinician, edit.mode, edit.site, edit.room]
            parts = ["new", edit.participant, edit.service, _text(edit.start), *where, str(edit.ordinal)]
    return BETWEEN.join(part or "" for part in parts)


def edit_of(choice: str, sessions: Mapping[str, str]) -> RosterEdit:
    """The change that a button sent.

    Args:
        sessions: The id of each session by its number.

    Raises:
        Problem: It is no such text, or names a session that is not there.
    """
    kind, *parts = choice.split(BETWEEN)
    try:
        return _edit(kind, parts, sessions)
    except (ValueError, IndexError):
        raise Problem("malformed", "Choose again: the page did not send what was chosen.") from None
    except KeyError:
        raise Problem("not_found", "This session is no longer in the roster.") from None


def _edit(kind: str, parts: list[str], sessions: Mapping[str, str]) -> RosterEdit:
    match kind, parts:
        case "move", [number, start, mode, site, room, team]:
            facilitators = tuple(team.split(COMMA)) if team else None
            return SessionMove(sessions[number], _minute(start), _mode(mode), site or None, room or None, facilitators)
        case "join", [number, to, participant, mode]:
            return BookingMove(sessions[number], participant, sessions[to], _booking_mode(mode))
        case "add", [number, participant, mode]:
            return NewBooking(sessions[number], participant, _booking_mode(mode))
        case "drop", [number, participant]:
            return BookingDrop(sessions[number], participant)
        case "cancel", [number]:
            return Cancellation(sessions[number])
        case "new", [participant, service, start, clinician, mode, site, room, ordinal]:
            minute = _minute(start)
            if minute is None:
                raise ValueError("an appointment begins at a time")
            return NewAppointment(
                participant, service, minute, clinician, _booking_mode(mode), site or None, room or None, int(ordinal[:3])
            )  # fmt: skip
    raise ValueError(f"{kind} is no change of a roster")


def _text(minute: int | None) -> str:
    return "" if minute is None else str(minute)


def _minute(text: str) -> int | None:
    """A minute of the week."""
    minute = int(text[:6]) if text else None
    if minute is not None and not 0 <= minute < 7 * 1440:
        raise ValueError("no minute of a week")
    return minute


def _mode(text: str) -> Mode | None:
    if text and text not in get_args(Mode):
        raise ValueError("no mode")
    return cast("Mode | None", text or None)


def _booking_mode(text: str) -> BookingMode:
    if text not in get_args(BookingMode):
        raise ValueError("no mode of a booking")
    return cast(BookingMode, text)
