"""The lock is closed: what it holds is all that will be asked for, proven without a network from what its packages say."""

import re
from dataclasses import replace
from functools import cache

import pytest
from packaging.requirements import Requirement

from tests.source_tree import ROOT
from tools.lock.closure import GLIBC, MACOS, PYTHONS, TARGETS, Outcome, Target, examine
from tools.lock.files import DEV, EXTRAS, LOCKS, METADATA, RUNTIME, Package, Pin, asked_for, parse_lock, read_lock, read_metadata

pytestmark = pytest.mark.unmeasured

PACKAGES = read_metadata()
EVERYTHING = read_lock(*LOCKS)
LINUX_311 = next(target for target in TARGETS if str(target) == "Python 3.11 on Linux x86-64")


@cache
def of_what_runs(target: Target) -> Outcome:
    return examine(asked_for(), read_lock(RUNTIME), PACKAGES, target)


@cache
def of_everything(target: Target) -> Outcome:
    return examine(asked_for(*EXTRAS), EVERYTHING, PACKAGES, target)


each_target = pytest.mark.parametrize("target", TARGETS, ids=str)


class TestTheLock:
    @each_target
    def test_of_what_runs_is_closed(self, target):
        assert of_what_runs(target).problems == []

    @each_target
    def test_of_what_development_needs_is_closed(self, target):
        assert examine(asked_for("dev"), read_lock(RUNTIME, DEV), PACKAGES, target).problems == []

    @each_target
    def test_of_everything_is_closed(self, target):
        assert of_everything(target).problems == []

    def test_of_what_runs_holds_nothing_that_only_development_needs(self):
        unneeded = [of_what_runs(target).unneeded for target in TARGETS]
        assert set.intersection(*unneeded) == set()

    def test_has_one_entry_for_each_line_that_looks_like_one(self):
        for path in LOCKS:
            lines = [line for line in path.read_text(encoding="utf-8").splitlines() if re.match(r"\w", line)]
            assert len(parse_lock(path.read_text(encoding="utf-8"))) == len(lines)

    def test_pins_nothing_twice(self):
        names = [pin.name for path in LOCKS for pin in {pin.name: pin for pin in read_lock(path)}.values()]
        assert len(set(names)) == len(names)

    def test_is_described_completely_and_by_nothing_else(self):
        assert PACKAGES.keys() == {pin.key for pin in EVERYTHING}

    def test_has_a_hash_for_every_file_it_knows(self):
        files = {pin.key: {PACKAGES[pin.key].sdist, *PACKAGES[pin.key].wheels.values()} - {None} for pin in EVERYTHING}
        assert [pin.name for pin in EVERYTHING if not files[pin.key] <= pin.hashes] == []

    def test_is_described_in_a_small_file_without_addresses(self):
        text = METADATA.read_text(encoding="utf-8")
        assert len(text) < 1_000_000
        assert "://" not in text


class TestTheDocuments:
    text = (ROOT / "docs" / "production.md").read_text(encoding="utf-8")

    def test_say_for_which_machines_the_lock_is_proven(self):
        assert f"Python {PYTHONS[0]} to {PYTHONS[-1]}" in self.text
        assert f"glibc 2.{GLIBC}" in self.text
        assert f"macOS {MACOS[0]}" in self.text

    def test_say_what_has_no_wheel(self):
        without = {str(target): sorted(found) for target in TARGETS if (found := of_everything(target).without_wheel)}
        table = re.search(r"^Every locked package has a wheel for all of them(.*)\.$", self.text, re.MULTILINE)
        assert table, "docs/production.md no longer says it"
        told = dict(re.findall(r"(Python [\d.]+ on [\w -]+): ([\w, -]+)", table[1]))
        assert {target: names.split(", ") for target, names in told.items()} == without


def package(name: str, version: str = "1.0", requires: tuple[str, ...] = (), extras: tuple[str, ...] = (), **more) -> Package:
    given = {"requires_python": ">=3.11", "wheels": {"py3-none-any": f"{name}-{version}"}, "sdist": f"{name}-source"} | more
    return Package(name=name, version=version, extras=extras, requires=requires, **given)


def locked(*packages: Package, markers: dict[str, str] | None = None) -> tuple[list[Pin], dict[tuple[str, str], Package]]:
    """A lock with these packages, and what is known of them."""
    hashes = f"--hash=sha256:{'0' * 64}"
    pins = []
    for one in packages:
        marker = f" ; {markers[one.version]}" if markers and one.version in markers else ""
        (pin,) = parse_lock(f"{one.name}=={one.version}{marker} \\\n    {hashes}\n")
        pins.append(replace(pin, hashes=frozenset([*one.wheels.values(), one.sdist]) - {None}))
    return pins, {(one.name, one.version): one for one in packages}


def examined(wanted: str, *packages: Package, target=LINUX_311, markers: dict[str, str] | None = None) -> Outcome:
    return examine([Requirement(wanted)], *locked(*packages, markers=markers), target)


class TestTheProof:
    """It can fail, in every way in which a lock can be open."""

    def test_passes_what_is_closed(self):
        found = examined(
            "a[x]", package("a", requires=('b>=1; extra == "x"', "c>=2; sys_platform == 'win32'"), extras=("x",)), package("b")
        )
        assert (found.problems, found.needed) == ([], {"a", "b"})

    def test_misses_a_package(self):
        assert examined("a", package("a", requires=("b>=1",))).problems == ["Python 3.11 on Linux x86-64: a asks for b>=1, locked 0 times"]

    def test_misses_what_an_extra_needs(self):
        found = examined("a[x]", package("a", requires=('b; extra == "x"',), extras=("x",)))
        assert found.problems == ['Python 3.11 on Linux x86-64: a asks for b; extra == "x", locked 0 times']

    def test_misses_what_an_extra_of_an_extra_needs(self):
        chain = package("a", requires=('b[y]; extra == "x"',), extras=("x",)), package("b", requires=('c; extra == "y"',), extras=("y",))
        assert "b asks for c" in examined("a[x]", *chain).problems[0]

    def test_follows_an_extra_that_is_asked_for_after_its_package_was_seen(self):
        asked = (
            package("a", requires=("b", "c")),
            package("b", requires=("c[x]",)),
            package("c", requires=('d; extra == "x"',), extras=("x",)),
        )
        assert "c asks for d" in examined("a", *asked).problems[0]

    def test_knows_an_extra_however_it_is_spelled(self):
        assert examined("a[Fast_Path]", package("a", extras=("fast-path",))).problems == []

    def test_refuses_an_extra_that_does_not_exist(self):
        assert examined("a[x]", package("a")).problems == [
            "Python 3.11 on Linux x86-64: pyproject.toml asks for a[x], a 1.0 has no extra x"
        ]

    @pytest.mark.parametrize(("asked", "version"), [("a>=2", "1.0"), ("a<1", "1.0"), ("a==1.1.*", "1.0"), ("a!=1.0", "1.0")])
    def test_refuses_a_version_outside_of_what_is_asked_for(self, asked, version):
        assert "locked is 1.0" in examined(asked, package("a", version)).problems[0]

    def test_takes_a_pre_release_that_is_locked(self):
        assert examined("a>=1", package("a", "1.1b1")).problems == []

    def test_refuses_a_package_for_another_python(self):
        assert "is for Python >=3.12" in examined("a", package("a", requires_python=">=3.12")).problems[0]

    def test_refuses_a_python_whose_later_releases_are_left_out(self):
        assert "is for Python" in examined("a", package("a", requires_python="<3.11.5")).problems[0]

    def test_refuses_a_lock_that_ends_at_a_marker(self):
        versions = package("a", "1.0"), package("a", "2.0")
        markers = {"1.0": "python_full_version < '3.11.4'", "2.0": "python_full_version >= '3.12'"}
        assert "locked 0 times" in examined("a", *versions, markers=markers).problems[0]

    def test_refuses_two_versions_at_once(self):
        assert "locked 2 times" in examined("a", package("a", "1.0"), package("a", "2.0")).problems[0]

    def test_refuses_an_address(self):
        assert "locked is 1.0" in examined("a @ file:///somewhere/a.whl", package("a")).problems[0]

    def test_refuses_what_is_not_described(self):
        pins, _ = locked(package("a"))
        assert "nothing is known of a 1.0" in examine([Requirement("a")], pins, {}, LINUX_311).problems[0]

    def test_refuses_a_wheel_without_a_hash(self):
        pins, packages = locked(package("a"))
        bare = [replace(pin, hashes=frozenset({"a-source"})) for pin in pins]
        assert "no hash of what would be installed" in examine([Requirement("a")], bare, packages, LINUX_311).problems[0]

    def test_refuses_what_has_neither_wheel_nor_source(self):
        assert "no hash" in examined("a", package("a", wheels={"cp310-cp310-win_amd64": "w"}, sdist=None)).problems[0]

    def test_tells_what_has_no_wheel(self):
        found = examined("a", package("a", wheels={"cp311-cp311-macosx_11_0_arm64": "w", "cp311-cp311-manylinux_2_28_aarch64": "v"}))
        assert (found.problems, found.without_wheel) == ([], {"a"})

    @pytest.mark.parametrize(
        ("tags", "fits"),
        [
            ("cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64", True),
            ("cp38-abi3-manylinux_2_28_x86_64", True),
            ("cp311-cp311-manylinux_2_31_x86_64", False),
            ("cp311-cp311-musllinux_1_2_x86_64", False),
            ("cp312-cp312-manylinux_2_17_x86_64", False),
            ("py2.py3-none-any", True),
        ],
    )
    def test_reads_tags_as_an_installer_does(self, tags, fits):
        assert examined("a", package("a", wheels={tags: "w"})).without_wheel == (set() if fits else {"a"})

    def test_tells_what_nothing_asks_for(self):
        found = examined("a", package("a"), package("b"))
        assert (found.problems, found.unneeded) == ([], {"b"})

    @pytest.mark.parametrize("name", ["starlette", "psycopg-binary", "protobuf", "coverage", "markdown"])
    def test_sees_it_in_the_real_lock_too(self, name):
        left = [pin for pin in EVERYTHING if pin.name != name]
        assert any(f"asks for {name}" in problem for problem in examine(asked_for(*EXTRAS), left, PACKAGES, LINUX_311).problems)
