"""Reading a calendar in a child process with limited time and memory."""

from __future__ import annotations

import multiprocessing
from contextlib import closing, suppress
from datetime import date, timedelta
from multiprocessing.connection import Connection
from zoneinfo import ZoneInfo

from scheduler.exchange.busy.child import answer, refusal, request_text, work
from scheduler.exchange.busy.models import MOST_BYTES, MOST_DAYS, USUAL_DAYS, Busy, BusyError, BusyOptions, BusyWindow
from scheduler.imports import call, pickled

WALL_SECONDS = 20.0
"""Wall time for the child process. It reaches its limit of processor time much earlier, unless it gets no processor."""


def read_busy(content: bytes, zone: ZoneInfo, first: date, days: int = USUAL_DAYS, options: BusyOptions | None = None) -> Busy:
    """Read the busy times from a calendar file.

    Args:
        content: The bytes of an .ics file.
        zone: The program's time zone, for days and for times without a time zone.
        first: The first day requested; earlier busy time does not count.
        days: The number of days, at most 400.

    Raises:
        BusyError: The file is not a calendar, or cannot be read within the limits.
        ValueError: The days are out of range.
    """
    window = window_of(zone, first, days)
    if len(content) > MOST_BYTES:
        raise BusyError("too_large")
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    with closing(receiver), closing(sender):
        job = pickled(_child, content, request_text(window, options or BusyOptions()))
        child = context.Process(target=call, args=(job, sender), daemon=True)
        child.start()
        sender.close()
        try:
            if not receiver.poll(WALL_SECONDS):
                raise BusyError("busy")
            return answer(receiver.recv_bytes())
        except (EOFError, OSError):
            raise BusyError("too_much_work") from None
        finally:
            child.kill()
            child.join()
            child.close()


def window_of(zone: ZoneInfo, first: date, days: int) -> BusyWindow:
    """The window of the requested days.

    Raises:
        ValueError: There are too few or too many days, or they are outside the supported years.
    """
    if not 1 <= days <= MOST_DAYS:
        raise ValueError(f"request 1 to {MOST_DAYS} days")
    if not date(1970, 1, 8) <= first < date(2199, 12, 1) - timedelta(days=days):
        raise ValueError("request days from 1970 to 2199")
    return BusyWindow(first, days, zone)


def _child(content: bytes, argument: str, sender: Connection) -> None:
    try:
        answer = work(content, argument)
    except Exception:
        # The error's message may quote the calendar.
        answer = refusal(BusyError("defect"))
    with suppress(BrokenPipeError):
        sender.send_bytes(answer)
