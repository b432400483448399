"""The call list: who has to be told of a change, and in which words."""
