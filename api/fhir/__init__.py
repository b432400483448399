"""FHIR R4 over HTTP: searches, resources, and errors."""
