"""A week as an instance: shown, and imported into an empty program."""
