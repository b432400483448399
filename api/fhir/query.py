"""A search request: its conditions and page.

Unknown parameters are refused unless the caller asks to ignore them: an ignored filter would show more people than requested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from api.fhir.facts import Fact, Token
from api.fhir.parameters import RESULT_PARAMETERS, FhirParameter, ResourceType, parameters_of
from api.fhir.results import Cursor, ResultForm, read_cursor, read_result_form
from api.kernel.errors import Place, Problem
from scheduler.exchange.fhir.dates import DateCondition, read_date

COUNT_DEFAULT, COUNT_MOST = 50, 500
VALUES_MOST = 500


@dataclass(frozen=True, slots=True)
class Condition:
    """One parameter of a search: any of its values must match.

    Attributes:
        is_not: None of the values may match.
    """

    parameter: FhirParameter
    tests: tuple[Callable[[Fact], bool], ...]
    values: tuple[str, ...]
    dates: tuple[DateCondition, ...] = ()
    is_not: bool = False

    def holds(self, facts: Iterable[Fact]) -> bool:
        """Whether a resource with these values matches."""
        return any(test(fact) for fact in facts for test in self.tests) is not self.is_not


@dataclass(frozen=True, slots=True)
class Query:
    """A search.

    Attributes:
        after: Where the previous page ends.
        parameters: The parameters in effect, as sent; the `self` link repeats them.
        ignored: Numbers of the ignored parameters, counted from 1.
    """

    conditions: tuple[Condition, ...]
    count: int = COUNT_DEFAULT
    after: Cursor | None = None
    form: ResultForm = field(default_factory=ResultForm)
    parameters: tuple[tuple[str, str], ...] = ()
    ignored: tuple[int, ...] = ()

    def of(self, *names: str) -> Iterator[Condition]:
        """The conditions of some parameters."""
        return (condition for condition in self.conditions if condition.parameter.name in names)


@dataclass(slots=True)
class _Reading:
    """A query while it is being read; all errors are collected."""

    type: ResourceType
    zone: ZoneInfo
    is_lenient: bool
    conditions: list[Condition] = field(default_factory=list)
    results: dict[str, list[str]] = field(default_factory=dict)
    parameters: list[tuple[str, str]] = field(default_factory=list)
    ignored: list[int] = field(default_factory=list)
    wrong: list[Place] = field(default_factory=list)


def read_query(type: ResourceType, items: Sequence[tuple[str, str]], zone: ZoneInfo, *, is_lenient: bool) -> Query:
    """Read the parameters of a search.

    Raises:
        Problem: Some parameters are invalid; each is listed.
    """
    reading, parameters = _Reading(type, zone, is_lenient), parameters_of(type)
    for position, (name, text) in enumerate(items, 1):
        plain, _, modifier = name.partition(":")
        parameter = parameters.get(plain)
        if name in RESULT_PARAMETERS:
            reading.results.setdefault(name, []).append(text)
            if name != "_after":
                reading.parameters.append((name, text))
        elif parameter is not None and _modifier_fits(parameter, modifier):
            reading.parameters.append((name, text))
            _add(reading, parameter, modifier, text)
        elif is_lenient:
            reading.ignored.append(position)
        else:
            what = "modifier" if parameter is not None else "parameter"
            allowed = ", ".join([*parameters, *RESULT_PARAMETERS])
            where = parameter.name if parameter is not None else f"parameter {position}"
            reading.wrong.append(Place(code=f"unknown_{what}", path=where, message=f"there is no such {what}; there are: {allowed}"))
    count, after, form = _count(reading), _after(reading), read_result_form(type, reading.results, reading.wrong)
    if reading.wrong:
        detail = "Correct the search, or send Prefer: handling=lenient to have unknown parameters ignored."
        raise Problem("malformed", detail, reading.wrong)
    return Query(tuple(reading.conditions), count, after, form, tuple(reading.parameters), tuple(reading.ignored))


def _modifier_fits(parameter: FhirParameter, modifier: str) -> bool:
    return not modifier or (parameter.kind == "token" and modifier == "not") or modifier in parameter.types


def _add(reading: _Reading, parameter: FhirParameter, modifier: str, text: str) -> None:
    values = tuple(value for value in text.split(",") if value)
    if not values or len(values) > VALUES_MOST:
        reading.wrong.append(Place(code="value", path=parameter.name, message=f"give 1 to {VALUES_MOST} values, separated by commas"))
        return
    try:
        dates = tuple(read_date(value, reading.zone) for value in values) if parameter.kind in ("date", "instant") else ()
    except ValueError as error:
        reading.wrong.append(Place(code="value", path=parameter.name, message=str(error)))
        return
    if parameter.kind == "reference":
        values = tuple(_plain(value, modifier) for value in values)
    tests = tuple(_date_test(d) for d in dates) or tuple(_test(parameter, value) for value in values)
    reading.conditions.append(Condition(parameter, tests, values, dates, is_not=modifier == "not"))


def _plain(value: str, type: str) -> str:
    """A reference as ``Type/id``, or the id alone; of an absolute one the last two parts."""
    reference = "/".join(value.rstrip("/").split("/")[-2:])
    return f"{type}/{reference}" if type and "/" not in reference else reference


def _date_test(condition: DateCondition) -> Callable[[Fact], bool]:
    return lambda fact: isinstance(fact, datetime) and condition.holds(fact)


def _test(parameter: FhirParameter, value: str) -> Callable[[Fact], bool]:
    if parameter.kind == "id":
        return lambda fact: fact == value
    if parameter.kind == "reference":
        return lambda fact: fact == value or (isinstance(fact, str) and "/" not in value and fact.partition("/")[2] == value)
    system, bar, code = value.rpartition("|")
    return lambda fact: isinstance(fact, Token) and (not bar or fact.system == system) and (not code or fact.code == code)


def _count(reading: _Reading) -> int:
    text = reading.results.get("_count", [str(COUNT_DEFAULT)])[-1]
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        reading.wrong.append(Place(code="value", path="_count", message="write a whole number"))
        return 0
    return min(int(text), COUNT_MOST)


def _after(reading: _Reading) -> Cursor | None:
    texts = reading.results.get("_after")
    if texts is None:
        return None
    cursor = read_cursor(texts[-1])
    if cursor is None:
        reading.wrong.append(Place(code="value", path="_after", message="take it from the `next` link of the previous page"))
    return cursor
