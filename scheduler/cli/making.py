"""Commands that generate data or measure: `generate`, `bench`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

import scheduler
from scheduler.cli.command import BAD_INPUT
from scheduler.cli.console import console
from scheduler.cli.foreign import write_own
from scheduler.cli.options import Mode
from scheduler.errors import StepdownError
from scheduler.reading import dump_json

SOURCE = Path(scheduler.__file__).parent.parent
"""The folder of the source checkout; the benchmarks are not part of an installed package."""


def generate(
    participants: Annotated[int, typer.Option(min=8, max=5000, help="Number of participants at all sites together; at least 8 per site.")],
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Random seed; the same seed gives the same file.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the instance.")],
    sites: Annotated[int, typer.Option(min=1, max=100, help="Number of sites, each with its own staff, rooms and tracks.")] = 1,
    tightness: Annotated[
        float, typer.Option(min=0.1, max=10, help="Demand relative to staff. 1: most care fits; 1.3: staff for three quarters of it.")
    ] = 1.0,
    mode: Annotated[Mode, typer.Option(help="A new term, or a routine week after a full one.")] = "rebuild",
) -> None:
    """Generate a realistic, invented week of any size to try things out."""
    from scheduler.generate import generate as generate_instance

    try:
        instance = generate_instance(participants, seed, sites=sites, tightness=tightness, mode=mode)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if out.is_dir():
        raise StepdownError(f"{out} is a folder; give the name of a file with --out")
    write_own(out, dump_json(instance).encode())
    console().print(f"{out}: {participants} participants, {len(instance.clinicians)} clinicians, {len(instance.groups)} groups")


def bench(ctx: typer.Context) -> None:
    """Run the benchmarks from a source checkout; options are passed on."""
    if not (SOURCE / "benchmarks" / "__main__.py").is_file():
        console(to_error=True).print("The benchmarks come with the source: clone the repository and run `make bench` there.")
        raise typer.Exit(BAD_INPUT)
    raise typer.Exit(subprocess.run([sys.executable, "-m", "benchmarks", *ctx.args], cwd=SOURCE, check=False).returncode)
