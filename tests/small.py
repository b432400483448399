"""Small weeks drawn at random, whose people are tied to one another: couples, families, people kept apart, pins, a past, last week."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import Any

from scheduler.instance import Instance
from scheduler.validation import errors, validate
from tests.build import MONDAY, SERVICES, at, clinician, group, instance, meet, participant, roster, run
from tests.exact import Week

LAST = MONDAY.replace(day=23)
SLOTS = (("mon", 9, 11), ("mon", 13, 15), ("tue", 16, 18), ("wed", 10, 12))
SECOND_COUPLE = {"id": "couple2", "kind": "couple", "category": "family", "minutes": 45, "modes": ["in_person", "telehealth"]}
FEWEST, MOST = 12, 1500
"""Combinations: enough to choose from, and few enough to try within a second or two."""


def small(seed: int, most: int = MOST) -> Instance:
    """A week that validates and can be tried out whole; the first of the seed's draws that does."""
    return tried(seed, most).instance


@lru_cache(10)
def tried(seed: int, most: int = MOST) -> Week:
    """The same week with all that can be decided in it."""
    for attempt in range(1000):
        made = _Draw(random.Random(f"{seed} {attempt}")).week()
        if not errors(validate(made)) and FEWEST <= (week := Week(made)).size <= most:
            return week
    raise AssertionError(f"nothing small is drawn for {seed}")


class _Draw:
    """One draw."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.people = ["ana", "ben", "cem", "dov", "eva"][: draw.choice((2, 2, 3, 3, 4, 5))]
        self.services: dict[str, list[dict[str, Any]]] = {p: [] for p in self.people}

    def chance(self, share: float) -> bool:
        """Whether something is so, in so many of all draws."""
        return self.draw.random() < share

    def week(self) -> Instance:
        """Everything together."""
        self._couples()
        for person in self.people:
            if not self.services[person] or self.chance(0.4):
                self.services[person].append(self._talk(person))
        groups = [self._group(name) for name in ("g1", "g2")[: self.draw.choice((0, 1, 1, 2))]]
        people = [self._participant(p, bool(groups)) for p in self.people]
        more: dict[str, Any] = {}
        if self.chance(0.25):
            more |= self._past(groups)
        if self.chance(0.3):
            more["history"] = self._history(groups)
            more["mode"] = self.draw.choice(("hold", "hold", "rebuild"))
        values = {
            "second_staff_required": False,
            "start_grain": 30,
            "newcomers_per_group": self.draw.choice((1, 2)),
            "participants_per_facilitator": self.draw.choice((2, 10)),
            "longest_wait": self.draw.choice((30, 60)),
            "service_gap_days": self.draw.choice((None, None, None, 2)),
        }
        return instance(
            services=[*SERVICES, SECOND_COUPLE],
            policy={"values": values},
            rooms=[{"id": f"r{n}", "site": "s1", "seats": self.draw.choice((3, 9))} for n in range(1, self.draw.choice((2, 2, 3)))],
            tracks=[{"id": "t1"}, {"id": "t2"}],
            cohorts=[{"id": "c1"}],
            clinicians=[self._clinician(c) for c in ("cora", "dan")[: self.draw.choice((1, 1, 2))]],
            groups=groups,
            participants=people,
            relations=self._relations(),
            pins=self._pins(groups),
            **more,
        )

    # --- who is tied to whom --------------------------------------------------------------------------------------------------

    def _couples(self) -> None:
        pairs = [(self.people[0], self.people[1], "couple")] if self.chance(0.75) else []
        if len(self.people) > 2 and self.chance(0.35):
            pairs.append((self.people[1], self.people[2], "couple2"))
        if len(self.people) > 3 and self.chance(0.5):
            pairs.append((self.people[2], self.people[3], "couple"))
        for a, b, service in pairs:
            rhythm = {"per_week": 1} if self.chance(0.8) else {"every_n_weeks": 2, "due": self.chance(0.7)}
            self.services[a].append({"service": service, "partner": b} | rhythm)
            self.services[b].append({"service": service, "partner": a} | rhythm)

    def _talk(self, person: str) -> dict[str, Any]:
        if self.chance(0.25):
            return {"service": "family", "per_week": 1, "guests": [f"{person}_mum"]}
        return {"service": "individual", "per_week": self.draw.choice((1, 1, 1, 2))}

    def _relations(self) -> list[dict[str, Any]]:
        tied = {(p, o.get("partner")) for p in self.people for o in self.services[p]}
        pairs = [(a, b) for a in self.people for b in self.people if a < b and (a, b) not in tied and (b, a) not in tied]
        return [{"a": a, "b": b, "kind": self.draw.choice(("apart", "apart_in_time"))} for a, b in pairs[:2] if self.chance(0.5)]

    # --- people ---------------------------------------------------------------------------------------------------------------

    def _windows(self, fewest: int, **more: Any) -> list[dict[str, Any]]:
        """Some of the slots, whole or cut short."""
        found = []
        for day, start, end in self.draw.sample(SLOTS, self.draw.choice((fewest, fewest, fewest + 1))):
            late, early = self.draw.choice((0, 0, 30)), self.draw.choice((0, 0, 30))
            found.append({"day": day, "start": f"{start:02}:{late:02}", "end": f"{end - (early > 0):02}:{early:02}"} | more)
        return found

    def _free(self, fewest: int = 1) -> dict[str, Any]:
        if self.chance(0.04):
            return {"weekly": []}
        windows = self._windows(fewest)
        if self.chance(0.15):
            windows = [w | {"weeks": self.draw.choice(("A", "B"))} for w in windows]
        return {"weekly": windows}

    def _participant(self, person: str, has_groups: bool) -> dict[str, Any]:
        guests = [o["guests"][0] for o in self.services[person] if "guests" in o]
        floor = self.draw.choice((0, 0, 60, 110)) if has_groups else 0
        order: dict[str, Any] = {
            "minutes": {"floor": floor, "target": self.draw.choice((None, 110)), "ceiling": self.draw.choice((720, 720, 170))},
            "sessions": {"floor": self.draw.choice((0, 0, 1, 2)), "ceiling": 5},
            "days": {"floor": self.draw.choice((0, 0, 1))},
            "services": self.services[person] + ([{"service": "skills", "per_week": 1}] if has_groups and self.chance(0.4) else []),
        }
        if order["minutes"]["target"] is not None and order["minutes"]["target"] < floor:
            order["minutes"]["target"] = floor
        units = self.draw.choice(("session", "hour", "day"))
        grant = {"id": f"{person}_a", "unit": units, "first": "2026-11-01", "last": self.draw.choice(("2026-12-31", "2026-12-01"))}
        return participant(
            person,
            order=order,
            availability=self._free(self.draw.choice((1, 2, 2, 3))),
            modes=self.draw.choice((["in_person"], ["in_person"], ["in_person", "telehealth"])),
            travel={"s1": 15} if self.chance(0.2) else {},
            has_risk_flag=self.chance(0.2),
            stepped_down="2026-11-25" if self.chance(0.1) else None,
            status="on_hold" if self.chance(0.05) else "active",
            on_hold_since="2026-11-24",
            primary_therapist=self.draw.choice((None, "cora")),
            may_change_track=self.chance(0.3),
            guests=[{"id": g, "availability": self._free()} for g in guests],
            authorizations=[grant | {"units_per_week": self.draw.choice((1, 2)), "services": []}] if self.chance(0.25) else [],
        )

    def _clinician(self, id: str) -> dict[str, Any]:
        limits = self.draw.choice(({}, {}, {"sessions_per_day": 1}, {"direct_minutes_per_day": 100}))
        return clinician(id, hours=self._windows(self.draw.choice((2, 3)), site="s1"), limits=limits)

    # --- groups, pins, past -----------------------------------------------------------------------------------------------------

    def _group(self, id: str) -> dict[str, Any]:
        starts = [{"day": day, "time": f"{start:02}:{self.draw.choice((0, 30)):02}"} for day, start, _ in self.draw.sample(SLOTS, 2)]
        maximum = self.draw.choice((1, 2, 3))
        return group(
            id,
            service="skills",
            minutes=60,
            starts=starts[: self.draw.choice((1, 1, 2))],
            maximum=maximum,
            reserve=self.draw.choice((0, 0, 1)),
            is_standing=self.chance(0.6),
            minimum=1 if maximum == 1 else self.draw.choice((1, 2)),
            track=self.draw.choice((None, "t1", "t2")),
            mode=self.draw.choice(("in_person", "in_person", "hybrid")),
            weeks=self.draw.choice(("every", "every", "every", "A", "B")),
        )

    def _pins(self, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
        pins: list[dict[str, Any]] = []
        if self.chance(0.15):
            person = self.draw.choice(self.people)
            pins.append({"kind": "booking", "participant": person, "service": self.services[person][0]["service"]})
            if self.chance(0.5):
                pins[0]["day"] = self.draw.choice(("mon", "tue"))
        if groups and self.chance(0.15):
            pins.append({"kind": "run", "group": "g1"})
        if groups and self.chance(0.1):
            pins.append({"kind": "booking", "participant": self.people[-1], "group": "g1"})
        return pins

    def _past(self, groups: list[dict[str, Any]]) -> dict[str, Any]:
        """It is Monday noon or Tuesday noon in a published week."""
        return {"now": at(self.draw.choice(("mon", "tue")), "12:00"), "published": {"roster": self._roster(groups, MONDAY)}}

    def _history(self, groups: list[dict[str, Any]]) -> dict[str, Any]:
        orders = [{"participant": p, "floor": 0, "ceiling": 720, "short_minutes": self.draw.choice((0, 30))} for p in self.people]
        return {"last_week": self._roster(groups, LAST), "orders": orders if self.chance(0.5) else []}

    def _roster(self, groups: list[dict[str, Any]], monday: Any) -> Any:
        """A week as it may have been, legal or not: whatever comes to mind."""
        sessions = []
        for made in groups:
            if self.chance(0.7):
                start = made["starts"][0]
                booked = tuple(p for p in self.people if self.chance(0.5)) or (self.people[0],)
                mode = made["mode"]
                sessions.append(
                    run(made["id"], start["day"], start["time"], booked, minutes=60, monday=monday, service="skills", mode=mode)
                )
        done: set[tuple[str, str]] = set()
        for person in self.people:
            for ordered in self.services[person]:
                people = sorted(p for p in (person, ordered.get("partner")) if p is not None)
                key = (people[0], ordered["service"])
                if key in done or not self.chance(0.5):
                    continue
                done.add(key)
                day, start, _ = self.draw.choice(SLOTS)
                minutes = {"couple": 60, "family": 60, "couple2": 45}.get(ordered["service"], 50)
                sessions.append(
                    meet(
                        people[0],
                        day,
                        f"{start:02}:00",
                        minutes,
                        monday,
                        ordered["service"],
                        room="r1",
                        facilitators=["cora"],
                        guests=ordered.get("guests", []),
                        bookings=[{"participant": p, "mode": "in_person"} for p in people],
                    )
                )
        return roster(*sessions, monday=monday)
