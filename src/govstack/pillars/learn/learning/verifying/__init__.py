"""Checking badges: on a page, by the API, and offline from files."""
