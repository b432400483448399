"""Stateless tools: validate, explain, compare, verify."""
