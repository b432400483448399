"""Something happened: who or what is out, whom it concerns, what can be done, and whom to call."""
