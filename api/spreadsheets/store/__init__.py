"""Import of spreadsheets into a program."""
