"""Import busy time from people's own calendars."""
