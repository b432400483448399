"""Interval arithmetic: half-open intervals of aware datetimes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

Stretch = tuple[datetime, datetime]


def merged(spans: Iterable[Stretch]) -> list[Stretch]:
    """The spans in order, with those that overlap or touch merged."""
    stretches: list[Stretch] = []
    for start, end in sorted(spans):
        if stretches and start <= stretches[-1][1]:
            stretches[-1] = stretches[-1][0], max(stretches[-1][1], end)
        else:
            stretches.append((start, end))
    return stretches


def inside(span: Stretch, window: Stretch) -> Stretch | None:
    """The part of a span inside a window."""
    start, end = max(span[0], window[0]), min(span[1], window[1])
    return (start, end) if start < end else None


def outside(spans: Iterable[Stretch], window: Stretch) -> Iterator[Stretch]:
    """The parts of spans before or after a window."""
    for start, end in spans:
        if start < window[0]:
            yield start, min(end, window[0])
        if end > window[1]:
            yield max(start, window[1]), end


def subtracted(spans: Iterable[Stretch], holes: Iterable[Stretch]) -> list[Stretch]:
    """The parts of the spans that the holes do not cover."""
    stretches, gaps, at = [], merged(holes), 0
    for start, end in merged(spans):
        while at < len(gaps) and gaps[at][1] <= start:
            at += 1
        for gap in gaps[at:]:
            if gap[0] >= end:
                break
            if gap[0] > start:
                stretches.append((start, gap[0]))
            start = max(start, gap[1])
        if start < end:
            stretches.append((start, end))
    return stretches
