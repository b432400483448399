"""The optimizer's view of a case: one linear program over Boolean variables, compiled from the rules, and its CP-SAT models."""
