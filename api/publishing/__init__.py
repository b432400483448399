"""Publishing a week and taking it back."""
