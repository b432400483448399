"""Bookings, people, places and services as FHIR R4 resources, and busy times read from other systems' resources."""
