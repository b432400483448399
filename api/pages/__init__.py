"""Pages rendered on the server: one folder per area, and shared modules."""
