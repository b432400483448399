"""Public reference data from the code: rules, policies, schemas, examples."""
