"""Organisations, the people who work there or learn, and whom they report to."""
