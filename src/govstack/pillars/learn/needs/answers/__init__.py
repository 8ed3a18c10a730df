"""Answers to a campaign: added once, never changed, whoever rates and however they come in."""
