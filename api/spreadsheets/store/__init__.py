"""Acts and queries of `spreadsheets`."""
