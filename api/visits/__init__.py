"""One-time links to participants' own pages, visits, and what is seen there."""
