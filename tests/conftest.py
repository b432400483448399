"""Hypothesis profiles for all tests.

`quick` is the default and repeats the same examples on every run; `make proof`
chooses `proof`, which looks for new ones.
"""

from hypothesis import settings

settings.register_profile("quick", derandomize=True, deadline=None, max_examples=20)
settings.register_profile("proof", deadline=None, max_examples=1000)
settings.load_profile("quick")
