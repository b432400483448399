"""Publish and unpublish weeks."""
