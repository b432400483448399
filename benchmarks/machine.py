"""What the figures were measured on and with; nothing that names a machine, a person or a path."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("stepdown", "ortools", "numpy", "pydantic", "timefold")


def facts() -> list[str]:
    """Cores, interpreter and package versions, one sentence each."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return [
        f"{cores} cores, {platform.system()} {platform.machine()}",
        f"Python {platform.python_version()}",
        *(f"{name} {found}" for name in PACKAGES if (found := _version(name)) is not None),
    ]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
