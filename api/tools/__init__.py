"""What works without a program: validating, explaining, comparing, verifying."""
