"""FHIR R4 over HTTP: what is asked, what is found, and how errors are told."""
