"""Bodies of requests and answers of `weeks`."""
