"""Who came, and the minutes that were ordered, scheduled, delivered and billable."""
