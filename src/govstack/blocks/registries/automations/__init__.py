"""Automations as analysts define them: when they start, what they look for, and what becomes of each record."""
