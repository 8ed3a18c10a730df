"""Sharing: links to records for people outside, never showing more than their creator may see now (DRS-27)."""
