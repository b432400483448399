"""Routes of offers to people who wait, and of what a published week leaves open."""
