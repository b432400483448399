"""The lists of mutation testing speak of what is there; whether they are true, `make mutate` says."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.mutation.parts import PARTS
from tests.mutation.report import ROOT, explained, held

HERE = Path(__file__).parent
LISTED = {survivor.module for survivor in explained(ROOT)}
RESULTS = tomllib.loads((HERE / "results.toml").read_text(encoding="utf-8"))
RUN = {module: facts for module, facts in RESULTS.items() if "part" in facts}


@pytest.mark.parametrize("module", sorted({*LISTED, *held(ROOT), *RUN}))
def test_a_module_is_there_and_belongs_to_a_part(module):
    assert (ROOT / module).is_file(), "take it off the lists in tests/mutation"
    assert any(fnmatch(module, pattern) for part in PARTS.values() for pattern in part.modules)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_has_modules_and_tests(part):
    assert all(list(ROOT.glob(pattern)) for pattern in PARTS[part].modules)
    assert all((ROOT / path).exists() for path in PARTS[part].tests)


def test_every_survivor_changes_something_and_has_a_reason():
    for survivor, why in explained(ROOT).items():
        assert survivor.was != survivor.now
        assert len(why.split()) > 1, survivor


def test_what_is_held_was_run_and_is_explained():
    for module in held(ROOT):
        facts = RUN[module]
        assert facts.get("not_run", 0) == 0
        assert facts.get("survived", 0) + facts.get("no_test", 0) <= facts["explained"]
