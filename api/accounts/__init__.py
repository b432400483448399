"""Users, API keys, sessions and the first start: who has which rights."""
