"""Pages for people, made on the server: a folder for each place, and what all of them share."""
