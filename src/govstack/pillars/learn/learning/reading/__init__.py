"""Courses that everybody may read without an account, on small pages; nothing is kept of who reads (F10.1)."""
