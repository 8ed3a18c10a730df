"""Browsers in which people have proven who they are, so that nobody elsewhere can use up their tries and codes."""
