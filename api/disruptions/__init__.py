"""What happens in a published week: answers are found in a child process, and published with what is entered for them."""
