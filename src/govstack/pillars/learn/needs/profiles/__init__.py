"""Profiles of the role model: what a post asks for, how much of it, and how critical it is."""
