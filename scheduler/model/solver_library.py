"""CP-SAT of OR-Tools, imported without pandas.

OR-Tools imports pandas for functions that create many variables at once, which Stepdown does not use. That takes longer than all other
imports of a solve together, and 35 MB. Here pandas is imported only if one of those functions is called.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

NAME = "ortools.sat.python.cp_model"


class _OnUse(ModuleType):
    """Stands in for pandas."""

    def __getattr__(self, name: str) -> Any:
        """Look a name up in pandas, which is imported now."""
        if sys.modules.get(self.__name__) is self or name.startswith("__"):
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)


def _without_pandas() -> ModuleType:
    if "pandas" in sys.modules or NAME in sys.modules:
        return import_module(NAME)
    stand_in = _OnUse("pandas")
    # Two types named in annotations.
    stand_in.__dict__.update(Index=object, Series=type("Series", (), {}))
    sys.modules["pandas"] = stand_in
    try:
        return import_module(NAME)
    finally:
        del sys.modules["pandas"], stand_in.__dict__["Index"], stand_in.__dict__["Series"]


if TYPE_CHECKING:
    from ortools.sat.python import cp_model as cp_model
else:
    cp_model = _without_pandas()
