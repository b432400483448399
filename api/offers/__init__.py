"""Weeks for one participant with everyone else held: asked of a child process, and one of them made a draft."""
