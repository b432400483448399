"""The optimizer of Stepdown: an instance in, a verified weekly roster out. It is independent of HTTP and databases.

All public names are here, loaded on first use, so that reading and checking a roster needs no solver.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scheduler.compare import compare
    from scheduler.errors import DefectError, EditError, InstanceError, NoRosterError, PinConflictError, ReadError, StepdownError
    from scheduler.explain import explain, why
    from scheduler.generate import generate
    from scheduler.instance import Instance
    from scheduler.reading import dump_json, read_instance, read_roster
    from scheduler.result import SolveLimits, SolveResult, SolveStatus
    from scheduler.roster import Roster
    from scheduler.rules import RULES
    from scheduler.solve import solve
    from scheduler.validation import validate
    from scheduler.verify import score, verify
    from scheduler.whatif import Whatif

__all__ = [
    "RULES",
    "DefectError",
    "EditError",
    "Instance",
    "InstanceError",
    "NoRosterError",
    "PinConflictError",
    "ReadError",
    "Roster",
    "SolveLimits",
    "SolveResult",
    "SolveStatus",
    "StepdownError",
    "Whatif",
    "compare",
    "dump_json",
    "explain",
    "generate",
    "read_instance",
    "read_roster",
    "score",
    "solve",
    "validate",
    "verify",
    "why",
]

_HOMES = {
    "compare": ("compare",),
    "errors": ("DefectError", "EditError", "InstanceError", "NoRosterError", "PinConflictError", "ReadError", "StepdownError"),
    "explain": ("explain", "why"),
    "generate": ("generate",),
    "instance": ("Instance",),
    "reading": ("dump_json", "read_instance", "read_roster"),
    "result": ("SolveLimits", "SolveResult", "SolveStatus"),
    "roster": ("Roster",),
    "rules": ("RULES",),
    "solve": ("solve",),
    "validation": ("validate",),
    "verify": ("score", "verify"),
    "whatif": ("Whatif",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


class _Facade(ModuleType):
    """A package with functions named like their module; here, the name always means the function."""

    def __setattr__(self, name: str, value: object) -> None:
        """Set the attribute, unless Python would replace a public function with the module of the same name."""
        if name not in _HOME_OF or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Facade


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted({*globals(), *__all__})
