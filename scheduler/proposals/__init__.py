"""Whole rosters from the prices of a bound: put together in a dive, then improved some people at a time."""
