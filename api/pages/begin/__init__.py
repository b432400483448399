"""Begin with a program: the demo, your own spreadsheet, or an empty one."""
