"""Proves without a network that a lock holds everything that will be asked for.

It is installed without a resolver, so nothing else would notice what is missing
on another machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms, parse_tag
from packaging.utils import canonicalize_name

from tools.lock.files import Package, Pin

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
LATEST_MICRO = 99
"""Markers may name a micro version; each Python is tried as its first and as one that is later than any."""
GLIBC = 28
"""Minor version of the oldest glibc 2 that wheels are expected to run on: Debian 10, Ubuntu 20.04, RHEL 8."""
MACOS = (11, 0)
"""The oldest macOS."""


@dataclass(frozen=True)
class Platform:
    """A kind of machine, as markers and wheels name it."""

    title: str
    sys_platform: str
    machine: str

    @property
    def wheel_platforms(self) -> list[str]:
        """The platforms whose wheels run here, best first."""
        if self.sys_platform == "darwin":
            return list(mac_platforms(MACOS, self.machine))
        newer = [f"manylinux_2_{minor}_{self.machine}" for minor in range(GLIBC, 4, -1)]
        return [
            *newer,
            f"manylinux2014_{self.machine}",
            f"manylinux2010_{self.machine}",
            f"manylinux1_{self.machine}",
            f"linux_{self.machine}",
        ]


PLATFORMS = (
    Platform("Linux x86-64", "linux", "x86_64"),
    Platform("Linux arm64", "linux", "aarch64"),
    Platform("macOS arm64", "darwin", "arm64"),
)


@dataclass(frozen=True)
class Target:
    """A Python on a platform."""

    python: str
    platform: Platform

    def __str__(self) -> str:
        return f"Python {self.python} on {self.platform.title}"

    @property
    def environments(self) -> list[dict[str, str]]:
        """The values of markers, for the first and the latest micro version."""
        return [
            {
                "implementation_name": "cpython",
                "implementation_version": f"{self.python}.{micro}",
                "os_name": "posix",
                "platform_machine": self.platform.machine,
                "platform_python_implementation": "CPython",
                "platform_release": "",
                "platform_system": {"linux": "Linux", "darwin": "Darwin"}[self.platform.sys_platform],
                "platform_version": "",
                "python_full_version": f"{self.python}.{micro}",
                "python_version": self.python,
                "sys_platform": self.platform.sys_platform,
            }
            for micro in (0, LATEST_MICRO)
        ]

    @cached_property
    def tags(self) -> frozenset[Tag]:
        """The tags of wheels that can be installed."""
        major, minor = map(int, self.python.split("."))
        platforms = self.platform.wheel_platforms
        return frozenset(
            [*cpython_tags((major, minor), platforms=platforms), *compatible_tags((major, minor), f"cp{major}{minor}", platforms)]
        )


TARGETS = tuple(Target(python, platform) for platform in PLATFORMS for python in PYTHONS)


@dataclass
class Outcome:
    """What was found for one target."""

    problems: list[str] = field(default_factory=list)
    """What would be missing, or would not go together."""
    needed: set[str] = field(default_factory=set)
    without_wheel: set[str] = field(default_factory=set)
    """Needed, but to be built from source there."""
    unneeded: set[str] = field(default_factory=set)
    """Locked for this target although nothing asks for it: harmless."""


def examine(wanted: Iterable[Requirement], pins: Iterable[Pin], packages: Mapping[tuple[str, str], Package], target: Target) -> Outcome:
    """Follow every requirement through the lock, extras and markers included."""
    found = Outcome()
    for environment in target.environments:
        _Walk(environment, target, list(pins), packages, found).follow(wanted)
    return found


_parsed = cache(parse_tag)


class _Walk:
    """One walk from what is asked for to everything it needs."""

    def __init__(
        self, environment: dict[str, str], target: Target, pins: list[Pin], packages: Mapping[tuple[str, str], Package], found: Outcome
    ):
        self.environment = environment
        self.target = target
        self.tags = target.tags
        self.packages = packages
        self.found = found
        self.pins: dict[str, list[Pin]] = {}
        for pin in pins:
            if pin.marker is None or pin.marker.evaluate(environment):
                self.pins.setdefault(pin.name, []).append(pin)

    def follow(self, wanted: Iterable[Requirement]) -> None:
        waiting = [(requirement, "pyproject.toml") for requirement in wanted if self._applies(requirement, "")]
        seen: set[tuple[str, str]] = set()
        while waiting:
            requirement, asker = waiting.pop()
            if (package := self._settle(requirement, asker)) is None:
                continue
            for extra in ("", *map(canonicalize_name, requirement.extras)):
                if (package.name, extra) not in seen:
                    seen.add((package.name, extra))
                    waiting += [(needed, package.name) for needed in self._needs(package, extra)]
        self.found.needed |= {name for name, _ in seen}
        self.found.unneeded |= self.pins.keys() - self.found.needed
        self.found.unneeded -= self.found.needed

    def _applies(self, requirement: Requirement, extra: str) -> bool:
        return requirement.marker is None or requirement.marker.evaluate(self.environment | {"extra": extra})

    def _needs(self, package: Package, extra: str) -> Iterator[Requirement]:
        """What a package asks for by itself, or more of it for an extra."""
        for requirement in map(Requirement, package.requires):
            if self._applies(requirement, extra):
                yield requirement

    def _settle(self, requirement: Requirement, asker: str) -> Package | None:
        """The locked package that satisfies a requirement; what is wrong with it is noted."""
        said = f"{asker} asks for {requirement}"
        pins = self.pins.get(canonicalize_name(requirement.name), [])
        if len(pins) != 1:
            self._note(f"{said}, locked {len(pins)} times")
            return None
        (pin,) = pins
        if requirement.url is not None or not requirement.specifier.contains(pin.version, prereleases=True):
            self._note(f"{said}, locked is {pin.version}")
        if (package := self.packages.get(pin.key)) is None:
            self._note(f"{said}, nothing is known of {pin.name} {pin.version}")
            return None
        if not SpecifierSet(package.requires_python).contains(self.environment["python_full_version"]):
            self._note(f"{said}, {pin.name} {pin.version} is for Python {package.requires_python}")
        for extra in sorted(set(map(canonicalize_name, requirement.extras)) - set(package.extras)):
            self._note(f"{said}, {pin.name} {pin.version} has no extra {extra}")
        self._find_file(pin, package)
        return package

    def _find_file(self, pin: Pin, package: Package) -> None:
        """Whether something that can be installed here has its hash in the lock."""
        fitting = {digest for tags, digest in package.wheels.items() if not self.tags.isdisjoint(_parsed(tags))}
        if not fitting:
            self.found.without_wheel.add(pin.name)
        if not (fitting or {package.sdist}) <= pin.hashes:
            self._note(f"{pin.name} {pin.version} has no hash of what would be installed")

    def _note(self, problem: str) -> None:
        if (told := f"{self.target}: {problem}") not in self.found.problems:
            self.found.problems.append(told)
