"""Bookings, people, places and services as FHIR R4 resources, and other systems' busy times out of theirs."""
