"""A week on paper, and as a file that can be read without a network."""
