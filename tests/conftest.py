"""Hypothesis profiles for all tests, and what coverage is measured in.

`quick` is the default profile and repeats the same examples on every run; `make
proof` chooses `proof`, which looks for new ones.
"""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("quick", derandomize=True, deadline=None, max_examples=20)
settings.register_profile("proof", deadline=None, max_examples=1000)
settings.load_profile("quick")

SERVICE = Path(__file__).parent / "api"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Measure no coverage in tests of the service: the scheduler has to be covered by its own, and they take a third less time."""
    tracer, of_threads = sys.gettrace(), threading.gettrace()
    if tracer is None or not item.path.is_relative_to(SERVICE):
        return (yield)
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type] # the stubs do not know that it may be taken away
    try:
        return (yield)
    finally:
        sys.settrace(tracer)
        threading.settrace(of_threads)  # type: ignore[arg-type]
