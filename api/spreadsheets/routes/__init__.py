"""Routes of `spreadsheets`."""
