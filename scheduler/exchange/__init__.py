"""What leaves the scheduler: calendars (RFC 5545), tables and a page to print."""
