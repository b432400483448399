"""The base of every other package: errors, settings, logs. Knows no database and no HTTP."""
