"""Routes of `fhir`."""
