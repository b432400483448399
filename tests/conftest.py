"""Hypothesis profiles for all tests, and what coverage is measured in.

`quick` is the default profile and repeats the same examples on every run; `make
proof` chooses `proof`, which looks for new ones.
"""

import gc
import pkgutil
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import settings

import scheduler

settings.register_profile("quick", derandomize=True, deadline=None, max_examples=20)
settings.register_profile("proof", deadline=None, max_examples=1000)
settings.load_profile("quick")

CASES_MEASURED = 10
"""Cases of a parametrized test in which coverage is measured."""

# Importing and collecting make millions of objects that stay: looking for garbage among them took half of the time.
gc.disable()


@contextmanager
def unmeasured() -> Iterator[None]:
    """Measure no coverage meanwhile."""
    tracer, of_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)
        threading.settrace(of_threads)


def measures_imports(config: pytest.Config) -> bool:
    """Whether it is this process that measures what modules do when they are imported: of several, the first worker."""
    worker = getattr(config, "workerinput", {}).get("workerid")
    return worker == "gw0" or (worker is None and config.getoption("dist", "no") == "no")


def import_share(config: pytest.Config) -> None:
    """Import this worker's share of the test files first, where all of them are collected.

    Rewriting their asserts takes 4 s of processor time and is cached in files, so each worker finds the shares of the others rewritten.
    A file that cannot be imported is reported when it is collected.
    """
    worker = getattr(config, "workerinput", None)
    if worker is None or config.args != config.getini("testpaths"):
        return
    files = sorted(Path(__file__).parent.rglob("test_*.py"))
    for file in files[int(worker["workerid"].removeprefix("gw")) :: worker["workercount"]]:
        with suppress(Exception):
            import_module(".".join(file.relative_to(config.rootpath).with_suffix("").parts))


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Measure what the scheduler's modules do when they are imported, and nothing else of finding the tests; then look for garbage."""
    if sys.gettrace() is not None and measures_imports(session.config):
        for module in pkgutil.walk_packages(scheduler.__path__, "scheduler."):
            if not module.name.endswith("__main__"):
                import_module(module.name)
    try:
        with unmeasured():
            import_share(session.config)
            return (yield)
    finally:
        # What is there now is never looked at again, and what tests leave is looked at less often.
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where coverage is measured, leave out what runs the same lines again with other values: all but the first cases of a test."""
    if not config.getoption("cov_source", None):
        return
    seen: Counter[str] = Counter()
    chosen, others = list[pytest.Item](), list[pytest.Item]()
    for item in items:
        function = item.nodeid.partition("[")[0]
        seen[function] += 1
        (chosen if seen[function] <= CASES_MEASURED else others).append(item)
    items[:] = chosen
    config.hook.pytest_deselected(items=others)
