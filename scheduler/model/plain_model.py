"""CP-SAT's model without the old names of its methods."""

from __future__ import annotations

from scheduler.model.solver_library import cp_model


class PlainModel(cp_model.CpModel):
    """A model that has each method under its present name only.

    CP-SAT gives every new model a second name for each method. That takes longer than building a small model, and the model then holds
    itself, so that only the garbage collector frees it.
    """

    def _add_pre_pep8_methods(self) -> None:
        """Add none."""
