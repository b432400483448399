"""The migrations, in order; written by Alembic from the tables."""
