"""Routes of `attendance`."""
