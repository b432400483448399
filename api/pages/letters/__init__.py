"""Letters about a participant, as pages to print and as data."""
