"""Changes and queries of FHIR resources."""
