"""One-time links to participants' own pages, visits, and the appointments shown there."""
