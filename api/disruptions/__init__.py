"""What happens in a published week: remedies are found in a child process, and published with what is entered for them."""
