"""What is due: one list by date, each line with what settles it and who is responsible."""
