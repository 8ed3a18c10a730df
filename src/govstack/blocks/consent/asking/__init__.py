"""Asking people for their consent, or for their signature beside somebody else's; the asker learns the state only."""
