"""Acts and queries of `fhir`."""
