"""What happens in a published week: whom it concerns, and what can be done about it, with everyone else held."""
