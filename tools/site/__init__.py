"""The site of the documentation: built from the Markdown of the repository and from what the code says of itself."""
