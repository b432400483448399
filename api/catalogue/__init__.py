"""What the code knows of itself: rules, policies, schemas, examples."""
