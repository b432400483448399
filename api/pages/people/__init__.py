"""The people of the program: the list, and a page for each."""
