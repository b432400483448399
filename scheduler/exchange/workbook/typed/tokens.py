"""The words of days and times as people type them, each with its meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from scheduler.exchange.workbook.cells import CellError
from scheduler.exchange.workbook.typed.clocks import CLOCK, TypedClock, read_clock
from scheduler.exchange.workbook.typed.days import days_in

Meaning = Literal["time", "days", "weeks", "to", "until", "and", "break", "after", "before", "on", "except", "always", "never", "am", "pm"]

PHRASES = {
    r"any ?time|all day( long)?|all hours|24/7|all week|open|flexible|fully": " always ",
    r"\b(every|each|any|all) ?(week ?)?days?\b(?! ?(and|or)\b)": " daily ",
    r"\bevery (?=(mon|tue|wed|thu|fri|sat|sun|other))": " ",
    r"\bweek days?\b": " weekdays ",
    r"\bweek ends?\b": " weekends ",
    r"\bnot (before|until|till)\b": " after ",
    r"\bnot (after|past)\b": " before ",
    r"\bbut not\b|\bapart from\b|\bother than\b|\bnot on\b": " except ",
    r"\b(or|and) (later|after|on|onwards?)\b|\bonwards?\b|(?<=[\dm])\+": " on ",
    r"\bup to\b|\bno later than\b|\bearlier than\b": " before ",
    r"\bbetween\s+(.*?)\s+and\b": r" \1 - ",
    r"\bnot (free|available|in)\b": " never ",
    r"\bn/a\b": " never ",
}
PHRASE = [(re.compile(pattern), meaning) for pattern, meaning in PHRASES.items()]
"""Phrases of several words, each with the one word to read instead."""

WORDS: dict[str, Meaning] = {
    "-": "to", "to": "to", "thru": "to", "through": "to",
    "until": "until", "till": "until", "til": "until", "before": "before", "by": "before",
    ",": "and", "/": "and", "&": "and", "+": "and", "and": "and", "plus": "and", "also": "and",
    ";": "break", "\n": "break",
    "after": "after", "from": "after", "since": "after", "past": "after", "starting": "after", "beginning": "after",
    "on": "on", "later": "on", "up": "on",
    "except": "except", "excluding": "except", "without": "except", "minus": "except", "not": "except", "excl": "except",
    "always": "always", "any": "always", "anytime": "always",
    "never": "never", "off": "never", "none": "never", "no": "never", "unavailable": "never", "na": "never", "out": "never",
    "morning": "am", "mornings": "am", "afternoon": "pm", "afternoons": "pm", "evening": "pm", "evenings": "pm", "night": "pm",
    "nights": "pm",
}  # fmt: skip
IGNORED = frozenset({
    "at", "the", "in", "is", "are", "free", "available", "only", "of", "hours", "hrs", "time", "times", "week", "o'clock",
    "each", "for", "day", "days", "works", "working", "can", "come", "attend",
})  # fmt: skip
WEEKS = re.compile(r"(?:weeks? )?([ab])(?: weeks?)?[:\s]+(?=[a-z])(?!m\b)")
WEEKS_LAST = re.compile(r"[\s,(](?:weeks? ([ab])|([ab]) weeks?)\)?\s*$")
ALTERNATING = frozenset({"other", "alternate", "alternating", "biweekly", "fortnightly", "odd", "even"})
ONE_OF_TWO = "for every other week write A or B in front, e.g. A mon 9:00-12:00, and give the Monday of an A week on the Program sheet"
TOKEN = re.compile(rf"(?P<clock>{CLOCK.pattern})|(?P<word>[a-z']+)\.?|(?P<mark>[-,/&+;\n])|(?P<space>[\s:().@]+)")


class Word(NamedTuple):
    """A word with its meaning, and what it stands for."""

    meaning: Meaning
    time: TypedClock = TypedClock(0, "24h")
    days: tuple[int | str, ...] = ()
    weeks: str = ""


def tokens_of(text: str) -> Iterator[Word]:
    """The words of a text in small letters.

    Raises:
        CellError: A word means nothing here.
    """
    for pattern, meaning in PHRASE:
        text = pattern.sub(meaning, text)
    text = "".join(map(_weeks_first, re.split(r"([;\n])", text)))
    at, is_first = 0, True
    while at < len(text):
        if is_first and (weeks := WEEKS.match(text, at)):
            yield Word("weeks", weeks=weeks[1].upper())
            at, is_first = weeks.end(), False
            continue
        match = TOKEN.match(text, at)
        if match is None:
            raise CellError
        at = match.end()
        if match["space"] is None:
            token = _token(match)
            is_first = token is not None and token.meaning in ("break", "and")
            if token is not None:
                yield token


def _weeks_first(section: str) -> str:
    """A section with its weeks in front, wherever they were written."""
    weeks = WEEKS_LAST.search(section)
    return section if weeks is None else f"{weeks[1] or weeks[2]} weeks {section[: weeks.start()].lstrip()}"


def _token(match: re.Match[str]) -> Word | None:
    if match["clock"] is not None:
        return Word("time", read_clock(match))
    word = match["word"] or match["mark"]
    if word in IGNORED:
        return None
    if word in WORDS:
        return Word(WORDS[word])
    if word in ALTERNATING:
        raise CellError(ONE_OF_TWO)
    days = days_in(word)
    if days is None:
        raise CellError("begin with days: mon, tue, wed, thu, fri, sat, sun, or a range such as mon-thu")
    return Word("days", days=days)
