"""What everything stands on: errors, settings, logs. Knows no database and no HTTP."""
