"""Display of a running solve: one live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.text import Text

from scheduler.exchange.summary import percent
from scheduler.result import Progress, TierResult

PLAIN_SECONDS = 1.0
"""The minimum seconds between plain lines, except for the first roster and the end."""


@contextmanager
def progress_shown(to: Console) -> Iterator[Callable[[Progress], None]]:
    """Yield a function that shows the progress passed to it."""
    if not to.is_terminal:
        yield PlainLines(to).show
        return
    line = LiveLine()
    with Live(line, console=to, refresh_per_second=4, transient=True):
        yield line.show


class PlainLines:
    """Prints one line per notable progress."""

    def __init__(self, to: Console) -> None:
        self.to, self.shown_at, self.has_roster = to, -PLAIN_SECONDS, False

    def show(self, progress: Progress) -> None:
        """Print the progress, unless another line was printed just before."""
        is_first_roster = progress.care is not None and not self.has_roster
        if is_first_roster or progress.phase == "done" or progress.seconds >= self.shown_at + PLAIN_SECONDS:
            self.shown_at, self.has_roster = progress.seconds, progress.care is not None
            self.to.print(sentence(progress, progress.seconds))


class LiveLine:
    """A line that is redrawn continually, so that its clock runs between updates."""

    def __init__(self) -> None:
        self.began, self.last = time.monotonic(), Progress(seconds=0, phase="starting")

    def show(self, progress: Progress) -> None:
        """Show this progress from now on."""
        self.last = progress

    def __rich__(self) -> Text:
        """The current line."""
        return Text(sentence(self.last, time.monotonic() - self.began), overflow="ellipsis", no_wrap=True)


def sentence(progress: Progress, seconds: float) -> str:
    """The progress in words.

    For example ``12.0 s  care 0 (bound 0)  preferences 412 (bound 398, gap 3.4 %)  trying other times; next bound by 24 s``.
    """
    care = _tier("care", progress.care, progress.care_bound, progress.care_unavoidable)
    preference = _tier("preferences", progress.preference, progress.preference_bound)
    activity = progress.activity or ("reading" if progress.phase == "reading" else "")
    words = "; ".join(part for part in (activity, _next_bound(progress, seconds)) if part)
    return "  ".join(part for part in (f"{seconds:5.1f} s", care, preference, words) if part)


def _next_bound(progress: Progress, seconds: float) -> str:
    """What is proven meanwhile, and when its next bound is due; the time is left out once it has passed."""
    due = progress.next_bound_seconds
    return progress.proving if due is None or due < seconds else f"{progress.proving}, next bound by {due:.0f} s"


def _tier(name: str, objective: int | None, bound: int | None, unavoidable: int | None = None) -> str:
    if objective is None:
        return f"{name} -"
    if bound is None:
        return f"{name} {objective}"
    tier = TierResult(objective=objective, bound=bound, unavoidable=unavoidable or 0)
    gap = "" if tier.is_proven else f", gap {percent(tier)}"
    return f"{name} {objective} (bound {bound}{gap}{f', {unavoidable} of it unavoidable' if unavoidable else ''})"
