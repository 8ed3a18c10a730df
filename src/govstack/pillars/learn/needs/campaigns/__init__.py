"""Campaigns: an instrument asked of some people or organisations in a window of time."""
