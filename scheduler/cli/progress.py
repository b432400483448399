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
    """The progress in words: ``12 s  improving  care 0 (bound 0)  preferences 412 (bound 398, gap 3.4 %)``."""
    care = _tier("care", progress.care, progress.care_bound)
    preference = _tier("preferences", progress.preference, progress.preference_bound)
    return f"{seconds:5.1f} s  {progress.phase:<10}  {care}  {preference}"


def _tier(name: str, objective: int | None, bound: int | None) -> str:
    if objective is None:
        return f"{name} -"
    if bound is None:
        return f"{name} {objective}"
    tier = TierResult(objective=objective, bound=bound)
    return f"{name} {objective} (bound {bound}{'' if tier.is_proven else f', gap {percent(tier)}'})"
