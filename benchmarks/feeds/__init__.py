"""What calendar feeds cost the service."""
