"""CP-SAT's model without the old names of its methods, and with rows written as numbers."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.model.solver_library import cp_model


class PlainModel(cp_model.CpModel):
    """A model that has each method under its present name only.

    CP-SAT gives every new model a second name for each method. That takes longer than building a small model, and the model then holds
    itself, so that only the garbage collector frees it.
    """

    def _add_pre_pep8_methods(self) -> None:
        """Add none."""

    def add_row(self, terms: Sequence[tuple[int, int]], bound: int) -> None:
        """Add a linear constraint with an upper bound, in less than half the time that it takes as an expression.

        Args:
            terms: The indices of variables, with coefficients.
        """
        linear = self.proto.constraints.add().linear
        variables, coefficients = zip(*sorted(terms), strict=True) if terms else ((), ())
        linear.vars.extend(variables)
        linear.coeffs.extend(coefficients)
        linear.domain.extend((cp_model.INT_MIN, bound))
