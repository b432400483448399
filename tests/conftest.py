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

SERVICE = Path(__file__).parent / "api"
CASES_MEASURED = 4
"""Cases of a parametrized test in which coverage is measured."""
CASES_SEEN: Counter[str] = Counter()

# Importing and collecting make millions of objects that stay: looking for garbage among them took half of the time.
gc.disable()


@contextmanager
def unmeasured() -> Iterator[None]:
    """Measure no coverage meanwhile: with the tracer, the service takes half as long again, and a solve twice as long."""
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


def is_measured(item: pytest.Item) -> bool:
    """Whether a test is one of the scheduler's own, not a long one, and one of the first cases of its function.

    The scheduler has to be covered without the others; those after the first few cases run the same lines with other values.
    """
    if item.path.is_relative_to(SERVICE) or item.get_closest_marker("unmeasured") is not None:
        return False
    function = item.nodeid.partition("[")[0]
    CASES_SEEN[function] += 1
    return CASES_SEEN[function] <= CASES_MEASURED


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Measure coverage where it tells something."""
    if is_measured(item):
        return (yield)
    with unmeasured():
        return (yield)
