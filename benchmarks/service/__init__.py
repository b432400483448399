"""What the service costs: requests a second, how much longer a solve takes than with the library, longest time without a response."""
