"""How good and how fast: our solver and its peers on the same instances, within the same limits, judged by the same code."""
