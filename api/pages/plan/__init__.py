"""Plan: generate a week's roster, see what it lacks and what it changes, and publish it."""
