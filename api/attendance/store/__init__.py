"""Acts and queries of `attendance`."""
