"""Where the lock lies, and what stands in its files.

- `requirements.lock`: what Stepdown itself needs, with what builds it.
- `requirements-dev.lock`: what its tests and checks need on top.
- `requirements-docs.lock`: what building its documentation needs on top of both.
- `requirements-metadata.json`: what each locked package asks for, and its wheels.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "requirements.lock"
DEV = ROOT / "requirements-dev.lock"
DOCS = ROOT / "requirements-docs.lock"
LOCKS = (RUNTIME, DEV, DOCS)
"""Installed in this order, each on top of those before it."""
EXTRAS = ("dev", "docs")
"""The extras of `pyproject.toml` that the second and the third lock hold."""
METADATA = ROOT / "requirements-metadata.json"

_ENTRY = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: *; *(?P<marker>.*?))? *(?:\\\n(?P<hashes>(?: +--hash=.*\n)+)|\n)", re.MULTILINE
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Pin:
    """One locked version: where it applies, and the files it may be installed from."""

    name: str
    version: Version
    marker: Marker | None
    hashes: frozenset[str]
    text: str = field(compare=False)
    """The entry as it stands in the lock."""

    @property
    def key(self) -> tuple[str, str]:
        """Name and version, by which the metadata is found."""
        return self.name, str(self.version)


@dataclass(frozen=True)
class Package:
    """What a locked version says about itself."""

    name: str
    version: str
    requires_python: str
    extras: tuple[str, ...]
    requires: tuple[str, ...]
    wheels: Mapping[str, str]
    """SHA-256 of every wheel, by its tags as they stand in its name."""
    sdist: str | None
    """SHA-256 of the source, from which it is built where no wheel fits."""


def parse_lock(text: str) -> list[Pin]:
    """The entries of a lock, in their order."""
    return [
        Pin(
            canonicalize_name(entry["name"]),
            Version(entry["version"]),
            Marker(entry["marker"]) if entry["marker"] else None,
            frozenset(_HASH.findall(entry["hashes"] or "")),
            entry[0],
        )
        for entry in _ENTRY.finditer(text)
    ]


def read_lock(*paths: Path) -> list[Pin]:
    """The entries of these locks together."""
    return [pin for path in paths for pin in parse_lock(path.read_text(encoding="utf-8"))]


def read_metadata(path: Path = METADATA) -> dict[tuple[str, str], Package]:
    """What is known of every locked version, by name and version."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    packages = (Package(**row | {"extras": tuple(row["extras"]), "requires": tuple(row["requires"])}) for row in rows)
    return {(package.name, package.version): package for package in packages}


def write_metadata(packages: Iterable[Package], path: Path = METADATA) -> None:
    """Write one package a line, so that a change of the lock is read easily."""
    rows = sorted((asdict(package) for package in packages), key=lambda row: (row["name"], row["version"]))
    path.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n", encoding="utf-8")


def asked_for(*extras: str) -> list[Requirement]:
    """What `pyproject.toml` asks for: to build, to run, and for these extras. Pip comes first and installs the others."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = ["pip", *project["build-system"]["requires"], *project["project"]["dependencies"]]
    for extra in extras:
        wanted += project["project"]["optional-dependencies"][extra]
    return [Requirement(text) for text in wanted]
