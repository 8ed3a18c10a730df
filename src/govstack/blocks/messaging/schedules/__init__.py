"""Requests that are sent later: once at a moment, or every day, week or month."""
