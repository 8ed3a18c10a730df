"""Badges as Open Badges 3.0 credentials: award, issue, suspend, revoke, publish, and the lists of their status."""
