"""The optimizer of Stepdown: an instance in, a verified weekly roster out. Knows no HTTP, no database."""
