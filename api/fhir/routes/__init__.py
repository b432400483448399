"""Routes of FHIR."""
