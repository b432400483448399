"""The call list: who must be told about a change, and in which words."""
