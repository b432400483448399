"""Messages on their way out: threads that send mails and webhooks."""
