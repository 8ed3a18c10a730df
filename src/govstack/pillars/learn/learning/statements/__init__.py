"""Statements of learning: stored once, unchanged, found again, voided."""
