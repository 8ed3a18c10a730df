"""Notices of changes: webhooks, and the switches of people and organisations."""
