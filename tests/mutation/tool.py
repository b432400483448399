"""One part given to mutmut: its work folder, which mutants, which tests first, and the processor time it took."""

from __future__ import annotations

import gc
import os
import re
import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import libcst
import mutmut.__main__ as program
from mutmut import configuration
from mutmut.mutation import mutators, trampoline
from mutmut.state import state
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import change_cwd
from mutmut.workers import isolation
from mutmut.workers.isolation import ForkServerRunner
from mutmut.workers.timeout import register_timeout

from tests.mutation.parts import Part
from tests.mutation.report import FOLDER, Survivor, add_cost, change, function_of

LINKED = ("api", "scheduler", "tests", "instances", "benchmarks", "docs", "README.md", "CHANGELOG.md", "pyproject.toml")
UNRUN = ("survived", "not checked", "no tests", "check was interrupted by user")
"""Run again, as what survived may meet new tests now."""

MEMORY = 4 << 30
"""Bytes a mutant may take: some grow without an end."""

TIMES = 2.0
"""mutmut stops a mutant after twice this many times what its tests took: most that take longer are endless loops, and no reason to wait."""

PATIENCE = 450
"""The limit of elapsed time is this many times what mutmut sets: on a busy machine, a mutant that waits for a processor looks like one
that hangs. Endless loops still meet the limit of processor time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which mutants of a part are to be run, and how long.

    Attributes:
        only: Patterns of dotted module names.
        listed: What is listed as surviving.
        runs_listed: Whether this is run all the same.
        unchanged: Whether the code of a function, by module file, is that of an earlier run, so that its mutants are not run.
        nearest: A mutant meets only so many tests, the nearest to its module; None: all that reach it.
        seconds: The part stops after this time.
        processes: That many mutants at a time.
    """

    only: list[str]
    listed: set[Survivor]
    runs_listed: bool
    unchanged: Callable[[str, str], bool]
    nearest: int | None
    seconds: float
    processes: int


def run(root: Path, part: str, what: Part, wanted: Wanted) -> None:
    """Run what is still to be run of a part."""
    folder = root / FOLDER / part
    folder.mkdir(parents=True, exist_ok=True)
    for name in LINKED:
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(root / name)
    os.chdir(folder)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ["PYTHONPATH"] = os.pathsep.join([str(folder / "mutants"), *sys.path])  # for the processes that tests start
    configuration._config = replace(
        configuration.config(),
        only_mutate=list(what.modules),
        timeout_multiplier=TIMES,
        pytest_add_cli_args=[*configuration.config().pytest_add_cli_args, *what.options],
        pytest_add_cli_args_test_selection=list(what.tests),
    )
    leave_out()
    until = time.monotonic() + wanted.seconds
    own, below = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    program.collect_source_file_mutation_data = chosen(wanted)
    program.get_mutant_runner = lambda workers: Runner(workers, until, what, wanted.nearest)
    trampoline.get_mutant_under_test = lambda: trampoline._mutant_under_test or ""  # asked at every call; the environment is slow
    isolation.register_timeout = lambda worker, seconds: register_timeout(worker, PATIENCE * seconds)
    # With other tests, what was killed stays killed, and what survived is run again.
    program._apply_config_change_invalidation = lambda *_: has_new_functions()
    program.run_forced_fail_test = lambda runner: None  # it runs everything once more to learn that a mutant can be killed
    try:
        program._run((), wanted.processes)
    except SystemExit as stopped:
        traceback.print_exc()
        os._exit(int(stopped.code or 0))
    except Exception:
        traceback.print_exc()
        os._exit(1)
    after = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    add_cost(root, part, sum(b.ru_utime + b.ru_stime - a.ru_utime - a.ru_stime for a, b in zip((own, below), after, strict=True)))


def has_new_functions() -> bool:
    """Whether tests have to be asked again which functions they reach, because some were not there, or had another name."""
    return not state().current_function_hashes.keys() <= state().old_function_hashes.keys()


def leave_out() -> None:
    """Take two kinds of mutants away.

    What is written for people is read, not tested: every text with a space in it. Names and codes, which programs compare, have none;
    of their three mutants, which differ in capitals, one is enough. And an argument that is left out or None is an error of types, which
    `make types` finds: two thirds of all mutants.
    """

    def names(node: libcst.BaseString) -> Iterator[libcst.BaseString]:
        is_for_people = isinstance(node, libcst.SimpleString) and " " in node.value.strip()
        yield from () if is_for_people else list(mutators.operator_string(node))[:1]

    kept = [(kind, operator) for kind, operator in mutators.mutation_operators if operator is not mutators.operator_arg_removal]
    mutators.mutation_operators[:] = [(kind, names if operator is mutators.operator_string else operator) for kind, operator in kept]


def chosen(wanted: Wanted) -> Any:
    """The reader of the mutants, which forgets what is not asked for and what is done."""
    read = program.collect_source_file_mutation_data

    with_listed = {(survivor.module, survivor.function) for survivor in wanted.listed}

    def reader(**arguments: Any) -> Any:
        mutants, by_path = read(**arguments)
        asked = []
        for data, name, code in mutants:
            if any(fnmatch(name.rpartition(".")[0], pattern) for pattern in wanted.only) and status_by_exit_code[code] in UNRUN:
                function = str(data.path), function_of(name)
                is_old = code is None and wanted.unchanged(*function)
                is_skipped = (is_old or not wanted.runs_listed) and function in with_listed
                is_listed = is_skipped and change(function[0], name) in wanted.listed
                data.exit_code_by_key[name] = 0 if is_listed else 1 if is_old else None
                if data.exit_code_by_key[name] is None:
                    asked.append((data, name, None))
        for data in by_path.values():
            data.save()
        print(f"    {len(asked)} of {len(mutants)} mutants to run", flush=True)
        return asked, by_path

    return reader


class Pytest(program.PytestRunner):
    """Runs the tests of a mutant in a process that is forked when everything is collected: what is left to do is to call them."""

    def __init__(self, what: Part) -> None:
        super().__init__()
        self.what = what

    def warm_up(self) -> None:
        """Collect, prepare what all mutants share, and keep it from the garbage collector of each."""
        import pytest
        from _pytest.config import _prepareconfig  # pytest.main collects and runs in one go; there is no public way to stop between

        # Each fork lets go of files that were open here, which pytest would hold against its first test.
        arguments = ["--rootdir=.", "-q", "-s", "-x", "--tb=native", "-p", "no:unraisableexception", *self._pytest_add_cli_args]
        with change_cwd("mutants"), redirect_stdout(StringIO()):
            settings = _prepareconfig([*arguments, *self._pytest_add_cli_args_test_selection])
            settings._do_configure()
            self.session = pytest.Session.from_config(settings)
            settings.hook.pytest_sessionstart(session=self.session)
            settings.hook.pytest_collection(session=self.session)
        self.items = {item.nodeid: item for item in self.session.items}
        self.what.prepare()
        first = [test for test in self.items if test.startswith(self.what.first)] if self.what.first else []
        if self.run_tests(mutant_name=None, tests=first):
            raise RuntimeError("a test fails that is run before the mutants")
        gc.collect()
        gc.freeze()

    def run_tests(self, *, mutant_name: str | None, tests: Iterable[str]) -> int:
        """Call them up to the first that fails; a mutant that takes too much memory fails its test."""
        if mutant_name is not None:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        self.session.items = [self.items[test] for test in tests]
        with change_cwd("mutants"), suppress(self.session.Failed):
            self.session.config.hook.pytest_runtestloop(session=self.session)
        return int(self.session.testsfailed > 0)


class Runner(ForkServerRunner):
    """The runner of mutmut that forks from a process which has collected the tests; with an order and an end."""

    def __init__(self, workers: int, until: float, what: Part, nearest: int | None) -> None:
        config = configuration.config()
        super().__init__(workers, Pytest, {"what": what}, debug=config.debug, max_restarts=config.max_forkserver_restarts)
        self.until = until
        self.nearest = nearest

    def run_clean_tests(self, tests: Iterable[str]) -> int:
        """They passed when mutmut asked which test reaches which function."""
        return 0

    def submit(self, mutant_name: str, tests: list[str], cpu_time_limit: int, estimated_time: float) -> None:
        """Tests that import the module first, then those that are called like it, then quick before slow."""
        if time.monotonic() > self.until:
            raise KeyboardInterrupt
        module = mutant_name.rpartition(".")[0]
        durations = state().duration_by_test
        # Cases are cached between tests, so that only the first test that builds one is seen to call what it calls.
        near = (test for test in durations if distance(module, test.partition("::")[0]) < 2)
        ordered = sorted({*tests, *near}, key=lambda test: (distance(module, test.partition("::")[0]), durations[test], test))
        super().submit(mutant_name, ordered[: self.nearest], cpu_time_limit, estimated_time)


@cache
def distance(module: str, file: str) -> int:
    """How far the tests of a file are from a module."""
    if re.search(rf"\bfrom {module} import", Path(file).read_text(encoding="utf-8")):
        return 0
    return 1 if file.endswith(f"/test_{module.rpartition('.')[2]}.py") else 2
