"""Today: who is expected, who has come, who is away."""
