"""Import and export: calendars (RFC 5545), FHIR, workbooks, tables and a page to print."""
