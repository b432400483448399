"""Delivery of messages: threads that send mails and webhooks."""
