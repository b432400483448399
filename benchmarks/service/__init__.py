"""What the service costs: requests a second, what a solve takes longer than with the library, how long nobody is answered."""
